import ArgumentParser
import Contrastive
import Foundation
import TestSupport
import Testing

@testable import Experiments

@Suite("sweep")
struct SweepTests {
  func report(_ arguments: String...) throws -> Report {
    let command = try #require(
      try ExperimentsCommand.parseAsRoot(["sweep"] + arguments) as? any ReportCommand)
    return try command.report(progress: ProgressLine(write: nil))
  }

  @Test("agrees with the library at every temperature, on the bundled embeddings")
  func bundled() throws {
    let report = try report("--rows", "64", "--steps", "5", "--precision", "double")
    let table = report.tables[0]
    let queries = try Matrix<Double>(
      FileArray(reading: BundledData.path("api-docs/descriptions.npy"))
    ).rows(0..<64)
    let keys = try Matrix<Double>(FileArray(reading: BundledData.path("api-docs/names.npy")))
      .rows(0..<64)
    for (temperature, loss) in zip(
      table.numbers(in: "temperature"), table.numbers(in: "loss"))
    {
      let expected = try InfoNCE(temperature: Temperature(try #require(temperature))).value(
        queries: queries, positives: keys)
      #expect(abs(try #require(loss) - expected) <= 1e-12 * expected)
    }
    let floors = table.numbers(in: "floor").compactMap(\.self)
    let losses = table.numbers(in: "loss").compactMap(\.self)
    #expect(floors.count == 5 && zip(floors, losses).allSatisfy { $0 <= $1 })
    let entropies = table.numbers(in: "gradientEntropy").compactMap(\.self)
    #expect(zip(entropies, entropies.dropFirst()).allSatisfy { $0 < $1 })
    #expect(report.plots.map(\.name) == ["sweep-loss", "sweep-negatives", "sweep-information"])
    // What no temperature changes is a sentence and no picture.
    #expect(report.notes.first?.hasPrefix("At every τ") == true)
  }

  @Test("says where the loss is least, or at which end of the grid it still falls")
  func notes() throws {
    let inside = try report("--rows", "64", "--minimum", "0.001", "--maximum", "10").notes
    #expect(inside.count == 2 && inside[1].contains("least between"))
    let above = try report("--rows", "64", "--minimum", "1", "--maximum", "2", "--steps", "3").notes
    #expect(above.count == 2 && above[1].contains("--minimum"))
    let one = try report("--rows", "64", "--steps", "1").notes
    #expect(one.count == 1 && one[0].hasPrefix("At this τ"))
    // Rows without a direction have the same loss everywhere, and no end of the grid is better.
    let folder = try TemporaryFolder()
    try folder.write("0,0\n0,0\n0,0\n", to: "zeros.csv")
    try folder.write("1,2\n3,1\n0,5\n", to: "keys.csv")
    let flat = try report("--queries", folder.path("zeros.csv"), "--keys", folder.path("keys.csv"))
      .notes
    #expect(flat.contains { $0.hasPrefix("The loss is the same at every τ") }, "\(flat)")
  }

  @Test("of one step is at one temperature, and refuses to leave out another that is given")
  func oneStep() throws {
    let rows = try report("--rows", "64", "--minimum", "0.1", "--maximum", "0.1", "--steps", "1")
    #expect(rows.tables[0].numbers(in: "temperature") == [0.1])
    let alone = try report("--rows", "64", "--minimum", "3", "--steps", "1")
    #expect(alone.tables[0].numbers(in: "temperature") == [3])
    for arguments in [["--maximum", "1"], ["--minimum", "0.1", "--maximum", "0.2"]] {
      let error = #expect(throws: (any Error).self) {
        try Sweep.parse(arguments + ["--steps", "1"])
      }
      #expect(Sweep.message(for: try #require(error)).hasPrefix("--steps 1: "))
    }
    #expect(throws: (any Error).self) { try Sweep.parse(["--minimum", "3"]) }
  }

  @Test("certifies nothing above chance, and not less than nothing")
  func information() throws {
    let folder = try TemporaryFolder()
    for (name, seed) in [("q", 1), ("k", 2)] {
      try Matrix<Float>.random(rowCount: 16, columnCount: 4, seed: UInt64(seed))
        .write(to: folder.path("\(name).npy"))
    }
    let table = try report(
      "--queries", folder.path("q.npy"), "--keys", folder.path("k.npy"), "--steps", "3"
    ).tables[0]
    let losses = table.numbers(in: "loss").compactMap(\.self)
    let chances = table.numbers(in: "chance").compactMap(\.self)
    #expect(try #require(losses.first) > chances[0])
    for (bound, loss) in zip(table.numbers(in: "mutualInformation"), losses) {
      #expect(abs(try #require(bound) - max(0, chances[0] - loss)) < 1e-6)
    }
  }

  @Test("names the file whose shape does not fit")
  func shapes() throws {
    let folder = try TemporaryFolder()
    try Matrix<Float>.random(rowCount: 3, columnCount: 2, seed: 1).write(to: folder.path("q.npy"))
    try Matrix<Float>.random(rowCount: 3, columnCount: 4, seed: 1).write(to: folder.path("k.npy"))
    let error = #expect(throws: CommandFailure.self) {
      try report("--queries", folder.path("q.npy"), "--keys", folder.path("k.npy"))
    }
    #expect(error?.description.contains("k.npy: expected 3 × 2") == true)
  }

  @Test("sets another model's loss and ranks beside the first one's")
  func against() throws {
    let folder = try TemporaryFolder()
    let queries = Matrix<Float>.random(rowCount: 200, columnCount: 8, seed: 1)
    for (name, noise) in [("near", Float(0.3)), ("far", 1.5)] {
      var keys = queries
      try keys.add(.random(rowCount: 200, columnCount: 8, seed: 2), times: noise)
      try keys.write(to: folder.path("\(name).npy"))
    }
    try queries.write(to: folder.path("q.npy"))
    let report = try report(
      "--queries", folder.path("q.npy"), "--keys", folder.path("far.npy"), "--steps", "4",
      "--against",
      folder.path("q.npy"), folder.path("near.npy"))
    let models = report.table("sweep-models")
    let gain = try #require(models.numbers(in: "difference").first ?? nil)
    let low = try #require(models.numbers(in: "low").first ?? nil)
    #expect(gain > 0.3 && low > 0 && low < gain)
    #expect(report.plots[0].series.map(\.title).contains("loss of q.npy and near.npy"))
    #expect(report.notes.last?.hasPrefix("q.npy and near.npy finds more") == true)
    // Its own curve is that of a sweep of its own.
    let alone = try self.report(
      "--queries", folder.path("q.npy"), "--keys", folder.path("near.npy"), "--steps", "4")
    #expect(
      report.table("sweep-against").numbers(in: "loss") == alone.tables[0].numbers(in: "loss"))
    #expect(throws: CommandFailure.self) {
      try Matrix<Float>.random(rowCount: 9, columnCount: 8, seed: 1).write(
        to: folder.path("few.npy"))
      _ = try self.report(
        "--queries", folder.path("q.npy"), "--keys", folder.path("far.npy"), "--against",
        folder.path("few.npy"), folder.path("few.npy"))
    }
  }

  @Test("shows how unequally queries share their gradients")
  func negatives() throws {
    let table = try report("--rows", "64", "--steps", "5").tables[0]
    let columns = ["Low", "Median", "High"].map { table.numbers(in: "effectiveNegatives\($0)") }
    for row in table.rows.indices {
      let numbers = columns.compactMap { $0[row] }
      #expect(numbers.count == 3 && numbers == numbers.sorted() && numbers[0] >= 1)
      let mean = try #require(table.numbers(in: "effectiveNegatives")[row])
      let entropy = try #require(table.numbers(in: "gradientEntropy")[row])
      // Jensen's inequality: the word that the report gives for it.
      #expect(exp(entropy) <= mean * (1 + 1e-12))
    }
  }
}
