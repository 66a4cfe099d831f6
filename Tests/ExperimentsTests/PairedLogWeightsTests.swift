import Contrastive
import Foundation
import TestSupport
import Testing

@testable import Experiments

@Suite("Log-weights of paired negatives")
struct PairedLogWeightsTests {
  @Test("have a row for each query, or one row for all")
  func shape() throws {
    let folder = try TemporaryFolder()
    let q = Matrix<Float>.random(rowCount: 4, columnCount: 3, seed: 1)
    let p = Matrix<Float>.random(rowCount: 4, columnCount: 3, seed: 2)
    let n = Matrix<Float>.random(rowCount: 8, columnCount: 3, seed: 3)
    for (matrix, name) in [(q, "q.npy"), (p, "p.npy"), (n, "n.npy")] {
      try matrix.write(to: folder.path(name))
    }
    let weights = LogWeights(
      positives: [0.5, -1, 2, 0], negatives: [3, -0.25, 1, -2, 0.5, 0, -1, 2])
    try NumPyFile.write(weights.positives.span, shape: [4], to: folder.path("w.npy"))
    func loss(_ shape: [Int], candidates: String) throws -> Double? {
      try NumPyFile.write(
        weights.negatives.span, shape: shape, to: folder.path("nw.npy"))
      let command = try #require(
        try ExperimentsCommand.parseAsRoot([
          "loss", "info-nce", "--queries", folder.path("q.npy"), "--positives",
          folder.path("p.npy"), "--negatives", folder.path("n.npy"), "--candidates", candidates,
          "--temperature", "0.5", "--log-weights", folder.path("w.npy"),
          "--negative-log-weights", folder.path("nw.npy"),
        ]) as? any ReportCommand)
      return try command.report(progress: ProgressLine(write: nil)).result["loss"]?.double
    }
    let expected = try InfoNCE(temperature: 0.5).value(
      queries: q, positives: p, negatives: .paired(n), logWeights: weights)
    for shape in [[4, 2], [8]] {
      #expect(try loss(shape, candidates: "paired") == Double(expected))
    }
    for shape in [[2, 4], [8, 1], [1, 8]] {
      let failure = #expect(throws: CommandFailure.self) { try loss(shape, candidates: "paired") }
      #expect(failure?.description.contains("nw.npy: expected 4 × 2") == true)
    }
    #expect(try loss([8, 1], candidates: "shared") != nil)
    #expect(throws: ArrayFileError.self) { try loss([4, 2], candidates: "shared") }
  }

  @Test("and the negatives themselves are paired where they are N × M × d, M = 1 as well")
  func dimensions() throws {
    let folder = try TemporaryFolder()
    let q = Matrix<Double>.random(rowCount: 4, columnCount: 3, seed: 1)
    let p = Matrix<Double>.random(rowCount: 4, columnCount: 3, seed: 2)
    try q.write(to: folder.path("q.npy"))
    try p.write(to: folder.path("p.npy"))
    func loss(_ n: Matrix<Double>, shape: [Int], _ further: [String] = []) throws -> Double? {
      try n.write(to: folder.path("n.npy"), shape: shape)
      let command = try #require(
        try ExperimentsCommand.parseAsRoot(
          [
            "loss", "info-nce", "--queries", folder.path("q.npy"), "--positives",
            folder.path("p.npy"), "--negatives", folder.path("n.npy"), "--temperature", "0.5",
            "--precision", "double",
          ] + further) as? any ReportCommand)
      return try command.report(progress: ProgressLine(write: nil)).result["loss"]?.double
    }
    for count in [1, 2] {
      let n = Matrix<Double>.random(rowCount: 4 * count, columnCount: 3, seed: 3)
      let plain = InfoNCE(temperature: 0.5)
      let paired = try plain.value(queries: q, positives: p, negatives: .paired(n))
      let shared = try plain.value(queries: q, positives: p, negatives: .shared(n))
      #expect(try loss(n, shape: [4, count, 3]) == paired)
      #expect(try loss(n, shape: [4 * count, 3]) == shared)
      #expect(try loss(n, shape: [1, 4 * count, 3]) == shared)
      #expect(try loss(n, shape: [4 * count, 3, 1]) == shared)
    }
    let n = Matrix<Double>.random(rowCount: 8, columnCount: 3, seed: 3)
    let error = #expect(throws: ArrayFileError.self) {
      try loss(n, shape: [4, 2, 3], ["--candidates", "shared"])
    }
    // Whoever does that has another loss.
    #expect(error?.description.contains("reshape") == false)
  }

  @Test("and of one query are as good as shared, so that a margin may leave some out")
  func oneQuery() throws {
    let folder = try TemporaryFolder()
    let q = Matrix<Double>.random(rowCount: 1, columnCount: 3, seed: 1)
    let p = Matrix<Double>.random(rowCount: 1, columnCount: 3, seed: 2)
    let n = Matrix<Double>.random(rowCount: 6, columnCount: 3, seed: 3)
    try q.write(to: folder.path("q.npy"))
    try p.write(to: folder.path("p.npy"))
    try n.write(to: folder.path("n.npy"), shape: [1, 6, 3])
    let plain = InfoNCE(temperature: 0.5)
    for (options, excluded) in [
      ([], .none), (["--margin", "0.1"], .moreSimilar(margin: .absolute(0.1))),
    ] as [([String], FalseNegatives<Double>)] {
      let command = try #require(
        try ExperimentsCommand.parseAsRoot(
          [
            "loss", "info-nce", "--queries", folder.path("q.npy"), "--positives",
            folder.path("p.npy"), "--negatives", folder.path("n.npy"), "--temperature", "0.5",
            "--precision", "double",
          ] + options) as? any ReportCommand)
      let loss = try command.report(progress: ProgressLine(write: nil)).result["loss"]?.double
      #expect(
        loss
          == (try plain.value(queries: q, positives: p, negatives: .shared(n), excluding: excluded))
      )
    }
  }
}
