import ContrastiveEngine
import ContrastiveKernels
import ContrastiveLosses
import RealModule

/// The terms and slopes of rows whose positives are spread over ranks.
///
/// Of their sums come SupCon's. With λ = log Σ exp zₚ over the positives and the margin ℓ − λ, in the row function's words:
/// ```
/// φ = softplus(ℓ − λ) + λ − mean zₚ,    dφ/dℓ = σ(ℓ − λ),
/// dφ/dzₚ = (1 − σ)·exp(zₚ − λ) − 1/n
/// ```
/// One positive's is −σ, which the difference would round. Where the sum is inside the logarithm, φ is softplus(ℓ − λ) alone, and
/// dφ/dzₚ = −σ·exp(zₚ − λ).
struct SpreadRows {
  var terms: [Double] = []
  var slopes: SpreadSlopes

  /// This rank's part of the batch's sums.
  var part = WholeBatch()

  init(
    _ statistics: RowStatistics, positives: [PositiveSums], weights: TermWeights,
    observes: Bool, form: PositiveForm = .meanOutside
  ) {
    let (logSumExp, means) = (statistics.logSumExp(), statistics.means())
    let entropies = statistics.entropies()
    let count = positives.count
    part.ownLogScaleSlopes = Array(repeating: 0, count: count)
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
        part.ownLogScaleSlopes[row] = slope * (means[row] - own.mean)
      } else if form == .sumInside {
        (slopes.share[row], slopes.level[row]) = (-slope, own.logSumExp)
        part.ownLogScaleSlopes[row] = slope * (means[row] - own.softmaxMean)
      } else {
        let share = weight * logistic(-margin)
        slopes.anchors.positives[row] = -weight / own.count
        (slopes.share[row], slopes.level[row]) = (share, own.logSumExp)
        part.ownLogScaleSlopes[row] =
          slope * means[row] + share * own.softmaxMean - weight * own.mean
      }
    }
    part.logScaleSlope = part.ownLogScaleSlopes.reduce(0, +)
    part.termSum = terms.reduce(0, +)
    part.termCount = Double(terms.count)
  }

  /// Those of a function that holds each positive against the negatives alone, whose slope by a positive is −share·σ(ℓ − zₚ).
  ///
  /// - Parameters:
  ///   - positives: All logits of each row's positives.
  ///   - share: Of a row with so many positives.
  init(
    _ function: any RowFunction, _ statistics: RowStatistics, positives: PositiveLogits,
    weights: TermWeights, scales: RowScales, observes: Bool, share: (_ count: Int) -> Double
  ) {
    let count = statistics.rowCount
    let evaluation = RowEvaluator(
      function, scales: scales, weights: weights, hasSinglePositive: false, observes: observes
    ).evaluate(0..<count, statistics: statistics, positives: positives)
    terms = evaluation.values
    part = WholeBatch(evaluation, terms: terms)
    var anchors = AnchorSlopes(evaluation.slopes)
    anchors.positives = Array(repeating: 0, count: count)
    let starts = positives.starts ?? []
    slopes = SpreadSlopes(
      anchors,
      share: (0..<count).map { row in
        let own = starts[row + 1] - starts[row]
        return own == 0
          ? 0 : -share(own) * (function.hasTermPerPositive ? weights[starts[row]] : weights[row])
      }, level: statistics.logSumExp(), form: .logistic)
  }
}
