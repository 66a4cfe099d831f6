import ContrastiveKernels

/// The tiles of a mutual problem of a given shape.
struct MutualTiling {
  let rows: Int
  let columns: Int
  let keepsTiles: Bool

  init<Scalar>(
    rowCount: Int, columnCount: Int, isTriangle: Bool, needsGradient: Bool, scalar: Scalar.Type,
    options: ComputeOptions
  ) {
    // Row blocks are what threads share, two each at least. Every one packs all columns anew, which at
    // 512 rows costs half of what it does at 256; but the squares on a triangle's diagonal are
    // computed whole.
    let share = rowCount / options.threads / 32 * 32
    rows = max(
      1, min(options.tileRows ?? min(isTriangle ? 256 : 512, max(32, share)), rowCount))
    columns = max(1, min(options.tileColumns ?? 512, columnCount))
    let count = isTriangle ? rowCount * (rowCount + rows) / 2 : rowCount * columnCount
    let byteCount = count * MemoryLayout<Scalar>.stride
    keepsTiles =
      needsGradient && options.strategy != .recomputed
      && (options.strategy == .kept || byteCount <= options.keptByteCount)
  }
}

/// Neighbouring rows of a mutual problem, and their tiles.
final class MutualRowBlock<Scalar: EmbeddingScalar>: Sendable {
  let range: Range<Int>

  /// The tiles' columns. Of a batch against itself the first is the block's own rows: a square on
  /// the diagonal, all of which is computed, and whose columns are no anchors again.
  let tiles: [Range<Int>]

  /// Of the rows' candidates in these tiles.
  let sums = AnchorSums<Scalar>()

  /// The logits, and later the weights, of all tiles; `nil` if they are not kept.
  let kept: Block<Scalar>?

  private let isTriangle: Bool

  /// - Parameter kept: Memory for the tiles, side by side.
  init(
    _ range: Range<Int>, columnCount: Int, tileColumns: Int, isTriangle: Bool,
    kept: Block<Scalar>?
  ) {
    self.range = range
    self.isTriangle = isTriangle
    let rest = isTriangle ? range.upperBound : 0
    tiles =
      (isTriangle ? [range] : [])
      + stride(from: rest, to: columnCount, by: tileColumns).map {
        $0..<min($0 + tileColumns, columnCount)
      }
    self.kept = kept
  }

  func isSquare(_ tile: Range<Int>) -> Bool { isTriangle && tile == range }

  /// Where the logits of some columns are, or are to be: in the block's own memory if it keeps them.
  func logits(of tile: Range<Int>, scratch: TileScratch<Scalar>) -> Block<Scalar> {
    guard let kept else { return scratch.logits.rows(0..<range.count).columns(0..<tile.count) }
    let first = isTriangle ? range.lowerBound : 0
    return kept.columns(tile.lowerBound - first..<tile.upperBound - first)
  }
}

/// What one thread at a time adds up: row blocks whose tiles' columns share their sums.
final class MutualSlot<Scalar: EmbeddingScalar>: @unchecked Sendable {
  let rowBlocks: [Int]

  /// Of every column's candidates in these row blocks.
  let columns = AnchorSums<Scalar>()

  /// The sum of the logits that are no negatives'.
  var exceptionSum = 0.0

  init(rowBlocks: [Int]) { self.rowBlocks = rowBlocks }

  /// Deals row blocks to slots, back and forth so that every slot gets early blocks, which are the
  /// longer ones of a batch against itself, and late ones.
  ///
  /// Which slot adds what does not depend on which thread is fastest: results are the same run
  /// after run.
  static func dealing(_ blocks: [MutualRowBlock<Scalar>], to shareCount: Int) -> [MutualSlot] {
    let count = max(1, min(shareCount, blocks.count))
    var dealt = Array(repeating: [Int](), count: count)
    for block in blocks.indices {
      let (round, place) = block.quotientAndRemainder(dividingBy: count)
      dealt[round.isMultiple(of: 2) ? place : count - 1 - place].append(block)
    }
    return dealt.map { MutualSlot(rowBlocks: $0) }
  }
}

/// Anchors that are evaluated together, and what came of it.
final class AnchorChunk<Scalar: EmbeddingScalar>: @unchecked Sendable {
  let anchors: Range<Int>
  let parts: [AnchorPart<Scalar>]
  var result = RowsResult<Scalar>()
  var shift: [Scalar] = []
  var factor: [Scalar] = []

  init(_ anchors: Range<Int>, parts: [AnchorPart<Scalar>]) {
    self.anchors = anchors
    self.parts = parts
  }
}
