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
    let losses = points.map { Double($0.value) }
    func crossing(_ slopes: [Double]) -> Crossing {
      Self.crossing(Self.withoutRounding(slopes, losses: losses), at: logs)
    }
    let crossings = (0..<draws.rowCount).map { b in crossing(points.indices.map { draws[b, $0] }) }
    func share(_ p: Double, _ places: [Double]) -> Double {
      places.sorted()[Int((p * Double(places.count - 1)).rounded())]
    }
    let (low, high) = (share(0.025, crossings.map(\.low)), share(0.975, crossings.map(\.high)))
    let own = crossing(means)
    least = LeastLoss(
      temperature: exp(own.place), range: exp(min(low, own.low))...exp(max(high, own.high)),
      end: own.end)
  }

  static func slope(_ term: Double, entropy: Double) -> Double {
    guard term > 0 else { return 0 }
    // log(eᴸ − 1) = L + log(1 − e⁻ᴸ).
    return -expm1(-term) * (term + log(-expm1(-term)) - entropy)
  }

  /// What single precision makes of a loss's slope, as a share of the loss, of logits up to some hundred.
  static let rounding = 2e-6

  /// Slopes, with 0 for those that rounding makes.
  static func withoutRounding(_ slopes: [Double], losses: [Double]) -> [Double] {
    zip(slopes, losses).map { abs($0) <= rounding * abs($1) ? 0 : $0 }
  }

  /// Where on a grid the loss is least.
  struct Trough: Sendable {
    /// The places where its slope is 0, if there are any.
    let flat: Range<Int>

    /// The last place of a slope above 0 before it, and the first below 0 behind it; an end of the grid where there is none.
    let ends: (low: Int, high: Int)

    /// Which end it still falls towards, if it does.
    let end: LeastLoss.End?
  }

  /// Where slopes by log s, in order of τ, first go from above 0 to below it, or to 0 up to the end.
  static func trough(of slopes: [Double]) -> Trough {
    let last = slopes.count - 1
    var place = 0
    while place <= last {
      let start = place
      place = slopes[start...].firstIndex { $0 != 0 } ?? slopes.count
      if place > last || slopes[place] < 0 {
        return Trough(
          flat: start..<place, ends: (max(0, start - 1), min(place, last)),
          end: place == 0 ? .small : nil)
      }
      place += 1
    }
    return Trough(flat: last..<last, ends: (last, last), end: .large)
  }

  /// Between which logarithms of τ the loss is least: one number, but where it is flat.
  struct Crossing: Sendable {
    let low: Double
    let high: Double
    let end: LeastLoss.End?

    var place: Double { (low + high) / 2 }
  }

  static func crossing(_ slopes: [Double], at logs: [Double]) -> Crossing {
    let trough = trough(of: slopes)
    let (low, high) = trough.ends
    guard trough.flat.isEmpty else {
      return Crossing(
        low: logs[trough.flat.lowerBound], high: logs[trough.flat.upperBound - 1], end: nil)
    }
    guard trough.end == nil else {
      return Crossing(low: logs[low], high: logs[high], end: trough.end)
    }
    let place = logs[low] + slopes[low] / (slopes[low] - slopes[high]) * (logs[high] - logs[low])
    return Crossing(low: place, high: place, end: nil)
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
