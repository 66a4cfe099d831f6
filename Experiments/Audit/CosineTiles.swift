import Contrastive
import ContrastiveKernels

/// The cosines of rows with columns, tile by tile, where more is wanted of them than sums and hardest negatives.
struct CosineTiles: Sendable {
  private let rows: RowSource<Float>
  private let columns: Block<Float>

  /// Whether rows and columns are one side: only columns from a row's block on are looked at then.
  private let isTriangle: Bool

  private static let size = (rows: 256, columns: 512)

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

  /// Calls `body` with every block of rows, on several threads, and a way to go through its tiles.
  func forEachBlock(
    _ body:
      @Sendable (
        _ block: Range<Int>, _ forEachTile: ((_ columns: Range<Int>, Block<Float>) -> Void) -> Void
      ) -> Void
  ) {
    let (count, threads) = (columns.rowCount, Workers.available)
    let blocks = stride(from: 0, to: rows.rowCount, by: Self.size.rows).map {
      $0..<min($0 + Self.size.rows, rows.rowCount)
    }
    let scratch = (0..<threads).map { _ in
      (
        rows: Block<Float>(rowCount: Self.size.rows, columnCount: columns.columnCount),
        tile: Block<Float>(
          rowCount: Self.size.rows, columnCount: Self.size.columns, padded: true)
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
