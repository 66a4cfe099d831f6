import ContrastiveEngine
import ContrastiveKernels
import ContrastiveLosses
import RealModule

/// SupCon's terms and slopes, of what is known of rows' negatives and positives.
///
/// With λ = log Σ exp zₚ over the positives and the margin ℓ − λ, in the row function's words:
/// ```
/// φ = softplus(ℓ − λ) + λ − mean zₚ,    dφ/dℓ = σ(ℓ − λ),
/// dφ/dzₚ = (1 − σ)·exp(zₚ − λ) − 1/n
/// ```
/// One positive's is −σ, which the difference would round. Where the sum is inside the logarithm, φ is softplus(ℓ − λ) alone, and
/// dφ/dzₚ = −σ·exp(zₚ − λ).
struct SupConRows {
  var terms: [Double] = []
  var slopes: SpreadSlopes

  /// This rank's part of the batch's sums.
  var part = WholeBatch()

  init(
    _ statistics: RowStatistics, positives: [PositiveSums], weights: TermWeights, scale: Double,
    observes: Bool, form: PositiveForm = .meanOutside
  ) {
    let (logSumExp, means) = (statistics.logSumExp(), statistics.means())
    let entropies = statistics.entropies()
    let count = positives.count
    slopes = SpreadSlopes(
      AnchorSlopes(
        shift: statistics.shifts[0].map { $0.isFinite ? $0 : 0 },
        factor: Array(repeating: 0, count: count), positives: Array(repeating: 0, count: count)),
      share: Array(repeating: 0, count: count), level: Array(repeating: 0, count: count))
    for (row, own) in positives.enumerated() {
      let negatives = statistics.counts[row]
      if observes {
        part.observations.rowCount += 1
        part.observations.negativeCount += negatives
        if statistics.sums[0].sum[row] > 0 { part.observations.add(entropy: entropies[row]) }
      }
      guard own.count > 0 else {
        terms.append(0)
        continue
      }
      if observes {
        part.observations.chance += .log(Double(negatives) + own.count)
        part.observations.chanceCount += 1
      }
      let (weight, margin) = (weights[row], logSumExp[row] - own.logSumExp)
      let slope = weight * logistic(margin)
      terms.append(
        softplus(margin) + (form == .sumInside ? 0 : own.logSumExpAboveMean))
      part.value += weight * terms[row]
      let sum = statistics.sums[0].sum[row]
      slopes.anchors.factor[row] = sum > 0 ? slope / sum : 0
      if own.count == 1 {
        slopes.anchors.positives[row] = -slope
        part.logScaleSlope += slope * (means[row] - own.mean)
      } else if form == .sumInside {
        (slopes.share[row], slopes.level[row]) = (-slope, own.logSumExp)
        part.logScaleSlope += slope * (means[row] - own.softmaxMean)
      } else {
        let share = weight * logistic(-margin)
        slopes.anchors.positives[row] = -weight / own.count
        (slopes.share[row], slopes.level[row]) = (share, own.logSumExp)
        part.logScaleSlope += slope * means[row] + share * own.softmaxMean - weight * own.mean
      }
    }
    part.termSum = terms.reduce(0, +)
    part.termCount = Double(terms.count)
  }
}
