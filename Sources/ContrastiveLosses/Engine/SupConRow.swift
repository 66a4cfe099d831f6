import RealModule

/// SupCon's L_out: log Σ_{j≠i} exp zⱼ over all other rows, less the mean of the positives' logits:
/// logaddexp(ℓ, λ) − mean zₚ, with λ = log Σₚ exp zₚ. An anchor without positives has the term 0.
///
/// One positive makes it softplus(ℓ − z₊), whose digits the difference would lose. Negatives that were
/// held apart with the positives join ℓ first.
struct SupConRow: RowFunction {
  func evaluate(_ row: inout RowTerms) {
    guard let flags = row.arePositive else {
      evaluate(&row, positives: row.positives.indices, logSumExp: row.logSumExp[0])
      return
    }
    let apart = row.positives.indices.filter { !flags[$0] }
    let largest = apart.reduce(row.logSumExp[0]) { max($0, row.positives[$1]) }
    let sum = apart.reduce(.exp(row.logSumExp[0] - largest)) {
      $0 + .exp(row.positives[$1] - largest)
    }
    let logSumExp = largest + .log(sum)
    evaluate(
      &row, positives: row.positives.indices.filter { flags[$0] }, logSumExp: logSumExp)
    let slope = row.logSumExpSlopes[0]
    row.logSumExpSlopes[0] = slope * .exp(row.logSumExp[0] - logSumExp)
    for index in apart {
      row.positiveSlopes[index] = slope * .exp(row.positives[index] - logSumExp)
    }
  }

  private func evaluate(
    _ row: inout RowTerms, positives: some Collection<Int>, logSumExp: Double
  ) {
    guard !positives.isEmpty else { return }
    let largest = positives.reduce(-Double.infinity) { max($0, row.positives[$1]) }
    let count = Double(positives.count)
    let sum = positives.reduce(0) { $0 + .exp(row.positives[$1] - largest) }
    let positiveLogSumExp = largest + .log(sum)
    // λ − mean zₚ without a difference of large numbers: it is 0 for one positive.
    let spread =
      .log(sum) + positives.reduce(0) { $0 + (largest - row.positives[$1]) } / count
    let margin = logSumExp - positiveLogSumExp
    row.values[0] = softplus(margin) + spread
    row.logSumExpSlopes[0] = row.weights[0] * logistic(margin)
    for p in positives {
      // share − 1/count − share·σ(margin), with share = exp(zₚ − λ): for one positive the first two
      // cancel exactly.
      let share = .exp(row.positives[p] - largest) / sum
      row.positiveSlopes[p] =
        row.weights[0] * ((share - 1 / count) - share * logistic(margin))
    }
  }
}
