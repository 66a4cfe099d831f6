package import ContrastiveKernels
import RealModule

/// The slopes of some rows' loss, ready for their tiles.
package struct RowSlopes: Sendable {
  /// A negative's dL/dz: the sum over these of factor · exp(exponent · z + b − shift).
  package internal(set) var terms: [ExponentialTerm]

  /// dL/dzₚ of the positives, row by row.
  package internal(set) var positives: [Double] = []

  /// dL/d Σz of every row; empty unless the function uses Σz.
  package internal(set) var totals: [Double] = []

  /// The sum of every row's exponentials, relative to the first exponent's shift.
  package internal(set) var sums: [Double] = []

  /// Of no rows yet.
  init(_ function: any RowFunction) {
    terms = function.exponents.map {
      ExponentialTerm(exponent: $0.forKernels, shift: [], factor: [])
    }
  }

  init(
    _ function: any RowFunction, terms row: RowTerms, statistics: RowStatistics
  ) {
    self.init(function)
    for (t, factor) in function.slopeFactors.enumerated() {
      terms[t].shift = statistics.shifts[t].finite
      terms[t].factor = zip(row.logSumExpSlopes[t], statistics.sums[t].sum).map {
        $1 > 0 ? $0 * factor / $1 : 0
      }
    }
    positives = row.positiveSlopes
    if function.usesTotals { totals = row.totalSlopes }
    sums = statistics.sums[0].sum
  }

  /// Leaves what tiles that hold every element need: the terms.
  mutating func removeAllButTerms() { (positives, totals, sums) = ([], [], []) }

  /// Adds the rows after these.
  mutating func append(_ other: RowSlopes) {
    for t in terms.indices {
      terms[t].shift += other.terms[t].shift
      terms[t].factor += other.terms[t].factor
    }
    positives += other.positives
    totals += other.totals
    sums += other.sums
  }

  /// Those of some rows, of which each has one positive or none.
  package subscript(rows: Range<Int>) -> RowSlopes {
    var result = self
    for t in terms.indices {
      result.terms[t].shift = Array(terms[t].shift[rows])
      result.terms[t].factor = Array(terms[t].factor[rows])
    }
    if !positives.isEmpty { result.positives = Array(positives[rows]) }
    if !totals.isEmpty { result.totals = Array(totals[rows]) }
    if !sums.isEmpty { result.sums = Array(sums[rows]) }
    return result
  }

  /// With one exponent: what exp(u) relative to other shifts is to be multiplied by to be the slope.
  package func factors(relativeTo shifts: [Double]) -> [Double] {
    let term = terms[0]
    return term.factor.indices.map { row in
      guard shifts[row].isFinite else { return 0 }
      let step = shifts[row] - term.shift[row]
      return step == 0 ? term.factor[row] : term.factor[row] * .exp(step)
    }
  }

  /// With one exponent: what sums of exp(u) relative to other shifts are to be multiplied by to be
  /// relative to the final ones.
  package func steps(from shifts: [Double]) -> [Double] {
    let final = terms[0].shift
    return final.indices.map { row in
      guard shifts[row].isFinite else { return 0 }
      let step = shifts[row] - final[row]
      return step == 0 ? 1 : .exp(step)
    }
  }
}
