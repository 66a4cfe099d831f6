import Contrastive
import Foundation

/// A folder of results, whose files appear in it complete or not at all.
///
/// They are written to a hidden folder within it first and renamed into place at the end. Files of the
/// same name are replaced one after the other, those of an earlier run that are not written again are
/// removed, and others stay. The folder is this process's as long as the value is there; one that was
/// made for it and stays empty goes with it.
///
/// What is replaced is what the same command wrote in an earlier run, by the record it left and as it
/// left it; anything else only by force, and a file that the command reads in no case.
final class OutputFolder: Sendable {
  private static let partialPrefix = ".partial-"

  private let folder: URL

  /// The folder as the user names it.
  private let path: String
  private let use: FolderUse
  private let lock: FolderLock
  private let earlier: EarlierResults?

  /// Makes the folder and locks it.
  ///
  /// - Parameters:
  ///   - names: Files that are going to be written, as far as they are known: what forbids them is
  ///     better found before a computation than after it.
  ///   - possibleNames: What further ones may be called. A file that is read is none of them.
  /// - Throws: `CommandFailure` if there could be no folder there: something else has its name, it
  ///   cannot be written, another process is at work in it, or what it holds would be lost.
  init(
    _ path: String, for use: FolderUse, names: [String] = [], possibleNames: [String] = []
  ) throws(CommandFailure) {
    folder = FileIdentity.place(of: path)
    self.path = path
    self.use = use
    try Self.requireFolder(at: folder, path)
    lock = try FolderLock(folder, for: use.command)
    earlier = use.recordName.flatMap { [folder] in EarlierResults(in: folder, record: $0) }
    if let earlier, earlier.command != use.command, !use.isForced {
      throw CommandFailure(
        "\(path): holds results of \(earlier.command), of \(earlier.date); give another folder, or "
          + "--force to replace them", status: .cannotCreate)
    }
    let found = Self.names(in: folder)
    // A process that was killed left them: a living one would have the lock.
    for name in found where Self.isPartial(name) {
      try? FileManager.default.removeItem(at: folder.appending(path: name))
    }
    try requireReplaceable(names)
    for name in possibleNames { try requireNoInput(name) }
  }

  /// Writes files in a function, and puts them into the folder if it returns.
  ///
  /// - Parameters:
  ///   - record: The content of the record, but for the files' names.
  ///   - body: Writes its files to the folder it is given, without subfolders.
  /// - Throws: `CommandFailure` if a folder or file cannot be made or written, an input changed, or what `body`
  ///   throws; there is then no new file. If only the renaming fails, after files were replaced,
  ///   those are complete and the rest are as before.
  func write<Result>(
    record: JSONObject = [:], _ body: (URL) throws -> Result
  ) throws(CommandFailure) -> Result {
    try WatchedInputs.requireUnchanged()
    let files = FileManager.default
    let staging = folder.appending(
      path: Self.partialPrefix + UUID().uuidString, directoryHint: .isDirectory)
    // What is done is not given up any more.
    Interruption.letFinish()
    let leftover = try Leftovers.withLock { leftovers in
      leftovers.add { try? FileManager.default.removeItem(at: staging) }
    }
    defer { Leftovers.remove(leftover) }
    do {
      try files.createDirectory(at: staging, withIntermediateDirectories: false)
      let result = try body(staging)
      var names = try files.contentsOfDirectory(atPath: staging.filePath).sorted()
      if let name = use.recordName {
        // It comes first into its place: should the rest not follow, they are known for ours.
        try write(record, listing: names, to: staging.appending(path: name))
        names.insert(name, at: 0)
      }
      try requireReplaceable(names)
      announceReplacement()
      for name in names {
        try Self.rename(staging.appending(path: name), to: folder.appending(path: name))
      }
      for name in Set(earlier?.files ?? []).subtracting(names)
      where use.inputs.name(ofFileAt: folder.appending(path: name).filePath) == nil {
        try? files.removeItem(at: folder.appending(path: name))
      }
      return result
    } catch let failure as CommandFailure {
      throw failure
    } catch ArrayFileError.unwritable(let path, let reason) {
      throw unwritable(URL(filePath: path).lastPathComponent, reason)
    } catch {
      throw unwritable(nil, error.systemReason)
    }
  }

