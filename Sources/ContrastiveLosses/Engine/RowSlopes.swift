import ContrastiveEmbeddings
import RealModule

/// The slopes of a row block's loss, ready for its tiles.
struct RowSlopes<Scalar: EmbeddingScalar>: Sendable {
  /// A negative's dL/dz: the sum over these of factor · exp(exponent · z − shift).
  private(set) var terms: [ExponentialTerm<Scalar>]

  /// dL/dzₚ of every row's positives.
  private(set) var positives: [[Scalar]] = []

  /// dL/dℓ of every row, and ℓ: for the one pass, whose sums are relative to a panel's own maxima.
  private var logSumExpSlopes: [Double] = []
  private var logSumExp: [Double] = []

  private let exponents: [Double]

  init(exponents: [Double]) {
    self.exponents = exponents
    terms = exponents.map { ExponentialTerm(exponent: Scalar($0), shift: [], factor: []) }
  }

  /// Adds a row.
  mutating func append(_ row: RowTerms, merged: MergedSums<Scalar>) {
    for t in exponents.indices {
      let slope = row.logSumExpSlopes[t] * exponents[t]
      terms[t].shift.append(merged.shift[t])
      terms[t].factor.append(merged.sum[t] > 0 ? Scalar(slope / merged.sum[t]) : 0)
    }
    positives.append(row.positiveSlopes.map { Scalar($0) })
    logSumExpSlopes.append(row.logSumExpSlopes[0])
    logSumExp.append(merged.logSumExp[0])
  }

  /// What a panel's one-pass gradient, Σ exp(z − maximum)·k̂, has to be multiplied by.
  func onePassFactors(of panel: Panel<Scalar>, scale: Double) -> [Scalar] {
    logSumExp.indices.map { row in
      let maximum = Double(panel.maximum[row])
      guard maximum.isFinite else { return 0 }
      return Scalar(scale * logSumExpSlopes[row] * .exp(maximum - logSumExp[row]))
    }
  }
}
