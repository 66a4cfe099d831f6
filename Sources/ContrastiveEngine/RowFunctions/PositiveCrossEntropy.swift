import RealModule

/// Cross-entropy of picking the positive, a term per positive: softplus(ℓ − zₚ).
///
/// With one positive it is InfoNCE; with several, each competes with the negatives alone.
public struct PositiveCrossEntropy: RowFunction {
  /// a: above 1, the negatives' logits are that much larger, by an amount that takes no gradient.
  public var exponent: Double

  /// Whether chance is what the formula says: not where candidates carry weights.
  package var hasChance = true

  /// Creates the function. The exponent is positive.
  public init(exponent: Double = 1) {
    precondition(exponent > 0 && exponent.isFinite, "an exponent is a positive finite number")
    self.exponent = exponent
  }

  public var exponents: [Double] { [exponent] }
  public var slopeFactors: [Double] { [1] }
  public var hasTermPerPositive: Bool { true }

  public func evaluate(_ rows: inout RowTerms) {
    for row in rows.indices {
      var sum = 0.0
      for p in rows.positives(of: row) {
        let margin = rows.logSumExp[0][row] - rows.positives[p]
        rows.values[p] = softplus(margin)
        let slope = rows.weights[p] * logistic(margin)
        sum += slope
        rows.positiveSlopes[p] = -slope
      }
      rows.logSumExpSlopes[0][row] = sum
    }
  }

  public func chance(of candidates: CandidateCounts, scale: Double) -> Double? {
    hasChance && exponent == 1 ? .log(onePlus: Double(candidates.negatives)) : nil
  }
}

/// ℓ itself.
package struct LogSumExp: RowFunction {
  package init() {}

  package func evaluate(_ rows: inout RowTerms) {
    for row in rows.indices {
      rows.values[row] = rows.logSumExp[0][row]
      rows.logSumExpSlopes[0][row] = rows.weights[row]
    }
  }
}
