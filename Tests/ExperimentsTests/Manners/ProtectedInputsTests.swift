import Contrastive
import Foundation
import TestSupport
import Testing

@testable import Experiments

/// Results that would land on a file which the same command reads.
@Suite("A file that a command reads")
struct ProtectedInputsTests {
  /// A folder whose files have the names that results have, with the working directory in it.
  private struct Inputs: ~Copyable {
    let folder: TemporaryFolder
    let contents: [String: Data]

    init(_ names: String...) throws {
      let folder = try TemporaryFolder()
      try FileManager.default.createDirectory(
        at: folder.url.appending(path: "in"), withIntermediateDirectories: false)
      var contents: [String: Data] = [:]
      for (index, name) in names.enumerated() {
        let file = folder.path("in/\(name)")
        if name.contains("labels") {
          try NumPyFile.write([0, 0, 1, 1, 2, 2, 3, 3].span, shape: [8], to: file)
        } else {
          try Matrix<Float>.random(rowCount: 8, columnCount: 4, seed: UInt64(index + 1)).write(
            to: folder.path("in/array.npy"))
          try FileManager.default.moveItem(atPath: folder.path("in/array.npy"), toPath: file)
        }
        contents[name] = try Data(contentsOf: URL(filePath: file))
      }
      self.folder = folder
      self.contents = contents
    }

    /// Runs the program in the folder, and requires the files to be there as they were.
    func run(_ arguments: [String], after preparation: String = "true") throws
      -> ExperimentsProgram.Outcome
    {
      let outcome = try ExperimentsProgram.run(
        script: "cd '\(folder.path("in"))' && \(preparation) && \"$@\"", arguments: arguments)
      for (name, content) in contents {
        #expect(try Data(contentsOf: URL(filePath: folder.path("in/\(name)"))) == content)
      }
      return outcome
    }
  }

