import ArgumentParser
import Contrastive
import Foundation
import TestSupport
import Testing

@testable import Experiments

/// The built program on the files that people have.
@Suite("The commands read")
struct InputFormatTests {
  /// What NumPy gives in float64 for the Fortran-ordered fixtures.
  static let expectedLoss = 0.5256171760771997

  private func fixture(_ name: String) throws -> String {
    try #require(Bundle.module.resourceURL).appending(path: "Fixtures/\(name)")
      .path(percentEncoded: false)
  }

  private func number(_ key: String, of outcome: ExperimentsProgram.Outcome) throws -> Double {
    #expect(outcome.status == 0, "\(outcome.errors)")
    let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    return try #require((object as? [String: Any])?[key] as? Double)
  }

  private func loss(_ queries: String, _ positives: String) throws -> Double {
    try number(
      "loss",
      of: ExperimentsProgram.run(
        "loss", "info-nce", "--queries", queries, "--positives", positives, "--temperature", "0.07",
        "--precision", "double", "--json"))
  }

  @Test("arrays in Fortran order by value, not transposed")
  func fortranOrder() throws {
    let value = try loss(fixture("fortran-queries.npy"), fixture("fortran-positives.npy"))
    #expect(abs(value - Self.expectedLoss) <= 1e-11)
  }

