import ContrastiveFiles
import Foundation

/// Where a sweep keeps what is done, so that it can be ended at any moment and go on later.
///
/// In `runs` lie, for every run, `<name>.json` once it is finished, or `<name>.safetensors` to go on
/// from, both written beside and renamed; and `settings.json`, what all of them were trained with.
/// Other files there are somebody else's, and stay. Whoever uses it holds the lock of the folder of
/// results.
struct SweepFolder: Sendable {
  private static let settingsName = "settings.json"

  // As `OutputFile` names what it has not finished, records and checkpoints alike.
  private static let temporaryPrefix = ".contrastive-"
  private static let temporarySuffix = ".tmp"

  private let runs: URL

  /// Opens or makes the folder.
  ///
  /// - Parameters:
  ///   - settings: What determines the results of a run, besides its temperature and seed.
  ///   - inputs: The files that the command reads: none of them is touched.
  ///   - force: Whether runs with other settings are removed, and not refused.
  /// - Throws: `CommandFailure` if it cannot be written, what is in it was trained with other settings,
  ///   or is no sweep's.
  init(_ path: String, settings: JSONObject, inputs: InputFiles, force: Bool = false)
    throws(CommandFailure)
  {
    let files = FileManager.default
    runs = URL(filePath: path, directoryHint: .isDirectory).appending(
      path: "runs", directoryHint: .isDirectory)
    do {
      try files.createDirectory(at: runs, withIntermediateDirectories: true)
    } catch {
      throw CommandFailure(
        "\(path): cannot be written: \(error.systemReason)", status: .cannotCreate)
    }
    let found = Set((try? files.contentsOfDirectory(atPath: runs.filePath)) ?? [])
    for name in found.sorted() {
      guard let input = inputs.name(ofFileAt: runs.appending(path: name).filePath) else { continue }
      throw CommandFailure(
        "\(runs.filePath): is where a sweep keeps its runs, and holds \(input), which it reads; give "
          + "another folder for the results", status: .cannotCreate)
    }
    guard found.contains(Self.settingsName) || found.allSatisfy({ $0.hasPrefix(".") }) else {
      throw CommandFailure(
        "\(runs.filePath): is where a sweep keeps its runs, and holds other files; give another "
          + "folder for the results", status: .cannotCreate)
    }
    try check(settings, path: path, removing: force ? found.filter(Self.isOfRun) : nil)
    removeLeftovers(among: found)
  }

  /// Whether a folder of results holds runs, finished or not.
  static func holdsRuns(_ path: String) -> Bool {
    let settings = URL(filePath: path, directoryHint: .isDirectory)
      .appending(path: "runs/\(settingsName)")
    return FileManager.default.fileExists(atPath: settings.filePath)
  }

  /// Whether a name is that of a run's record or checkpoint.
  private static func isOfRun(_ name: String) -> Bool {
    name.wholeMatch(of: /tau-[0-9.e+\-]+-seed-[0-9]+(-epochs-[0-9]+)?\.(json|safetensors)/) != nil
  }

  /// Whether a name is one under which a record or checkpoint is written before it has its own.
  private static func isTemporary(_ name: String) -> Bool {
    name.hasPrefix(temporaryPrefix) && name.hasSuffix(temporarySuffix)
  }

  /// What a killed process was writing and had not renamed yet, or a finished run's checkpoint that it
  /// had not removed.
  private func removeLeftovers(among names: Set<String>) {
    for name in names
    where Self.isTemporary(name)
      || Self.isOfRun(name) && name.hasSuffix(".safetensors")
        && names.contains(name.dropLast(11) + "json")
    {
      _ = remove(name)
    }
  }

  /// Removes a file, and no folder; returns what is in the way, if anything is.
  private func remove(_ name: String) -> String? {
    guard unsafe unlink(runs.appending(path: name).filePath) != 0 else { return nil }
    return unsafe String(cString: strerror(errno))
  }

  /// - Parameter names: The runs to remove if the settings are others.
  private func check(
    _ settings: JSONObject, path: String, removing names: Set<String>?
  ) throws(CommandFailure) {
    let file = runs.appending(path: Self.settingsName)
    let text = settings.description + "\n"
    guard let before = try? String(contentsOf: file, encoding: .utf8) else {
      try write(Data(text.utf8), to: file)
      return
    }
    guard before != text else { return }
    guard let names else {
      throw CommandFailure(
        "\(path): holds a sweep with other settings: \(Self.differences(from: before, to: settings)); "
          + "give the same, another folder, or --force to train anew")
    }
    // The settings last: runs that are left by whatever ends this in between are still of the others.
    for name in names {
      guard let reason = remove(name) else { continue }
      throw CommandFailure(
        "\(runs.appending(path: name).filePath): cannot be removed: \(reason)",
        status: .inputOutput)
    }
    try write(Data(text.utf8), to: file)
  }

  /// Which settings differ, what they were and what they are.
  private static func differences(from before: String, to settings: JSONObject) -> String {
    guard
      let known = try? JSONSerialization.jsonObject(with: Data(before.utf8)) as? [String: Any]
    else { return before.folded }
    var differences = settings.members.compactMap { member -> String? in
      let now = if case .string(let text) = member.value { text } else { "\(member.value)" }
      guard let before = known[member.key] else { return "\(member.key) was not given and is" }
      return "\(before)" == now ? nil : "\(member.key) was \(before) and is \(now)"
    }
    differences += known.keys.filter { settings[$0] == nil }.sorted()
      .map { "\($0) was given and is not" }
    return differences.isEmpty ? before.folded : differences.joined(separator: ", ")
  }

  /// Where a run's checkpoint is.
  func checkpoint(of run: SweepRun) -> String {
    runs.appending(path: "\(run.name).safetensors").filePath
  }

  func hasCheckpoint(of run: SweepRun) -> Bool {
    FileManager.default.fileExists(atPath: checkpoint(of: run))
  }

  /// When a run was finished, or its checkpoint written.
  func date(of run: SweepRun) -> Date? {
    [record(of: run).filePath, checkpoint(of: run)].lazy.compactMap {
      try? FileManager.default.attributesOfItem(atPath: $0)[.modificationDate] as? Date
    }.first
  }

  /// What became of a run, if it is finished.
  func outcome(of run: SweepRun) throws(CommandFailure) -> SweepOutcome? {
    let file = record(of: run)
    guard let data = try? Data(contentsOf: file) else { return nil }
    do {
      return try JSONDecoder().decode(SweepOutcome.self, from: data)
    } catch {
      throw CommandFailure(
        "\(file.filePath): is no result of a run; remove it to train that again")
    }
  }

  /// Keeps a finished run, which then needs its checkpoint no more.
  func finish(_ run: SweepRun, _ outcome: SweepOutcome) throws {
    try WatchedInputs.requireUnchanged()
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    try write(try encoder.encode(outcome), to: record(of: run))
    try? FileManager.default.removeItem(atPath: checkpoint(of: run))
  }

  private func record(of run: SweepRun) -> URL { runs.appending(path: "\(run.name).json") }

  private func write(_ data: Data, to file: URL) throws(CommandFailure) {
    // Not by `.atomic`: what a killed process leaves then has a name that is not ours.
    do {
      try OutputFile.write(to: file.filePath) { output throws(ArrayFileError) in
        try output.append([UInt8](data).span)
      }
    } catch {
      throw CommandFailure("\(error)", status: .inputOutput)
    }
  }
}
