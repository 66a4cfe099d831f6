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
    #expect(report.notes.contains { $0.contains("; without 60 equal to the query's own key") })
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

  /// A number as `Float16` holds it, toward zero, or the next one away from it.
  private static func half(_ number: Float, next: Bool) -> Float {
    Float(bitPattern: number.bitPattern & ~0x1FFF + (next ? 0x2000 : 0))
  }

  @Test("mines no key that is a query's own but for the rounding of 16 bits")
  func roundedCopies() throws {
    var pairs = try NoisyPairs(rowCount: 60, noise: 0.3)
    for row in 0..<30 {
      for column in 0..<12 {
        let number = pairs.keys[row, column]
        pairs.keys[row, column] = Self.half(number, next: false)
        pairs.keys[row + 30, column] = Self.half(number, next: (row + column) % 2 == 0)
      }
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
    #expect(
      report.notes.contains {
        $0.contains("; without 60 equal to the query's own key but for rounding")
      })
    #expect(report.result["minedCopiesLeftOut"] == .integer(0))
    #expect(report.result["minedNearCopiesLeftOut"] == .integer(60))
  }

  @Test("mines no key as near as a query's own that has its text, and other keys as near")
  func equalTexts() throws {
    var pairs = try NoisyPairs(rowCount: 60, noise: 0.3)
    func project(_ row: [Float], off other: [Float]) -> [Float] {
      let share =
        zip(row, other).map(*).reduce(0, +) / other.map { $0 * $0 }.reduce(0, +)
      return zip(row, other).map { $0 - share * $1 }
    }
    let noise = Matrix<Float>.random(rowCount: 30, columnCount: 12, seed: 9)
    for row in 0..<30 {
      let (query, key) = (
        (0..<12).map { pairs.queries[row, $0] }, (0..<12).map { pairs.keys[row, $0] }
      )
      // A fiftieth of the key to a side on which the query is not: its cosine with the query stays.
      let side = project(
        project((0..<12).map { noise[row, $0] }, off: key), off: project(query, off: key))
      let length = { (row: [Float]) in row.map { $0 * $0 }.reduce(0, +).squareRoot() }
      let step = 0.02 * length(key) / length(side)
      for column in 0..<12 { pairs.keys[row + 30, column] = key[column] + step * side[column] }
    }
    let folder = try TemporaryFolder()
    let files = try pairs.write(to: folder)
    try folder.write((0..<60).map { "text \($0 % 30)\n" }.joined(), to: "equal.txt")
    try folder.write((0..<60).map { "text \($0)\n" }.joined(), to: "other.txt")
    for (name, isMined) in [("equal.txt", false), ("other.txt", true)] {
      let path = folder.path("\(name).npy")
      let report = try Audit.report(
        files + ["--negatives-output", path, "--texts", folder.path(name)])
      let numbers = try FileArray(reading: path).integers()
      for row in 0..<30 {
        #expect(numbers[row * 5..<row * 5 + 5].contains(row + 30) == isMined, "row \(row)")
      }
      let reason = " or of its text and as near to the query."
      #expect(report.notes.contains { $0.contains(reason) } == !isMined)
    }
  }
}
