public import ContrastiveEmbeddings
package import ContrastiveKernels
import RealModule

/// What softmaxes need to know of some candidates of a run of rows.
///
/// For a row i, a set J of its candidates with logits zⱼ and biases bⱼ (0 where there are none), and every
/// exponent a:
/// ```
/// m  the shift       E = Σ exp(a·zⱼ + bⱼ − m)       U = Σ uⱼ·exp(uⱼ),  uⱼ = a·zⱼ + bⱼ − m
/// n = |J|            Z = Σ zⱼ                        B = Σ bⱼ·exp(uⱼ)
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
  public let exponents: [Double]

  /// n: how many candidates each row has here.
  public package(set) var counts: [Int]

  /// Z, without biases, where it was asked for; otherwise 0.
  public package(set) var totals: [Double]

  /// m, by exponent and row.
  package private(set) var shifts: [[Double]]

  /// E, U and B, by exponent and row.
  package private(set) var sums: [ExponentialSums]

  /// How the candidates compare with the rows' positives.
  package private(set) var ranks: RankCounts?

  /// The largest logit so far; −∞ before there is one. Not kept where shifts are given, or candidates
  /// carry biases.
  package private(set) var largest: [Double]

  private let shift: Shift

  package init(
    rowCount: Int, exponents: [Double] = [1], shift: Shift = .maxima, isBiased: Bool = false,
    ranks: RankCounts? = nil
  ) {
    self.exponents = exponents
    self.shift = shift
    self.ranks = ranks
    counts = Array(repeating: 0, count: rowCount)
    totals = Array(repeating: 0, count: rowCount)
    largest = Array(repeating: -.infinity, count: rowCount)
    sums = Array(
      repeating: ExponentialSums(rowCount: rowCount, biased: isBiased), count: exponents.count)
    shifts = exponents.map { shift.initial(exponent: $0, rowCount: rowCount) }
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

  private var indices: Range<Int> { 0..<rowCount }

  /// The statistics of some of the rows.
  public subscript(rows: Range<Int>) -> RowStatistics {
    var result = self
    result.counts = Array(counts[rows])
    result.totals = Array(totals[rows])
    result.largest = Array(largest[rows])
    result.shifts = shifts.map { Array($0[rows]) }
    result.sums = sums.map { $0[rows] }
    result.ranks = ranks.map { ranks in
      var some = ranks[rows]
      (some.above, some.notBelow) = (Array(ranks.above[rows]), Array(ranks.notBelow[rows]))
      return some
    }
    return result
  }

  // MARK: Merging

  /// Takes in the statistics of other candidates of the same rows.
  ///
  /// - Throws: `ContrastiveError` if they are of another number of rows, of other exponents, or of ranks counted
  ///   against other intervals, whose counts do not add up.
  public mutating func merge(_ other: RowStatistics) throws(ContrastiveError) {
    guard other.rowCount == rowCount else {
      throw .shape(array: "statistics", expected: "\(rowCount) rows", actual: "\(other.rowCount)")
    }
    guard other.exponents == exponents else {
      throw .value(
        name: "exponents", value: "\(other.exponents)", requirement: "\(exponents), to merge")
    }
    guard ranks?.low == other.ranks?.low, ranks?.high == other.ranks?.high else {
      throw .value(
        name: "ranks", value: "counts against other positives",
        requirement: "counts against the same positives' logits, to merge")
    }
    add(other)
  }

  /// The same, of statistics that are known to go together.
  package mutating func add(_ other: RowStatistics) {
    for t in exponents.indices {
      if shifts[t] != other.shifts[t] {
        // Either side may hold the larger shift of a row.
        for row in indices {
          let (own, theirs) = (shifts[t][row], other.shifts[t][row])
          if theirs > own { rescale(exponent: t, row: row, to: theirs) }
        }
      }
      sums[t].add(other.sums[t], from: other.shifts[t], to: shifts[t])
    }
    for row in indices {
      counts[row] += other.counts[row]
      totals[row] += other.totals[row]
      largest[row] = max(largest[row], other.largest[row])
    }
    addRanks(other.ranks)
  }

  /// Adds sums over other candidates, relative to the present shifts of the first exponent.
  package mutating func add(_ tile: ScreenedSums) {
    sums[0].add(tile.sums)
    addRanks(tile.ranks)
  }

  private mutating func addRanks(_ other: RankCounts?) {
    // Taken out, so that the counts are changed in place.
    guard let other, var own = ranks else { return }
    ranks = nil
    for row in other.above.indices {
      own.above[row] += other.above[row]
      own.notBelow[row] += other.notBelow[row]
    }
    ranks = own
  }

  /// Brings a row's sums to a larger shift, and returns the factor.
  @discardableResult
  private mutating func rescale(exponent t: Int, row: Int, to larger: Double) -> Double {
    let (step, sum) = (shifts[t][row] - larger, sums[t].sum[row])
    shifts[t][row] = larger
    guard sum > 0 else { return 1 }
    let factor = Double.exp(step)
    sums[t].sum[row] = factor * sum
    sums[t].weighted[row] = factor * (sums[t].weighted[row] + step * sum)
    if !sums[t].biased.isEmpty { sums[t].biased[row] *= factor }
    return factor
  }

  // MARK: Adding tiles

  /// Adds a tile's logits, one row per row, as online softmax does.
  ///
  /// - Parameters:
  ///   - bias: b of every column.
  ///   - storing: With one exponent, whether to leave exp(u) in the place of z.
  /// - Returns: What anything else that was added up relative to the first exponent's old shifts has to be
  ///   multiplied by; `nil` if that is 1 for every row.
  @discardableResult
  package mutating func add<Scalar: EmbeddingScalar>(
    _ logits: Block<Scalar>, bias: [Scalar]? = nil, storing: Bool = false, on isa: InstructionSet
  ) -> [Double]? {
    var factors: [Double]?
    var none: RankCounts?
    if !shift.isGiven {
      if let bias {
        for t in exponents.indices.reversed() {
          var larger = shifts[t]
          if t == 0 {
            logits.updateMaximum(
              &larger, exponent: exponents[t].forKernels, bias: bias, counting: &ranks, on: isa)
          } else {
            logits.updateMaximum(
              &larger, exponent: exponents[t].forKernels, bias: bias, counting: &none, on: isa)
          }
          factors = raiseShifts(exponent: t, to: larger)
        }
      } else {
        var larger = largest
        logits.updateMaximum(&larger, counting: &ranks, on: isa)
        factors = raise(to: larger, as: Scalar.self)
      }
    }
    if exponents.count > 2, bias == nil, shift.isGiven {
      logits.addExponentialSums(
        to: &sums, exponents: exponents.map(\.forKernels), shifts: shifts, counting: &ranks, on: isa
      )
    } else if exponents.count > 2, bias == nil {
      logits.addExponentialSums(
        to: &sums, exponents: exponents.map(\.forKernels), shifts: shifts.map(\.finite),
        counting: &none, on: isa)
    } else {
      for t in exponents.indices {
        // With running maxima the pass that looked for them has counted the ranks.
        if shift.isGiven, t == 0 {
          logits.addExponentialSums(
            to: &sums[t], exponent: exponents[t].forKernels, shift: shifts[t], bias: bias,
            storing: storing,
            counting: &ranks, on: isa)
        } else {
          logits.addExponentialSums(
            to: &sums[t], exponent: exponents[t].forKernels, shift: shifts[t].finite, bias: bias,
            storing: storing, counting: &none, on: isa)
        }
      }
    }
    return factors
  }

  /// Adds a tile's logits, of one exponent 1, to the statistics of its rows and to those of its columns.
  ///
  /// - Parameters:
  ///   - offset: The row in `columns` that the tile's first column is.
  ///   - scales: Where every row and column has a scale of its own, and the tile holds cosines.
  ///   - storing: Whether to leave the rows' exp(u) in the place of z.
  package static func add<Scalar: EmbeddingScalar>(
    _ logits: Block<Scalar>, rows: inout RowStatistics, columns: inout RowStatistics,
    from offset: Int, scales: MutualScales? = nil, storing: Bool, on isa: InstructionSet
  ) {
    if rows.shift.isShared {
      logits.addMutualSums(
        rows: &rows.sums[0], columns: &columns.sums[0], from: offset, rowShift: rows.shifts[0],
        columnShift: nil, storing: storing, rowRanks: &rows.ranks, columnRanks: &columns.ranks,
        on: isa)
      return
    }
    rows.raise(toRowsOf: logits, scales: scales?.rows, on: isa)
    let own = offset..<offset + logits.columnCount
    var larger = Array(columns.largest[own])
    logits.updateColumnMaximum(&larger, counting: &columns.ranks, from: offset, on: isa)
    columns.raise(to: larger, from: offset, scales: scales?.columns, as: Scalar.self)
    var none: RankCounts?
    var noneOfColumns: RankCounts?
    logits.addMutualSums(
      rows: &rows.sums[0], columns: &columns.sums[0], from: offset,
      rowShift: rows.shifts[0].finite, columnShift: Array(columns.shifts[0][own]).finite,
      rowScale: scales?.rows, columnScale: scales?.columns, storing: storing, rowRanks: &none,
      columnRanks: &noneOfColumns, on: isa)
  }

  /// Raises the shifts to those of a tile's logits, or scaled cosines, and counts their ranks.
  package mutating func raise<Scalar: EmbeddingScalar>(
    toRowsOf logits: Block<Scalar>, scales: [Double]? = nil, on isa: InstructionSet
  ) {
    var larger = largest
    logits.updateMaximum(&larger, counting: &ranks, on: isa)
    raise(to: larger, scales: scales, as: Scalar.self)
  }

  /// Takes larger maxima, and brings the sums to them.
  ///
  /// - Parameters:
  ///   - offset: The row of the first of them.
  ///   - scales: What they are multiplied by, where they are cosines.
  /// - Returns: As `add(_:bias:storing:on:)`.
  @discardableResult
  package mutating func raise<Scalar: EmbeddingScalar>(
    to larger: [Double], from offset: Int = 0, scales: [Double]? = nil, as scalar: Scalar.Type
  ) -> [Double]? {
    // What the kernels can have for a shift: a number of the scalar.
    let isFloat = Scalar.self == Float.self
    var factors: [Double]?
    for index in larger.indices where larger[index] > largest[offset + index] {
      let row = offset + index
      largest[row] = larger[index]
      for t in exponents.indices {
        let exact = exponents[t] * larger[index] * (scales?[index] ?? 1)
        let shift = isFloat ? Double(Float(exact)) : exact
        let factor = rescale(exponent: t, row: row, to: shift)
        guard t == 0, factor != 1 else { continue }
        if factors == nil { factors = Array(repeating: 1, count: larger.count) }
        factors?[index] = factor
      }
    }
    return factors
  }

  private mutating func raiseShifts(exponent t: Int, to larger: [Double]) -> [Double]? {
    var factors: [Double]?
    for row in larger.indices where larger[row] > shifts[t][row] {
      let factor = rescale(exponent: t, row: row, to: larger[row])
      guard factor != 1 else { continue }
      if factors == nil { factors = Array(repeating: 1, count: larger.count) }
      factors?[row] = factor
    }
    return factors
  }
}

