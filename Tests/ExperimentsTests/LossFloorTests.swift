import ArgumentParser
import Contrastive
import Testing

@testable import Experiments

@Suite("loss-floor")
struct LossFloorTests {
  @Test("has the bounds of NormFace's figure")
  func figure() throws {
    let command = try LossFloor.parse(["--classes", "2", "10575", "--scale", "1", "10"])
    let rows = try #require(command.figureTables().rows.json.elements)
    #expect(rows.map { $0["classes"]?.double } == [2, 2, 10575, 10575])
    #expect(rows.map { $0["scale"]?.double } == [1, 10, 1, 10])
    for (row, bound) in zip(rows, [0.126928, 2.06115e-9, 8.26632, 0.391775]) {
      #expect(abs(try #require(row["bound"]?.double) / bound - 1) < 1e-5)
    }
  }

  @Test("draws one curve for each number of classes, from chance down")
  func plot() throws {
    let plot = try LossFloor.parse(["--classes", "2", "1000", "1"]).figurePlot()
    #expect(plot.series.map(\.title) == ["n = 2", "n = 1000", "n = 1"])
    for (series, count) in zip(plot.series, [2, 1000, 1]) {
      let heights = series.points.compactMap(\.y)
      #expect(try heights.first == CandidateSet.classes(count).chance())
      #expect(zip(heights, heights.dropFirst()).allSatisfy { $0 > $1 } || count == 1)
    }
  }

  @Test("agrees with the numbers that the paper quotes")
  func quoted() throws {
    let rows = try #require(LossFloor.quotedTable().json.elements)
    #expect(rows.map { $0["printed"] } == ["0.45", "0.007", "9.27", "8.27"].map { .string($0) })
    #expect(rows.allSatisfy { $0["agrees"] == .boolean(true) })
    #expect(abs(try #require(rows[0]["value"]?.double) - 0.4508530603792838) < 1e-15)
  }

  // From several starts: what is reached is the bound, not one lucky arrangement.
  @Test(
    "trains points down onto the bound where the simplex fits, and not below",
    arguments: [0, 1, 2] as [UInt64])
  func optimised(seed: UInt64) throws {
    let result = try LossFloor.result("--seed", "\(seed)")
    #expect(result.members.map(\.key) == ["figure", "quoted", "optimised"])
    let rows = try #require(result["optimised"]?.elements)
    #expect(rows.count == 12)
    for row in rows {
      let dimension = try #require(row["dimension"]?.double)
      let scale = try #require(row["scale"]?.double)
      let bound = try #require(row["bound"]?.double)
      let loss = try #require(row["loss"]?.double)
      let gap = try #require(row["relativeGap"]?.double)
      #expect(row["attainable"] == .boolean(dimension == 9))
      #expect(gap > -1e-14 && abs(loss - bound * (1 + gap)) < 1e-14)
      if dimension == 9 {
        #expect(gap < 1e-6)
      } else {
        #expect(gap > 1e-3)
      }
      if dimension == 8 {
        let known = try LossFloorReproduction.gapsOfTwoSimplices(scale: scale)
        #expect(known.contains { abs(gap - $0) < 1e-6 })
      }
      if dimension == 5 {
        let crossPolytope = try CandidateSet.inBatch(size: 10)
          .value(of: .crossPolytope, temperature: Temperature(scale: scale)).value
        #expect(loss >= crossPolytope * (1 - 1e-14))
      }
    }
  }

  @Test("never goes up on the way")
  func descent() throws {
    var descent = SphereDescent(pointCount: 6, dimension: 3, temperature: 0.5, seed: 3)
    #expect(try descent.run(maximumStepCount: 500))
    #expect(descent.losses.count > 5)
    #expect(zip(descent.losses, descent.losses.dropFirst()).allSatisfy { $0 > $1 })
    // The octahedron, the smallest loss known of six points in three dimensions.
    let octahedron = try CandidateSet.inBatch(size: 6).value(of: .crossPolytope, temperature: 0.5)
    #expect(abs(try #require(descent.losses.last) - octahedron.value) < 1e-10)
  }

  @Test("refuses classes and scales out of range", arguments: ["--classes", "--scale"])
  func outOfRange(option: String) {
    #expect(throws: ContrastiveError.self) { try LossFloor.report([option, "0"]) }
  }
}
