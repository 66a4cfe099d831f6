import Contrastive
import Foundation
import TestSupport
import Testing

/// Tables with ids and labels beside their numbers, and texts with headings, as the commands read them.
@Suite("The commands read from tables")
struct TableInputTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    for (name, seed) in [("q", 1), ("k", 2)] {
      let rows = Matrix<Float>.random(rowCount: 6, columnCount: 3, seed: UInt64(seed))
      try rows.write(to: directory("\(name).npy"))
      let lines = (0..<6).map { row in
        "\(row + 7)," + (0..<3).map { "\(rows[row, $0])" }.joined(separator: ",")
          + ",\(["cat", "dog"][row % 2])"
      }
      let table = "id,e0,e1,e2,kind\n" + lines.joined(separator: "\n") + "\n"
      _ = try directory.write(Array(table.utf8), to: "\(name).csv")
      _ = try directory.write(MalformedFiles.gzip(Array(table.utf8)), to: "\(name).csv.gz")
    }
  }

  private func run(_ script: String) throws -> ExperimentsProgram.Outcome {
    try ExperimentsProgram.run(
      script:
        "cd '\(directory(""))'; program=\"$1\"; \(script.replacing("Experiments", with: "\"$program\""))",
      arguments: [])
  }

  @Test(
    "the columns of numbers, with a note of those that are left out",
    arguments: [
      "Experiments loss info-nce --queries q.csv --positives k.csv",
      "Experiments loss info-nce --queries q.csv.gz --positives k.csv",
      "Experiments loss info-nce --queries - --positives k.csv < q.csv",
      "cat q.csv.gz | Experiments loss info-nce --queries - --positives k.csv",
      "Experiments sweep --steps 2 --queries q.csv --keys k.csv",
      "Experiments train adapter --epochs 1 --batch 2 --queries q.csv --keys k.csv",
    ])
  func notes(script: String) throws {
    let arrays = script.replacing(".csv.gz", with: ".csv").replacing(".csv", with: ".npy")
      .replacing("cat q.npy | ", with: "cat q.npy | ")
    func numbers(_ outcome: ExperimentsProgram.Outcome) throws -> String {
      #expect(outcome.status == 0, "\(outcome.errors)")
      // What differs between any two runs, or by the files' names.
      return outcome.output.replacing(/"seconds":[^,}]*/, with: "")
        .replacing(/"(queries|keys)": "[^"]*"/, with: "")
    }
    let outcome = try run(script + " --json")
    #expect(try numbers(outcome) == numbers(run(arrays + " --json")))
    #expect(outcome.errorLines.count == 2)
    #expect(
      outcome.errors.contains(
        "note: k.csv: takes 3 columns of numbers and leaves out columns id, kind; k.csv:first-last names others\n"
      ), "\(outcome.errors)")
  }

  @Test("a range of them without a note, and labels by their column")
  func ranges() throws {
    let range = try run("Experiments loss info-nce --json --queries q.csv:e0-e2 --positives k.npy")
    let array = try run("Experiments loss info-nce --json --queries q.npy --positives k.npy")
    #expect(range.status == 0 && range.errors == "" && range.output == array.output)
    let labels = try run(
      "Experiments loss supcon --json --embeddings q.csv:e0-e2 --labels q.csv:kind")
    #expect(labels.status == 0 && labels.errors == "")
    let unnamed = try run("Experiments loss supcon --embeddings q.csv:e0-e2 --labels q.csv")
    #expect(unnamed.status == 65)
    #expect(
      unnamed.errors
        == "error: q.csv: name one of its columns, as in q.csv:column; it holds id, e0, e1, e2, kind\n"
    )
  }

  @Test("with a remark on a heading, however the text comes")
  func headings() throws {
    let text = "label\na\nb\na\nb\na\nb\n"
    _ = try directory.write(Array(text.utf8), to: "y.txt")
    _ = try directory.write(MalformedFiles.gzip(Array(text.utf8)), to: "y.txt.gz")
    for (labels, before) in [
      ("y.txt", ""), ("y.txt.gz", ""), ("-", "cat y.txt | "), ("-", "cat y.txt.gz | "),
      ("/dev/stdin", "cat y.txt | "),
    ] {
      for command in [
        "loss supcon --embeddings q.npy --labels", "loss clip --images q.npy --texts k.npy --ids",
        "sweep --queries q.npy --keys k.npy --ids",
        "loss info-nce --queries q.npy --positives k.npy --ids",
      ] {
        let outcome = try run("\(before)Experiments \(command) \(labels)")
        #expect(outcome.status == 65 && outcome.errorLines.count == 1)
        #expect(
          outcome.errors.contains(
            "found 7; line 1 of \(labels) may be a heading ('label'): leave it out"),
          "\(outcome.errors)")
      }
    }
  }

  @Test("with a remark on a heading of numbers, and of classes")
  func headingsOfNumbers() throws {
    let rows = (0..<7).map { "\($0 == 0 ? 0 : $0),\($0 == 0 ? 1 : 3),2" }.joined(separator: "\n")
    _ = try directory.write(Array(rows.utf8), to: "k7.csv")
    let counted = try run("cat k7.csv | Experiments sweep --queries q.npy --keys -")
    #expect(
      counted.errors.contains("found 7 × 3; line 1 of - may be a heading ('0, 1, 2')"),
      "\(counted.errors)")
    _ = try directory.write(Array("label\n0\n1\n0\n1\n0\n1\n".utf8), to: "y.txt")
    let classes = try run("Experiments loss softmax-cross-entropy --logits q.npy --labels y.txt")
    #expect(
      classes.errors.contains(
        "y.txt: expected whole numbers, found 'label'; line 1 of y.txt may be a heading ('label')"),
      "\(classes.errors)")
  }

  @Test("with a note on a heading of numbers, even if the counts fit")
  func headingNotes() throws {
    for (text, note) in [
      ("0,1,2\n3,4,5\n6,7,9\n", "note: line 1 of k.csv may be a heading ('0, 1, 2'), as pandas"),
      ("0,1,2\n3,4,5\n6,7,0.5\n", "note: k.csv: takes line 1, '0, 1, 2', as the heading"),
      ("x,12,3\n3,4,5\n6,7,9\n", "note: k.csv: takes line 1, 'x, 12, 3', as the heading"),
    ] {
      _ = try directory.write(Array(text.utf8), to: "k.csv")
      let outcome = try run("Experiments loss uniformity --embeddings k.csv")
      #expect(outcome.status == 0 && outcome.errorLines.count == 1)
      #expect(outcome.errors.hasPrefix(note), "\(outcome.errors)")
    }
  }

  @Test("of several arrays on standard input the one behind -:")
  func standardInput() throws {
    try SafetensorsFile.write(
      [
        "image": WritableArray([Float](repeating: 1, count: 18), shape: [6, 3]),
        "text": WritableArray([Float](repeating: 1, count: 18), shape: [6, 3]),
      ], to: directory("both.safetensors"))
    let several = try run("cat both.safetensors | Experiments loss uniformity --embeddings -")
    #expect(several.status == 65)
    #expect(
      several.errors
        == "error: -: name one of its tensors, as in -:tensor; it holds image, text\n")
    let one = try run("cat both.safetensors | Experiments loss uniformity --embeddings -:text")
    #expect(one.status == 0, "\(one.errors)")
  }
}
