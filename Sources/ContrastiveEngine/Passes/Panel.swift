import ContrastiveEmbeddings
import ContrastiveKernels

/// Neighbouring columns of a key array: the unit of work that threads share.
struct Panel: Sendable {
  /// Its place among all panels.
  let index: Int

  /// Which key array.
  let array: Int

  /// Its tiles' columns, within that array.
  let tiles: [Range<Int>]

  /// The first column's place among the columns of all arrays.
  let start: Int

  var columns: Range<Int> {
    (tiles.first?.lowerBound ?? 0)..<(tiles.last?.upperBound ?? 0)
  }

  /// Where a tile's columns are among those of all arrays.
  func place(of tile: Range<Int>) -> Range<Int> {
    let start = start + tile.lowerBound - columns.lowerBound
    return start..<start + tile.count
  }

  /// A panel per share of the work; with more, adding up their parts of the queries' gradient would
  /// begin to show.
  static func dealing<Scalar>(
    _ keys: [Candidates<Scalar>.Keys], tileColumns: Int, shareCount: Int
  ) -> [Panel] {
    let tiles = keys.map { (0..<$0.rows.rowCount).parts(of: tileColumns) }
    let perPanel = max(1, (tiles.reduce(0) { $0 + $1.count } + shareCount - 1) / shareCount)
    var result: [Panel] = []
    var start = 0
    for (array, tiles) in tiles.enumerated() {
      for own in tiles.indices.parts(of: perPanel).map({ Array(tiles[$0]) }) {
        result.append(
          Panel(index: result.count, array: array, tiles: own, start: start + own[0].lowerBound))
      }
      start += keys[array].rows.rowCount
    }
    return result
  }
}

/// What the first phase finds out about a panel's columns, of the rows of a block.
struct PanelPart: Sendable {
  var statistics: RowStatistics

  /// Per row, Σ z of the columns that are no negatives.
  var exceptionSums: [Double]

  /// The sum of the unit keys, from the first row block.
  private(set) var keySum: [Double]?

  init(statistics: RowStatistics, sumsKeysOf dimension: Int?) {
    self.statistics = statistics
    exceptionSums = Array(repeating: 0, count: statistics.rowCount)
    keySum = dimension.map { Array(repeating: 0, count: $0) }
  }

  /// Adds up some of the keys, if that is wanted: before their product, which then packs them out of the cache. (The
  /// other way round it waited for memory, 4 % of a forward step against a queue.)
  mutating func note<Scalar: EmbeddingScalar>(_ keys: Block<Scalar>, on isa: InstructionSet) {
    // Taken out, so that the sums are changed in place.
    guard var sum = keySum else { return }
    keySum = nil
    keys.addColumnSums(to: &sum, on: isa)
    keySum = sum
  }
}
