import Contrastive
import Foundation

/// How sure the softmax over all keys is of the key it puts first, at many temperatures.
struct SoftmaxConfidence: Sendable {
  let temperatures: [Double]

  /// The mean loss at each.
  let losses: [Double]

  /// The probability of the first key, by temperature and query.
  let probabilities: [[Double]]

  /// Takes the terms of a sweep.
  ///
  /// A query's own key has the probability e⁻ᴸ, and its hardest negative that times e^((c₋ − c₊)/τ).
  ///
  /// - Parameters:
  ///   - points: With terms.
  ///   - leads: c₋ − c₊ of every query; −∞ without negatives.
  init(_ points: [SweepPoint<Float>], leads: [Double]) {
    temperatures = points.map(\.temperature.value)
    losses = points.map { Double($0.value) }
    probabilities = points.map { point in
      zip(point.terms ?? [], leads).map { term, lead in
        min(1, exp(max(0, lead * point.temperature.scale) - Double(term)))
      }
    }
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
