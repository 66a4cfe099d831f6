import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveKernels

/// What a ring computes, and how.
struct RingPlan<Scalar: EmbeddingScalar> {
  let group: any RankGroup

  /// Unit rows that stay.
  let home: Block<Scalar>

  /// Rows that go round: the same, where a batch is against itself.
  let travelling: AnyEmbeddings<Scalar>

  /// The ranks' travelling rows.
  let shards: Shards

  let parts: BlockParts

  /// Whether the rows at home and those that travel are one batch.
  let isBatch: Bool

  let pairing: Pairing
  let scales: RingScales

  /// Which side's softmaxes are wanted.
  let rowsAreAnchors: Bool
  let columnsAreAnchors: Bool

  let needsGradient: (rows: Bool, columns: Bool)
  let observes: Bool

  /// Whether one shift is not for all weights.
  let takesMaxima: Bool

  /// Whether positives that are spread are wanted one by one, and not in sums.
  var listsPositives = false

  let keepsTiles: Bool
  let options: ComputeOptions

  /// - Parameters:
  ///   - home: Unit rows.
  ///   - travelling: Rows that are normalised when they leave; `nil` for those at home.
  ///   - keptByteCount: How many bytes of logits may be kept.
  init(
    _ group: any RankGroup, home: Block<Scalar>, travelling: AnyEmbeddings<Scalar>?, shards: Shards,
    pairing: Pairing = .none, scales: RingScales = .one(1),
    anchors: (rows: Bool, columns: Bool) = (true, false),
    needsGradient: (rows: Bool, columns: Bool), observes: Bool, takesMaxima: Bool = false,
    keptByteCount: Int, options: ComputeOptions
  ) {
    self.group = group
    self.home = home
    self.travelling = travelling ?? AnyEmbeddings(unit: home, named: .embeddings)
    self.shards = shards
    // Half a mebibyte, unless that were too few for products to be fast.
    parts = BlockParts(
      shards,
      rowCount: options.tileColumns
        ?? max(1024, (1 << 19) / (home.columnCount * MemoryLayout<Scalar>.stride)))
    isBatch = travelling == nil
    self.pairing = pairing
    self.scales = scales
    (rowsAreAnchors, columnsAreAnchors) = anchors
    self.needsGradient = needsGradient
    self.observes = observes
    self.takesMaxima =
      takesMaxima || options.alwaysTakesMaxima || options.strategy == .sparse
    self.options = options
    let pairs = home.rowCount * shards.total / (isBatch ? 2 : 1)
    keepsTiles =
      (needsGradient.rows || needsGradient.columns) && options.strategy != .recomputed
      && (options.strategy == .kept
        || pairs * MemoryLayout<Scalar>.stride <= keptByteCount)
  }

  /// How many other ranks a block visits.
  private var hops: Int { isBatch ? group.count / 2 : group.count - 1 }

  func circle(_ part: Int) -> Circle<Scalar> {
    Circle(
      group, parts: parts, part: part, dimension: travelling.columnCount, hops: hops,
      options: options)
  }

  /// Some of this rank's unit rows that go round, without gaps.
  func travellers(_ rows: Range<Int>) -> Block<Scalar> {
    func room() -> Block<Scalar> { part(rowCount: rows.count) }
    guard !travelling.unitRowsNeedRoom else {
      return travelling.unit(rows, into: room(), on: options.isa)
    }
    let unit = travelling.matrix.block.rows(rows)
    guard unit.rowStride != unit.columnCount else { return unit }
    let result = room()
    result.copy(unit)
    return result
  }

  /// Which of all ranks' rows the first at home is.
  var homeStart = 0

  // MARK: Pieces

  /// Some rows at home against some columns of a block.
  struct Piece {
    let rows: Range<Int>

    /// Numbered as the block's.
    let columns: Range<Int>

    /// Where they are in the part that is visiting.
    let visiting: Range<Int>

    /// Whether the columns are the rows.
    let isTriangle: Bool
  }

