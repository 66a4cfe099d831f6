import Contrastive
import Foundation
import TestSupport
import Testing

@testable import Experiments

@Suite("Mined negatives")
struct MiningTests {
  @Test("mines negatives by ranks, margins and a cap")
  func mining() throws {
    let pairs = try NoisyPairs()
    let cosines = try pairs.cosines()
    let keyCosines = try Similarity.cosine.matrix(pairs.keys, pairs.keys)
    let folder = try TemporaryFolder()
    let files = try pairs.write(to: folder)
    let path = folder.path("mined.npy")
    _ = try Audit.report(
      files + [
        "--negatives-output", path, "--negatives", "3", "--first-rank", "2", "--last-rank", "9",
        "--absolute-margin", "0.05", "--positive-cap", "0.5",
      ])
    let mined = try FileArray(reading: path)
    #expect(mined.shape == [300, 3])
    let numbers = try mined.integers()
    for row in 0..<300 {
      let others = (0..<300).filter { $0 != row }.sorted { cosines[row, $0] > cosines[row, $1] }
      let expected = others[1..<9].filter {
        cosines[row, $0] <= cosines[row, row] - 0.05 && keyCosines[row, $0] <= 0.5
      }.prefix(3)
      #expect(
        Array(numbers[row * 3..<row * 3 + 3])
          == Array(expected) + Array(repeating: -1, count: 3 - expected.count))
    }
  }

  @Test("mines no key that equals a query's own, and says how many these were")
  func copies() throws {
    var pairs = try NoisyPairs(rowCount: 60, noise: 0.3)
    for row in 30..<60 {
      for column in 0..<12 { pairs.keys[row, column] = pairs.keys[row - 30, column] }
    }
    let folder = try TemporaryFolder()
    let path = folder.path("mined.npy")
    let report = try Audit.report(
      try pairs.write(to: folder) + ["--negatives-output", path, "--last-rank", "59"])
    let numbers = try FileArray(reading: path).integers()
    for row in 0..<60 {
      let mined = numbers[row * 5..<row * 5 + 5]
      #expect(!mined.contains((row + 30) % 60) && !mined.contains(-1), "row \(row)")
    }
    // Every query has one equal to its own among all others.
    #expect(report.notes.contains { $0.contains("; 60 more are left out because they equal") })
    #expect(report.result["minedCopiesLeftOut"] == .integer(60))
  }

  @Test("replaces no file by mined negatives unless it is told to")
  func replacement() throws {
    let folder = try TemporaryFolder()
    let files = try NoisyPairs().write(to: folder)
    try folder.write("mine", to: "mined.jsonl")
    let arguments = ["audit"] + files + ["--negatives-output", folder.path("mined.jsonl")]
    let refused = try ExperimentsProgram.run(arguments: arguments)
    #expect(refused.status == 73 && refused.output.isEmpty)
    #expect(try folder.text(of: "mined.jsonl") == "mine")
    #expect(try ExperimentsProgram.run(arguments: arguments + ["--force"]).status == 0)
    let lines = try folder.text(of: "mined.jsonl").split(separator: "\n")
    #expect(lines.count == 300)
    let input = try ExperimentsProgram.run(
      arguments: ["audit"] + files + ["--negatives-output", folder.path("q.npy"), "--force"])
    #expect(input.status == 73 && input.errors.contains("q.npy"))
  }
}
