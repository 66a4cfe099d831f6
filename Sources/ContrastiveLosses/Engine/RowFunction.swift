/// What a loss is, given what a row's softmax needs of all its negatives.
///
/// The engine streams the negatives' logits zⱼ = s·cos of a row and keeps only
/// ```
/// ℓₐ = log Σⱼ exp(a·zⱼ)
/// ```
/// for one or two exponents a; the positives' logits zₚ are held apart. A loss is a function
/// φ(ℓ, {zₚ}) of one or several terms, and its gradient by a negative's logit follows from the
/// derivative by ℓ:
/// ```
/// dφ/dzⱼ = Σₐ ∂φ/∂ℓₐ · a · exp(a·zⱼ − ℓₐ)
/// ```
/// Never forming a probability, and never mixing the positive into ℓ, is what keeps a loss of
/// 4e-10 and its gradient at full relative precision.
protocol RowFunction: Sendable {
  /// The exponents a: one or two, none negative.
  var exponents: [Double] { get }

  /// da·zⱼ/dzⱼ, per exponent, as the gradient is to take it: a itself, or less where a part of the
  /// logit is held constant (a stopped gradient).
  var slopeFactors: [Double] { get }

  /// Sets the values of the row's terms, and the slopes of their weighted sum.
  func evaluate(_ row: inout RowTerms)
}

extension RowFunction {
  var exponents: [Double] { [1] }
  var slopeFactors: [Double] { exponents }
}

/// A row, as a row function sees it.
struct RowTerms {
  /// ℓₐ of the negatives, in the order of the exponents; −∞ without negatives.
  var logSumExp: [Double] = [0]

  /// How many negatives there are.
  var negativeCount = 0

  /// s = 1/τ.
  var scale = 1.0

  /// The logits of the positives, and of what is held apart with them.
  var positives: [Double] = []

  /// Which of these are positives; `nil` if all are. The others are negatives that are no part of ℓ.
  var arePositive: [Bool]?

  /// Which of all terms the row's first is: with one term per row, which row it is.
  var firstTerm = 0

  /// The weights of the terms in the sum that is differentiated.
  var weights: [Double] = []

  /// Out: the terms, unweighted.
  var values: [Double] = []

  /// Out: d Σ w·φ / dℓₐ.
  var logSumExpSlopes: [Double] = [0]

  /// Out: d Σ w·φ / dzₚ.
  var positiveSlopes: [Double] = []

  /// Out: d Σ w·φ / d log s where φ depends on s other than through the logits.
  var logScaleSlope = 0.0

  // Both set elements where they are: one row after another has as many.

  /// Makes room for as many values as terms and as many slopes as positives and exponents.
  mutating func clear(termCount: Int, exponentCount: Int) {
    values.setZeros(count: termCount)
    positiveSlopes.setZeros(count: positives.count)
    logSumExpSlopes.setZeros(count: exponentCount)
    logScaleSlope = 0
  }

  mutating func setWeights(_ all: TermWeights, from first: Int, count: Int) {
    weights.setZeros(count: count)
    for term in 0..<count { weights[term] = all[first + term] }
  }
}

extension [Double] {
  fileprivate mutating func setZeros(count: Int) {
    guard self.count == count else {
      self = Array(repeating: 0, count: count)
      return
    }
    for index in indices { self[index] = 0 }
  }
}

/// Cross-entropy of picking the positive, a term per positive: Σₚ softplus(ℓ − zₚ).
///
/// With one positive it is InfoNCE; with several, each competes with the negatives alone.
struct PositiveCrossEntropy: RowFunction {
  /// a: above 1, the negatives' logits are that much larger, by an amount that takes no gradient.
  var exponent = 1.0

  var exponents: [Double] { [exponent] }
  var slopeFactors: [Double] { [1] }

  func evaluate(_ row: inout RowTerms) {
    for p in row.positives.indices {
      let margin = row.logSumExp[0] - row.positives[p]
      row.values[p] = softplus(margin)
      let slope = row.weights[p] * logistic(margin)
      row.logSumExpSlopes[0] += slope
      row.positiveSlopes[p] = -slope
    }
  }
}

/// ℓ itself.
struct LogSumExp: RowFunction {
  func evaluate(_ row: inout RowTerms) {
    row.values[0] = row.logSumExp[0]
    row.logSumExpSlopes[0] = row.weights[0]
  }
}
