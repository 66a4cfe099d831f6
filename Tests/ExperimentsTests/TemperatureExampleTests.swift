import Contrastive
import Testing

@testable import Experiments

@Suite("temperature-example")
struct TemperatureExampleTests {
  private static let losses = [
    4.937691734271685, 3.994494844397356e-10, 4.938661770836239, 3.998399531438997e-10,
  ]

  @Test("has the article's losses and MoCo's", arguments: [0, 1, 2] as [UInt64])
  func losses(seed: UInt64) throws {
    let result = try TemperatureExample.result("--seed", "\(seed)")
    let rows = try #require(result["rows"]?.elements)
    #expect(rows.map { $0["negatives"]?.double } == [1023, 1023, 1024, 1024])
    #expect(rows.map { $0["temperature"]?.double } == [1, 0.07, 1, 0.07])
    for (row, loss) in zip(rows, Self.losses) {
      #expect(abs(try #require(row["loss"]?.double) / loss - 1) < 1e-12)
    }
    // The formula as it reads loses the small losses altogether.
    #expect(rows[1]["naiveFloat32"]?.double == 0 && rows[3]["naiveFloat32"]?.double == 0)
    #expect(abs(try #require(rows[0]["naiveFloat32"]?.double) - Self.losses[0]) < 1e-4)
    #expect(abs(try #require(rows[0]["positiveProbability"]?.double) - 0.00717113) < 1e-8)
    #expect(try #require(rows[1]["positiveProbability"]?.double) < 1)
  }

  @Test("has chance and the floor that a batch can reach")
  func floors() throws {
    let rows = try #require(TemperatureExample.result()["rows"]?.elements)
    let expected: [(chance: Double, floor: Double, scale: Double)] = [
      (6.931471805599453, 5.93217348361174, 1), (6.931471805599453, 6.301837e-4, 1 / 0.07),
    ]
    for (row, expected) in zip(rows, expected) {
      #expect(abs(try #require(row["chance"]?.double) - expected.chance) < 1e-14)
      #expect(abs(try #require(row["feasibleFloor"]?.double) / expected.floor - 1) < 1e-7)
      #expect(row["scale"]?.double == expected.scale)
    }
  }

  @Test("computes in Float to Float's accuracy")
  func float() throws {
    let result = try TemperatureExample.result("--precision", "float")
    let rows = try #require(result["rows"]?.elements)
    for (row, loss) in zip(rows, Self.losses) {
      let error = abs(try #require(row["loss"]?.double) / loss - 1)
      #expect(error < 1.5e-5 && error > 0)
    }
  }

  @Test(
    "passes its own check at the ends of the scale, in one dimension and many",
    arguments: ["float", "double"], ["1", "777"])
  func extremes(precision: String, dimension: String) throws {
    let result = try TemperatureExample.result(
      "--negatives", "1", "300", "--temperatures", "0.001", "0.02", "1000", "--dimension",
      dimension, "--precision", precision)
    #expect(result["rows"]?.elements?.count == 6)
  }

  @Test("has no naive value where the formula is not a number")
  func naiveOverflow() throws {
    #expect(TemperatureExample.naiveFloat32(negatives: 2, temperature: 0.01).isNaN)
    let rows = try #require(
      TemperatureExample.result("--temperatures", "0.01").defined["rows"]?.elements)
    #expect(rows[0]["naiveFloat32"] == nil && rows[0]["loss"] != nil)
  }

  @Test(
    "refuses counts that make no sense or do not fit",
    arguments: [["--negatives", "0"], ["--negatives", "999999999"], ["--dimension", "0"]])
  func counts(arguments: [String]) throws {
    let error = #expect(throws: ContrastiveError.self) {
      try TemperatureExample.report(arguments)
    }
    #expect(try #require(error).description.hasPrefix(arguments[0]))
  }

  @Test("draws the floors over the temperature")
  func plots() throws {
    let plots = try TemperatureExample.report([]).plots
    #expect(plots.count == 2)
    for plot in plots {
      let (batch, free) = (plot.series[0].points, plot.series[1].points)
      #expect(zip(batch, free).allSatisfy { ($0.y ?? 0) > ($1.y ?? 0) })
    }
  }
}
