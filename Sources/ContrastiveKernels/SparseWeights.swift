import CContrastiveKernels

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

  /// Appends the elements of a tile that are at least their row's threshold; −∞ is no element, whatever that is.
  package func append(_ tile: Block<Scalar>, threshold: [Double], on isa: InstructionSet) {
    guard let first = count else { return }
    precondition(threshold.count >= tile.rowCount, "one threshold per row")
    // Kernels fill a row's last vector up with −∞.
    let least = -Double(Scalar.greatestFiniteMagnitude)
    let threshold =
      threshold.contains { $0 < least } ? threshold.map { $0 < least ? least : $0 } : threshold
    var ends = Array(repeating: 0, count: tile.rowCount)
    tileSums = Array(repeating: 0, count: tile.rowCount)
    let added = unsafe elements.withLists(from: first, ends: &ends) { lists in
      unsafe Scalar.kernels(on: isa).pointee.gather(
        tile.source, threshold, lists, elements.capacity - first, &tileSums)
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

  /// Calls `body` for a tile's elements, row by row, in order.
  package func forEachElement(
    tile: Int, on isa: InstructionSet = .best,
    _ body: (_ row: Int, _ column: Int, _ value: Double) -> Void
  ) {
    let tile = tiles[tile]
    guard let count = tile.ends.last, count > 0 else { return }
    let values = elements.doubles(tile.start..<tile.start + count, on: isa)
    var index = 0
    for (row, end) in tile.ends.enumerated() {
      while index < end {
        body(row, Int(unsafe elements.indices[tile.start + index]), values[index])
        index += 1
      }
    }
  }

  /// Adds to `sums` those of a tile's elements that are below their row's threshold.
  package func addSums(
    tile: Int, below threshold: [Double], to sums: inout [Double], on isa: InstructionSet
  ) {
    precondition(
      threshold.count >= tiles[tile].ends.count && sums.count >= tiles[tile].ends.count,
      "one threshold per row")
    unsafe elements.withLists(from: tiles[tile].start, ends: &tiles[tile].ends) { lists in
      unsafe Scalar.kernels(on: isa).pointee.sumBelow(lists, threshold, &sums)
    }
  }

  /// Leaves of a tile's elements those that are at least their row's threshold, and returns their
  /// sums per row.
  package func prune(tile: Int, threshold: [Double], on isa: InstructionSet) -> [Double] {
    let rowCount = tiles[tile].ends.count
    precondition(threshold.count >= rowCount, "one threshold per row")
    var sums = Array(repeating: 0.0, count: rowCount)
    let before = tiles[tile].ends.last ?? 0
    unsafe elements.withLists(from: tiles[tile].start, ends: &tiles[tile].ends) { lists in
      unsafe Scalar.kernels(on: isa).pointee.prune(lists, threshold, &sums)
    }
    count = count.map { $0 - before + (tiles[tile].ends.last ?? 0) }
    return sums
  }

  /// Adds, for every element of a tile as w = factors[row] · element, w · keys[column] to a row of
  /// `rowSums`; of all rows where `factors` is `nil`, 1.
  ///
  /// - Parameter rows: Which rows of the tile; they are all that `factors` and `rowSums` have.
  package func add(
    tile: Int, rows: Range<Int>? = nil, factors: [Double]?, keys: Block<Scalar>,
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
    tile: Int, factors: [Double], queries: Block<Scalar>, to keySums: Block<Scalar>,
    on isa: InstructionSet
  ) {
    var tile = tiles[tile]
    precondition(
      factors.count >= tile.ends.count && keySums.rowCount >= tile.columnCount,
      "shapes do not fit the gathered tile")
    // A power of two, so that the memory of one tile serves the next, which has a few more or a few less.
    let count = tile.ends.last ?? 0
    let transposed = SparseElements<Scalar>(
      capacity: count > 1 ? 1 << (Int.bitWidth - (count - 1).leadingZeroBitCount) : 1,
      from: workspace)
    var columnEnds = Array(repeating: 0, count: tile.columnCount)
    unsafe elements.withLists(from: tile.start, ends: &tile.ends) { lists in
      unsafe transposed.withLists(from: 0, ends: &columnEnds) { columns in
        unsafe Scalar.kernels(on: isa).pointee.transposeGathered(lists, factors, columns)
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
