import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

/// What no embeddings can be below, of ids of every kind.
@Suite("The floor of several positives")
struct GroupFloorTests {
  struct IDs: Sendable, CustomTestStringConvertible {
    let name: String
    let queries: [Int]
    let keys: [Int]

    /// Whether the arrangement of the floor is reached one way, and both ways.
    let isReached: Bool
    let isReachedBothWays: Bool

    var testDescription: String { name }
  }

  static let ids = [
    IDs(
      name: "captions", queries: [0, 1, 2], keys: [0, 0, 1, 1, 2, 2], isReached: true,
      isReachedBothWays: true),
    IDs(
      name: "two ids of unequal size", queries: [0, 1, 1], keys: [0, 0, 0, 1], isReached: true,
      isReachedBothWays: true),
    IDs(
      name: "one id, and others' keys", queries: [0, 0], keys: [0, 0, 5, 6], isReached: true,
      isReachedBothWays: true),
    IDs(
      name: "a query without a key", queries: [0, 1, 2, 9], keys: [0, 0, 1, 1, 2, 2],
      isReached: true, isReachedBothWays: false),
    IDs(
      name: "unequal sizes", queries: [0, 1, 2], keys: [0, 0, 0, 1, 2], isReached: false,
      isReachedBothWays: false),
    IDs(
      name: "keys of nobody", queries: [0, 1], keys: [0, 1, 7], isReached: false,
      isReachedBothWays: false),
  ]

  /// Descends from a few random beginnings.
  private func descend(
    _ ids: IDs,
    _ step: (Matrix<Double>, Matrix<Double>) throws -> (
      value: Double, Matrix<Double>?, Matrix<Double>?, Diagnostics?
    )
  ) throws -> (least: Double, Diagnostics) {
    var (least, seen) = (Double.infinity, Diagnostics())
    for seed in 0..<2 as Range<UInt64> {
      var x = Matrix<Double>.random(rowCount: ids.queries.count, columnCount: 3, seed: seed)
      var y = Matrix<Double>.random(rowCount: ids.keys.count, columnCount: 3, seed: seed &+ 50)
      for _ in 0..<400 {
        let (value, byX, byY, diagnostics) = try step(x, y)
        least = min(least, value)
        seen = try #require(diagnostics)
        // Of lengths that the descent would let grow.
        x = try (x - #require(byX).multiplied(by: 0.5)).normalized().matrix
        y = try (y - #require(byY).multiplied(by: 0.5)).normalized().matrix
      }
    }
    return (least, seen)
  }

  private func check(
    _ least: Double, _ seen: Diagnostics, isReached: Bool, _ what: String
  ) throws {
    let floor = try #require(seen.floor)
    #expect(least >= floor * (1 - 1e-12), "\(what): \(least) is below \(floor)")
    #expect(seen.floorAttainable == isReached, "\(what)")
    #expect((least < floor + 1e-3) == isReached, "\(what): \(least) over \(floor)")
  }

  @Test("is not gone below, and come to where it says so", arguments: ids, PositiveForm.allCases)
  func descent(_ ids: IDs, _ form: PositiveForm) throws {
    let positives = PairPositives.equalIDs(queries: ids.queries, keys: ids.keys)
    // MIL-NCE's is known to be reached by two ids at most.
    let isSimple = Set(ids.queries).intersection(ids.keys).count < 3
    let oneWay = try descend(ids) { x, y in
      let step = try MultiPositiveInfoNCE(temperature: 0.7, form: form).valueWithGradient(
        queries: x, keys: y, positives: positives, options: ComputeOptions(threads: 1))
      return (step.value, step.gradient.queries, step.gradient.keys, step.diagnostics)
    }
    try check(
      oneWay.least, oneWay.1, isReached: ids.isReached && (isSimple || form != .sumInside),
      "\(ids.name), \(form)")
    let bothWays = try descend(ids) { x, y in
      let step = try MultiPositiveCLIP(temperature: 0.7, form: form).valueWithGradient(
        images: x, texts: y, positives: positives, options: ComputeOptions(threads: 1))
      return (step.value, step.gradient.images, step.gradient.texts, step.diagnostics)
    }
    try check(
      bothWays.least, bothWays.1,
      isReached: ids.isReachedBothWays && (isSimple || form != .sumInside),
      "\(ids.name), \(form), both ways")
  }
}
