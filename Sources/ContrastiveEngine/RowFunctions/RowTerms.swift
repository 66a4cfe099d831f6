/// Rows of a call, as a row function sees them: what is known of every row, and room for what it makes of it.
///
/// Rows are numbered from 0 here (``indices``); ``rows`` says which rows of the call they are. Positives and
/// terms of all rows are listed one after another. Where every row has one positive, that of row r is
/// element r.
public struct RowTerms: Sendable {
  /// Which rows of the call these are.
  public let rows: Range<Int>

  /// s = 1/τ of every row.
  public let scales: [Double]

  /// ℓₐ = log Σⱼ exp(a·zⱼ + bⱼ) of the negatives, by exponent and row; −∞ without negatives.
  public let logSumExp: [[Double]]

  /// How many negatives every row has.
  public let negativeCounts: [Int]

  /// Σⱼ zⱼ of the negatives of every row, if `usesTotals`.
  public let totals: [Double]

  /// The logits of the positives, and of what is held apart with them.
  public let positives: [Double]

  /// Which of these are positives; `nil` if all are. The others are negatives that are no part of ℓ.
  public let arePositive: [Bool]?

  /// The weights of the terms in the sum that is differentiated.
  public let weights: [Double]

  /// Out: the terms, unweighted.
  public var values: [Double]

  /// Out: d Σ w·φ / dℓₐ, by exponent and row.
  public var logSumExpSlopes: [[Double]]

  /// Out: d Σ w·φ / dzₚ of every element of `positives`.
  public var positiveSlopes: [Double]

  /// Out: d Σ w·φ / d Σⱼ zⱼ of every row.
  public var totalSlopes: [Double]

  /// Out: d Σ w·φ / d log s of every row, where φ depends on s other than through the logits.
  public var logScaleSlopes: [Double]

  private let positiveLogits: PositiveLogits
  private let hasTermPerPositive: Bool

  init(
    rows: Range<Int>, scales: [Double], logSumExp: [[Double]], negativeCounts: [Int],
    totals: [Double], positives: PositiveLogits, weights: [Double], hasTermPerPositive: Bool
  ) {
    self.rows = rows
    self.scales = scales
    self.logSumExp = logSumExp
    self.negativeCounts = negativeCounts
    self.totals = totals
    self.positives = positives.logits
    arePositive = positives.arePositive
    positiveLogits = positives
    self.weights = weights
    self.hasTermPerPositive = hasTermPerPositive
    let zeros = Array(repeating: 0.0, count: rows.count)
    values = Array(repeating: 0, count: weights.count)
    logSumExpSlopes = Array(repeating: zeros, count: logSumExp.count)
    positiveSlopes = Array(repeating: 0, count: positives.logits.count)
    (totalSlopes, logScaleSlopes) = (zeros, zeros)
  }

  /// The rows, from 0.
  public var indices: Range<Int> { 0..<rows.count }

  /// Which elements of `positives` are a row's.
  public func positives(of row: Int) -> Range<Int> { positiveLogits.range(ofRow: row) }

  /// What of an element of `positives` is its candidate's log-weight.
  package func logWeight(ofPositive index: Int) -> Double { positiveLogits.biases?[index] ?? 0 }

  /// Which terms are a row's: one, or as many as it has positives.
  public func terms(of row: Int) -> Range<Int> {
    hasTermPerPositive ? positives(of: row) : row..<row + 1
  }
}

/// The logits of some rows' positives, row by row.
package struct PositiveLogits: Sendable {
  /// With biases.
  package var logits: [Double] = []

  /// What of each is bias.
  package var biases: [Double]?

  /// Where each row's begin, and the last's end; `nil` where every row has one, or none.
  package var starts: [Int]?

  package var arePositive: [Bool]?

  /// Which of all rows' positives the first is.
  package var first = 0

  package init() {}

  /// One for every row.
  package init(_ logits: [Double], biases: [Double]? = nil) {
    self.logits = logits
    self.biases = biases
  }

  func range(ofRow row: Int) -> Range<Int> {
    guard let starts else { return logits.isEmpty ? 0..<0 : row..<row + 1 }
    return starts[row]..<starts[row + 1]
  }
}
