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
    #expect(error == .notFinite(array: q, row: 1))
    let queueError = #expect(throws: ContrastiveError.self) {
      try report(["moco", "--queries", k, "--positives", k, "--queue", q])
    }
    #expect(queueError == .notFinite(array: q, row: 1))
  }

  @Test("names the option of a parameter out of range, and the file of a batch too small")
  func namesOption() throws {
    let folder = try TemporaryFolder()
    let z = try write(.random(rowCount: 1, columnCount: 2, seed: 1), "z.npy", in: folder)
    try NumPyFile.write([0].span, shape: [1], to: folder.path("y.npy"))
    let classes = ["--features", z, "--class-weights", z, "--labels", folder.path("y.npy")]
    let views = ["--view-a", z, "--view-b", z]
    for (arguments, line) in [
      (
        ["cosface", "--margin", "-1"] + classes,
        "--margin: expected a number from 0 to 2, found -1.0"
      ),
      (
        ["arcface", "--margin", "28.6"] + classes,
        "--margin: expected an angle from 0 to π/2, in radians, found 28.6"
      ),
      (
        ["dclw", "--sigma", "0"] + views,
        "--sigma: expected a positive finite number, found 0.0"
      ),
      (
        ["dcl"] + views,
        "\(z): expected at least two rows, which are each other's negatives, found 1"
      ),
    ] {
      let error = #expect(throws: ContrastiveError.self) { try report(arguments) }
      #expect(error?.description == line)
    }
    #expect(try report(["cosface"] + classes).result["loss"] == .number(0))
  }
}
