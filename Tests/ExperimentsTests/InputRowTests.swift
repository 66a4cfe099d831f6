import Contrastive
import TestSupport
import Testing

/// The built program on rows that could be taken for something else.
@Suite("The rows of files")
struct InputRowTests {
  private let folder: TemporaryFolder
  private let z: String

  init() throws {
    folder = try TemporaryFolder()
    z = folder.path("z.npy")
    try Matrix<Float>.random(rowCount: 4, columnCount: 2, seed: 1).write(to: z)
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
    let lines = [[0, 1], [0.6, 0.8], [1, 0], [-0.8, 0.6]]
    let separator = name == "x.tsv" ? "\t" : ","
    try folder.write(
      "# saved\n"
        + lines.map { $0.map { "\($0)".replacing(".0", with: "") }.joined(separator: separator) }
        .joined(separator: "\n"), to: name)
    try NumPyFile.write(lines.flatMap(\.self).span, shape: [4, 2], to: folder.path("x.npy"))
    let outputs = try [name, "x.npy"].map {
      try ExperimentsProgram.run(
        "loss", "info-nce", "--queries", folder.path($0), "--positives", z, "--precision", "double",
        "--json")
    }
    #expect(outputs[0].status == 0 && outputs[0].output == outputs[1].output)
  }

  @Test("may have a heading above them, if there is one too many")
  func heading() throws {
    try folder.write("0,1\n0.6,0.8\n1,0\n-0.8,0.6\n1,0\n", to: "counted.csv")
    let counted = folder.path("counted.csv")
    let remark = "line 1 of \(counted) may be a heading ('0, 1'): leave it out"
    for (queries, keys) in [(counted, z), (z, counted)] {
      try expectFailure(
        "loss", "info-nce", "--queries", queries, "--positives", keys, containing: remark)
      try expectFailure("sweep", "--queries", queries, "--keys", keys, containing: remark)
    }
    try folder.write("kind\ncat\ndog\ncat\ndog\n", to: "y.csv")
    let labels = folder.path("y.csv")
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
      #expect(try ExperimentsProgram.run(arguments: arguments + [labels + ":kind"]).status == 0)
    }
    try folder.write("u1\nu2\nu3\nu4\n", to: "ids.csv")
    let ids = try ExperimentsProgram.run(
      "loss", "info-nce", "--queries", z, "--positives", z, "--ids", folder.path("ids.csv"))
    #expect(ids.status == 0, "\(ids.errors)")
  }

  @Test("of a mask are truth values in text, too, and finite")
  func masks() throws {
    let rows = ["True,True,False,False", "True,True,False,False", "False,False,True,True"]
    let last = "False,False,True,True"
    try folder.write((rows + [last]).joined(separator: "\n"), to: "m.csv")
    try folder.write(
      (rows + [last]).map { "[\($0.lowercased())]" }.joined(separator: "\n"), to: "m.jsonl")
    try folder.write("a\na\nb\nb\n", to: "y.txt")
    func output(_ option: String, _ name: String) throws -> String {
      try ExperimentsProgram.run(
        "loss", "supcon", "--embeddings", z, option, folder.path(name), "--json"
      ).output
    }
    let expected = try output("--labels", "y.txt")
    #expect(!expected.isEmpty)
    #expect(try output("--mask", "m.csv") == expected)
    #expect(try output("--mask", "m.jsonl") == expected)
    for word in ["nan", "inf"] {
      try folder.write("1,1,0,0\n1,1,0,0\n0,0,1,\(word)\n0,0,1,1\n", to: "m.csv")
      let mask = folder.path("m.csv")
      try expectFailure(
        "loss", "supcon", "--embeddings", z, "--mask", mask,
        containing: "\(mask): row 2 holds a NaN or an infinity")
    }
  }

  @Test("are labels of 64 bits without a sign, but no indices")
  func large() throws {
    try folder.write("18446744073709551615\n0\n18446744073709551615\n0\n", to: "y.txt")
    let labels = folder.path("y.txt")
    let outcome = try ExperimentsProgram.run(
      "loss", "supcon", "--embeddings", z, "--labels", labels)
    #expect(outcome.status == 0, "\(outcome.errors)")
    try expectFailure(
      "loss", "softmax-cross-entropy", "--logits", z, "--labels", labels,
      containing: "\(labels): holds 18446744073709551615, expected numbers of rows or classes")
  }
}
