/// The few significant elements of a row block's tiles, tile by tile and row by row, in place of the
/// tiles.
///
/// At a small temperature on trained embeddings almost every softmax weight is below the rounding of
/// its row's sum, and the products with a whole tile would multiply zeros. The elements that matter
/// are scattered, so that no tile is without any.
@safe package final class SparseWeights<Scalar: EmbeddingScalar>: @unchecked Sendable {
  let elements: SparseElements<Scalar>
  private let workspace: Workspace
  var tiles: [SparseTile] = []

  /// The sums of the last tile's elements, per row.
  package private(set) var tileSums: [Double] = []

  /// How many elements there are; `nil` if there was no room for all.
  package internal(set) var count: Int? = 0

  /// - Parameter capacity: For how many elements there is to be room, and a tile's row besides.
  package init(capacity: Int, from workspace: Workspace) {
    // Kernels write whole vectors, of up to 16 elements.
    elements = SparseElements(capacity: capacity + 16, from: workspace)
    self.workspace = workspace
  }

  /// Forgets everything.
  package func reset() {
    (tiles, count) = ([], 0)
  }

  /// Appends the elements of a tile that are at least their row's threshold.
  package func append(_ tile: Block<Scalar>, threshold: [Scalar], on isa: InstructionSet) {
    guard let first = count else { return }
    precondition(threshold.count >= tile.rowCount, "one threshold per row")
    var ends = Array(repeating: 0, count: tile.rowCount)
    tileSums = Array(repeating: 0, count: tile.rowCount)
    let added = unsafe ends.withUnsafeMutableBufferPointer { ends -> Int in
      unsafe tileSums.withUnsafeMutableBufferPointer { sums in
        unsafe threshold.withUnsafeBufferPointer { threshold in
          guard let ends = ends.baseAddress, let sums = sums.baseAddress,
            let threshold = threshold.baseAddress
          else { return -1 }
          return unsafe Scalar._gather(
            tile.source, tile.rowCount, tile.columnCount, tile.rowStride, threshold,
            elements.values + first, elements.indices + first, elements.capacity - first, ends,
            sums, on: isa)
        }
      }
    }
    guard added >= 0 else {
      count = nil
      return
    }
    appendTile(from: first, columnCount: tile.columnCount, ends: ends)
  }

  /// Takes the elements from `first` on for another tile's.
  func appendTile(from first: Int, columnCount: Int, ends: [Int]) {
    tiles.append(SparseTile(start: first, columnCount: columnCount, ends: ends))
    count = first + (ends.last ?? 0)
  }

  /// Adds to `counts` how many elements every row has in all tiles.
  package func addCounts(to counts: inout [Int]) {
    for tile in tiles { tile.addCounts(to: &counts) }
  }

  /// Calls `body` for the columns of a row's elements in a tile, in order.
  package func forEachColumn(tile: Int, row: Int, _ body: (Int32) -> Void) {
    let tile = tiles[tile]
    for index in (row == 0 ? 0 : tile.ends[row - 1])..<tile.ends[row] {
      body(unsafe elements.indices[tile.start + index])
    }
  }

  /// Adds to `sums` those of a tile's elements that are below their row's threshold.
  package func addSums(
    tile: Int, below threshold: [Scalar], to sums: inout [Double], on isa: InstructionSet
  ) {
    let (start, ends) = (tiles[tile].start, tiles[tile].ends)
    precondition(
      threshold.count >= ends.count && sums.count >= ends.count, "one threshold per row")
    unsafe ends.withUnsafeBufferPointer { rowEnds in
      unsafe threshold.withUnsafeBufferPointer { threshold in
        unsafe sums.withUnsafeMutableBufferPointer { sums in
          guard let rowEnds = rowEnds.baseAddress, let threshold = threshold.baseAddress,
            let sums = sums.baseAddress
          else { return }
          unsafe Scalar._sumBelow(
            elements.values + start, rowEnds, ends.count, threshold, sums, on: isa)
        }
      }
    }
  }

  /// Leaves of a tile's elements those that are at least their row's threshold, and returns their
  /// sums per row.
  package func prune(tile: Int, threshold: [Scalar], on isa: InstructionSet) -> [Double] {
    let (start, rowCount) = (tiles[tile].start, tiles[tile].ends.count)
    precondition(threshold.count >= rowCount, "one threshold per row")
    var sums = Array(repeating: 0.0, count: rowCount)
    let before = tiles[tile].ends.last ?? 0
    unsafe tiles[tile].ends.withUnsafeMutableBufferPointer { ends in
      unsafe sums.withUnsafeMutableBufferPointer { sums in
        unsafe threshold.withUnsafeBufferPointer { threshold in
          guard let ends = ends.baseAddress, let sums = sums.baseAddress,
            let threshold = threshold.baseAddress
          else { return }
          unsafe Scalar._prune(
            elements.values + start, elements.indices + start, ends, rowCount, threshold, sums,
            on: isa)
        }
      }
    }
    count = count.map { $0 - before + (tiles[tile].ends.last ?? 0) }
    return sums
  }

  /// Adds, for every element of a tile as w = factors[row] · element, w · keys[column] to a row of
  /// `rowSums`; of all rows where `factors` is `nil`, 1.
  ///
  /// - Parameter rows: Which rows of the tile; they are all that `factors` and `rowSums` have.
  package func add(
    tile: Int, rows: Range<Int>? = nil, factors: [Scalar]?, keys: Block<Scalar>,
    to rowSums: Block<Scalar>, on isa: InstructionSet
  ) {
    let tile = tiles[tile]
    let (before, ends) = tile.ends(of: rows ?? 0..<tile.ends.count)
    elements.add(
      from: tile.start + before, ends: ends, indicesBelow: tile.columnCount, factors: factors,
      source: keys, to: rowSums, on: isa)
  }

  /// Adds, for every element of a tile as w = factors[row] · element, w · queries[row] to a row of
  /// `keySums`.
  ///
  /// The elements are put in the order of the columns first: a key's sum then stays in registers.
  package func addTransposed(
    tile: Int, factors: [Scalar], queries: Block<Scalar>, to keySums: Block<Scalar>,
    on isa: InstructionSet
  ) {
    let tile = tiles[tile]
    precondition(
      factors.count >= tile.ends.count && keySums.rowCount >= tile.columnCount,
      "shapes do not fit the gathered tile")
    let transposed = SparseElements<Scalar>(capacity: tile.ends.last ?? 0, from: workspace)
    var columnEnds = Array(repeating: 0, count: tile.columnCount)
    unsafe tile.ends.withUnsafeBufferPointer { ends in
      unsafe columnEnds.withUnsafeMutableBufferPointer { columnEnds in
        unsafe factors.withUnsafeBufferPointer { factors in
          guard let rowEnds = ends.baseAddress, let factors = factors.baseAddress,
            let columnEndsBase = columnEnds.baseAddress
          else { return }
          unsafe Scalar._transposeGathered(
            elements.values + tile.start, elements.indices + tile.start, rowEnds, ends.count,
            factors, transposed.values, transposed.indices, columnEndsBase, columnEnds.count,
            on: isa)
        }
      }
    }
    transposed.add(
      from: 0, ends: columnEnds, indicesBelow: tile.ends.count, factors: nil, source: queries,
      to: keySums, on: isa)
  }
}

/// Where a tile's elements are, and how they belong to its rows.
//
// No part of the generic class: its loops would go through witness tables.
struct SparseTile: Sendable {
  let start: Int
  let columnCount: Int

  /// How many elements there are up to and with each row.
  var ends: [Int]

  /// How many elements there are before some rows, and from there up to and with each of them.
  func ends(of rows: Range<Int>) -> (before: Int, ends: [Int]) {
    let before = rows.lowerBound == 0 ? 0 : ends[rows.lowerBound - 1]
    return rows.count == ends.count ? (0, ends) : (before, ends[rows].map { $0 - before })
  }

  func addCounts(to counts: inout [Int]) {
    var begin = 0
    for row in ends.indices {
      counts[row] += ends[row] - begin
      begin = ends[row]
    }
  }
}
