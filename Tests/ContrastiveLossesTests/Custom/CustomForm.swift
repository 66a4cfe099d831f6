import Contrastive
import ContrastiveLosses
import TestSupport

/// Row functions as a user would write them, with the same as a plain loop.
///
/// Of a row with several positives they take the mean, of one without they make 0.
enum CustomForm: CaseIterable, Sendable {
  case smoothed, margin, eachPositive, meanOutside, twoExponents, meanNegative

  static let smoothing = 0.3
  static let cosineMargin = 0.35

  var function: any RowFunction {
    switch self {
    case .smoothed: SmoothedRow(smoothing: Self.smoothing)
    case .margin: MarginRow(margin: Self.cosineMargin)
    case .eachPositive: PositiveCrossEntropy()
    case .meanOutside: SmoothedRow(smoothing: 0)
    case .twoExponents: TwoExponentsRow(exponents: [2, 1])
    case .meanNegative: TwoExponentsRow(exponents: [1, 0])
    }
  }

  var usesTotals: Bool { self == .smoothed || self == .meanOutside }

  /// Whether the scale is in it, other than through the logits.
  var dependsOnScale: Bool { self == .margin }

  func plain(_ row: PlainRow) -> [Dual] {
    func meanOfPositives(_ term: (Dual) -> Dual) -> [Dual] {
      guard !row.positives.isEmpty, !row.negatives.isEmpty else { return [0] }
      let terms = row.positives.map(term)
      return [terms.reduce(0, +) / Dual(Double(terms.count))]
    }
    func softplus(_ x: Dual) -> Dual { .log(onePlus: .exp(x)) }
    switch self {
    case .smoothed, .meanOutside:
      let smoothing = self == .smoothed ? Self.smoothing : 0
      guard !row.positives.isEmpty else { return [0] }
      var sum: Dual = 0
      for z in row.positives { sum += .exp(z) }
      for (z, b) in zip(row.negatives, row.negativeBiases) { sum += .exp(z + Dual(b)) }
      let count = Double(row.positives.count + row.negatives.count)
      let mean = (row.positives + row.negatives).reduce(0, +) / Dual(count)
      return [
        .log(sum) - Dual(1 - smoothing) * row.positiveMean - Dual(smoothing) * mean
      ]
    case .margin:
      return meanOfPositives {
        softplus(row.logSumExp() - $0 + row.scale * Dual(Self.cosineMargin))
      }
    case .eachPositive:
      return row.positives.map { p in
        var sum: Dual = 0
        for (z, b) in zip(row.negatives, row.negativeBiases) { sum += .exp(z + Dual(b) - p) }
        return .log(onePlus: sum)
      }
    case .twoExponents:
      return meanOfPositives { softplus(row.logSumExp(2) - row.logSumExp(1) - $0) }
    case .meanNegative:
      return meanOfPositives { softplus(row.logSumExp(1) - row.logSumExp(0) - $0) }
    }
  }
}

/// Cross-entropy against 1 − ε shared by the positives and ε shared by all candidates.
///
/// LSE − (1 − ε)·mean zₚ − ε·mean z, with LSE − mean zₚ = softplus(ℓ − λ) + (λ − mean zₚ).
struct SmoothedRow: RowFunction {
  let smoothing: Double

  var usesTotals: Bool { true }

  func evaluate(_ rows: inout RowTerms) {
    for row in rows.indices {
      let own = rows.positives(of: row)
      guard !own.isEmpty else { continue }
      let positives = PositiveStatistics(rows.positives[own])
      let (n, all) = (Double(own.count), Double(own.count + rows.negativeCounts[row]))
      let margin = rows.logSumExp[0][row] - positives.logSumExp
      let mean = (rows.totals[row] + positives.total) / all
      rows.values[row] =
        softplus(margin) + positives.logSumExpAboveMean
        + smoothing * (positives.total / n - mean)
      let weight = rows.weights[row]
      let slope = weight * logistic(margin)
      rows.logSumExpSlopes[0][row] = slope
      rows.totalSlopes[row] = -weight * smoothing / all
      for p in own {
        let share = positives.share(of: rows.positives[p])
        rows.positiveSlopes[p] =
          weight * (share - 1 / n + smoothing * (1 / n - 1 / all)) - slope * share
      }
    }
  }

  func chance(of candidates: CandidateCounts, scale: Double) -> Double? { nil }
}

/// softplus(ℓ − zₚ + s·m): a margin off the cosine of a positive.
struct MarginRow: RowFunction {
  let margin: Double

  func evaluate(_ rows: inout RowTerms) {
    for row in rows.indices where rows.negativeCounts[row] > 0 {
      let own = rows.positives(of: row)
      let shift = rows.scales[row] * margin
      for p in own {
        let difference = rows.logSumExp[0][row] - rows.positives[p] + shift
        let share = 1 / Double(own.count)
        rows.values[row] += share * softplus(difference)
        let slope = share * rows.weights[row] * logistic(difference)
        rows.logSumExpSlopes[0][row] += slope
        rows.positiveSlopes[p] = -slope
        rows.logScaleSlopes[row] += slope * shift
      }
    }
  }
}

/// softplus(ℓₐ − ℓₐ₋₁ − zₚ): against the mean of the negatives' exponentials, weighted by themselves for a = 2, and
/// by nothing but their log-weights for a = 1.
struct TwoExponentsRow: RowFunction {
  let exponents: [Double]

  func evaluate(_ rows: inout RowTerms) {
    for row in rows.indices where rows.negativeCounts[row] > 0 {
      let own = rows.positives(of: row)
      for p in own {
        let difference = rows.logSumExp[0][row] - rows.logSumExp[1][row] - rows.positives[p]
        let share = 1 / Double(own.count)
        rows.values[row] += share * softplus(difference)
        let slope = share * rows.weights[row] * logistic(difference)
        rows.logSumExpSlopes[0][row] += slope
        rows.logSumExpSlopes[1][row] -= slope
        rows.positiveSlopes[p] = -slope
      }
    }
  }
}
