package import ContrastiveKernels
import RealModule

/// What softmaxes need to know of some candidates of a run of rows.
///
/// For a row i, a set J of its candidates with logits zⱼ and biases bⱼ (0 where there are none), and every
/// exponent a:
/// ```
/// m  the shift       E = Σ exp(uⱼ)       uⱼ = a·zⱼ + bⱼ − m
/// n = |J|            U = Σ uⱼ·exp(uⱼ)
/// Z = Σ zⱼ           B = Σ bⱼ·exp(uⱼ)
/// ```
/// From these follow ℓ = m + log E, the softmax's mean of its own exponent m + U/E, its entropy ℓ − that mean, and
/// the derivative of ℓ by the logarithm of a scale of all z. (U is relative to the shift: a sum of z·exp(z)
/// itself would cancel.) Ranks are counted against intervals around the logits of the rows' positives, which are no
/// part of J.
///
/// Statistics of different candidates of the same rows merge, associatively and commutatively to
/// rounding: they are all that tiles, threads, blocks of keys and the two directions of a tile hand to each other.
///
/// - A row without candidates has m = −∞, E = 0 and ℓ = −∞.
/// - Complexity: O(rows · exponents) memory.
public struct RowStatistics: Sendable, Equatable {
  /// The exponents a, none negative.
  public private(set) var exponents: [Double]

  /// n: how many candidates each row has here.
  public package(set) var counts: [Int]

  /// Z, without biases, where it was asked for; otherwise 0.
  public package(set) var totals: [Double]

  /// m, by exponent and row.
  package internal(set) var shifts: [[Double]]

  /// E, U and B, by exponent and row.
  package internal(set) var sums: [ExponentialSums]

  /// How the candidates compare with the rows' positives.
  package internal(set) var ranks: RankCounts?

  /// The largest logit so far; −∞ before there is one, or where candidates carry biases. Empty where shifts are given.
  package internal(set) var largest: [Double]

  /// The hardest negatives of every row, if they were asked for.
  public internal(set) var top: TopCandidates?

  /// Where the logits of all rows lie, if that was asked for; of some of the rows it is not known.
  public internal(set) var histogram: LogitHistogram?

  private(set) var shift: Shift

  package init(
    rowCount: Int, exponents: [Double] = [1], shift: Shift = .maxima, isBiased: Bool = false,
    ranks: RankCounts? = nil, detail: StatisticsDetail = .none
  ) {
    self.exponents = exponents
    self.shift = shift
    self.ranks = ranks
    counts = Array(repeating: 0, count: rowCount)
    totals = Array(repeating: 0, count: rowCount)
    largest = shift.isGiven ? [] : Array(repeating: -.infinity, count: rowCount)
    sums = Array(
      repeating: ExponentialSums(rowCount: rowCount, biased: isBiased), count: exponents.count)
    shifts = exponents.map { shift.initial(exponent: $0, rowCount: rowCount) }
    if detail.topCount > 0 { top = TopCandidates(count: detail.topCount, rowCount: rowCount) }
    if detail.binCount > 0 {
      histogram = LogitHistogram(range: -1...1, binCount: detail.binCount)
    }
  }

  /// One exponent's share of statistics, as if of other exponents.
  init(only t: Int, of all: RowStatistics, as exponents: [Double]) {
    self = all
    self.exponents = exponents
    (shifts, sums) = ([all.shifts[t]], [all.sums[t]])
  }

  /// How many rows there are.
  public var rowCount: Int { counts.count }

  /// ℓ = log Σ exp(a·z + b) of every row; −∞ without candidates.
  public func logSumExp(exponent t: Int = 0) -> [Double] {
    zip(shifts[t], sums[t].sum).map { $1 > 0 ? $0 + .log($1) : -.infinity }
  }

  /// The softmax's mean of a·z + b of every row; 0 without candidates.
  public func means(exponent t: Int = 0) -> [Double] {
    indices.map { sums[t].sum[$0] > 0 ? shifts[t][$0] + sums[t].weighted[$0] / sums[t].sum[$0] : 0 }
  }

  /// The softmax's mean of b of every row.
  public func biasMeans(exponent t: Int = 0) -> [Double] {
    guard !sums[t].biased.isEmpty else { return Array(repeating: 0, count: rowCount) }
    return indices.map { sums[t].sum[$0] > 0 ? sums[t].biased[$0] / sums[t].sum[$0] : 0 }
  }

  /// The softmax's entropy of every row, in nats: −Σ p log p = ℓ − mean.
  public func entropies(exponent t: Int = 0) -> [Double] {
    // Rounding may leave the difference a little below 0.
    zip(logSumExp(exponent: t), means(exponent: t)).map { $0 == -.infinity ? 0 : max(0, $0 - $1) }
  }

  /// 1 + #greater + #equal/2 of every row's positive among these candidates and itself; `nil` where ranks
  /// were not counted.
  public var positiveRanks: [Double]? {
    ranks.map { ranks in
      zip(ranks.above, ranks.notBelow).map { 1 + Double($0) + Double($1 - $0) / 2 }
    }
  }

  var indices: Range<Int> { 0..<rowCount }

  /// The statistics of some of the rows.
  public subscript(rows: Range<Int>) -> RowStatistics {
    guard rows != 0..<rowCount else { return self }
    var result = self
    result.shift = shift[rows]
    result.counts = Array(counts[rows])
    result.totals = Array(totals[rows])
    result.largest = largest.isEmpty ? [] : Array(largest[rows])
    result.shifts = shifts.map { Array($0[rows]) }
    result.sums = sums.map { $0[rows] }
    result.top = top?[rows]
    result.histogram = nil
    result.ranks = ranks.map { ranks in
      var some = ranks[rows]
      (some.above, some.notBelow) = (Array(ranks.above[rows]), Array(ranks.notBelow[rows]))
      return some
    }
    return result
  }

  /// These rows and then those of other statistics, of the same exponents.
  package func appending(_ next: RowStatistics) -> RowStatistics {
    var result = self
    result.counts += next.counts
    result.totals += next.totals
    result.largest += next.largest
    if case .each(let own) = shift, case .each(let more) = next.shift {
      result.shift = .each(own + more)
    }
    if let more = next.top { result.top?.append(more) }
    if let more = next.histogram { result.histogram?.add(more) }
    for t in exponents.indices {
      result.shifts[t] += next.shifts[t]
      result.sums[t].append(next.sums[t])
    }
    result.ranks = ranks.flatMap { own in
      next.ranks.map { next in
        var all = RankCounts(low: own.low + next.low, high: own.high + next.high)
        all.above = own.above + next.above
        all.notBelow = own.notBelow + next.notBelow
        return all
      }
    }
    return result
  }
}

extension ExponentialSums {
  /// Those of some rows.
  fileprivate subscript(rows: Range<Int>) -> ExponentialSums {
    var result = ExponentialSums(rowCount: rows.count, biased: !biased.isEmpty)
    result.sum = Array(sum[rows])
    result.weighted = Array(weighted[rows])
    if !biased.isEmpty { result.biased = Array(biased[rows]) }
    return result
  }

  fileprivate mutating func append(_ next: ExponentialSums) {
    sum += next.sum
    weighted += next.weighted
    biased += next.biased
  }
}
