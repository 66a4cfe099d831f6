import Contrastive
import Foundation

/// The sums of the negatives that are not held one by one, over a grid of temperatures, and how much is lost between.
///
/// Told relative to the largest of these cosines, c₀, they are smooth in x = log s, s = 1/τ:
/// ```
/// h(x) = ℓ − s·c₀ = log Σ exp(s(cⱼ − c₀)),
/// h′(x) = s·(c̄ − c₀) = mean logit − s·c₀
/// ```
/// h falls from log of their number to that of the largest's multiplicity. Values and slopes at two neighbours of the
/// grid give the cubic between them (Hermite), whose error is at most (Δx)⁴/384 · max |h⁗|, at the middle: 3.2e-6 of
/// the fourth derivative with 33 temperatures from 0.005 to 2. The error is measured there, too.
struct RestStatistics: Sendable {
  /// The temperatures of the grid, evenly on a log scale.
  static let temperatures = 0.005...2.0

  /// How many temperatures the grid has.
  static let count = 33

  /// c₀ of every query; nil where nothing is left.
  let largest: [Double?]

  /// h at each temperature of the grid, from the largest τ to the smallest, for every query.
  let values: [[Double]]

  /// h′ in the same order.
  let slopes: [[Double]]

  /// The largest error of ℓ that was seen at the middles of the grid's intervals, over all queries.
  ///
  /// A loss L = log(1 + exp(ℓ − z₊)) changes by at most its relative part: dL/dℓ = 1 − p₊ ≤ L.
  let sumError: Double

  /// The largest error of h′ there: of the effective negatives, in relative terms, it is the larger part.
  let meanError: Double

  init(
    _ candidates: Candidates<Float>, of queries: UnitRows<Float>, largest: [Double?]
  ) throws(ContrastiveError) {
    self.largest = largest
    let scales = Self.scales
    let statistics = try candidates.statistics(of: queries, scales: scales)
    let points = scales.indices.map { t in
      zip(statistics.logSumExp(exponent: t), statistics.means(exponent: t)).enumerated().map {
        row, point in
        guard let c = largest[row] else { return (value: 0.0, slope: 0.0) }
        return (value: point.0 - scales[t] * c, slope: point.1 - scales[t] * c)
      }
    }
    let nodes = stride(from: 0, to: scales.count, by: 2)
    let rows = largest.indices
    values = rows.map { row in nodes.map { points[$0][row].value } }
    slopes = rows.map { row in nodes.map { points[$0][row].slope } }
    var errors = (sum: 0.0, mean: 0.0)
    for middle in nodes.dropLast().map({ $0 + 1 }) {
      for row in rows {
        let (left, right, seen) = (
          points[middle - 1][row], points[middle + 1][row], points[middle][row]
        )
        let width = 2 * Self.step
        let value = (left.value + right.value) / 2 + width * (left.slope - right.slope) / 8
        let slope =
          1.5 * (right.value - left.value) / width - (left.slope + right.slope) / 4
        errors = (
          max(errors.sum, abs(value - seen.value)), max(errors.mean, abs(slope - seen.slope))
        )
      }
    }
    (sumError, meanError) = errors
  }

  /// Half of the distance of the grid's points in log s.
  private static var step: Double {
    log(temperatures.upperBound / temperatures.lowerBound) / Double(2 * (count - 1))
  }

  /// s of the grid and of the middles of its intervals, rising.
  private static var scales: [Double] {
    temperatures.logarithmicGrid(count: 2 * count - 1).reversed().map { 1 / $0 }
  }
}