  private func write(_ record: JSONObject, listing names: [String], to file: URL) throws {
    var record = record
    record.add(EarlierResults.filesKey, names)
    try Data((record.description + "\n").utf8).write(to: file)
  }

  private func unwritable(_ name: String?, _ reason: String) -> CommandFailure {
    let place = name.map { folder.appending(path: $0) } ?? folder
    return CommandFailure("\(place.filePath): cannot be written: \(reason)", status: .inputOutput)
  }

  // MARK: What may be replaced

  /// What to say of an earlier run's results, if there are any, that nothing takes the place of.
  var noteOfResultsKept: String? {
    guard let earlier, !earlier.files.isEmpty else { return nil }
    return "\(path): keeps the results of \(earlier.command), of \(earlier.date)"
  }

  /// Says whose results are lost; those that are gone on with are not.
  private func announceReplacement() {
    guard let earlier, !earlier.files.isEmpty else { return }
    if use.goesOn, earlier.command == use.command { return }
    StandardError.writeLine(
      "note",
      "\(path): replaces results of \(earlier.command), of \(earlier.date)")
  }

  private func requireReplaceable(_ names: [String]) throws(CommandFailure) {
    for name in names {
      try requireNoInput(name)
      let path = folder.appending(path: name).filePath
      // Of the name itself, not of what a link leads to.
      guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else {
        continue
      }
      if attributes[.type] as? FileAttributeType == .typeDirectory {
        throw CommandFailure(
          "\(path): is a folder, where a file is to be; give another \(use.place) for the results",
          status: .cannotCreate)
      }
      if use.isForced || earlier?.contains(name) == true { continue }
      throw CommandFailure(
        "\(path): is there, and not as a run of \(use.command) left it; give another "
          + "\(use.place), or --force to replace it", status: .cannotCreate)
    }
  }

  private func requireNoInput(_ name: String) throws(CommandFailure) {
    let path = folder.appending(path: name).filePath
    guard let input = use.inputs.name(ofFileAt: path) else { return }
    throw CommandFailure(
      "\(path): is what \(use.command) reads as \(input), and a result would replace it; give another "
        + "\(use.place) for the results", status: .cannotCreate)
  }

  /// Whether a name is that of a hidden folder of ours.
  private static func isPartial(_ name: String) -> Bool {
    name.hasPrefix(partialPrefix)
      && UUID(uuidString: String(name.dropFirst(partialPrefix.count))) != nil
  }

  private static func names(in folder: URL) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.filePath)) ?? []).sorted()
  }

  /// Requires that the innermost of a folder and those it is in that exists is a folder, and ours.
  private static func requireFolder(at folder: URL, _ path: String) throws(CommandFailure) {
    let files = FileManager.default
    var existing = folder
    while !files.fileExists(atPath: existing.filePath), existing.pathComponents.count > 1 {
      existing.deleteLastPathComponent()
    }
    let found = existing.filePath
    let attributes = try? files.attributesOfItem(atPath: found)
    guard attributes?[.type] as? FileAttributeType == .typeDirectory else {
      throw CommandFailure(
        "\(path): \(found) is no folder; give the name of a folder", status: .cannotCreate)
    }
    guard files.isWritableFile(atPath: found) else {
      throw CommandFailure(
        "\(path): no permission to write to \(found); give another folder", status: .cannotCreate)
    }
  }

  /// Puts a file in the place of another in one step, as POSIX promises for `rename`.
  /// `FileManager.moveItem` does not replace.
  private static func rename(_ source: URL, to target: URL) throws(CommandFailure) {
    guard unsafe Foundation.rename(source.filePath, target.filePath) == 0 else {
      throw CommandFailure(
        "\(target.filePath): cannot be replaced: \(unsafe String(cString: strerror(errno)))",
        status: .cannotCreate)
    }
  }
}
