import RealModule

/// softplus(log g − z₊) with the debiased sum over the negatives g: see `DebiasedContrastive` and
/// `HardNegative`.
///
/// With ℓ the logarithm of the (re-weighted) sum and r = τ⁺·M·exp(z₊ − ℓ),
/// ```
/// log g = ℓ + log(1 − r) − log(1 − τ⁺)      d log g/dℓ = 1/(1 − r),   d log g/dz₊ = −r/(1 − r)
/// ```
/// or, where that is less or r ≥ 1, the floor log M − s, which depends on s alone.
struct DebiasedRow: RowFunction {
  let positivePrior: Double
  let concentration: Double

  /// Without concentration the second sum is the constant M.
  var exponents: [Double] {
    concentration == 0 ? [1] : [1 + concentration, concentration]
  }

  func evaluate(_ row: inout RowTerms) {
    guard row.negativeCount > 0 else { return }
    let logCount = Double.log(Double(row.negativeCount))
    var logSum = row.logSumExp[0]
    if concentration != 0 { logSum += logCount - row.logSumExp[1] }
    let positive = row.positives[0]
    let ratio = positivePrior * .exp(logCount + positive - logSum)
    let floor = logCount - row.scale
    let corrected =
      ratio < 1 ? logSum + .log(onePlus: -ratio) - .log(onePlus: -positivePrior) : -.infinity
    let isFloored = corrected < floor
    let margin = (isFloored ? floor : corrected) - positive
    row.values[0] = softplus(margin)
    let slope = row.weights[0] * logistic(margin)
    if isFloored {
      row.positiveSlopes[0] = -slope
      row.logScaleSlope = -slope * row.scale
    } else {
      row.positiveSlopes[0] = -slope / (1 - ratio)
      row.logSumExpSlopes[0] = slope / (1 - ratio)
      if concentration != 0 { row.logSumExpSlopes[1] = -slope / (1 - ratio) }
    }
  }
}
