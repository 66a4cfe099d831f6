/// ℓ − w·z₊: the positive is in no denominator, and may weigh more or less than its negatives.
struct DecoupledRow: RowFunction {
  /// w of every sample, for the rows of both of its views; empty where all are 1.
  var positiveWeights: [Double] = []

  func evaluate(_ row: inout RowTerms) {
    let weight =
      positiveWeights.isEmpty ? 1 : positiveWeights[row.firstTerm % positiveWeights.count]
    row.values[0] = row.logSumExp[0] - weight * row.positives[0]
    row.logSumExpSlopes[0] = row.weights[0]
    row.positiveSlopes[0] = -row.weights[0] * weight
  }
}
