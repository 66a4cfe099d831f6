/// softplus(ℓ − z₊ + s·m): the positive's cosine, lowered by a margin m.
struct CosFaceRow: RowFunction {
  let margin: Double

  func evaluate(_ row: inout RowTerms) {
    let shift = row.scale * margin
    let difference = row.logSumExp[0] - row.positives[0] + shift
    row.values[0] = softplus(difference)
    let slope = row.weights[0] * logistic(difference)
    row.logSumExpSlopes[0] = slope
    row.positiveSlopes[0] = -slope
    row.logScaleSlope = slope * shift
  }
}
