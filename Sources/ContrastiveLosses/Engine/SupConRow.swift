import RealModule

/// SupCon's L_out: log Σ_{j≠i} exp zⱼ over all other rows, less the mean of the positives' logits:
/// logaddexp(ℓ, λ) − mean zₚ, with λ = log Σₚ exp zₚ. An anchor without positives has the term 0.
///
/// One positive makes it softplus(ℓ − z₊), whose digits the difference would lose.
struct SupConRow: RowFunction {
  func evaluate(_ row: inout RowTerms) {
    let positives = row.positives
    guard let largest = positives.max() else { return }
    let count = Double(positives.count)
    let sum = positives.reduce(0) { $0 + .exp($1 - largest) }
    let positiveLogSumExp = largest + .log(sum)
    // λ − mean zₚ without a difference of large numbers: it is 0 for one positive.
    let spread = .log(sum) + positives.reduce(0) { $0 + (largest - $1) } / count
    let margin = row.logSumExp[0] - positiveLogSumExp
    row.values[0] = softplus(margin) + spread
    row.logSumExpSlopes[0] = row.weights[0] * logistic(margin)
    for p in positives.indices {
      // share − 1/count − share·σ(margin), with share = exp(zₚ − λ): for one positive the first two
      // cancel exactly.
      let share = .exp(positives[p] - largest) / sum
      row.positiveSlopes[p] =
        row.weights[0] * ((share - 1 / count) - share * logistic(margin))
    }
  }
}
