import ContrastiveEngine
import RealModule

/// Cross-entropy with soft targets: log Σⱼ exp zⱼ − Σ wₚzₚ over all candidates, = softplus(ℓ − λ) + (λ − Σ wₚzₚ).
struct SoftTargetRow: RowFunction {
  let shares: PositiveShares

  func evaluate(_ rows: inout RowTerms) {
    for row in rows.indices {
      let own = rows.positives(of: row)
      guard !own.isEmpty else { continue }
      let targets = shares[rows.rows.lowerBound + row]
      let logits = Array(rows.positives[own])
      let statistics = PositiveStatistics(logits)
      let margin = rows.logSumExp[0][row] - statistics.logSumExp
      let weight = rows.weights[row]
      let slope = weight * logistic(margin)
      rows.values[row] =
        softplus(margin) + statistics.logSumExpAboveMean(of: logits, weights: targets)
      rows.logSumExpSlopes[0][row] = slope
      for (p, target) in zip(own, targets) {
        let share = statistics.share(of: rows.positives[p])
        rows.positiveSlopes[p] = weight * (share - target) - share * slope
      }
    }
  }

  func chance(of candidates: CandidateCounts, scale: Double) -> Double? {
    SupConRow().chance(of: candidates, scale: scale)
  }
}

/// The mean over the positives of softplus(ℓ − zₚ).
struct EachAgainstNegativesRow: RowFunction {
  let shares: PositiveShares?

  func evaluate(_ rows: inout RowTerms) {
    for row in rows.indices {
      let own = rows.positives(of: row)
      let shares = shares?[rows.rows.lowerBound + row]
      var sum = 0.0
      for (place, p) in own.enumerated() {
        let share = shares.map { $0[$0.startIndex + place] } ?? 1 / Double(own.count)
        let margin = rows.logSumExp[0][row] - rows.positives[p]
        rows.values[row] += share * softplus(margin)
        let slope = rows.weights[row] * share * logistic(margin)
        rows.positiveSlopes[p] = -slope
        sum += slope
      }
      rows.logSumExpSlopes[0][row] = sum
    }
  }

  func chance(of candidates: CandidateCounts, scale: Double) -> Double? {
    candidates.positives > 0 ? .log(onePlus: Double(candidates.negatives)) : nil
  }
}

/// softplus(ℓ − λ), with λ = log Σₚ exp zₚ. An anchor without positives has the term 0.
struct SumInsideRow: RowFunction {
  func evaluate(_ rows: inout RowTerms) {
    for row in rows.indices {
      let own = rows.positives(of: row)
      guard !own.isEmpty else { continue }
      let statistics = PositiveStatistics(rows.positives[own])
      let margin = rows.logSumExp[0][row] - statistics.logSumExp
      rows.values[row] = softplus(margin)
      let slope = rows.weights[row] * logistic(margin)
      rows.logSumExpSlopes[0][row] = slope
      for p in own { rows.positiveSlopes[p] = -slope * statistics.share(of: rows.positives[p]) }
    }
  }

  /// Among equal rows the positives' share of all.
  func chance(of candidates: CandidateCounts, scale: Double) -> Double? {
    candidates.positives > 0
      ? .log(onePlus: Double(candidates.negatives) / Double(candidates.positives)) : nil
  }
}
