import Contrastive
import Foundation
import TestSupport
import Testing

/// What a user is told of files that are nearly right, or right and not as meant.
@Suite("Remarks on inputs")
struct InputRemarkTests {
  private func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: URL(filePath: path))
  }

  /// Twelve rows, as queries and keys; the training's are the first eight.
  private func pairs(in folder: borrowing TemporaryFolder) throws -> [String] {
    for (name, seed) in [("q", 1), ("k", 2)] {
      try Matrix<Float>.random(rowCount: 12, columnCount: 4, seed: UInt64(seed))
        .write(to: folder.path("\(name).npy"))
    }
    return ["--queries", folder.path("q.npy"), "--keys", folder.path("k.npy")]
  }

  @Test("name ids that are in training and test")
  func sharedIDs() throws {
    let folder = try TemporaryFolder()
    let files = try pairs(in: folder)
    try write(
      "a b c d e f g h a b x y".split(separator: " ").joined(separator: "\n"),
      to: folder.path("ids.txt"))
    let outcome = try ExperimentsProgram.run(
      arguments: [
        "train", "adapter", "--json", "--epochs", "1", "--batch", "4", "--test-rows", "4",
      ]
        + files + ["--ids", folder.path("ids.txt")])
    #expect(outcome.output.contains("2 of 4 test rows have an id that training rows have, too"))
  }

  @Test("name a heading for a line too many")
  func heading() throws {
    let folder = try TemporaryFolder()
    let files = try pairs(in: folder)
    try write("label\n" + String(repeating: "a\nb\n", count: 6), to: folder.path("l.txt"))
    let outcome = try ExperimentsProgram.run(
      arguments: ["sweep"] + files + ["--ids", folder.path("l.txt")])
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("found 13; line 1 of"))
    #expect(outcome.errors.contains("may be a heading ('label')"))
  }

  @Test("name what is wrong with labels and keys of texts")
  func texts() throws {
    let folder = try TemporaryFolder()
    let files = try pairs(in: folder)
    try write("id,label\n1,cat\n2,dog\n", to: folder.path("l.csv"))
    try write(
      #"{"image": [1, 2], "text": [3, 4], "label": "cat"}"# + "\n", to: folder.path("p.jsonl"))
    func errors(_ arguments: [String]) throws -> String {
      let outcome = try ExperimentsProgram.run(arguments: arguments)
      #expect(outcome.status == 65 && outcome.errorLines.count == 1)
      return outcome.errors
    }
    #expect(
      try errors(["sweep"] + files + ["--ids", folder.path("l.csv")])
        .contains(
          "name one of its columns, as in \(folder.path("l.csv")):column; it holds id, label"))
    #expect(
      try errors(["sweep"] + files + ["--ids", folder.path("p.jsonl")])
        .contains("it holds image, text, label"))
    let key = folder.path("p.jsonl:label")
    #expect(
      try errors(["sweep", "--queries", key, "--keys", key]).contains(
        "row 0's key 'label' is 'cat'"))
  }

  @Test("name rows without a direction, labels that no row has, and what accuracy is of")
  func losses() throws {
    let folder = try TemporaryFolder()
    try Matrix<Float>(rowCount: 4, columnCount: 2) { row, column in
      row == 1 || row == 3 ? 0 : Float(row + column)
    }.write(to: folder.path("z.npy"))
    try write("cat\ndog\ncat\ndog\n", to: folder.path("l.txt"))
    let z = folder.path("z.npy")
    let labels = folder.path("l.txt")
    func note(_ arguments: String...) throws -> String {
      let outcome = try ExperimentsProgram.run(arguments: ["loss"] + arguments + ["--json"])
      #expect(outcome.status == 0)
      return outcome.output
    }
    let supCon = ["supcon", "--embeddings", z, "--labels", labels, "--ignore-label"]
    let bird = try note(supCon[0], supCon[1], z, supCon[3], labels, supCon[5], "Bird")
    #expect(bird.contains("no row has the label 'Bird'"))
    #expect(bird.contains("embeddings: 2 rows are zero, without a direction, the first is row 1"))
    #expect(
      try !note(supCon[0], supCon[1], z, supCon[3], labels, supCon[5], "dog").contains("no row has")
    )
    #expect(
      try note("clip", "--images", z, "--texts", z, "--ids", labels)
        .contains("of the own key among those of other ids"))
  }

  @Test(
    "name rows without a direction, by the file's numbers",
    arguments: [
      ["sweep", "--steps", "2"], ["calibrate"],
      ["train", "adapter", "--epochs", "1", "--batch", "4", "--test-rows", "4"],
    ])
  func zeroRows(command: [String]) throws {
    let folder = try TemporaryFolder()
    let files = try pairs(in: folder)
    let rows = Matrix<Float>.random(rowCount: 12, columnCount: 4, seed: 1)
    try Matrix<Float>(rowCount: 12, columnCount: 4) { $0 == 3 || $0 == 7 ? 0 : rows[$0, $1] }
      .write(to: folder.path("q.npy"))
    let outcome = try ExperimentsProgram.run(arguments: command + files)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let words = outcome.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(
      words.contains(
        "\(folder.path("q.npy")): 2 rows are zero, without a direction, the first is row 3"),
      "\(words)")
    #expect(!words.contains("\(folder.path("k.npy")): "))
  }

  @Test("take an array on standard input, and numbers with commas and blanks")
  func words() throws {
    let folder = try TemporaryFolder()
    let files = try pairs(in: folder)
    try write(
      #"{"image": [1, 2]}"# + "\n" + #"{"image": [2, 1]}"# + "\n", to: folder.path("p.jsonl"))
    let piped = try ExperimentsProgram.run(
      script: "\"$1\" sweep --queries -:image --keys \"$2\":image --json <\"$2\"",
      arguments: [folder.path("p.jsonl")])
    #expect(piped.status == 0)
    let sweep = try ExperimentsProgram.run(
      arguments: ["train", "sweep"] + files
        + ["--temperatures", "0.1, 0.2", "--seeds", "1", "--epochs", "1", "--batch", "4", "--json"])
    #expect(sweep.status == 0 && sweep.output.contains("0.2"))
  }

  @Test(
    "name the mode of an option that another one ignores",
    arguments: [
      (["--minimum", "0.1"], "scheduled"), (["--half-period", "2"], "scheduled"),
      (["--temperature-learning-rate", "0.1"], "learned"),
      (["--temperature-mode", "learned", "--maximum", "1"], "scheduled"),
    ])
  func modes(options: [String], mode: String) throws {
    let outcome = try ExperimentsProgram.run(arguments: ["train", "adapter"] + options)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("give --temperature-mode \(mode)"))
  }

  @Test("name a setting that was given and is not, replace nothing they go on with")
  func resumes() throws {
    let folder = try TemporaryFolder()
    let files = try pairs(in: folder)
    try write(String(repeating: "a\nb\nc\n", count: 4), to: folder.path("ids.txt"))
    let sweep =
      ["train", "sweep"] + files
      + ["--temperatures", "0.1", "--seeds", "1", "--epochs", "1", "--batch", "4"]
      + ["--output", folder.path("out")]
    let ids = ["--ids", folder.path("ids.txt")]
    #expect(try ExperimentsProgram.run(arguments: sweep + ids).status == 0)
    let again = try ExperimentsProgram.run(arguments: sweep + ids)
    #expect(again.status == 0 && again.errors.contains("taken over"))
    #expect(!again.errors.contains("replaces"))
    let other = try ExperimentsProgram.run(arguments: sweep)
    #expect(other.status == 65 && other.errorLines.count == 1)
    #expect(other.errors.contains("ids was given and is not"))
  }

  @Test("say that training did harm")
  func harm() throws {
    let folder = try TemporaryFolder()
    // Rows that find themselves, and a training on other pairs at a rate that ruins them.
    let rows = Matrix<Float>.random(rowCount: 60, columnCount: 8, seed: 3)
    try rows.write(to: folder.path("q.npy"))
    try Matrix<Float>(rowCount: 60, columnCount: 8) { rows[$0 < 30 ? 29 - $0 : $0, $1] }
      .write(to: folder.path("k.npy"))
    let files = ["--queries", folder.path("q.npy"), "--keys", folder.path("k.npy")]
    let outcome = try ExperimentsProgram.run(
      arguments: ["train", "sweep"] + files
        + ["--test-rows", "30", "--batch", "10", "--epochs", "20", "--learning-rate", "0.1"]
        + ["--temperatures", "0.1,1", "--seeds", "1"])
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("At no τ is recall@1 as good as the untrained 1.000"))
    #expect(outcome.output.contains("two standard errors"))
  }
}
