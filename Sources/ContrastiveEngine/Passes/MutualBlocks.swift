import ContrastiveKernels

/// The tiles of a mutual problem of a given shape.
struct MutualTiling {
  let rows: Int
  let columns: Int
  let keepsTiles: Bool

  init<Scalar>(_ problem: MutualProblem<Scalar>, options: ComputeOptions) {
    let (rowCount, columnCount) = (problem.rows.rowCount, problem.candidates.rowCount)
    let isTriangle = problem.isTriangle
    // Row blocks are what threads share, two each at least. Every one packs all columns anew, which at
    // 512 rows costs half of what it does at 256; but the squares on a triangle's diagonal are
    // computed whole.
    let share = rowCount / options.threads / 32 * 32
    rows = max(
      1, min(options.tileRows ?? min(isTriangle ? 256 : 512, max(32, share)), rowCount))
    columns = max(1, min(options.tileColumns ?? 512, columnCount))
    let count = isTriangle ? rowCount * (rowCount + rows) / 2 : rowCount * columnCount
    let byteCount = count * MemoryLayout<Scalar>.stride
    // A map's slopes are those of cosines, which are gone where logits are kept.
    keepsTiles =
      problem.needsGradient && problem.map == .identity && options.strategy != .recomputed
      && (options.strategy == .kept || byteCount <= options.keptByteCount)
  }
}

/// Neighbouring rows of a mutual problem, and their tiles.
struct MutualRowBlock<Scalar: EmbeddingScalar>: Sendable {
  let range: Range<Int>

  /// The tiles' columns. Of a batch against itself the first is the block's own rows: a square on
  /// the diagonal, all of which is computed, and whose columns are no anchors again.
  let tiles: [Range<Int>]

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
    tiles = (isTriangle ? [range] : []) + (rest..<columnCount).parts(of: tileColumns)
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

extension MutualRowBlock {
  /// Deals row blocks, back and forth so that every share gets early blocks, which are the
  /// longer ones of a batch against itself, and late ones.
  ///
  /// Which share adds what does not depend on which thread is fastest: results are the same run
  /// after run.
  static func dealing(_ blocks: [MutualRowBlock], to shareCount: Int) -> [[Int]] {
    let count = max(1, min(shareCount, blocks.count))
    var dealt = Array(repeating: [Int](), count: count)
    for block in blocks.indices {
      let (round, place) = block.quotientAndRemainder(dividingBy: count)
      dealt[round.isMultiple(of: 2) ? place : count - 1 - place].append(block)
    }
    return dealt
  }
}

/// What one thread at a time adds up: the statistics of some row blocks' rows, and of the columns over these.
struct MutualShare: Sendable {
  /// By row block.
  var rows: [Int: RowStatistics] = [:]

  var columns: RowStatistics

  /// The sum of the cosines that are no negatives', of pairs seen from both sides.
  var exceptionSum = 0.0

  /// Takes in what was added up over other row blocks.
  mutating func merge(_ other: MutualShare) {
    rows.merge(other.rows) { own, _ in own }
    columns.merge(matching: other.columns)
    exceptionSum += other.exceptionSum
  }
}
