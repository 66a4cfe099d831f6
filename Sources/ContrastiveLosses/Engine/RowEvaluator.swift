import ContrastiveEmbeddings
import RealModule

/// Evaluates the row function row by row, and keeps the books: values, the slope by log s, and
/// what the diagnostics report.
struct RowEvaluator<Scalar: EmbeddingScalar, Function: RowFunction>: Sendable {
  let function: Function
  let scale: Double
  let weights: TermWeights

  /// Whether a row has one term whatever its positives, or one per positive.
  let hasOneTermPerRow: Bool

  /// Whether every row has one positive, so that it has a rank.
  let hasSinglePositive: Bool

  let observes: Bool

  private let exponents: [Double]
  private let slopeFactors: [Double]

  /// The present row.
  private(set) var terms = RowTerms()

  init(
    function: Function, scale: Double, weights: TermWeights, hasOneTermPerRow: Bool,
    hasSinglePositive: Bool, observes: Bool
  ) {
    self.function = function
    (exponents, slopeFactors) = (function.exponents, function.slopeFactors)
    self.scale = scale
    self.weights = weights
    self.hasOneTermPerRow = hasOneTermPerRow
    self.hasSinglePositive = hasSinglePositive
    self.observes = observes
  }

  init(_ problem: RowsProblem<Scalar, Function>) {
    self.init(
      function: problem.function, scale: problem.scale, weights: problem.weights,
      hasOneTermPerRow: true, hasSinglePositive: problem.positive != nil,
      observes: problem.observes)
  }

  /// Evaluates the next row.
  ///
  /// - Parameters:
  ///   - anchor: Which anchor of `parts`.
  ///   - arePositive: Which of `positives` are; `nil` if all are.
  ///   - firstTerm: How many terms there were in the rows before those in `result`.
  mutating func evaluate(
    anchor: Int, of parts: [AnchorPart<Scalar>], merged: MergedSums<Scalar>, positives: [Double],
    arePositive: [Bool]? = nil, negativeCount: Int, firstTerm: Int = 0,
    adding result: inout RowsResult<Scalar>
  ) {
    terms.scale = scale
    terms.logSumExp = merged.logSumExp
    terms.negativeCount = negativeCount
    terms.positives = positives
    terms.arePositive = arePositive
    let termCount = hasOneTermPerRow ? 1 : positives.count
    let first = firstTerm + result.values.count
    terms.firstTerm = first
    terms.setWeights(weights, from: first, count: termCount)
    terms.clear(termCount: termCount, exponentCount: merged.sum.count)
    function.evaluate(&terms)

    result.values += terms.values
    for (weight, value) in zip(terms.weights, terms.values) { result.value += weight * value }
    result.logScaleSlope += terms.logScaleSlope
    for (t, slope) in terms.logSumExpSlopes.enumerated() {
      let (exponent, factor) = (exponents[t], slopeFactors[t])
      // Equal factors are told apart so that an exponent of 0 divides nothing.
      let share = factor == exponent ? 1 : factor / exponent
      result.logScaleSlope += slope * share * merged.mean[t]
    }
    for (slope, logit) in zip(terms.positiveSlopes, positives) {
      result.logScaleSlope += slope * logit
    }
    if observes { observe(anchor, of: parts, merged: merged, in: &result.observations) }
  }

  private func observe(
    _ anchor: Int, of parts: [AnchorPart<Scalar>], merged: MergedSums<Scalar>,
    in observations: inout RowObservations
  ) {
    observations.rowCount += 1
    observations.negativeCount += terms.negativeCount
    for _ in terms.values {
      observations.termCount += 1
      observations.chance += .log(onePlus: Double(terms.negativeCount))
    }
    if merged.sum[0] > 0 { observations.add(entropy: merged.entropy) }
    guard hasSinglePositive else { return }
    observations.positiveSimilarity += terms.positives[0] / scale
    var (above, notBelow) = (0, 0)
    for part in parts {
      guard let ranks = part.sums.ranks else { continue }
      above += Int(ranks.above[anchor - part.first])
      notBelow += Int(ranks.notBelow[anchor - part.first])
    }
    observations.add(rank: 1 + Double(above) + Double(notBelow - above) / 2)
  }
}

/// An anchor's sums over all parts.
struct MergedSums<Scalar: EmbeddingScalar> {
  /// exponent · reference, per exponent.
  private(set) var shift: [Scalar] = []
  /// Σ exp(exponent·z − shift).
  private(set) var sum: [Double] = []
  /// ℓ = shift + log sum; −∞ without negatives.
  private(set) var logSumExp: [Double] = []
  /// The softmax's mean of exponent·z; 0 without negatives.
  private(set) var mean: [Double] = []

  /// Of an anchor's sums in several parts. Shifts are the kernels' own, products rounded to the scalar.
  mutating func merge(anchor: Int, of parts: [AnchorPart<Scalar>], exponents: [Double]) {
    if sum.count != exponents.count {
      shift = Array(repeating: 0, count: exponents.count)
      sum = Array(repeating: 0, count: exponents.count)
      (logSumExp, mean) = (sum, sum)
    }
    var reference = -Scalar.infinity
    for part in parts { reference = max(reference, part.sums.reference[anchor - part.first]) }
    for (t, exponent) in exponents.enumerated() {
      var (sum, weighted) = (0.0, 0.0)
      for part in parts {
        let row = anchor - part.first
        let own = part.sums.reference[row]
        guard own.isFinite else { continue }
        let step = Double(Scalar(exponent) * own) - Double(Scalar(exponent) * reference)
        let (factor, partSum) = (step == 0 ? 1 : .exp(step), part.sums.sums[t].sum[row])
        sum += factor * partSum
        weighted += factor * (part.sums.sums[t].weighted[row] + step * partSum)
      }
      let shift = reference.isFinite ? Scalar(exponent) * reference : 0
      self.shift[t] = shift
      self.sum[t] = sum
      logSumExp[t] = sum > 0 ? Double(shift) + .log(sum) : -.infinity
      mean[t] = sum > 0 ? Double(shift) + weighted / sum : 0
    }
  }

  /// What exp(exponent·z − shift) is to be multiplied by to be a negative's slope.
  func factor(ofSlope slope: Double, term t: Int = 0) -> Scalar {
    sum[t] > 0 ? Scalar(slope / sum[t]) : 0
  }

  /// The entropy of the softmax over the negatives: −Σ p log p = ℓ − mean z.
  var entropy: Double { max(0, logSumExp[0] - mean[0]) }
}
