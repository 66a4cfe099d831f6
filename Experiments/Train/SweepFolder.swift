import Foundation
import Synchronization

/// Where a sweep keeps what is done, so that it can be ended at any moment and go on later.
///
/// In `runs` lie, for every run, `<name>.json` once it is finished, or `<name>.safetensors` to go on
/// from, both written beside and renamed; and `settings.json`, what all of them were trained with. A
/// lock, which the system takes back from a process that ends, keeps a second sweep out.
final class SweepFolder: Sendable {
  private let runs: URL
  private let lock: FileHandle

  /// Opens or makes the folder.
  ///
  /// - Parameter settings: What determines the results of a run, besides its temperature and seed.
  /// - Throws: `CommandFailure` if it cannot be written, another process uses it, or what is in it was
  ///   trained with other settings.
  init(_ path: String, settings: JSONObject) throws(CommandFailure) {
    let files = FileManager.default
    runs = URL(filePath: path, directoryHint: .isDirectory).appending(
      path: "runs", directoryHint: .isDirectory)
    do {
      try files.createDirectory(at: runs, withIntermediateDirectories: true)
      let file = runs.appending(path: "lock")
      if !files.fileExists(atPath: file.path(percentEncoded: false)) { try Data().write(to: file) }
      lock = try FileHandle(forWritingTo: file)
    } catch {
      throw CommandFailure(
        "\(path): cannot be written: \(error.localizedDescription)", status: .cannotCreate)
    }
    guard flock(lock.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw CommandFailure(
        "\(path): another sweep is at work there; wait for it, or give another folder",
        status: .cannotCreate)
    }
    removeLeftovers(in: URL(filePath: path)) { $0.hasPrefix(".partial-") }
    let kept = Set((try? files.contentsOfDirectory(atPath: runs.path(percentEncoded: false))) ?? [])
    removeLeftovers(in: runs) {
      $0.hasPrefix(".")
        || $0.hasSuffix(".safetensors") && kept.contains($0.dropLast(11) + "json")
    }
    try check(settings, path: path)
  }

  /// What a killed process was writing and had not renamed yet, or a finished run's checkpoint that it
  /// had not removed.
  private func removeLeftovers(in folder: URL, where isLeftover: (_ name: String) -> Bool) {
    let files = FileManager.default
    for name in (try? files.contentsOfDirectory(atPath: folder.path(percentEncoded: false))) ?? []
    where isLeftover(name) {
      try? files.removeItem(at: folder.appending(path: name))
    }
  }

  private func check(_ settings: JSONObject, path: String) throws(CommandFailure) {
    let file = runs.appending(path: "settings.json")
    let text = settings.description + "\n"
    guard let before = try? String(contentsOf: file, encoding: .utf8) else {
      try write(Data(text.utf8), to: file)
      return
    }
    guard before == text else {
      throw CommandFailure(
        "\(path): holds a sweep with other settings, \(before.trimmingCharacters(in: .newlines)); "
          + "give these, or another folder")
    }
  }

  /// Where a run's checkpoint is.
  func checkpoint(of run: SweepRun) -> String {
    runs.appending(path: "\(run.name).safetensors").path(percentEncoded: false)
  }

  func hasCheckpoint(of run: SweepRun) -> Bool {
    FileManager.default.fileExists(atPath: checkpoint(of: run))
  }

  /// A run's result, if it is finished.
  func result(of run: SweepRun) throws(CommandFailure) -> SweepResult? {
    let file = record(of: run)
    guard let data = try? Data(contentsOf: file) else { return nil }
    do {
      return try JSONDecoder().decode(SweepResult.self, from: data)
    } catch {
      throw CommandFailure(
        "\(file.path(percentEncoded: false)): is no result of a run; remove it to train that again")
    }
  }

  /// Keeps a finished run, which then needs its checkpoint no more.
  func finish(_ run: SweepRun, _ result: SweepResult) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    try write(try encoder.encode(result), to: record(of: run))
    try? FileManager.default.removeItem(atPath: checkpoint(of: run))
  }

  private func record(of run: SweepRun) -> URL { runs.appending(path: "\(run.name).json") }

  private func write(_ data: Data, to file: URL) throws(CommandFailure) {
    do {
      try data.write(to: file, options: .atomic)
    } catch {
      throw CommandFailure(
        "\(file.path(percentEncoded: false)): cannot be written: \(error.localizedDescription)",
        status: .inputOutput)
    }
  }
}
