import Contrastive
import Foundation

/// Where the loss of embeddings as they are is least, as far as resampled queries tell.
struct LeastLoss: Hashable, Sendable {
  /// Which end of the grid it still falls towards, if it does.
  enum End: String, Hashable, Sendable { case small, large }

  let temperature: Double

  /// Where 95 % of resamples have it.
  let range: ClosedRange<Double>
  let end: End?
}

/// InfoNCE over temperatures, query by query.
struct LossSweep: Sendable {
  let temperatures: [Double]
  let points: [SweepPoint<Float>]

  /// Nil with a single temperature.
  let least: LeastLoss?

  /// Looks at what a sweep kept of every query.
  ///
  /// The derivative by log s of a query's term L = softplus(ℓ − z₊) follows from it and from the entropy H of the
  /// negatives' weights: ℓ − z₊ = log(eᴸ − 1), the weights' mean logit is ℓ − H, and
  /// ```
  /// dL/dlog s = (1 − e⁻ᴸ)·(log(eᴸ − 1) − H)
  /// ```
  /// The loss is least where the mean of these changes its sign.
  ///
  /// - Parameters:
  ///   - points: In order of their temperatures, with terms.
  ///   - resamples: Of the queries.
  init(_ points: [SweepPoint<Float>], resamples: Resamples) throws(ContrastiveError) {
    self.points = points
    temperatures = points.map(\.temperature.value)
    guard points.count > 1, let count = points[0].terms?.count, count == resamples.rowCount else {
      least = nil
      return
    }
    var slopes: [Double] = []
    slopes.reserveCapacity(points.count * count)
    for point in points {
      for (term, entropy) in zip(point.terms ?? [], point.entropies ?? []) {
        slopes.append(Self.slope(Double(term), entropy: entropy))
      }
    }
    let matrix = try Matrix(slopes, rowCount: points.count, columnCount: count)
    let means = (0..<points.count).map { t in slopes[t * count..<(t + 1) * count].mean }
    let draws = try resamples.means(of: matrix)
    let logs = temperatures.map { log($0) }
    let places = (0..<draws.rowCount).map { b in
      Self.crossing(points.indices.map { draws[b, $0] }, at: logs).place
    }.sorted()
    let (place, end) = Self.crossing(means, at: logs)
    let share = { (p: Double) in exp(places[Int((p * Double(places.count - 1)).rounded())]) }
    least = LeastLoss(
      temperature: exp(place), range: min(share(0.025), exp(place))...max(share(0.975), exp(place)),
      end: end)
  }

  static func slope(_ term: Double, entropy: Double) -> Double {
    guard term > 0 else { return 0 }
    // log(eᴸ − 1) = L + log(1 − e⁻ᴸ).
    return -expm1(-term) * (term + log(-expm1(-term)) - entropy)
  }

  /// Where slopes by log s, in order of τ, first go from above 0 to below it; an end where they do not.
  static func crossing(_ slopes: [Double], at logs: [Double]) -> (
    place: Double, end: LeastLoss.End?
  ) {
    for t in slopes.indices.dropLast() where slopes[t] > 0 && slopes[t + 1] <= 0 {
      let share = slopes[t] / (slopes[t] - slopes[t + 1])
      return (logs[t] + share * (logs[t + 1] - logs[t]), nil)
    }
    return slopes[0] <= 0 ? (logs[0], .small) : (logs[logs.count - 1], .large)
  }
}

/// How many of its negatives share a query's gradient, over queries.
struct NegativeQuantiles: Hashable, Sendable {
  let median: Double
  let low: Double
  let high: Double

  /// - Parameter entropies: Of the weights of every query's negatives.
  init?(_ entropies: [Double]?) {
    guard let sorted = entropies?.sorted(), !sorted.isEmpty else { return nil }
    let quantile = { (p: Double) in exp(sorted[Int((p * Double(sorted.count - 1)).rounded())]) }
    (low, median, high) = (quantile(0.1), quantile(0.5), quantile(0.9))
  }
}
