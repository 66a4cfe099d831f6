import ContrastiveEmbeddings
import RealModule

/// The slopes of a row block's loss, ready for its tiles.
struct RowSlopes<Scalar: EmbeddingScalar>: Sendable {
  /// A negative's dL/dz: the sum over these of factor · exp(exponent · z − shift).
  private(set) var terms: [ExponentialTerm<Scalar>]

  /// dL/dzₚ of every row's positive; 0 where it has none.
  private(set) var positives: [Scalar] = []

  /// The sum of every row's exponentials, relative to the first exponent's shift.
  private(set) var sums: [Double] = []

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
    sums.append(merged.sum[0])
    positives.append(Scalar(row.positiveSlopes.first ?? 0))
  }

  /// With one exponent: what exp(z − reference) has to be multiplied by, for other references than
  /// the shifts.
  func factors(relativeTo reference: [Scalar]) -> [Scalar] {
    terms[0].factor.indices.map { row in
      guard reference[row].isFinite else { return 0 }
      return terms[0].factor[row] * .exp(reference[row] - terms[0].shift[row])
    }
  }
}
