import ContrastiveEngine
import RealModule

/// softplus(log g − z₊) with the debiased sum over the negatives g: see `DebiasedContrastive` and
/// `HardNegative`.
///
/// With ℓ the logarithm of the (re-weighted) sum and r = τ⁺·M·exp(z₊ − ℓ),
/// ```
/// log g = ℓ + log(1 − r) − log(1 − τ⁺)
/// d log g/dℓ = 1/(1 − r),   d log g/dz₊ = −r/(1 − r)
/// ```
/// or, where that is less or r ≥ 1, the floor log M − s, which depends on s alone.
struct DebiasedRow: RowFunction {
  let positivePrior: Double
  let concentration: Double

  /// Without concentration the second sum is the constant M.
  var exponents: [Double] {
    concentration == 0 ? [1] : [1 + concentration, concentration]
  }

  func evaluate(_ rows: inout RowTerms) {
    for row in rows.indices where rows.negativeCounts[row] > 0 {
      let logCount = Double.log(Double(rows.negativeCounts[row]))
      var logSum = rows.logSumExp[0][row]
      if concentration != 0 { logSum += logCount - rows.logSumExp[1][row] }
      let positive = rows.positives[row]
      let ratio = positivePrior * .exp(logCount + positive - logSum)
      let floor = logCount - rows.scales[row]
      let corrected =
        ratio < 1
        ? logSum + .log(onePlus: -ratio) - .log(onePlus: -positivePrior) : -.infinity
      let isFloored = corrected < floor
      let margin = (isFloored ? floor : corrected) - positive
      rows.values[row] = softplus(margin)
      let slope = rows.weights[row] * logistic(margin)
      if isFloored {
        rows.positiveSlopes[row] = -slope
        rows.logScaleSlopes[row] = -slope * rows.scales[row]
      } else {
        rows.positiveSlopes[row] = -slope / (1 - ratio)
        rows.logSumExpSlopes[0][row] = slope / (1 - ratio)
        if concentration != 0 { rows.logSumExpSlopes[1][row] = -slope / (1 - ratio) }
      }
    }
  }
}
