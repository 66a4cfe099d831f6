/// What is known of a tile's logits before they are computed.
package struct Screening<Scalar: EmbeddingScalar>: Sendable {
  /// An element of row r and column c is off by rowMargins[r] + columnMargins[c] at the most.
  package var rowMargins: [Scalar]
  package var columnMargins: [Scalar]

  /// Per row, what an element has to reach to matter.
  package var thresholds: [Scalar]

  /// How far below its row's threshold an element adds nothing to the sum.
  package var negligible: Scalar

  package init(
    rowMargins: [Scalar], columnMargins: [Scalar], thresholds: [Scalar], negligible: Scalar
  ) {
    self.rowMargins = rowMargins
    self.columnMargins = columnMargins
    self.thresholds = thresholds
    self.negligible = negligible
  }
}

/// What a screened tile, or a part of it, adds to its rows' sums.
package struct ScreenedSums<Scalar: EmbeddingScalar>: Sendable {
  package internal(set) var sums: ExponentialSums
  package internal(set) var ranks: RankCounts<Scalar>?

  init(rowCount: Int, ranks: RankCounts<Scalar>?) {
    sums = ExponentialSums(rowCount: rowCount)
    self.ranks = ranks?[0..<rowCount]
  }
}

extension SparseWeights {
  /// Appends the elements of a tile of approximate logits that may matter, as they are.
  ///
  /// - Parameters:
  ///   - approximations: The logits to within the margins of `screening`; −∞ for no candidate.
  ///   - exponent: Of the others exp(exponent · z − shift[r]) is added up.
  ///   - ranks: Elements that may lie in these intervals are taken up too, so that the counts are
  ///     those of exact logits. Its own counts do not count.
  ///   - limit: How many elements to take up, and a row's at the most.
  /// - Returns: The sums over the other elements; `nil` if there were too many, and nothing was
  ///   appended.
  package func append(
    _ approximations: Block<Scalar>, screening: Screening<Scalar>, exponent: Scalar,
    shift: [Scalar], ranks: RankCounts<Scalar>?, limit: Int, on isa: InstructionSet
  ) -> ScreenedSums<Scalar>? {
    guard let first = count else { return nil }
    let (rowCount, columnCount) = (approximations.rowCount, approximations.columnCount)
    precondition(
      screening.rowMargins.count >= rowCount && screening.thresholds.count >= rowCount
        && screening.columnMargins.count >= columnCount && shift.count >= rowCount
        && ranks?.low.count ?? rowCount >= rowCount, "shapes do not fit the screened tile")
    var result = ScreenedSums(rowCount: rowCount, ranks: ranks)
    var ends = Array(repeating: 0, count: rowCount)
    // A row may take all its columns without a look at what is left, and a vector more.
    let capacity = min(elements.capacity - first, limit + columnCount + 16)
    var added = -1
    unsafe withScreening(screening, shift: shift, ends: &ends, result: &result) { p in
      added = unsafe Scalar._select(
        approximations.source, rowCount, columnCount, approximations.rowStride, p.rowMargins,
        p.columnMargins, p.thresholds, screening.negligible, exponent, p.shift, p.low, p.high,
        elements.values + first, elements.indices + first, capacity, p.ends, p.sum, p.weighted,
        p.above, p.notBelow, on: isa)
    }
    guard added >= 0 else { return nil }
    appendTile(from: first, columnCount: columnCount, ends: ends)
    return result
  }

  /// Leaves of a tile's approximate logits those that may matter to larger sums.
  ///
  /// - Returns: The sums over those that go.
  package func reselect(
    tile: Int, screening: Screening<Scalar>, exponent: Scalar, shift: [Scalar],
    ranks: RankCounts<Scalar>?, on isa: InstructionSet
  ) -> ScreenedSums<Scalar> {
    let (start, rowCount) = (tiles[tile].start, tiles[tile].ends.count)
    precondition(
      screening.rowMargins.count >= rowCount && screening.thresholds.count >= rowCount
        && screening.columnMargins.count >= tiles[tile].columnCount && shift.count >= rowCount
        && ranks?.low.count ?? rowCount >= rowCount, "shapes do not fit the screened tile")
    var result = ScreenedSums(rowCount: rowCount, ranks: ranks)
    let before = tiles[tile].ends.last ?? 0
    unsafe withScreening(screening, shift: shift, ends: &tiles[tile].ends, result: &result) { p in
      unsafe Scalar._reselect(
        elements.values + start, elements.indices + start, p.ends, rowCount, p.rowMargins,
        p.columnMargins, p.thresholds, screening.negligible, exponent, p.shift, p.low, p.high,
        p.sum, p.weighted, p.above, p.notBelow, on: isa)
    }
    count = count.map { $0 - before + (tiles[tile].ends.last ?? 0) }
    return result
  }

