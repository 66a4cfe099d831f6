import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

/// Below τ = 0.025 the gradient may leave out weights that rounding swallows.
@Suite("Gradients of the weights that matter")
struct SparseGradientTests {
  /// Rows around a few directions, as trained embeddings are: a query has a few near negatives.
  static func clustered(_ count: Int, dimension: Int, seed: UInt64) -> Matrix<Float> {
    let centres = Matrix<Float>.random(rowCount: 40, columnCount: dimension, seed: 77)
    let noise = Matrix<Float>.random(rowCount: count, columnCount: dimension, seed: seed)
    return Matrix(rowCount: count, columnCount: dimension) { r, c in
      centres[r % 40, c] + 0.7 * noise[r, c]
    }
  }

  static func gradients(
    _ queries: Matrix<Float>, _ keys: Matrix<Float>, negatives: Negatives<Float>,
    of variables: InfoNCE.Variables, options: ComputeOptions
  ) throws -> LossStep<Float, InfoNCE.Gradient<Float>> {
    try InfoNCE(temperature: 0.01).valueWithGradient(
      queries: queries, positives: keys, negatives: negatives, of: variables, options: options)
  }

  static func expectSame(_ a: Matrix<Float>?, _ b: Matrix<Float>?, _ comment: Comment) throws {
    let (a, b) = (try #require(a).elements, try #require(b).elements)
    let size = b.reduce(0) { max($0, abs($1)) }
    let error = zip(a, b).reduce(0 as Float) { max($0, abs($1.0 - $1.1)) }
    // What is left out is below 2εs = 2.4e-5 of a row's sum; roundings of both besides.
    #expect(error <= 5e-5 * size, comment)
  }

  /// A logit alone is summed in another order than in a product: at s = 100 and 48 dimensions that
  /// may be 100·√48·ε/2.
  static func expectSameTerms(_ a: [Float], _ b: [Float]) throws {
    try #require(a.count == b.count)
    let error = zip(a, b).reduce(0 as Float) { max($0, abs($1.0 - $1.1)) }
    #expect(error <= 100 * Float(48).squareRoot() * Float.ulpOfOne / 2)
  }

  @Test("are the dense ones, from a small part of the weights", arguments: 1...3)
  func sparse(threads: Int) throws {
    let (queries, keys) = (
      Self.clustered(700, dimension: 48, seed: 1), Self.clustered(700, dimension: 48, seed: 2)
    )
    var dense = ComputeOptions(threads: threads)
    dense.strategy = .kept
    let chosen = try Self.gradients(
      queries, keys, negatives: .inBatch, of: .all, options: ComputeOptions(threads: threads))
    let kept = try Self.gradients(
      queries, keys, negatives: .inBatch, of: .all, options: dense)
    let density = try #require(chosen.diagnostics?.gradientDensity)
    #expect(density > 0 && density < 0.2)
    #expect(kept.diagnostics?.gradientDensity == 1)
    try Self.expectSameTerms(chosen.terms, kept.terms)
    try Self.expectSame(chosen.gradient.queries, kept.gradient.queries, "queries")
    try Self.expectSame(chosen.gradient.positives, kept.gradient.positives, "positives")
  }

  @Test("in one pass against constant keys", arguments: 1...3)
  func sparseOnePass(threads: Int) throws {
    let (queries, keys) = (
      Self.clustered(300, dimension: 48, seed: 1), Self.clustered(300, dimension: 48, seed: 2)
    )
    let queue = try UnitRows(normalizing: Self.clustered(2000, dimension: 48, seed: 3))
    let variables: InfoNCE.Variables = [.queries, .logScale]
    var dense = ComputeOptions(threads: threads)
    dense.strategy = .recomputed
    let chosen = try Self.gradients(
      queries, keys, negatives: .shared(queue), of: variables,
      options: ComputeOptions(threads: threads))
    let recomputed = try Self.gradients(
      queries, keys, negatives: .shared(queue), of: variables, options: dense)
    let density = try #require(chosen.diagnostics?.gradientDensity)
    #expect(density > 0 && density < 0.3)
    #expect(recomputed.diagnostics?.gradientDensity == 1)
    try Self.expectSame(chosen.gradient.queries, recomputed.gradient.queries, "queries")
  }

  @Test(
    "are dense where what is below the threshold adds up",
    arguments: [false, true])
  func heavyTail(keysAreConstant: Bool) throws {
    // One negative at the logit 96, and 60 000 at 78.5, each 2^-25.2 of it: 1.6e-3 together, which
    // would be missing from the gradient.
    let count = 60_000
    let near = Float(0.96)
    let far = Float(0.785)
    let negatives = Matrix<Float>(rowCount: count + 1, columnCount: 3) { r, c in
      let cosine = r == 0 ? near : far
      return [
        cosine, r == 0 ? (1 - cosine * cosine).squareRoot() : 0,
        r == 0 ? 0 : (1 - cosine * cosine).squareRoot(),
      ][c]
    }
    let rows = try UnitRows(normalizing: negatives)
    let query = try Matrix<Float>(rows: [[1, 0, 0]])
    let positive = try Matrix<Float>(rows: [[0.9, 0.1, -0.2]])
    let step = try Self.gradients(
      query, positive, negatives: .shared(rows),
      of: keysAreConstant ? .queries : [.queries, .negatives], options: ComputeOptions(threads: 1))
    let exact = try InfoNCE(temperature: 0.01).valueWithGradient(
      queries: query.converted(to: Double.self), positives: positive.converted(to: Double.self),
      negatives: .shared(rows.matrix.converted(to: Double.self)), of: .queries)
    // In one pass the first tile may do without, and the short last one.
    let density = try #require(step.diagnostics?.gradientDensity)
    #expect(keysAreConstant ? density > 0.98 : density == 1)
    let (actual, expected) = (
      try #require(step.gradient.queries), try #require(exact.gradient.queries)
    )
    for c in 0..<3 {
      // The tail's direction is the third: without it that component is the positive's alone.
      #expect(abs(Double(actual[0, c]) - expected[0, c]) < 1e-4 * abs(expected[0, 2]))
    }
  }

  @Test("come from two threads at once as they come from one, a thousand times each")
  func concurrentCallers() async throws {
    let (queries, keys) = (
      Self.clustered(24, dimension: 16, seed: 1), Self.clustered(24, dimension: 16, seed: 2)
    )
    @Sendable func bits(_ temperature: Temperature) throws -> [Float] {
      let step = try CLIP(temperature: temperature).valueWithGradient(
        images: queries, texts: keys, options: ComputeOptions(threads: 2))
      return [step.value] + (step.gradient.images?.elements ?? [])
        + (step.gradient.texts?.elements ?? [])
    }
    let temperatures: [Temperature] = [0.07, 0.01]
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for temperature in temperatures {
        let alone = try bits(temperature)
        group.addTask {
          for _ in 0..<1000 where try bits(temperature) != alone { return false }
          return true
        }
      }
      for try await same in group { #expect(same) }
    }
  }
}
