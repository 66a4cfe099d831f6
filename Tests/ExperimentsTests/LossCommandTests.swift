import ArgumentParser
import Contrastive
import Foundation
import TestSupport
import Testing

@testable import Experiments

@Suite("The loss command")
struct LossCommandTests {
  /// Writes rows to a file of the folder, and returns its path.
  func write(_ rows: Matrix<Float>, _ name: String, in folder: borrowing TemporaryFolder) throws
    -> String
  {
    let path = folder.path(name)
    try rows.write(to: path)
    return path
  }

  func report(_ arguments: [String]) throws -> Report {
    let command = try #require(
      try ExperimentsCommand.parseAsRoot(["loss"] + arguments) as? any ReportCommand)
    return try command.report(progress: ProgressLine(write: nil))
  }

  @Test("prints the terms alone for --reduction per-query, and gradients of their sum")
  func perQuery() throws {
    let folder = try TemporaryFolder()
    let q = try write(.random(rowCount: 3, columnCount: 2, seed: 1), "q.npy", in: folder)
    let k = try write(.random(rowCount: 3, columnCount: 2, seed: 2), "k.npy", in: folder)
    let arguments = ["info-nce", "--queries", q, "--positives", k, "--precision", "double"]
    let terms = try report(arguments + ["--reduction", "per-query"]).result
    let sum = try report(arguments + ["--reduction", "sum"]).result
    #expect(terms["loss"] == nil && sum["loss"] != nil)
    #expect(terms["perQuery"] == sum["perQuery"])
    #expect(terms["temperatureGradient"] == sum["temperatureGradient"])
  }

  @Test("prints the value of a loss without terms whatever the reduction")
  func noTerms() throws {
    let folder = try TemporaryFolder()
    let z = try write(.random(rowCount: 4, columnCount: 2, seed: 1), "z.npy", in: folder)
    for reduction in ["mean", "sum", "per-query"] {
      let result = try report(["uniformity", "--embeddings", z, "--reduction", reduction]).result
      #expect(result["loss"] != nil && result["perQuery"] == nil)
    }
  }

  @Test("prints a loss of no pairs as zero over no terms")
  func noPairs() throws {
    let folder = try TemporaryFolder()
    let z = try write(.random(rowCount: 3, columnCount: 2, seed: 1), "z.npy", in: folder)
    try NumPyFile.write([0, 1, 2].span, shape: [3], to: folder.path("y.npy"))
    let result = try report(
      ["nt-xent-pairs", "--embeddings", z, "--labels", folder.path("y.npy")]
    ).result
    #expect(result["loss"] == .number(0) && result["perQuery"] == .array([]))
  }

  @Test("takes the temperature in any of its readings, and several that agree")
  func readings() throws {
    let folder = try TemporaryFolder()
    let q = try write(.random(rowCount: 3, columnCount: 2, seed: 1), "q.npy", in: folder)
    let arguments = ["info-nce", "--queries", q, "--positives", q]
    let byTemperature = try report(arguments + ["--temperature", "0.5"]).result
    #expect(try report(arguments + ["--scale", "2"]).result["loss"] == byTemperature["loss"])
    #expect(
      try report(arguments + ["--scale", "2", "--temperature", "0.5"]).result["loss"]
        == byTemperature["loss"])
    #expect(throws: (any Error).self) {
      try report(arguments + ["--scale", "3", "--temperature", "0.5"])
    }
  }

  @Test("takes further candidates of the batch, joined by a plus sign")
  func batchCandidates() throws {
    let folder = try TemporaryFolder()
    let (q, p): (Matrix<Float>, Matrix<Float>) = (
      .random(rowCount: 5, columnCount: 3, seed: 1), .random(rowCount: 5, columnCount: 3, seed: 2)
    )
    let arguments = [
      "info-nce", "--queries", try write(q, "q.npy", in: folder), "--positives",
      try write(p, "p.npy", in: folder), "--temperature", "0.5", "--batch-candidates",
    ]
    for (choice, candidates) in [
      ("queries", InfoNCE.BatchCandidates.queriesWithQueries),
      ("positives", .positivesWithPositives), ("columns", .positivesWithQueries),
      ("columns+queries+positives", .all),
    ] {
      let value = try InfoNCE(temperature: 0.5, batchCandidates: candidates).value(
        queries: q, positives: p)
      #expect(try report(arguments + [choice]).result["loss"] == .number(Double(value)))
    }
    for choice in ["keys", "queries+", ""] {
      #expect(throws: (any Error).self) { try report(arguments + [choice]) }
    }
  }

  @Test("adds log-weights from files to the candidates' logits")
  func logWeights() throws {
    let folder = try TemporaryFolder()
    let rows = (1...3).map { Matrix<Float>.random(rowCount: 4, columnCount: 3, seed: $0) }
    let arguments = [
      "info-nce", "--queries", try write(rows[0], "q.npy", in: folder), "--positives",
      try write(rows[1], "p.npy", in: folder), "--negatives",
      try write(rows[2], "n.npy", in: folder), "--candidates", "in-batch+shared",
      "--temperature", "0.5", "--log-weights", folder.path("w.npy"), "--negative-log-weights",
      folder.path("nw.npy"),
    ]
    let weights = LogWeights(positives: [0.5, -1, 2, 0], negatives: [3, -0.25, 1, -2])
    try NumPyFile.write(weights.positives.span, shape: [4], to: folder.path("w.npy"))
    try NumPyFile.write(weights.negatives.span, shape: [4], to: folder.path("nw.npy"))
    let value = try InfoNCE(temperature: 0.5).value(
      queries: rows[0], positives: rows[1], negatives: .inBatchAndShared(rows[2]),
      logWeights: weights)
    #expect(try report(arguments).result["loss"] == .number(Double(value)))

    try NumPyFile.write([0.5, .nan, 2, 0].span, shape: [4], to: folder.path("w.npy"))
    let error = #expect(throws: ContrastiveError.self) { try report(arguments) }
    #expect(error == ContrastiveError(.init(folder.path("w.npy")), row: 1, .notFinite))
  }

  @Test("takes triplets, or a batch, whose terms above 0 it can average")
  func triplets() throws {
    let folder = try TemporaryFolder()
    let rows = Matrix<Float>.random(rowCount: 6, columnCount: 2, seed: 1)
    let z = try write(rows, "z.npy", in: folder)
    let labels = [0, 1, 0, 1, 0, 1]
    try NumPyFile.write(labels.span, shape: [6], to: folder.path("y.npy"))
    let batch = ["triplet-margin", "--embeddings", z, "--labels", folder.path("y.npy")]
    let options = ["--distance", "euclidean", "--normalized", "false", "--margin", "0.25"]
    let result = try report(batch + options + ["--reduction", "mean-over-non-zero"]).result
    let step = try TripletMargin(margin: 0.25, distance: .euclidean, isNormalized: false)
      .valueWithGradient(embeddings: rows, labels: labels, reduction: .meanOverNonZero)
    #expect(result["loss"] == .number(Double(step.value)))
    #expect(result["perQuery"] == .array(step.terms.map { .number(Double($0)) }))
    #expect(result["top1Accuracy"] == step.diagnostics?.top1Accuracy.map { .number($0) })

    for arguments in [
      ["--embeddings", z], ["--anchors", z, "--positives", z], ["--labels", z, "--anchors", z],
      batch.dropFirst() + ["--anchors", z],
      batch.dropFirst() + ["--distance", "cosine", "--normalized", "false"],
    ] {
      #expect(throws: (any Error).self) { try report(["triplet-margin"] + arguments) }
    }
    let negative = #expect(throws: ContrastiveError.self) {
      try report(batch + ["--margin", "-1"])
    }
    #expect(negative?.description.hasPrefix("--margin: expected a number from 0 to") == true)
  }

  @Test("estimates Z where it is not given, and says what it took")
  func estimatedZ() throws {
    let folder = try TemporaryFolder()
    let rows = Matrix<Float>.random(rowCount: 3, columnCount: 2, seed: 1)
    let v = try write(rows, "v.npy", in: folder)
    let m = try write(try rows.normalized().matrix, "m.npy", in: folder)
    try NumPyFile.write([0, 1, 1, 2, 2, 0].span, shape: [3, 2], to: folder.path("i.npy"))
    let arguments = [
      "npid-nce", "--embeddings", v, "--memory", m, "--indices", folder.path("i.npy"),
      "--precision", "double",
    ]
    let estimated = try report(arguments).result
    guard case .number(let logZ) = estimated["logZ"] else {
      Issue.record("no logZ")
      return
    }
    let given = try report(arguments + ["--z", "\(exp(logZ))"]).result
    guard case .number(let a) = estimated["loss"], case .number(let b) = given["loss"] else {
      Issue.record("no loss")
      return
    }
    #expect(abs(a - b) < 1e-13)
    let error = #expect(throws: ContrastiveError.self) { try report(arguments + ["--z", "-2"]) }
    #expect(error?.description == "--z: expected a positive finite number, found -2.0")
    try NumPyFile.write([0, 1, 1, 2, 2, 7].span, shape: [3, 2], to: folder.path("i.npy"))
    let outside = #expect(throws: ContrastiveError.self) { try report(arguments) }
    #expect(
      outside?.description
        == "\(folder.path("i.npy")): expected a row of \(folder.path("m.npy")), from 0 to 2, "
        + "found 7 in row 2")
  }

  @Test("names the file and the row of a bad number")
  func namesFile() throws {
    let folder = try TemporaryFolder()
    var rows = Matrix<Float>.random(rowCount: 3, columnCount: 2, seed: 1)
    let k = try write(rows, "k.npy", in: folder)
    rows[1, 0] = .nan
    let q = try write(rows, "q.npy", in: folder)
    let error = #expect(throws: ContrastiveError.self) {
      try report(["info-nce", "--queries", q, "--positives", k])
    }
    #expect(error == ContrastiveError(.init(q), row: 1, .notFinite))
    let queueError = #expect(throws: ContrastiveError.self) {
      try report(["moco", "--queries", k, "--positives", k, "--queue", q])
    }
    #expect(queueError == ContrastiveError(.init(q), row: 1, .notFinite))
  }

  @Test("names the option of a parameter out of range, and the file of a batch too small")
  func namesOption() throws {
    let folder = try TemporaryFolder()
    let z = try write(.random(rowCount: 1, columnCount: 2, seed: 1), "z.npy", in: folder)
    try NumPyFile.write([0].span, shape: [1], to: folder.path("y.npy"))
    let classes = ["--features", z, "--class-weights", z, "--labels", folder.path("y.npy")]
    let views = ["--view-a", z, "--view-b", z]
    let losses = Losses.all.filter { loss in
      ["--class-weights", "--margin"].allSatisfy { loss.helpMessage().contains($0) }
    }
    #expect(losses.count > 2)
    for loss in losses {
      let arguments = [loss.commandName] + classes
      let error = #expect(throws: ContrastiveError.self) {
        try report(arguments + ["--margin", "-1"])
      }
      #expect(error?.description.hasPrefix("--margin: expected ") == true)
      #expect(error?.description.hasSuffix(", found -1.0") == true)
      #expect(try report(arguments).result["loss"] == .number(0))
    }
    for (arguments, line) in [
      (
        ["dclw", "--sigma", "0"] + views,
        "--sigma: expected a positive finite number, found 0.0"
      ),
      (
        ["dcl"] + views,
        "\(z): expected at least two rows, which are each other's negatives, found 1 row"
      ),
    ] {
      let error = #expect(throws: ContrastiveError.self) { try report(arguments) }
      #expect(error?.description == line)
    }
  }
}