  private func requireRefusal(_ outcome: ExperimentsProgram.Outcome, of name: String) {
    #expect(outcome.status == 73)
    #expect(outcome.output == "")
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.errors.contains("\(name): is what ") && outcome.errors.contains("; give "))
  }

  private static let infoNCE = [
    "loss", "info-nce", "--queries", "queries.npy", "--positives", "positives.npy", "--json",
  ]

  @Test(
    "is not replaced by gradients, however their folder is spelt",
    arguments: [".", "../in", "./x/..", "link", "link/../in", "$PWD"])
  func gradients(spelling: String) throws {
    let inputs = try Inputs("queries.npy", "positives.npy")
    let path = spelling.replacing("$PWD", with: inputs.folder.path("in"))
    for force in [[], ["--force"]] {
      requireRefusal(
        try inputs.run(
          Self.infoNCE + ["--gradients", path] + force, after: "mkdir -p x && ln -sfn ../in link"),
        of: "queries.npy")
    }
    #expect(try inputs.folder.names(in: "in") == ["link", "positives.npy", "queries.npy", "x"])
  }

  @Test(
    "is not replaced by gradients, however it is called itself",
    arguments: ["ln -s queries.npy q.npy", "ln queries.npy q.npy", "ln -s ../in/queries.npy q.npy"])
  func links(link: String) throws {
    let inputs = try Inputs("queries.npy", "keys.npy")
    let outcome = try inputs.run(
      [
        "loss", "info-nce", "--queries", "q.npy", "--positives", "keys.npy", "--gradients", ".",
        "--json",
      ], after: link)
    requireRefusal(outcome, of: "queries.npy")
    #expect(outcome.errors.contains("reads as q.npy"))
  }

  @Test("may be a link where a gradient would be put")
  func linkedTarget() throws {
    let inputs = try Inputs("q.npy", "k.npy")
    let outcome = try inputs.run(
      [
        "loss", "info-nce", "--queries", "q.npy", "--positives", "k.npy", "--gradients", "out",
        "--force", "--json",
      ], after: "mkdir out && ln -s ../q.npy out/queries.npy")
    requireRefusal(outcome, of: "out/queries.npy")
  }

  @Test("may be a tensor of a file, and be beside gradients of other names")
  func otherNames() throws {
    let inputs = try Inputs("q.npy", "k.npy", "labels.npy")
    let arguments = [
      "loss", "info-nce", "--queries", "q.npy", "--positives", "k.npy", "--gradients", ".",
      "--json",
    ]
    let outcome = try inputs.run(arguments)
    #expect(outcome.status == 0 && outcome.errors == "")
    #expect(
      try inputs.folder.names(in: "in") == [
        "gradients.json", "k.npy", "labels.npy", "positives.npy", "q.npy", "queries.npy",
      ])
    #expect(try inputs.run(arguments).output == outcome.output)
    // Labels take no gradient, so that their name is no reason.
    #expect(
      try inputs.run([
        "loss", "supcon", "--embeddings", "q.npy", "--labels", "labels.npy", "--gradients", "g",
        "--json",
      ]).status == 0)
    #expect(
      try inputs.run(
        [
          "loss", "supcon", "--embeddings", "q.npy", "--labels", "g2/labels.npy", "--gradients",
          "g2", "--json",
        ], after: "mkdir g2 && cp labels.npy g2"
      ).status == 0)
  }

  @Test(
    "is not replaced by results",
    arguments: [
      (["loss", "clip", "--images", "in.safetensors", "--texts", "k.npy"], "terms-sorted.svg"),
      (["sweep", "--queries", "in.safetensors", "--keys", "k.npy"], "sweep.csv"),
      (
        ["sweep", "--queries", "in.safetensors", "--keys", "k.npy", "--sample", "4"], "sample.csv"
      ),
      (
        ["train", "adapter", "--queries", "in.safetensors", "--keys", "k.npy", "--batch", "4"],
        "adapter.safetensors"
      ),
      (
        ["train", "sweep", "--queries", "in.safetensors", "--keys", "k.npy", "--batch", "4"],
        "train-sweep-recall-data.csv"
      ),
      (["softmax-temperature", "--logits", "in.safetensors"], "softmax-temperature.gnuplot"),
    ])
  func results(arguments: [String], own: String) throws {
    let inputs = try Inputs("k.npy")
    try SafetensorsFile.write(
      ["x": WritableArray(Array(repeating: Float(0.5), count: 32), shape: [8, 4])],
      to: inputs.folder.path("in/in.safetensors"))
    let before = try Data(contentsOf: URL(filePath: inputs.folder.path("in/in.safetensors")))
    // Whatever the results are called: the input is linked to by each such name.
    for name in [own, "result.json"] {
      let outcome = try inputs.run(
        arguments + ["--output", "out", "--force"],
        after: "rm -rf out && mkdir out && ln in.safetensors out/\(name)")
      requireRefusal(outcome, of: "out/\(name)")
      #expect(try inputs.folder.names(in: "in/out") == [name])
    }
    #expect(
      try Data(contentsOf: URL(filePath: inputs.folder.path("in/in.safetensors"))) == before)
  }

  @Test("is not touched where a sweep keeps its runs")
  func runs() throws {
    let inputs = try Inputs("k.npy")
    let arguments = [
      "train", "sweep", "--queries", "out/runs/q.npy", "--keys", "k.npy", "--batch", "4",
      "--output", "out",
    ]
    let outcome = try inputs.run(
      arguments, after: "mkdir -p out/runs && cp k.npy out/runs/q.npy && touch out/runs/.mine")
    #expect(outcome.status == 73 && outcome.errorLines.count == 1)
    #expect(outcome.errors.contains("holds out/runs/q.npy, which it reads"))
    #expect(try inputs.folder.names(in: "in/out/runs") == [".mine", "q.npy"])
    let other = try inputs.run(
      [
        "train", "sweep", "--queries", "k.npy", "--keys", "k.npy", "--batch", "4", "--output",
        "out",
      ])
    #expect(other.status == 73 && other.errors.contains("holds other files"))
    #expect(try inputs.folder.names(in: "in/out/runs") == [".mine", "q.npy"])
  }

  @Test("is no folder for results", arguments: ["--gradients", "--output"])
  func file(option: String) throws {
    let inputs = try Inputs("queries.npy", "positives.npy")
    let outcome = try inputs.run(Self.infoNCE + [option, "queries.npy", "--force"])
    #expect(outcome.status == 73 && outcome.output == "")
    #expect(outcome.errors.contains("is no folder"))
  }

  @Test("may be standard input, which the shell opened")
  func standardInput() throws {
    let inputs = try Inputs("queries.npy", "positives.npy")
    let outcome = try ExperimentsProgram.run(
      script: "cd '\(inputs.folder.path("in"))' && \"$@\" < queries.npy",
      arguments: [
        "loss", "info-nce", "--queries", "-", "--positives", "positives.npy", "--gradients", ".",
        "--force", "--json",
      ])
    requireRefusal(outcome, of: "queries.npy")
    #expect(outcome.errors.contains("reads as standard input (-), and a result would replace it"))
    #expect(
      try Data(contentsOf: inputs.folder.url.appending(path: "in/queries.npy"))
        == inputs.contents["queries.npy"])
  }

  @Test("may be one that an index names", arguments: ["z.safetensors.index.json", "z.json"])
  func shard(index: String) throws {
    let inputs = try Inputs()
    let shard = inputs.folder.path("in/shard.safetensors")
    try SafetensorsFile.write(
      ["x": WritableArray(Array(repeating: Float(0.5), count: 32), shape: [8, 4])], to: shard)
    try inputs.folder.write(
      #"{"weight_map": {"x": "shard.safetensors"}}"#, to: "in/\(index)")
    let before = try Data(contentsOf: URL(filePath: shard))
    let outcome = try inputs.run(
      [
        "loss", "uniformity", "--embeddings", "\(index):x", "--gradients", "out", "--force",
        "--json",
      ], after: "mkdir out && ln shard.safetensors out/embeddings.npy")
    requireRefusal(outcome, of: "out/embeddings.npy")
    #expect(outcome.errors.contains("reads as shard.safetensors"))
    #expect(try Data(contentsOf: URL(filePath: shard)) == before)
  }

  @Test("may lie where results go, if none is called as it is")
  func beside() throws {
    let inputs = try Inputs("k.npy")
    let arguments = ["sweep", "--keys", "k.npy", "--steps", "1", "--output", ".", "--queries"]
    let rows = (0..<8).map { row in
      (0..<4).map { row & 1 << $0 == 0 ? "1" : "0" }.joined(separator: ",")
    }
    for name in ["mine.csv", "sample.csv", "mine.json"] {
      let lines = name.hasSuffix(".json") ? rows.map { "[\($0)]" } : rows
      try inputs.folder.write(lines.joined(separator: "\n"), to: "in/\(name)")
      let outcome = try inputs.run(arguments + [name])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(try inputs.folder.text(of: "in/\(name)") == lines.joined(separator: "\n"))
    }
    try inputs.folder.write(rows.joined(separator: "\n"), to: "in/sweep.csv")
    let clash = try inputs.run(arguments + ["sweep.csv"])
    requireRefusal(clash, of: "sweep.csv")
  }
}
