import Contrastive
import Foundation

/// How sure the softmax over all keys is of the key it puts first, at many temperatures; of keys of a query's id over the
/// nearest alone, which stands for them.
struct SoftmaxConfidence: Sendable {
  let temperatures: [Double]

  /// The mean loss at each.
  let losses: [Double]

  /// The probability of the first key, by temperature and query.
  let probabilities: [[Double]]

  /// Takes the terms of a sweep.
  ///
  /// The negatives of a query have together e^(c/τ)·(e^L − 1), c being the cosine of its own key. Beside the nearest
  /// right key with cosine c₊ they make a loss of its own, L₊; that key has the probability e^(−L₊), and the hardest negative
  /// that times e^((c₋ − c₊)/τ).
  ///
  /// ```
  /// L₊ = log(1 + e^((c − c₊)/τ)·(e^L − 1))
  /// ```
  ///
  /// - Parameters:
  ///   - points: With terms.
  ///   - neighbors: Of the same rows and ids.
  init(_ points: [SweepPoint<Float>], _ neighbors: Neighbors) {
    temperatures = points.map(\.temperature.value)
    losses = points.map { Double($0.value) }
    probabilities = points.map { point in
      (point.terms ?? []).enumerated().map { row, term in
        let nearest = neighbors.nearest[row]
        let lead = (neighbors.hardest[row].first?.logit ?? -.infinity) - nearest
        let scale = point.temperature.scale
        let loss = Self.loss(
          Double(term), raisedBy: (nearest - neighbors.positives[row]) * scale)
        return min(1, exp(max(0, lead * scale) - loss))
      }
    }
  }

  /// A loss of which the positive's logit is raised.
  private static func loss(_ loss: Double, raisedBy rise: Double) -> Double {
    guard rise > 0 else { return loss }
    guard loss > 0 else { return 0 }
    // log(eᴸ − 1) = L + log(1 − e⁻ᴸ), which has no number that a large loss overflows.
    let lead = loss + log(-expm1(-loss)) - rise
    return lead > 0 ? lead + log1p(exp(-lead)) : log1p(exp(lead))
  }

  /// The place of the temperature whose probabilities are least wrong for some queries.
  func calibrated(_ rows: [Int], _ matches: Matches) -> Int {
    let errors = temperatures.indices.map { t in
      CalibrationError.plain(
        probabilities: rows.map { probabilities[t][$0] }, matches: matches.at(rows).areRight)
    }
    return errors.indices.min { errors[$0] < errors[$1] } ?? 0
  }

  /// The place of the least loss.
  var leastLoss: Int { losses.indices.min { losses[$0] < losses[$1] } ?? 0 }

  /// The place of the temperature that is nearest to one.
  func place(nearest temperature: Double) -> Int {
    temperatures.indices.min {
      abs(log(temperatures[$0] / temperature)) < abs(log(temperatures[$1] / temperature))
    } ?? 0
  }
}
