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

  private let slopeFactors: [Double]

  init(_ function: some RowFunction) {
    slopeFactors = function.slopeFactors
    terms = function.exponents.map { ExponentialTerm(exponent: Scalar($0), shift: [], factor: []) }
  }

  /// Adds a row.
  mutating func append(_ row: RowTerms, merged: MergedSums<Scalar>) {
    for t in terms.indices {
      terms[t].shift.append(merged.shift[t])
      terms[t].factor.append(
        merged.factor(ofSlope: row.logSumExpSlopes[t] * slopeFactors[t], term: t))
    }
    sums.append(merged.sum[0])
    positives.append(Scalar(row.positiveSlopes.first ?? 0))
  }

  /// Adds the rows after these.
  mutating func append(_ other: RowSlopes) {
    for t in terms.indices {
      terms[t].shift += other.terms[t].shift
      terms[t].factor += other.terms[t].factor
    }
    sums += other.sums
    positives += other.positives
  }

  /// With one exponent a: what exp(a·z − a·reference) has to be multiplied by, for other references
  /// than those of the shifts.
  func factors(relativeTo reference: [Scalar]) -> [Scalar] {
    let term = terms[0]
    return term.factor.indices.map { row in
      guard reference[row].isFinite else { return 0 }
      let step = term.exponent * reference[row] - term.shift[row]
      return step == 0 ? term.factor[row] : term.factor[row] * .exp(step)
    }
  }
}
