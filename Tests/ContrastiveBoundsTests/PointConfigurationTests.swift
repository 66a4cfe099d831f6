import ContrastiveBounds
import ContrastiveEmbeddings
import Foundation
import Testing

@Suite struct PointConfigurationTests {
  // Sums of positive terms add one rounding per term and pair; 1e-15 as for one term, and n/4 ulp.
  @Test("keeps the polygon's digits")
  func polygon() throws {
    let oracle: Oracle = try resource("oracle")
    for item in oracle.polygon {
      let value = try CandidateSet.inBatch(size: item.points)
        .value(of: .polygon, temperature: Temperature(item.temperature)).value
      let tolerance = 1e-15 + Double(item.points) / 4 * 2.2e-16
      expectClose(value, item.value, relative: tolerance, "\(item)")
    }
  }

  @Test("gives the pentagon's losses")
  func pentagon() throws {
    let set = CandidateSet.inBatch(size: 5)
    for (temperature, expected) in [
      (0.1, 0.0019938934534), (0.5, 0.4420153561857), (1, 0.8457810088874),
    ] {
      let value = try set.value(of: .polygon, temperature: Temperature(temperature)).value
      #expect(abs(value - expected) < 1e-13)
    }
  }

  @Test("gives the cross-polytope's gap above the simplex bound")
  func crossPolytope() throws {
    let set = CandidateSet.inBatch(size: 6)
    for (temperature, gap) in [(0.1, 1.51e-4), (0.5, 7.04e-2), (1, 3.95e-2), (5, 2.45e-3)] {
      let tau = try Temperature(temperature)
      let floor = try set.floor(temperature: tau, dimension: 3)
      let value = try set.value(of: .crossPolytope, temperature: tau, dimension: 3)
      expectClose(value.value - floor.value, gap, relative: 5e-3)
      #expect(value.isAttainable && !floor.isAttainable)
    }
  }

  @Test("states cosines and dimensions")
  func geometry() {
    #expect(PointConfiguration.simplex.cosine(pointCount: 5) == -0.25)
    #expect(PointConfiguration.antipodal.cosine(pointCount: 9) == -1)
    #expect(PointConfiguration.orthogonal.cosine(pointCount: 9) == 0)
    #expect(PointConfiguration.collapsed.cosine(pointCount: 9) == 1)
    #expect(PointConfiguration.polygon.cosine(pointCount: 3) == -0.5)
    #expect(PointConfiguration.polygon.cosine(pointCount: 4) == nil)
    #expect(PointConfiguration.crossPolytope.cosine(pointCount: 2) == -1)
    #expect(PointConfiguration.crossPolytope.cosine(pointCount: 4) == nil)
    #expect(PointConfiguration.uniform(dimension: 3).cosine(pointCount: 4) == nil)
    #expect(PointConfiguration.simplex.cosine(pointCount: 1) == nil)

    #expect(PointConfiguration.simplex.smallestDimension(pointCount: 5) == 4)
    #expect(PointConfiguration.simplex.smallestDimension(pointCount: 1) == 1)
    #expect(PointConfiguration.orthogonal.smallestDimension(pointCount: 5) == 5)
    #expect(PointConfiguration.crossPolytope.smallestDimension(pointCount: 6) == 3)
    #expect(PointConfiguration.polygon.smallestDimension(pointCount: 6) == 2)
    #expect(PointConfiguration.polygon.smallestDimension(pointCount: 2) == 1)
    #expect(PointConfiguration.uniform(dimension: 7).smallestDimension(pointCount: 6) == 7)
  }
}