  /// How many rows a piece has: between pieces messages move on.
  private var pieceRows: Int { options.tileRows.map { 2 * $0 } ?? 1024 }

  /// What this rank computes of a part of a block.
  ///
  /// The own block of a batch against itself is one triangle, whatever its parts.
  func pieces(of visitor: Visitor<Scalar>) -> [Piece] {
    let (owner, range) = (visitor.owner, visitor.range)
    let (own, visiting) = (home.rowCount, shards.counts[owner])
    guard own > 0, visiting > 0 else { return [] }
    if isBatch, owner == group.rank {
      // With its last part.
      return range.upperBound == own
        ? [Piece(rows: 0..<own, columns: 0..<own, visiting: 0..<0, isTriangle: true)] : []
    }
    var (rows, columns) = (0..<own, range)
    if isBatch, group.count.isMultiple(of: 2), group.neighbor(-hops) == owner {
      // Two ranks meet twice: the lower one takes half of its rows, the other one what is left of them.
      if group.rank < owner {
        rows = 0..<own / 2
      } else {
        columns = range.clamped(to: visiting / 2..<visiting)
      }
    }
    guard !columns.isEmpty else { return [] }
    let first = range.lowerBound
    return rows.pieces(of: pieceRows).map {
      Piece(
        rows: $0, columns: columns,
        visiting: columns.lowerBound - first..<columns.upperBound - first, isTriangle: false)
    }
  }

  func pass(_ piece: Piece, visitor: Visitor<Scalar>) -> BlockPass<Scalar> {
    BlockPass(
      rows: home.rows(piece.rows),
      columns: piece.isTriangle ? nil : visitor.rows.rows(piece.visiting),
      roles: pairing.roles(
        rows: piece.rows, columns: piece.columns, of: visitor.owner,
        isOwn: visitor.owner == group.rank, isTriangle: piece.isTriangle),
      scales: scales(
        rows: piece.rows, columns: piece.isTriangle ? nil : piece.columns, of: visitor.owner),
      needsGradient: needsGradient, keepsTiles: keepsTiles,
      takesMaxima: takesMaxima, options: options)
  }

  // MARK: Statistics

  func noStatistics(_ rowCount: Int, positives: [Double]?) -> RowStatistics {
    BlockPass<Scalar>.noStatistics(
      rowCount: rowCount, scale: scales.ofAll, takesMaxima: takesMaxima,
      ranks: positives.map { ranks(around: $0) })
  }

  private func ranks(around logits: [Double]) -> RankCounts {
    BlockPass<Scalar>.ranks(
      around: logits, scales: .one(scales.tileScale), dimension: travelling.columnCount,
      options: options)
  }

  /// What ranks of a piece's anchors are counted against; of those that ask nothing, where none is above.
  func ranks(_ piece: Piece, rowPositives: [Double]?, columnPositives: [Double]?) -> RankCounts? {
    guard rowPositives != nil || columnPositives != nil else { return nil }
    func logits(_ all: [Double]?, _ range: Range<Int>) -> [Double] {
      all.map { Array($0[range]) } ?? Array(repeating: .infinity, count: range.count)
    }
    return ranks(
      around: logits(rowPositives, piece.rows)
        + (piece.isTriangle ? [] : logits(columnPositives, piece.visiting)))
  }

  // MARK: Memory

  func zeros(rowCount: Int) -> Block<Scalar> {
    options.block(rowCount: rowCount, columnCount: travelling.columnCount, zeroed: true)
  }

  func part(rowCount: Int) -> Block<Scalar> {
    options.block(rowCount: rowCount, columnCount: travelling.columnCount)
  }
}

extension Range<Int> {
  /// Neighbouring ranges of so many, and a last shorter one.
  func pieces(of count: Int) -> [Range<Int>] {
    stride(from: lowerBound, to: upperBound, by: count).map {
      $0..<Swift.min($0 + count, upperBound)
    }
  }
}
