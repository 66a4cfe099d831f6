import ContrastiveEngine
import RealModule

/// SupCon's L_out: log Σ_{j≠i} exp zⱼ over all other rows, less the mean of the positives' logits:
/// logaddexp(ℓ, λ) − mean zₚ, with λ = log Σₚ exp zₚ. An anchor without positives has the term 0.
///
/// One positive makes it softplus(ℓ − z₊), whose digits the difference would lose. Negatives that were
/// held apart with the positives join ℓ first.
struct SupConRow: RowFunction {
  func evaluate(_ rows: inout RowTerms) {
    for row in rows.indices {
      let held = rows.positives(of: row)
      if let flags = rows.arePositive {
        evaluate(
          row, of: &rows, positives: held.filter { flags[$0] }, apart: held.filter { !flags[$0] })
      } else {
        evaluate(row, of: &rows, positives: Array(held), apart: [])
      }
    }
  }

  private func evaluate(
    _ row: Int, of rows: inout RowTerms, positives: [Int], apart: [Int]
  ) {
    guard !positives.isEmpty else { return }
    let own = rows.logSumExp[0][row]
    let logSumExp = apart.reduce(own) { logAddExp($0, rows.positives[$1]) }
    let statistics = PositiveStatistics(positives.map { rows.positives[$0] })
    let margin = logSumExp - statistics.logSumExp
    let weight = rows.weights[row]
    let slope = weight * logistic(margin)
    rows.values[row] = softplus(margin) + statistics.logSumExpAboveMean
    rows.logSumExpSlopes[0][row] = apart.isEmpty ? slope : slope * .exp(own - logSumExp)
    for p in apart { rows.positiveSlopes[p] = slope * .exp(rows.positives[p] - logSumExp) }
    for p in positives {
      // share − 1/count − share·σ(margin): for one positive the first two cancel exactly.
      let share = statistics.share(of: rows.positives[p])
      rows.positiveSlopes[p] =
        weight * (share - 1 / Double(statistics.count)) - share * slope
    }
  }

  /// Among equal rows an anchor's positives are as many candidates more. An anchor without positives has no
  /// term to speak of.
  func chance(of candidates: CandidateCounts, scale: Double) -> Double? {
    guard candidates.positives > 0 else { return nil }
    return .log(Double(candidates.negatives + candidates.positives + candidates.heldApart))
  }
}
