import Contrastive
import TestSupport
import Testing

/// The built program on rows that could be taken for something else.
@Suite("The rows of files")
struct InputRowTests {
  private let folder: TemporaryDirectory
  private let z: String

  init() throws {
    folder = try TemporaryDirectory()
    z = folder("z.npy")
    try Matrix<Float>.random(rowCount: 4, columnCount: 2, seed: 1).write(to: z)
  }

  private func write(_ text: String, to name: String) throws {
    _ = try folder.write(Array(text.utf8), to: name)
  }

  private func expectFailure(
    _ arguments: String..., containing text: String, at location: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try ExperimentsProgram.run(arguments: arguments)
    #expect(outcome.status == 65 && outcome.output.isEmpty, sourceLocation: location)
    #expect(outcome.errors.contains(text), "\(outcome.errors)", sourceLocation: location)
  }

  @Test("are data if they are numbers", arguments: ["x.csv", "x.txt", "x.tsv"])
  func numbers(_ name: String) throws {
    let text = "# saved\n0,1\n0.6,0.8\n1,0\n-0.8,0.6\n"
    try write(name == "x.tsv" ? text.replacing(",", with: "\t") : text, to: name)
    let rows = [0, 1, 0.6, 0.8, 1, 0, -0.8, 0.6]
    try NumPyFile.write(rows.span, shape: [4, 2], to: folder("x.npy"))
    func output(_ name: String) throws -> String {
      let outcome = try ExperimentsProgram.run(
        "loss", "info-nce", "--queries", folder(name), "--positives", z, "--precision", "double",
        "--json")
      return outcome.output
    }
    let expected = try output("x.npy")
    #expect(!expected.isEmpty)
    #expect(try output(name) == expected)
  }

  @Test("may have a heading above them, if there is one too many")
  func heading() throws {
    try write("0,1\n0.6,0.8\n1,0\n-0.8,0.6\n1,0\n", to: "counted.csv")
    let counted = folder("counted.csv")
    let remark =
      "line 1 of \(counted) may be a heading ('0, 1'), as pandas writes one, and is read as a row: leave it out"
    for (queries, keys) in [(counted, z), (z, counted)] {
      try expectFailure(
        "loss", "info-nce", "--queries", queries, "--positives", keys, containing: remark)
      try expectFailure("sweep", "--queries", queries, "--keys", keys, containing: remark)
    }
    try write("kind\ncat\ndog\ncat\ndog\n", to: "y.csv")
    let labels = folder("y.csv")
    for arguments in [
      ["loss", "supcon", "--embeddings", z, "--labels"],
      ["loss", "info-nce", "--queries", z, "--positives", z, "--ids"],
      ["sweep", "--queries", z, "--keys", z, "--ids"],
    ] {
      let outcome = try ExperimentsProgram.run(arguments: arguments + [labels])
      #expect(outcome.status == 65)
      #expect(
        outcome.errors.contains("line 1 of \(labels) may be a heading ('kind')"),
        "\(outcome.errors)")
      let named = try ExperimentsProgram.run(arguments: arguments + [labels + ":kind"])
      #expect(named.status == 0, "\(named.errors)")
    }
    try write("u1\nu2\nu3\nu4\n", to: "ids.csv")
    let ids = try ExperimentsProgram.run(
      "loss", "info-nce", "--queries", z, "--positives", z, "--ids", folder("ids.csv"))
    #expect(ids.status == 0, "\(ids.errors)")
  }

  @Test("of a mask are truth values in text, too, and finite")
  func masks() throws {
    let rows = ["True,True,False,False", "True,True,False,False", "False,False,True,True"]
    let last = "False,False,True,True"
    try write((rows + [last]).joined(separator: "\n"), to: "m.csv")
    try write(
      (rows + [last]).map { "[\($0.lowercased())]" }.joined(separator: "\n"), to: "m.jsonl")
    try write("a\na\nb\nb\n", to: "y.txt")
    func output(_ option: String, _ name: String) throws -> String {
      let outcome = try ExperimentsProgram.run(
        "loss", "supcon", "--embeddings", z, option, folder(name), "--json")
      return outcome.output
    }
    let expected = try output("--labels", "y.txt")
    #expect(!expected.isEmpty)
    #expect(try output("--mask", "m.csv") == expected)
    #expect(try output("--mask", "m.jsonl") == expected)
    for word in ["nan", "inf"] {
      try write("1,1,0,0\n1,1,0,0\n0,0,1,\(word)\n0,0,1,1\n", to: "m.csv")
      let mask = folder("m.csv")
      try expectFailure(
        "loss", "supcon", "--embeddings", z, "--mask", mask,
        containing: "\(mask): row 2 holds a NaN or an infinity")
    }
  }

  @Test("are labels of 64 bits without a sign, but no indices")
  func large() throws {
    try write("18446744073709551615\n0\n18446744073709551615\n0\n", to: "y.txt")
    let labels = folder("y.txt")
    let outcome = try ExperimentsProgram.run(
      "loss", "supcon", "--embeddings", z, "--labels", labels)
    #expect(outcome.status == 0, "\(outcome.errors)")
    try expectFailure(
      "loss", "softmax-cross-entropy", "--logits", z, "--labels", labels,
      containing: "\(labels): holds 18446744073709551615, expected numbers of rows or classes")
  }
}
