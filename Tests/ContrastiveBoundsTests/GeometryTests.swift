import ContrastiveBounds
import ContrastiveEmbeddings
import Foundation
import Testing

@Suite struct GeometryTests {
  // Coordinates and dot products of d terms cost up to 2d · 1.1e-16 in a cosine; divided by τ that is
  // the loss's relative error.
  private func tolerance(dimension: Int, temperature: Double) -> Double {
    Double(4 * dimension + 16) * 1.1e-16 * max(1, 1 / temperature)
  }

  @Test("the regular simplex has the floor", arguments: [2, 3, 5, 17], [0.02, 0.1, 0.5, 5])
  func simplex(count: Int, temperature: Double) throws {
    let points = regularSimplex(count)
    let tau = try Temperature(temperature)
    let tolerance = tolerance(dimension: count - 1, temperature: temperature)
    for set: CandidateSet in [.inBatch(size: count), .classes(count)] {
      let floor = try set.floor(temperature: tau, dimension: count - 1)
      let loss = inBatchLoss(points, points, temperature: temperature)
      expectClose(loss, floor.value, relative: tolerance)
      #expect(floor.isAttainable)
    }
    let floor = try CandidateSet.twoViews(size: count).floor(temperature: tau)
    expectClose(
      twoViewLoss(points, points, temperature: temperature), floor.value, relative: tolerance)
  }

  @Test("opposite keys have the floor of free negatives", arguments: [1, 3], [0.02, 0.5])
  func antipodal(dimension: Int, temperature: Double) throws {
    let query = [1.0] + [Double](repeating: 0, count: dimension - 1)
    let keys = Rows(repeating: query.map { -$0 }, count: 40)
    let queries = Rows(repeating: query, count: 7)
    let loss = meanLoss(queries: queries, positives: queries, temperature: temperature) { _ in keys
    }
    let floor = try CandidateSet.free(negatives: 40)
      .floor(temperature: Temperature(temperature), dimension: dimension)
    expectClose(loss, floor.value, relative: 1e-13)
    #expect(floor.isAttainable)
  }

  @Test("no random rows fall below a floor", arguments: [1, 2, 3, 8], [0.07, 0.5, 2])
  func random(dimension: Int, temperature: Double) throws {
    var generator = SeededGenerator(seed: UInt64(dimension))
    let tau = try Temperature(temperature)
    for count in [1, 2, 3, 4, 9] {
      for _ in 0..<12 {
        let a = randomUnitRows(count, dimension: dimension, using: &generator)
        // Half of them tied, where losses are lowest.
        let b =
          Bool.random(using: &generator)
          ? a : randomUnitRows(count, dimension: dimension, using: &generator)
        let keys = randomUnitRows(6, dimension: dimension, using: &generator)
        let slack = 1 - tolerance(dimension: dimension, temperature: temperature)
        let batch = inBatchLoss(a, b, temperature: temperature)
        #expect(
          try batch >= CandidateSet.inBatch(size: count).floor(temperature: tau).value * slack)
        let views = twoViewLoss(a, b, temperature: temperature)
        #expect(
          try views >= CandidateSet.twoViews(size: count).floor(temperature: tau).value * slack)
        let free = meanLoss(queries: a, positives: b, temperature: temperature) { _ in keys }
        #expect(try free >= CandidateSet.free(negatives: 6).floor(temperature: tau).value * slack)
      }
    }
  }

  @Test("the arrangements have the losses stated", arguments: [0.05, 0.5, 5])
  func arrangements(temperature: Double) throws {
    let axes = (0..<3).map { axis in (0..<3).map { $0 == axis ? 1.0 : 0 } }
    let octahedron = axes + axes.map { $0.map { -$0 } }
    let pentagon = (0..<5).map { index in
      let angle = 2 * Double.pi * Double(index) / 5
      return [cos(angle), sin(angle)]
    }
    let line = [[1.0], [-1.0]]
    let cases: [(PointConfiguration, Rows)] = [
      (.crossPolytope, octahedron), (.polygon, pentagon), (.orthogonal, axes),
      (.collapsed, [axes[0], axes[0]]), (.antipodal, line), (.polygon, line),
      (.crossPolytope, line),
    ]
    for (configuration, points) in cases {
      let tau = try Temperature(temperature)
      let dimension = points[0].count
      let tolerance = tolerance(dimension: dimension, temperature: temperature)
      let batch = try CandidateSet.inBatch(size: points.count)
        .value(of: configuration, temperature: tau, dimension: dimension)
      expectClose(
        inBatchLoss(points, points, temperature: temperature), batch.value, relative: tolerance)
      #expect(batch.isAttainable)
      let views = try CandidateSet.twoViews(size: points.count)
        .value(of: configuration, temperature: tau, dimension: dimension)
      expectClose(
        twoViewLoss(points, points, temperature: temperature), views.value, relative: tolerance)
    }
  }

  @Test("even points on the circle approach the uniform sphere", arguments: [0.1, 1])
  func uniform(temperature: Double) throws {
    // The n-gon's sum over all n points, the query's included, is the trapezoid rule for n ₀F₁(;1;·),
    // exact to rounding once n is well above 1/τ. So 1 + M(n-gon) = n/(n−1) · M(uniform).
    let set = CandidateSet.free(negatives: 399)
    let tau = try Temperature(temperature)
    let polygon = try set.value(of: .polygon, temperature: tau).value
    let uniform = try set.value(of: .uniform(dimension: 2), temperature: tau).value
    expectClose(exp(polygon), expm1(uniform) * 400 / 399, relative: 1e-13)
  }
}