  @Test("the same rows from any container, to the same loss")
  func containers() throws {
    let folder = try TemporaryFolder()
    let positives = try fixture("fortran-positives.npy")
    let rows = try Matrix<Float>(FileArray(reading: fixture("fortran-queries.npy")))
    let lines = (0..<rows.rowCount).map { r in
      (0..<rows.columnCount).map { "\(rows[r, $0])" }
    }
    let columns = (0..<rows.columnCount).map { "e\($0)" }.joined(separator: ",")
    func text(_ separator: String, _ around: (String) -> String = { $0 }) -> String {
      lines.map { around($0.joined(separator: separator)) + "\n" }.joined()
    }
    try folder.write(text(","), to: "q.csv")
    try folder.write(columns + "\n" + text(","), to: "header.csv")
    try folder.write(text("\t"), to: "q.tsv")
    try folder.write(text(" "), to: "q.txt")
    try folder.write(text(",") { "[\($0)]" }, to: "q.jsonl")
    try folder.write(text(",") { "{\"id\": 7, \"v\": [\($0)]}" }, to: "keyed.jsonl")
    try rows.write(to: folder.path("q.npy"))
    try rows.write(to: folder.path("middle.npy"), shape: [12, 1, 8])
    let bytes = try contents(of: folder.path("q.npy"))
    var archive = MalformedFiles.Archive()
    archive.contents = bytes
    for (name, bytes) in [
      ("q.npz", archive.bytes), ("noext", bytes), ("UPPER.NPY", bytes), ("wrongname.csv", bytes),
      ("q.npy.gz", MalformedFiles.gzip(bytes)),
    ] {
      try Data(bytes).write(to: URL(filePath: folder.path(name)))
    }
    for name in [
      "q.csv", "header.csv", "q.tsv", "q.txt", "q.jsonl", "keyed.jsonl", "keyed.jsonl:v", "q.npz",
      "q.npz:x", "q.npz:x.npy", "noext", "UPPER.NPY", "wrongname.csv", "q.npy.gz", "middle.npy",
    ] {
      let value = try loss(folder.path(name), positives)
      // Text has as many digits as tell a Float, which are not all of its own.
      let isText = [".csv", ".tsv", ".txt", ".jsonl"].contains { name.contains($0) }
      #expect(
        abs(value - Self.expectedLoss) <= (isText && name != "wrongname.csv" ? 1e-7 : 1e-11),
        "\(name)")
    }
  }

  @Test("standard input and pipes, but one of them from standard input only")
  func standardInput() throws {
    let files = [try fixture("fortran-queries.npy"), try fixture("fortran-positives.npy")]
    let command = #"loss info-nce --temperature 0.07 --precision double --json"#
    for script in [
      #"cat "$2" | "$1" COMMAND --queries - --positives "$3""#,
      #""$1" COMMAND --queries - --positives "$3" < "$2""#,
      #"cat "$3" | "$1" COMMAND --queries "$2" --positives /dev/stdin"#,
    ] {
      let outcome = try ExperimentsProgram.run(
        script: script.replacing("COMMAND", with: command), arguments: files)
      #expect(abs(try number("loss", of: outcome) - Self.expectedLoss) <= 1e-11)
    }
    let twice = try ExperimentsProgram.run(
      "loss", "info-nce", "--queries", "-", "--positives=-:k")
    #expect(twice.status == 64 && twice.output.isEmpty)
    #expect(
      twice.errors.contains("--queries, --positives: only one of them can read standard input"))
    for (options, names) in [
      ("--queries a.npy --keys b.npy --against - -", "--against, --against"),
      ("--queries a.npy --keys - --against c.npy -", "--keys, --against"),
    ] {
      let outcome = try ExperimentsProgram.run(
        arguments: ["sweep"] + options.split(separator: " ").map { String($0) })
      #expect(outcome.status == 64)
      #expect(outcome.errors.contains("\(names): only one of them can read standard input"))
    }
  }

  @Test("no file in the place of a stream that was closed")
  func closedStreams() throws {
    let folder = try TemporaryFolder()
    try folder.write("1,2\n3,4\n", to: "x.csv")
    let arguments = [
      "loss", "info-nce", "--queries", "-", "--positives", folder.path("x.csv"), "--json",
    ]
    let input = try ExperimentsProgram.run(script: "exec \"$@\" <&-", arguments: arguments)
    #expect(input.status == 65 && input.errors.hasPrefix("error: -: cannot be read"))
    // The first file of the results would be what is printed to.
    let output = try ExperimentsProgram.run(
      script: "exec \"$@\" >&-",
      arguments: ["loss-floor", "--json", "--output", folder.path("out")])
    #expect(output.status == 74 && output.errors.hasPrefix("error: standard output: "))
  }

  @Test("masks of truth values, whose diagonal counts nothing")
  func mask() throws {
    for name in ["mask.npy", "mask-with-diagonal.npy"] {
      let outcome = try ExperimentsProgram.run(
        "loss", "supcon", "--embeddings", try fixture("masked.npy"), "--mask", try fixture(name),
        "--temperature", "0.1", "--precision", "double", "--json")
      #expect(abs(try number("loss", of: outcome) - 4.239196185534219) <= 1e-11)
    }
  }

  @Test("labels and ids as texts, and the label to ignore")
  func textLabels() throws {
    let folder = try TemporaryFolder()
    let z = folder.path("z.npy")
    try Matrix<Float>.random(rowCount: 6, columnCount: 4, seed: 1).write(to: z)
    try NumPyFile.write([0, 1, 0, 2, 1, 2].span, shape: [6], to: folder.path("y.npy"))
    try NumPyFile.write([0, 1, 0, 2, 1, 2].span, shape: [6, 1], to: folder.path("column.npy"))
    try folder.write("cat\nblue bird\ncat\ndog\nblue bird\ndog\n", to: "y.txt")
    try folder.write("id,kind\n1,cat\n2,bird\n3,cat\n4,dog\n5,bird\n6,dog\n", to: "y.csv")
    for (command, option) in [
      ("supcon", ["--labels"]), ("nt-xent-pairs", ["--labels"]), ("tolerance", ["--labels"]),
      ("triplet-margin", ["--labels"]), ("supcon", ["--ignore-label", "2", "--labels"]),
      ("info-nce", ["--positives", z, "--ids"]),
    ] {
      let first = command == "info-nce" ? "--queries" : "--embeddings"
      func value(_ file: String) throws -> Double {
        let options = option.map {
          $0 == "2" && file != "y.npy" && file != "column.npy" ? "dog" : $0
        }
        return try number(
          "loss",
          of: ExperimentsProgram.run(
            arguments: ["loss", command, first, z] + options + [folder.path(file), "--json"]))
      }
      let expected = try value("y.npy")
      #expect(try value("y.txt") == expected)
      #expect(try value("y.csv:kind") == expected)
      #expect(try value("column.npy") == expected)
    }
    let classes = try ExperimentsProgram.run(
      "loss", "softmax-cross-entropy", "--logits", z, "--labels", folder.path("y.txt"))
    #expect(classes.status == 65 && classes.errors.contains("which row of the other array"))
    let word = try ExperimentsProgram.run(
      "loss", "supcon", "--embeddings", z, "--labels", folder.path("y.npy"), "--ignore-label", "dog"
    )
    #expect(word.status == 65 && word.errors.contains("--ignore-label dog"))
  }

  @Test("columns where vectors are wanted")
  func columns() throws {
    let folder = try TemporaryFolder()
    try NumPyFile.write([1.0, 5, 7, 10].span, shape: [4, 1], to: folder.path("x.npy"))
    try folder.write("1\n5\n7\n10\n", to: "x.txt")
    for name in ["x.npy", "x.txt"] {
      let outcome = try ExperimentsProgram.run(
        "softmax-temperature", "--logits", folder.path(name), "--json")
      #expect(outcome.output.contains("[0.000116"))
    }
    let z = folder.path("z.npy")
    try Matrix<Float>.random(rowCount: 4, columnCount: 4, seed: 1).write(to: z)
    func loss(_ weights: String) throws -> Double {
      try number(
        "loss",
        of: ExperimentsProgram.run(
          "loss", "info-nce", "--queries", z, "--positives", z, "--log-weights", weights, "--json"))
    }
    try NumPyFile.write([1.0, 5, 7, 10].span, shape: [4], to: folder.path("w.npy"))
    #expect(try loss(folder.path("x.npy")) == loss(folder.path("w.npy")))
    #expect(try loss(folder.path("x.txt")) == loss(folder.path("w.npy")))
  }

  @Test("drawn rows, the same of both sides and for the same seed")
  func sample() throws {
    let folder = try TemporaryFolder()
    let rows = Matrix<Float>.random(rowCount: 40, columnCount: 3, seed: 1)
    let keys = Matrix<Float>.random(rowCount: 40, columnCount: 3, seed: 2)
    try rows.write(to: folder.path("q.npy"))
    try keys.write(to: folder.path("k.npy"), shape: [40, 1, 3])
    func loss(_ options: String...) throws -> Double {
      let command = try #require(
        try ExperimentsCommand.parseAsRoot(
          [
            "sweep", "--queries", folder.path("q.npy"), "--keys", folder.path("k.npy"), "--steps",
            "1",
          ]
            + options) as? any ReportCommand)
      let report = try command.report(progress: ProgressLine(write: nil))
      return try #require(report.tables[0].numbers(in: "loss").first ?? nil)
    }
    #expect(try loss("--sample", "40") == loss())
    #expect(try loss("--sample", "8") == loss("--sample", "8", "--seed", "1"))
    #expect(try loss("--sample", "8") != loss("--sample", "8", "--seed", "2"))
    #expect(try loss("--sample", "8") != loss("--rows", "8"))

    let options = try RowOptions.parse(["--sample", "8"])
    guard case .drawn(let drawn) = try options.choice(of: 40, in: "q.npy", seed: 3) else {
      Issue.record("nothing is drawn")
      return
    }
    #expect(drawn.count == 8 && Set(drawn).count == 8 && drawn.sorted() == drawn)
    let (q, k) = (rows.rows(at: drawn), keys.rows(at: drawn))
    let expected = try InfoNCE(temperature: 0.005).value(queries: q, positives: k)
    #expect(abs(try loss("--sample", "8", "--seed", "3") - Double(expected)) <= 1e-4)

    // Every row is drawn about as often as any other: 100 ± 10.
    var counts = [Int](repeating: 0, count: 40)
    for seed in 0..<500 {
      guard case .drawn(let drawn) = try options.choice(of: 40, in: "q.npy", seed: UInt64(seed))
      else { continue }
      for row in drawn { counts[row] += 1 }
    }
    #expect(counts.allSatisfy { 50...150 ~= $0 })

    for (arguments, text) in [
      (["--rows", "3", "--sample", "3"], "leave one out"), (["--sample", "0"], "at least 1"),
      (["--seed", "3"], "needs --sample"),
    ] {
      let outcome = try ExperimentsProgram.run(arguments: ["sweep"] + arguments)
      #expect(outcome.status == 64 && outcome.errors.contains(text))
    }
    let many = try ExperimentsProgram.run("sweep", "--sample", "6000")
    #expect(many.status == 65 && many.errors.contains("--sample 6000"))
  }
}
