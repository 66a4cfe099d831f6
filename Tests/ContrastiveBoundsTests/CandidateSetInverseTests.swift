import ContrastiveBounds
import ContrastiveEmbeddings
import Testing

@Suite struct CandidateSetInverseTests {
  // Near chance 1/log(ratio) amplifies the ratio's 1.5 to 2 ulp; the rest is 1e-15.
  @Test("gives NormFace's scale, tiny floors included")
  func scale() throws {
    let oracle: Oracle = try resource("oracle")
    for item in oracle.scales {
      let temperature = try CandidateSet.classes(item.classes).temperature(
        reachingFloor: item.floor)
      expectClose(temperature.scale, item.value, relative: 1e-15 + 5e-16 / item.value, "\(item)")
    }
  }

  @Test(
    "gives the scales for a floor of 0.01",
    arguments: [(10, 6.1177), (100, 9.1033), (1000, 11.4954), (10575, 13.8650), (100_000, 16.1129)])
  func quoted(classes: Int, scale: Double) throws {
    let temperature = try CandidateSet.classes(classes).temperature(reachingFloor: 0.01)
    #expect(abs(temperature.scale - scale) < 5e-5)
  }

  @Test("gives the largest temperatures for a floor of 0.01")
  func largestTemperature() throws {
    func largest(_ set: CandidateSet) throws -> Double {
      try set.temperature(reachingFloor: 0.01).value
    }
    #expect(abs(try largest(.free(negatives: 1023)) - 0.17345060) < 5e-9)
    #expect(abs(try largest(.inBatch(size: 1024)) - 0.08681007) < 5e-9)
    #expect(abs(try largest(.inBatch(size: 65537)) - 0.06373372) < 5e-9)
  }

  // The floor's exponent x carries an error of 4 ulp there and back: x · 9e-16, at most 6e-13.
  @Test("is the floor's inverse", arguments: [1e-300, 1e-30, 1e-6, 0.1, 0.6])
  func roundTrip(floor: Double) throws {
    for set: CandidateSet in [
      .free(negatives: 1), .free(negatives: 4096), .inBatch(size: 2), .inBatch(size: 300),
      .twoViews(size: 2), .twoViews(size: 4096), .classes(10575),
    ] {
      let temperature = try set.temperature(reachingFloor: floor)
      expectClose(try set.floor(temperature: temperature).value, floor, relative: 1e-12)
    }
  }

  @Test("refuses a floor no temperature has", arguments: [0, -1, .nan, .infinity, 2.31])
  func range(floor: Double) {
    #expect(throws: ContrastiveError.self) {
      try CandidateSet.classes(10).temperature(reachingFloor: floor)
    }
  }
}
