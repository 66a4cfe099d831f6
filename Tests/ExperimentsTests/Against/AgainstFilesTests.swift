import Contrastive
import Foundation
import TestSupport
import Testing

@testable import Experiments

@Suite("The files of another model")
struct AgainstFilesTests {
  private static func result(_ report: Report, _ name: String) -> String? {
    guard case .string(let text)? = report.result["against"]?[name] else { return nil }
    return text
  }

  @Test(
    "are refused before anything is computed, unless they have as many rows as the first, drawn or not",
    arguments: [
      ["audit"], ["audit", "--rows", "20"], ["audit", "--sample", "20"],
      ["sweep", "--rows", "20", "--steps", "3"], ["choose", "--sample", "40", "--no-train"],
    ])
  func sizes(command: [String]) throws {
    let folder = try TemporaryFolder()
    let pairs = try TurnedPairs(rowCount: 80)
    let files = try pairs.write(to: folder)
    for (name, rows) in [("fewer", 60), ("more", 100)] {
      let other = try TurnedPairs(rowCount: rows).queries
      try other.write(to: folder.path("\(name).npy"))
      let outcome = try ExperimentsProgram.run(
        arguments: command + files + [
          "--against", folder.path("\(name).npy"), folder.path("\(name).npy"), "--output",
          folder.path("results"),
        ])
      #expect(outcome.status == 65 && outcome.output.isEmpty)
      #expect(
        outcome.errors
          == "error: \(folder.path("\(name).npy")): expected 80 rows, those of --queries by another model, found "
          + "\(rows)\n")
      #expect(!FileManager.default.fileExists(atPath: folder.path("results")))
    }
  }

  @Test("are looked at before trainings, and the row of a file is named that is no number")
  func rows() throws {
    let folder = try TemporaryFolder()
    let pairs = try TurnedPairs(rowCount: 80)
    let files = try pairs.write(to: folder)
    try pairs.keys.replacing(17, 0, by: .nan).write(to: folder.path("broken.npy"))
    for file in ["broken.npy", "missing.npy"] {
      let error = #expect(throws: (any Error).self) {
        // So many epochs would not end.
        try Choose.report(
          files + [
            "--epochs", "1000000000", "--against", folder.path("q.npy"), folder.path(file),
          ])
      }
      let text = try #require(error.map { "\($0)" })
      #expect(text.contains(folder.path(file)))
      #expect(file == "missing.npy" || text.contains("row 17 holds a NaN"))
    }
  }

  @Test("share the ids and texts that come through a pipe", arguments: ["--ids", "--texts"])
  func pipes(option: String) throws {
    let folder = try TemporaryFolder()
    let files = try TurnedPairs(rowCount: 80).write(to: folder)
    let numbers = (0..<80).map { "\($0)" }.joined(separator: "\\n")
    let outcome = try ExperimentsProgram.run(
      script: "printf '\(numbers)\\n' | \"$@\"",
      arguments: ["choose"] + files + [
        "--no-train", option, "-", "--against", files[3], files[1], "--json",
      ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("\"against\""))
  }

  @Test("are called by as much of their paths as tells them apart")
  func names() throws {
    let folder = try TemporaryFolder()
    let pairs = try TurnedPairs(rowCount: 60)
    for (model, keys) in [("a", pairs.keys), ("b", pairs.queries)] {
      try FileManager.default.createDirectory(
        atPath: folder.path(model), withIntermediateDirectories: true)
      try pairs.queries.write(to: folder.path("\(model)/q.npy"))
      try keys.write(to: folder.path("\(model)/k.npy"))
    }
    let report = try Sweep.report([
      "--steps", "3", "--queries", folder.path("a/q.npy"), "--keys", folder.path("a/k.npy"),
      "--against", folder.path("b/q.npy"), folder.path("b/k.npy"),
    ])
    #expect(Self.result(report, "first") == "a/q.npy and a/k.npy")
    #expect(Self.result(report, "second") == "b/q.npy and b/k.npy")
    let same = try Sweep.report([
      "--steps", "3", "--queries", folder.path("a/q.npy"), "--keys", folder.path("a/k.npy"),
      "--against", folder.path("a/q.npy"), folder.path("a/k.npy"),
    ])
    #expect(Self.result(same, "second") == "q.npy and k.npy")
  }
}
