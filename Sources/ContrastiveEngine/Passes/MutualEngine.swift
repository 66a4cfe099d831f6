import ContrastiveEmbeddings
package import ContrastiveKernels
import ContrastiveSimilarity

/// Streams rows past columns when both are anchors: CLIP's two directions, or one batch whose rows
/// are each other's candidates.
///
/// One tile of logits serves the statistics of its rows and of its columns. Of a batch against itself
/// only the tiles on and above the diagonal are computed: S = Z·Zᵀ is symmetric, and so is what its
/// gradient is made of,
/// ```
/// W = G + Gᵀ,    Gᵢⱼ = dL/dzᵢⱼ    ⇒    dL/dZ = s·W·Z
/// ```
/// (1) Tiles of logits by GEMM, their statistics by row and by column. (2) The row function gives every
/// anchor's term and slopes. (3) Tiles again, kept or recomputed, turned into weights in place, and
/// from these both gradients by GEMM.
///
/// Where anchors have scales of their own a tile holds cosines, and every element has an exponential for its row and
/// one for its column: sᵢ·c and sⱼ·c. The triangle stays. So it does where a map leads from cosine to logit, which is the
/// same from both sides.
///
/// With tiles kept these are 6NMd flops, 3n²d for a batch of n against itself; recomputed 8NMd, 4n²d.
package struct MutualEngine<Scalar: EmbeddingScalar>: Sendable {
  var problem: MutualProblem<Scalar>
  let options: ComputeOptions
  let shift: Shift
  let keepsTiles: Bool
  /// All tiles that are kept, unless they are a triangle's.
  let kept: Block<Scalar>?
  let rowBlocks: [MutualRowBlock<Scalar>]
  let scratch: [TileScratch<Scalar>]
  var positives: PositiveTable<Scalar>
  let products: TileProducts<Scalar>
  let work: SharedWork

  /// What gradients by unit rows are multiplied by: what tiles were.
  var scale: Scalar { Scalar(problem.tileScale) }
  var isa: InstructionSet { options.isa }

  /// Exponentials of one shift serve rows and columns, and can stay where the logits were.
  var keepsExponentials: Bool { keepsTiles && shift.isShared }

  init(_ problem: MutualProblem<Scalar>, options: ComputeOptions) {
    self.problem = problem
    self.options = options
    work = SharedWork(options)
    let takesMaxima = options.alwaysTakesMaxima || options.strategy == .sparse
    shift =
      if case .one = problem.scales, problem.map == .identity {
        Shift(
          scales: problem.scales, exponents: [1], weights: problem.weights,
          takesMaxima: takesMaxima, as: Scalar.self)
      } else {
        .maxima
      }
    let tiling = MutualTiling(problem, options: options)
    keepsTiles = tiling.keepsTiles
    let (rowCount, columnCount) = (problem.rows.rowCount, problem.candidates.rowCount)
    let kept: Block<Scalar>? =
      tiling.keepsTiles && !problem.isTriangle
      ? options.block(rowCount: rowCount, columnCount: columnCount, padded: true) : nil
    self.kept = kept
    rowBlocks = (0..<rowCount).parts(of: tiling.rows).map { range in
      let upper: Block<Scalar>? =
        tiling.keepsTiles && problem.isTriangle
        ? options.block(
          rowCount: range.count, columnCount: columnCount - range.lowerBound, padded: true) : nil
      return MutualRowBlock(
        range, columnCount: columnCount, tileColumns: tiling.columns,
        isTriangle: problem.isTriangle, kept: kept?.rows(range) ?? upper)
    }
    positives = problem.positives(options: options)
    products = TileProducts(options, dimension: problem.rows.columnCount)
    scratch = (0..<max(1, options.threads)).map { _ in
      TileScratch(
        rows: tiling.keepsTiles ? 0 : tiling.rows,
        columns: max(tiling.columns, problem.isTriangle ? tiling.rows : 0), dimension: 0,
        copiesKeys: false, isMapped: problem.map != .identity && problem.needsGradient,
        options: options)
    }
  }

  func run() throws(ContrastiveError) -> EngineResult<Scalar> {
    try Workers.withSingleThreadedBLAS { () throws(ContrastiveError) in
      let evaluation = try evaluation()
      var result = EngineResult<Scalar>(problem.function, of: evaluation)
      result.observations.logitError.formUnion(products.logitError)
      if problem.needsGradient {
        let terms = MutualWeights(evaluation.slopes, scales: problem.scales)
        let dimension = problem.rows.columnCount
        // One product of all kept tiles sets what products of single tiles add to.
        let isAddedTo = kept == nil
        let rows: Block<Scalar> = options.block(
          rowCount: problem.rows.rowCount, columnCount: dimension, zeroed: isAddedTo)
        let columns: Block<Scalar>? = problem.columns.map {
          options.block(rowCount: $0.rowCount, columnCount: dimension, zeroed: isAddedTo)
        }
        try addGradients(terms, rows: rows, columns: columns, setsRows: !isAddedTo)
        result.queryGradient = problem.rowsNeedGradient ? rows : nil
        result.keyGradients = [problem.columnsNeedGradient ? columns : nil]
      }
      return result
    }
  }

  /// What the row function makes of all anchors. A function of its own, so that statistics are gone when gradients are
  /// multiplied.
  private func evaluation() throws(ContrastiveError) -> RowEvaluation {
    let statistics = try statistics()
    var result = RowEvaluation(problem.function, of: try evaluate(statistics))
    // Beside what is counted of negatives that are held apart.
    if problem.observes {
      result.observations.negativeSimilarity += negativeSimilarity(statistics)
    }
    return result
  }

  // MARK: Statistics

  /// - Parameter given: What ranks of all anchors are counted against, where the rows and columns at hand do not tell.
  func statistics(ranks given: RankCounts? = nil) throws(ContrastiveError) -> MutualShare {
    let ranks = given ?? ranks()
    let dealt = MutualRowBlock.dealing(rowBlocks, to: options.shareCount)
    // What is not written of these stays one for all.
    let noColumns = RowStatistics(
      rowCount: problem.columnAnchors.count, shift: shift, ranks: ranks?[problem.columnAnchors])
    let noRows = RowStatistics(rowCount: rowBlocks.first?.range.count ?? 0, shift: shift)
    var shares = try work.map(dealt.count) { worker, item throws(ContrastiveError) in
      var share = MutualShare(columns: noColumns)
      for block in dealt[item] {
        let range = rowBlocks[block].range
        var own = range.count == noRows.rowCount ? noRows : noRows[0..<range.count]
        own.ranks = ranks?[range]
        try add(rowBlocks[block], rows: &own, to: &share, scratch: scratch[worker])
        share.rows[block] = own
      }
      return share
    }
    var result = shares.removeFirst()
    for share in shares { result.merge(share) }
    return result
  }

  /// Of what tiles hold.
  private func ranks() -> RankCounts? {
    guard problem.observes, problem.hasSinglePositive else { return nil }
    return RankCounts(
      around: problem.rankProducts(products)
        ?? (0..<problem.anchorCount).map { Double(positives[$0]) },
      scales: .one(problem.tileScale), dimension: problem.rows.columnCount,
      rounding: products.mixedRounding, as: Scalar.self)
  }

  /// The scales of a tile's anchors, where they have some of their own.
  func scales(rows: Range<Int>, columns: Range<Int>) -> MutualScales? {
    guard case .each(let scales) = problem.scales else { return nil }
    let first = problem.columnAnchors.lowerBound
    return MutualScales(
      rows: Array(scales[rows]),
      columns: Array(scales[first + columns.lowerBound..<first + columns.upperBound]))
  }

  private func add(
    _ block: MutualRowBlock<Scalar>, rows own: inout RowStatistics, to share: inout MutualShare,
    scratch: TileScratch<Scalar>
  ) throws(ContrastiveError) {
    let rows = products.rows(problem.rows.rows(block.range))
    for tile in block.tiles {
      try work.checkCancellation()
      let logits = block.logits(of: tile, scratch: scratch)
      products.setLogits(logits, of: rows, and: problem.candidates.rows(tile), scale: scale)
      let isSquare = block.isSquare(tile)
      forEachException(in: tile, of: block) { row, column, isPositive in
        let logit = logits[row, column]
        share.exceptionSum += Double(logit) * (isSquare ? 1 : 2) / problem.tileScale
        logits[row, column] = -.infinity
        guard isPositive, !problem.hasSinglePositive else { return }
        let anchors = anchors(row: row, column: column, tile: tile, block: block)
        positives[positives.index(anchor: anchors.row, positive: anchors.column)] = logit
        positives[positives.index(anchor: anchors.column, positive: anchors.row)] = logit
      }
      logits.setMapped(by: problem.map, slopes: nil, on: isa)
      let scales = scales(rows: block.range, columns: tile)
      if isSquare, let scales {
        // The columns are the rows again.
        var again = RowStatistics(rowCount: tile.count, shift: shift)
        RowStatistics.add(
          logits, rows: &own, columns: &again, from: 0, scales: scales, storing: false, on: isa)
      } else if isSquare {
        own.add(logits, storing: keepsExponentials, on: isa)
      } else {
        RowStatistics.add(
          logits, rows: &own, columns: &share.columns, from: tile.lowerBound, scales: scales,
          storing: keepsExponentials, on: isa)
      }
    }
  }

  /// Calls `body` for the elements of a tile that are no negatives.
  func forEachException(
    in tile: Range<Int>, of block: MutualRowBlock<Scalar>,
    _ body: (_ row: Int, _ column: Int, _ isPositive: Bool) -> Void
  ) {
    for row in 0..<block.range.count {
      problem.roles.forEachException(ofRow: block.range.lowerBound + row, in: tile) {
        column, isPositive in body(row, column - tile.lowerBound, isPositive)
      }
    }
  }

  func anchors(
    row: Int, column: Int, tile: Range<Int>, block: MutualRowBlock<Scalar>
  ) -> (row: Int, column: Int) {
    (
      block.range.lowerBound + row,
      tile.lowerBound + column + problem.columnAnchors.lowerBound
    )
  }
}
