import Contrastive
import Foundation
import TestSupport
import Testing

@testable import Experiments

@Suite("Rows that are drawn")
struct SampleTests {
  private func pairs(in folder: borrowing TemporaryFolder) throws -> [String] {
    for (name, seed) in [("q", 1), ("k", 2)] {
      try Matrix<Float>.random(rowCount: 40, columnCount: 4, seed: UInt64(seed))
        .write(to: folder.path("\(name).npy"))
    }
    return ["--queries", folder.path("q.npy"), "--keys", folder.path("k.npy")]
  }

  static let commands: [(words: [String], seed: String)] = [
    (["sweep", "--steps", "2"], "--seed"),
    (["train", "adapter", "--epochs", "1", "--batch", "4"], "--sample-seed"),
    (
      [
        "train", "sweep", "--epochs", "1", "--batch", "4", "--temperatures", "0.1", "--seeds", "2",
      ], "--sample-seed"
    ),
  ]

  @Test("are written with the results, and are those that the results are of", arguments: commands)
  func written(words: [String], seed: String) throws {
    let folder = try TemporaryFolder()
    let files = try pairs(in: folder)
    func json(_ options: String..., files: [String]) throws -> [String: Any] {
      let outcome = try ExperimentsProgram.run(
        arguments: words + files + options + ["--json"], searchPath: folder.path(""))
      #expect(outcome.status == 0, "\(outcome.errors)")
      let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
      return try #require(object as? [String: Any])
    }
    let drawn = try json(
      "--sample", "12", seed, "5", "--output", folder.path("out"), files: files)
    let lines = try folder.text(of: "out/sample.csv").split(separator: "\n")
    let rows = lines.dropFirst().compactMap { Int($0) }
    #expect(lines.first == "row" && rows.count == 12 && rows == Set(rows).sorted())
    #expect(drawn["sample"] as? [Int] == rows)

    for name in ["q", "k"] {
      try Matrix<Float>(FileArray(reading: folder.path("\(name).npy"))).rows(at: rows)
        .write(to: folder.path("drawn-\(name).npy"))
    }
    let alone = try json(
      files: ["--queries", folder.path("drawn-q.npy"), "--keys", folder.path("drawn-k.npy")])
    for key in ["rows", "before", "after", "means", "runs"] {
      func text(_ result: [String: Any]) throws -> Data {
        try JSONSerialization.data(withJSONObject: [result[key] ?? 0], options: .sortedKeys)
      }
      #expect(try text(drawn) == text(alone), "\(key)")
    }
    #expect(alone["sample"] == nil)
    #expect(try json("--sample", "12", seed, "6", files: files)["sample"] as? [Int] != rows)
  }

  @Test("are called by their number in the file where one is not finite")
  func notFinite() throws {
    let folder = try TemporaryFolder()
    let files = try pairs(in: folder)
    var keys = try Matrix<Float>(FileArray(reading: folder.path("k.npy")))
    for row in 30..<40 { keys[row, 1] = .nan }
    try keys.write(to: folder.path("k.npy"))
    for (words, seed) in Self.commands {
      let outcome = try ExperimentsProgram.run(
        arguments: words + files + ["--sample", "20", seed, "5"])
      #expect(outcome.status == 65)
      #expect(
        outcome.errors.firstMatch(of: /k.npy: row 3[0-9] holds a NaN or an infinity/) != nil,
        "\(outcome.errors)")
    }
  }

  @Test("of another model are called by their number in its file, too")
  func notFiniteAgainst() throws {
    let folder = try TemporaryFolder()
    let files = try pairs(in: folder)
    var generator = SeededGenerator(seed: 5)
    let drawn = (0..<40).sample(30, using: &generator)
    // The number of another row that is drawn.
    let row = try #require(
      drawn.indices.first { drawn[$0] < 30 && drawn[drawn[$0]] != drawn[$0] }.map { drawn[$0] })
    let rows = try Matrix<Float>(FileArray(reading: folder.path("k.npy")))
    try rows.replacing(row, 1, by: .nan).write(to: folder.path("other.npy"))
    for (command, first) in [("audit", "k.npy"), ("audit", "other.npy"), ("sweep", "other.npy")] {
      let outcome = try ExperimentsProgram.run(
        arguments: [command] + files + [
          "--sample", "30", "--seed", "5", "--against", folder.path(first),
          folder.path("other.npy"),
        ])
      #expect(outcome.status == 65)
      #expect(
        outcome.errors.contains("other.npy: row \(row) holds a NaN"),
        "\(command): \(outcome.errors)"
      )
    }
  }

  @Test("stay the same where a sweep goes on, which names a sample that differs")
  func resumed() throws {
    let folder = try TemporaryFolder()
    let words = try Self.commands[2].words + pairs(in: folder) + ["--output", folder.path("out")]
    let first = try ExperimentsProgram.run(arguments: words + ["--sample", "20"])
    #expect(first.status == 0, "\(first.errors)")
    let again = try ExperimentsProgram.run(arguments: words + ["--sample", "20"])
    #expect(again.status == 0 && again.errors.contains("2 of 2 runs are taken over"))
    let other = try ExperimentsProgram.run(arguments: words + ["--sample", "21"])
    #expect(other.status == 65 && other.errors.contains("sample was 20 and is 21"))
    let seed = try ExperimentsProgram.run(
      arguments: words + ["--sample", "20", "--sample-seed", "2"])
    #expect(seed.status == 65 && seed.errors.contains("sampleSeed was not given and is"))
  }

  @Test("train with the seeds of a list, each once")
  func seeds() throws {
    let folder = try TemporaryFolder()
    let files = try pairs(in: folder)
    func seeds(_ words: String...) throws -> [Double?] {
      try TrainSweep.report(
        files + ["--epochs", "1", "--batch", "4", "--temperatures", "0.1", "--seeds"] + words
      ).attachments[0].numbers(in: "seed")
    }
    #expect(try seeds("2") == [1, 2])
    #expect(try seeds("9,4") == [4, 9])
    #expect(try seeds("9", "4", "9") == [4, 9])
    #expect(try seeds("0,1") == [0, 1])
  }
}
