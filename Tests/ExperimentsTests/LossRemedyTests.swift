import ArgumentParser
import Contrastive
import Foundation
import TestSupport
import Testing

@testable import Experiments

/// What a loss says of arrays for which it is not defined, or that only look so.
@Suite("What would do for a loss")
struct LossRemedyTests {
  private func report(_ words: [String]) throws -> Report {
    let command = try #require(
      try ExperimentsCommand.parseAsRoot(["loss"] + words) as? any ReportCommand)
    return try command.report(progress: ProgressLine(write: nil))
  }

  @Test("names two rows of one direction, or of opposite ones", arguments: [2.0, -3.0])
  func oneDirection(factor: Double) throws {
    let folder = try TemporaryFolder()
    let queries = Matrix<Double>.random(rowCount: 5, columnCount: 3, seed: 1)
    let others = Matrix<Double>.random(rowCount: 5, columnCount: 3, seed: 2)
    try queries.write(to: folder.path("q.npy"))
    try Matrix<Double>(rowCount: 5, columnCount: 3) {
      $0 == 4 ? factor * queries[2, $1] : others[$0, $1]
    }.write(to: folder.path("k.npy"))
    for precision in ["float", "double"] {
      do {
        _ = try report([
          "info-nce-arctanh", "--queries", folder.path("q.npy"), "--positives",
          folder.path("k.npy"), "--precision", precision, "--gradients", folder.path("g"),
        ])
        // A cosine may be a rounding off 1.
      } catch let failure as CommandFailure {
        #expect(
          failure.description.contains(
            "row 2 of \(folder.path("q.npy")) and row 4 of \(folder.path("k.npy")) have one direction"
          ), "\(failure.description)")
        #expect(!failure.description.contains("range"))
      }
    }
    // Of rows of one number every cosine is 1 or −1 exactly.
    let (unit, turned): (Matrix<Double>, Matrix<Double>) = ([[1], [1]], [[2], [-3]])
    try unit.write(to: folder.path("u.npy"))
    try turned.write(to: folder.path("t.npy"))
    let failure = #expect(throws: CommandFailure.self) {
      try report([
        "info-nce-arctanh", "--queries", folder.path("u.npy"), "--positives",
        folder.path("t.npy"),
      ])
    }
    let rows = "row 0 of \(folder.path("u.npy")) and row 0 of \(folder.path("t.npy")) have one"
    #expect(try #require(failure).description.contains(rows))
  }

  @Test("has negatives by a mask in which a positive has another one")
  func maskOfOneSide() throws {
    let folder = try TemporaryFolder()
    try Matrix<Double>.random(rowCount: 3, columnCount: 2, seed: 1).write(to: folder.path("z.npy"))
    try Matrix<Double>(rowCount: 3, columnCount: 3) { $1 == ($0 + 1) % 3 ? 1 : 0 }
      .write(to: folder.path("ring.npy"))
    let result = try report([
      "supcon", "--embeddings", folder.path("z.npy"), "--mask", folder.path("ring.npy"),
    ]).result
    #expect(result["note"] == nil && result["terms"] == .integer(3))
  }
}
