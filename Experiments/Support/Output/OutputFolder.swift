import Foundation

/// A folder of results, whose files appear in it complete or not at all.
///
/// They are written to a hidden folder on the same file system first and renamed into place at
/// the end. A folder that does not exist yet appears with its files in one step; in one that
/// exists, files of the same name are replaced one after the other and others stay.
struct OutputFolder: Sendable {
  private let folder: URL

  /// The folder itself, or the innermost of those it is in, that exists.
  private let existing: URL

  /// Creates a folder at a path; nothing is made on disk yet.
  ///
  /// - Throws: `CommandFailure` if there could be no folder there: something else has its name,
  ///   or the folder that would hold it cannot be written.
  init(_ path: String) throws(CommandFailure) {
    let files = FileManager.default
    folder = URL(filePath: path).standardizedFileURL.resolvingSymlinksInPath()
    var existing = folder
    while !files.fileExists(atPath: Self.path(existing)), existing.pathComponents.count > 1 {
      existing.deleteLastPathComponent()
    }
    self.existing = existing
    let found = Self.path(existing)
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

  /// Writes files in a function, and puts them into the folder if it returns.
  ///
  /// - Parameters:
  ///   - obsolete: Names of files to remove from the folder, unless the function wrote them anew.
  ///   - body: Writes its files to the folder it is given, without subfolders.
  /// - Throws: `CommandFailure` if a folder or file cannot be made or written, or what `body`
  ///   throws; there is then no new file. If only the renaming fails, after files were replaced,
  ///   those are complete and the rest are as before.
  func write<Result>(
    removing obsolete: [String] = [], _ body: (URL) throws -> Result
  ) throws(CommandFailure) -> Result {
    let files = FileManager.default
    // The command itself may have made it meanwhile, to keep its progress there.
    let existing = files.fileExists(atPath: Self.path(folder)) ? folder : existing
    let staging = existing.appending(
      path: ".partial-\(UUID().uuidString)", directoryHint: .isDirectory)
    defer { try? files.removeItem(at: staging) }
    var status = ExitStatus.cannotCreate
    do {
      try files.createDirectory(at: staging, withIntermediateDirectories: false)
      status = .inputOutput
      let result = try body(staging)
      if existing == folder {
        let names = try files.contentsOfDirectory(atPath: Self.path(staging))
        for name in names.sorted() {
          try Self.rename(staging.appending(path: name), to: folder.appending(path: name))
        }
        for name in Set(obsolete).subtracting(names) {
          try? files.removeItem(at: folder.appending(path: name))
        }
      } else {
        try files.createDirectory(
          at: folder.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Self.rename(staging, to: folder)
      }
      return result
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      throw CommandFailure(
        "\(Self.path(folder)): cannot be written: \(error.localizedDescription)",
        status: status)
    }
  }

  /// Puts a file in the place of another in one step, as POSIX promises for `rename`.
  /// `FileManager.moveItem` does not replace.
  private static func rename(_ source: URL, to target: URL) throws(CommandFailure) {
    let (source, target) = (path(source), path(target))
    guard unsafe Foundation.rename(source, target) == 0 else {
      throw CommandFailure(
        "\(target): cannot be replaced: \(unsafe String(cString: strerror(errno)))",
        status: .cannotCreate)
    }
  }

  /// The path without a slash at its end, behind which the system would look for a folder only.
  private static func path(_ url: URL) -> String {
    let path = url.path(percentEncoded: false)
    return path.count > 1 && path.last == "/" ? String(path.dropLast()) : path
  }
}