/// A scale for each row and each column of a tile.
package struct MutualScales: Sendable {
  package var rows: [Double]
  package var columns: [Double]

  package init(rows: [Double], columns: [Double]) {
    self.rows = rows
    self.columns = columns
  }
}

extension Double {
  /// An exponent whose product with −∞ is −∞: for 0 one by which exponentials are 1 all the same.
  var forKernels: Double { max(self, Double(Float.leastNormalMagnitude)) }
}

extension [Double] {
  /// A row of nothing but exceptions has no maximum; its terms vanish by any shift.
  fileprivate var finite: [Double] { map { $0.isFinite ? $0 : 0 } }
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

  /// Adds sums that are relative to other shifts, none of them larger than those of these.
  fileprivate mutating func add(
    _ other: ExponentialSums, from shifts: [Double], to target: [Double]
  ) {
    // Candidates without biases have biases of 0.
    if biased.isEmpty, !other.biased.isEmpty { biased = Array(repeating: 0, count: sum.count) }
    for row in other.sum.indices where other.sum[row] > 0 {
      let step = shifts[row] - target[row]
      let factor = step == 0 ? 1 : Double.exp(step)
      sum[row] += factor * other.sum[row]
      weighted[row] += factor * (other.weighted[row] + step * other.sum[row])
      if !other.biased.isEmpty { biased[row] += factor * other.biased[row] }
    }
  }
}
