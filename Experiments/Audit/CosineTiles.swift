import Contrastive
import ContrastiveKernels

/// The cosines of rows with columns, tile by tile, where more is wanted of them than sums and hardest negatives.
struct CosineTiles: Sendable {
  private let rows: RowSource<Float>
  private let columns: Block<Float>

  /// Whether rows and columns are one side: only columns from a row's block on are looked at then.
  private let isTriangle: Bool

  /// As many that packing both sides of a product costs little, and that a tile is still near when it is looked at.
  private static let size = (rows: 512, columns: 512)

  /// Of few rows a block is shorter, so that every thread has some.
  private static let blocksPerThread = 4

  /// The cosines of a side with itself, each pair once.
  init(triangleOf source: RowSource<Float>) throws(ContrastiveError) {
    (rows, columns, isTriangle) = (source, try Self.unit(source), true)
  }

  init(rows: RowSource<Float>, columns: RowSource<Float>) throws(ContrastiveError) {
    (self.rows, self.columns, isTriangle) = (rows, try Self.unit(columns), false)
  }

  private static func unit(_ source: RowSource<Float>) throws(ContrastiveError) -> Block<Float> {
    let unit = Block<Float>(rowCount: source.rowCount, columnCount: source.columnCount)
    try source.forEachChunk { (start, rows) throws(ContrastiveError) in
      unit.rows(start..<start + rows.rowCount).setNormalized(rows)
    }
    return unit
  }

  /// The cosine of each of some rows with the column of its number.
  func ownCosines(ofRows range: Range<Int>) -> [Double] {
    let unit = Block<Float>(rowCount: range.count, columnCount: columns.columnCount)
    rows.read(range, into: unit)
    unit.setNormalized(unit)
    return unit.dots(with: columns.rows(range))
  }

  /// Calls `body` with every block of some rows or of all, on several threads, and a way to go through its tiles.
  func forEachBlock(
    of range: Range<Int>? = nil,
    _ body:
      @Sendable (
        _ block: Range<Int>, _ forEachTile: ((_ columns: Range<Int>, Block<Float>) -> Void) -> Void
      ) -> Void
  ) {
    let (count, threads) = (columns.rowCount, Workers.available)
    let range = range ?? 0..<rows.rowCount
    let share = range.count / (threads * Self.blocksPerThread) + 1
    let height = min(Self.size.rows, max(64, share))
    let blocks = stride(from: range.lowerBound, to: range.upperBound, by: height).map {
      $0..<min($0 + height, range.upperBound)
    }
    let scratch = (0..<threads).map { _ in
      (
        rows: Block<Float>(rowCount: height, columnCount: columns.columnCount),
        tile: Block<Float>(rowCount: height, columnCount: Self.size.columns, padded: true)
      )
    }
    Workers.withSingleThreadedBLAS {
      // Of a triangle the first blocks have the most to do.
      Workers.forEach(blocks.count, threads: threads) { worker, item in
        let block = blocks[item]
        let left = scratch[worker].rows.rows(0..<block.count)
        if isTriangle {
          left.copy(columns.rows(block))
        } else {
          rows.read(block, into: left)
          left.setNormalized(left)
        }
        body(block) { each in
          let first = isTriangle ? block.lowerBound : 0
          for start in stride(from: first, to: count, by: Self.size.columns) {
            let range = start..<min(start + Self.size.columns, count)
            let tile = scratch[worker].tile.rows(0..<block.count).columns(0..<range.count)
            tile.setSimilarities(of: left, and: columns.rows(range))
            each(range, tile)
          }
        }
      }
    }
  }
}