  /// Replaces a tile's approximate logits by exp(exponent · z − shift[r]) of the exact ones,
  /// z = scale · (query · key).
  ///
  /// - Returns: The sums over them.
  package func setExponentials(
    tile: Int, queries: Block<Scalar>, keys: Block<Scalar>, scale: Scalar, exponent: Scalar,
    shift: [Scalar], ranks: RankCounts<Scalar>?, on isa: InstructionSet
  ) -> ScreenedSums<Scalar> {
    let (start, ends) = (tiles[tile].start, tiles[tile].ends)
    precondition(
      queries.rowCount == ends.count && keys.rowCount >= tiles[tile].columnCount
        && queries.columnCount == keys.columnCount && shift.count >= ends.count
        && ranks?.low.count ?? ends.count >= ends.count, "shapes do not fit the screened tile")
    var result = ScreenedSums(rowCount: ends.count, ranks: ranks)
    unsafe ends.withUnsafeBufferPointer { rowEnds in
      unsafe shift.withUnsafeBufferPointer { shift in
        unsafe result.sums.withUnsafePointers { sum, weighted in
          unsafe result.ranks.withUnsafePointers { low, high, above, notBelow in
            guard let rowEnds = rowEnds.baseAddress, let shift = shift.baseAddress else { return }
            unsafe Scalar._gatheredDots(
              queries.source, queries.rowStride, keys.source, keys.rowStride,
              queries.columnCount, elements.indices + start, rowEnds, ends.count, scale,
              elements.values + start, on: isa)
            unsafe Scalar._gatheredSum(
              elements.values + start, rowEnds, ends.count, exponent, shift, sum, weighted, low,
              high, above, notBelow, on: isa)
          }
        }
      }
    }
    return result
  }

  /// The addresses of what a screening kernel reads and writes.
  @unsafe private struct ScreeningPointers {
    let rowMargins, columnMargins, thresholds, shift: UnsafePointer<Scalar>
    let ends: UnsafeMutablePointer<Int>
    let sum, weighted: UnsafeMutablePointer<Double>
    let low, high: UnsafePointer<Scalar>?
    let above, notBelow: UnsafeMutablePointer<Int64>?
  }

  @unsafe private func withScreening(
    _ screening: Screening<Scalar>, shift: [Scalar], ends: inout [Int],
    result: inout ScreenedSums<Scalar>, _ body: (ScreeningPointers) -> Void
  ) {
    unsafe screening.rowMargins.withUnsafeBufferPointer { rowMargins in
      unsafe screening.columnMargins.withUnsafeBufferPointer { columnMargins in
        unsafe screening.thresholds.withUnsafeBufferPointer { thresholds in
          unsafe shift.withUnsafeBufferPointer { shift in
            unsafe ends.withUnsafeMutableBufferPointer { ends in
              unsafe result.sums.withUnsafePointers { sum, weighted in
                unsafe result.ranks.withUnsafePointers { low, high, above, notBelow in
                  guard let rowMargins = rowMargins.baseAddress,
                    let columnMargins = columnMargins.baseAddress,
                    let thresholds = thresholds.baseAddress, let shift = shift.baseAddress,
                    let ends = ends.baseAddress
                  else { return }
                  unsafe body(
                    ScreeningPointers(
                      rowMargins: rowMargins, columnMargins: columnMargins,
                      thresholds: thresholds, shift: shift, ends: ends, sum: sum,
                      weighted: weighted, low: low, high: high, above: above,
                      notBelow: notBelow))
                }
              }
            }
          }
        }
      }
    }
  }
}

/// Rows' largest elements, and sums of exponentials relative to them, from below.
package struct SumEstimates<Scalar: EmbeddingScalar>: Sendable {
  /// The largest element; −∞ before there is one.
  package private(set) var reference: [Scalar]

  /// Σ exp(exponent · (x − reference)), without some of the small ones.
  package private(set) var sum: [Double]

  package init(rowCount: Int) {
    reference = Array(repeating: -.infinity, count: rowCount)
    sum = Array(repeating: 0, count: rowCount)
  }

  /// Adds a tile's elements, of the exponentials those above exp(least) of the largest so far.
  package mutating func add(
    _ tile: Block<Scalar>, exponent: Scalar, least: Scalar, on isa: InstructionSet
  ) {
    precondition(reference.count >= tile.rowCount, "one estimate per row")
    unsafe reference.withUnsafeMutableBufferPointer { reference in
      unsafe sum.withUnsafeMutableBufferPointer { sum in
        guard let reference = reference.baseAddress, let sum = sum.baseAddress else { return }
        unsafe Scalar._estimateSum(
          tile.source, tile.rowCount, tile.columnCount, tile.rowStride, exponent, least,
          reference, sum, on: isa)
      }
    }
  }
}
