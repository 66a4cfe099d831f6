public import ContrastiveEmbeddings
package import ContrastiveKernels
import RealModule

extension RowStatistics {
  /// Takes in the statistics of other candidates of the same rows.
  ///
  /// - Throws: `ContrastiveError` if they are of another number of rows, of other exponents, or of ranks counted
  ///   against other intervals, whose counts do not add up.
  public mutating func merge(_ other: RowStatistics) throws(ContrastiveError) {
    guard other.rowCount == rowCount else {
      throw .init(.statistics, .count(.row, found: other.rowCount, expected: .exactly(rowCount)))
    }
    guard other.exponents == exponents else {
      throw .init(
        .exponents, .choice(found: "\(other.exponents)", expected: "\(exponents), to merge"))
    }
    guard top?.count == other.top?.count,
      histogram?.counts.count == other.histogram?.counts.count,
      histogram?.range == other.histogram?.range
    else {
      throw .init(
        .detail, .choice(found: "another", expected: "the same detail on both sides, to merge"))
    }
    guard ranks?.low == other.ranks?.low, ranks?.high == other.ranks?.high else {
      throw .init(
        .ranks,
        .choice(
          found: "counts against other positives",
          expected: "counts against the same positives' logits, to merge"))
    }
    merge(matching: other)
  }

  /// The same, of statistics that are known to go together.
  package mutating func merge(matching other: RowStatistics) {
    merge(matching: other, into: indices)
  }

  /// Takes in the statistics of other candidates of some of the rows.
  package mutating func merge(matching other: RowStatistics, into rows: Range<Int>) {
    let first = rows.lowerBound
    for t in exponents.indices {
      // Of a row without candidates nothing is relative to its shift: it follows, and is not followed.
      for row in 0..<rows.count where other.sums[t].sum[row] > 0 {
        let (own, shift) = (first + row, other.shifts[t][row])
        if shift > shifts[t][own] {
          rescale(exponent: t, row: own, to: shift)
        } else if sums[t].sum[own] == 0 {
          shifts[t][own] = shift
        }
      }
      sums[t].merge(other.sums[t], from: other.shifts[t], to: shifts[t], at: first)
    }
    for row in 0..<rows.count {
      counts[first + row] += other.counts[row]
      totals[first + row] += other.totals[row]
    }
    if !largest.isEmpty {
      for (row, logit) in other.largest.enumerated() {
        largest[first + row] = max(largest[first + row], logit)
      }
    }
    mergeRanks(other.ranks, at: first)
    if let more = other.top { top?.add(more, at: first) }
    if let more = other.histogram { histogram?.add(more) }
  }

  /// Adds sums over other candidates, relative to the present shifts of the first exponent.
  package mutating func add(_ tile: ScreenedSums) {
    sums[0].add(tile.sums)
    mergeRanks(tile.ranks)
  }

  private mutating func mergeRanks(_ other: RankCounts?, at first: Int = 0) {
    // Taken out, so that the counts are changed in place.
    guard let other, var own = ranks else { return }
    ranks = nil
    for row in other.above.indices {
      own.above[first + row] += other.above[row]
      own.notBelow[first + row] += other.notBelow[row]
    }
    ranks = own
  }

  /// Brings a row's sums to a larger shift, and returns the factor.
  @discardableResult
  mutating func rescale(exponent t: Int, row: Int, to larger: Double) -> Double {
    let (step, sum) = (shifts[t][row] - larger, sums[t].sum[row])
    shifts[t][row] = larger
    guard sum > 0 else { return 1 }
    let factor = Double.exp(step)
    sums[t].sum[row] = factor * sum
    sums[t].weighted[row] = factor * (sums[t].weighted[row] + step * sum)
    if !sums[t].biased.isEmpty { sums[t].biased[row] *= factor }
    return factor
  }
}

extension ExponentialSums {
  /// Adds sums that are relative to other shifts, none of them larger than those of these, to the rows from `first` on.
  fileprivate mutating func merge(
    _ other: ExponentialSums, from shifts: [Double], to target: [Double], at first: Int
  ) {
    // Candidates without biases have biases of 0.
    if biased.isEmpty, !other.biased.isEmpty { biased = Array(repeating: 0, count: sum.count) }
    for row in other.sum.indices where other.sum[row] > 0 {
      let own = first + row
      let step = shifts[row] - target[own]
      let factor = step == 0 ? 1 : Double.exp(step)
      sum[own] += factor * other.sum[row]
      weighted[own] += factor * (other.weighted[row] + step * other.sum[row])
      if !other.biased.isEmpty { biased[own] += factor * other.biased[row] }
    }
  }
}
