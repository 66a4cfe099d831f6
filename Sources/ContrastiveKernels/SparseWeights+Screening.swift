import CContrastiveKernels

/// What a screened tile, or a part of it, adds to its rows' sums.
package struct ScreenedSums: Sendable {
  package internal(set) var sums: ExponentialSums
  package internal(set) var ranks: RankCounts?

  init(rowCount: Int, ranks: RankCounts?) {
    sums = ExponentialSums(rowCount: rowCount)
    self.ranks = ranks?[0..<rowCount]
  }

  /// Calls `body` with a screening and with what it adds to, as kernels take them.
  @unsafe mutating func withPointers<Scalar, Result>(
    _ screening: Screening<Scalar>, _ exponent: Double, _ shift: [Double],
    _ body: (UnsafePointer<contrastive_screening>, contrastive_sums, contrastive_ranks) -> Result
  ) -> Result {
    unsafe screening.withPointers(exponent: exponent, shift: shift) { screening in
      unsafe sums.withPointers { sums in
        unsafe ranks.withPointers { ranks in unsafe body(screening, sums, ranks) }
      }
    }
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
    _ approximations: Block<Scalar>, screening: Screening<Scalar>, exponent: Double,
    shift: [Double], ranks: RankCounts?, limit: Int, on isa: InstructionSet
  ) -> ScreenedSums? {
    guard let first = count else { return nil }
    let (rowCount, columnCount) = (approximations.rowCount, approximations.columnCount)
    precondition(
      screening.fits(rowCount: rowCount, columnCount: columnCount) && shift.count >= rowCount
        && ranks.reaches(rowCount), "shapes do not fit the screened tile")
    var result = ScreenedSums(rowCount: rowCount, ranks: ranks)
    var ends = Array(repeating: 0, count: rowCount)
    // A row may take all its columns without a look at what is left, and a vector more.
    let capacity = min(elements.capacity - first, limit + columnCount + 16)
    let added = unsafe elements.withLists(from: first, ends: &ends) { lists in
      unsafe result.withPointers(screening, exponent, shift) { screening, sums, ranks in
        unsafe Scalar.kernels(on: isa).pointee.select(
          approximations.source, screening, lists, capacity, sums, ranks)
      }
    }
    guard added >= 0 else { return nil }
    appendTile(from: first, columnCount: columnCount, ends: ends)
    return result
  }

  /// Leaves of a tile's approximate logits those that may matter to larger sums.
  ///
  /// - Returns: The sums over those that go.
  package func reselect(
    tile: Int, screening: Screening<Scalar>, exponent: Double, shift: [Double],
    ranks: RankCounts?, on isa: InstructionSet
  ) -> ScreenedSums {
    let rowCount = tiles[tile].ends.count
    precondition(
      screening.fits(rowCount: rowCount, columnCount: tiles[tile].columnCount)
        && shift.count >= rowCount && ranks.reaches(rowCount), "shapes do not fit the screened tile"
    )
    var result = ScreenedSums(rowCount: rowCount, ranks: ranks)
    let before = tiles[tile].ends.last ?? 0
    unsafe elements.withLists(from: tiles[tile].start, ends: &tiles[tile].ends) { lists in
      unsafe result.withPointers(screening, exponent, shift) { screening, sums, ranks in
        unsafe Scalar.kernels(on: isa).pointee.reselect(lists, screening, sums, ranks)
      }
    }
    count = count.map { $0 - before + (tiles[tile].ends.last ?? 0) }
    return result
  }

  /// Replaces a tile's approximate logits by exp(exponent · z − shift[r]) of the exact ones,
  /// z = scale · (query · key).
  ///
  /// - Returns: The sums over them.
  package func setExponentials(
    tile: Int, queries: Block<Scalar>, keys: Block<Scalar>, scale: Double, exponent: Double,
    shift: [Double], ranks: RankCounts?, on isa: InstructionSet
  ) -> ScreenedSums {
    let rowCount = tiles[tile].ends.count
    precondition(
      queries.rowCount == rowCount && keys.rowCount >= tiles[tile].columnCount
        && queries.columnCount == keys.columnCount && shift.count >= rowCount
        && ranks.reaches(rowCount), "shapes do not fit the screened tile")
    var result = ScreenedSums(rowCount: rowCount, ranks: ranks)
    let kernels = unsafe Scalar.kernels(on: isa)
    unsafe elements.withLists(from: tiles[tile].start, ends: &tiles[tile].ends) { lists in
      unsafe result.sums.withPointers { sums in
        unsafe result.ranks.withPointers { ranks in
          unsafe kernels.pointee.gatheredDots(queries.source, keys.source, lists, scale)
          unsafe kernels.pointee.gatheredSums(lists, exponent, shift, sums, ranks)
        }
      }
    }
    return result
  }
}
