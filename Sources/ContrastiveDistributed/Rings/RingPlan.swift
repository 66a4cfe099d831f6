import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveKernels

/// What a ring computes, and how.
struct RingPlan<Scalar: EmbeddingScalar> {
  let group: any RankGroup

  /// Unit rows that stay.
  let home: Block<Scalar>

  /// Unit rows that go round, without gaps: the same, where a batch is against itself.
  let travelling: Block<Scalar>

  /// The ranks' travelling rows.
  let shards: Shards

  /// Whether the rows at home and those that travel are one batch.
  let isBatch: Bool

  let pairing: Pairing
  let scale: Double

  /// Which side's softmaxes are wanted.
  let rowsAreAnchors: Bool
  let columnsAreAnchors: Bool

  let needsGradient: (rows: Bool, columns: Bool)
  let observes: Bool

  /// Whether one shift is not for all weights.
  let takesMaxima: Bool

  let keepsTiles: Bool
  let options: ComputeOptions

  /// - Parameter keptByteCount: How many bytes of logits may be kept.
  init(
    _ group: any RankGroup, home: Block<Scalar>, travelling: Block<Scalar>?, shards: Shards,
    pairing: Pairing, scale: Double, anchors: (rows: Bool, columns: Bool),
    needsGradient: (rows: Bool, columns: Bool), observes: Bool, takesMaxima: Bool,
    keptByteCount: Int, options: ComputeOptions
  ) {
    self.group = group
    self.home = home
    self.travelling = travelling ?? home
    self.shards = shards
    isBatch = travelling == nil
    self.pairing = pairing
    self.scale = scale
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

  var circle: Circle<Scalar> {
    Circle(
      group: group, shards: shards, dimension: travelling.columnCount, hops: hops,
      options: options)
  }

  // MARK: Pieces

  /// Some rows at home against some columns of a block.
  struct Piece {
    let rows: Range<Int>
    let columns: Range<Int>
    let isTriangle: Bool
  }

  /// How many rows a piece has: between pieces messages move on.
  private static var pieceRows: Int { 1024 }

  /// What this rank computes of a block.
  func pieces(of owner: Int) -> [Piece] {
    let (own, visiting) = (home.rowCount, shards.counts[owner])
    guard own > 0, visiting > 0 else { return [] }
    if isBatch, owner == group.rank {
      return [Piece(rows: 0..<own, columns: 0..<own, isTriangle: true)]
    }
    var (rows, columns) = (0..<own, 0..<visiting)
    if isBatch, group.count.isMultiple(of: 2), group.neighbor(-hops) == owner {
      // Two ranks meet twice: the lower one takes half of its rows, the other one what is left of them.
      if group.rank < owner { rows = 0..<own / 2 } else { columns = visiting / 2..<visiting }
    }
    guard !columns.isEmpty else { return [] }
    return rows.pieces(of: Self.pieceRows).map {
      Piece(rows: $0, columns: columns, isTriangle: false)
    }
  }

  func pass(_ piece: Piece, visitor: Visitor<Scalar>) -> BlockPass<Scalar> {
    BlockPass(
      rows: home.rows(piece.rows),
      columns: piece.isTriangle ? nil : visitor.rows.rows(piece.columns),
      roles: pairing.roles(
        rows: piece.rows, columns: piece.columns, of: visitor.owner,
        isOwn: visitor.owner == group.rank, isTriangle: piece.isTriangle),
      scale: scale, needsGradient: needsGradient, keepsTiles: keepsTiles,
      takesMaxima: takesMaxima, options: options)
  }

  // MARK: Statistics

  func noStatistics(_ rowCount: Int, positives: [Double]?) -> RowStatistics {
    BlockPass<Scalar>.noStatistics(
      rowCount: rowCount, scale: scale, takesMaxima: takesMaxima,
      ranks: positives.map { ranks(around: $0) })
  }

  private func ranks(around logits: [Double]) -> RankCounts {
    BlockPass<Scalar>.ranks(around: logits, scale: scale, dimension: travelling.columnCount)
  }

  /// What ranks of a piece's anchors are counted against; of those that ask nothing, where none is above.
  func ranks(_ piece: Piece, rowPositives: [Double]?, columnPositives: [Double]?) -> RankCounts? {
    guard rowPositives != nil || columnPositives != nil else { return nil }
    func logits(_ all: [Double]?, _ range: Range<Int>) -> [Double] {
      all.map { Array($0[range]) } ?? Array(repeating: .infinity, count: range.count)
    }
    return ranks(
      around: logits(rowPositives, piece.rows)
        + (piece.isTriangle ? [] : logits(columnPositives, piece.columns)))
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
