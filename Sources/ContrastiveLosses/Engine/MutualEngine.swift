import ContrastiveEmbeddings
import ContrastiveSimilarity
import RealModule

/// Streams rows past columns when both are anchors: CLIP's two directions, or one batch whose rows
/// are each other's candidates.
///
/// One tile of logits serves the sums of its rows and of its columns. Of a batch against itself
/// only the tiles on and above the diagonal are computed: S = Z·Zᵀ is symmetric, and so is what its
/// gradient is made of,
/// ```
/// W = G + Gᵀ,    Gᵢⱼ = dL/dzᵢⱼ    ⇒    dL/dZ = s·W·Z
/// ```
/// (1) Tiles of logits by GEMM, their sums by row and by column. (2) The row function gives every
/// anchor's term and slopes. (3) Tiles again, kept or recomputed, turned into weights in place, and
/// from these both gradients by GEMM.
///
/// With tiles kept these are 6NMd flops, 3n²d for a batch of n against itself; recomputed 8NMd, 4n²d.
struct MutualEngine<Scalar: EmbeddingScalar, Function: RowFunction>: Sendable {
  let problem: MutualProblem<Scalar, Function>
  let options: ComputeOptions
  let shift: Shift<Scalar>
  let keepsTiles: Bool
  /// All tiles that are kept, unless they are a triangle's.
  let kept: Block<Scalar>?
  let rowBlocks: [MutualRowBlock<Scalar>]
  let slots: [MutualSlot<Scalar>]
  let scratch: [TileScratch<Scalar>]
  let positives: PositiveTable<Scalar>

  var scale: Scalar { Scalar(problem.scale) }
  var isa: InstructionSet { options.isa }

  /// Exponentials of one shift serve rows and columns, and can stay where the logits were.
  var keepsExponentials: Bool { keepsTiles && shift.uniform != nil }

  init(_ problem: MutualProblem<Scalar, Function>, options: ComputeOptions) {
    self.problem = problem
    self.options = options
    shift = Shift(
      scale: problem.scale, exponents: [1], weights: problem.weights, options: options)
    let tiling = MutualTiling(
      rowCount: problem.rows.rowCount, columnCount: problem.candidates.rowCount,
      isTriangle: problem.isTriangle, needsGradient: problem.needsGradient, scalar: Scalar.self,
      options: options)
    keepsTiles = tiling.keepsTiles
    let (rowCount, columnCount) = (problem.rows.rowCount, problem.candidates.rowCount)
    let kept: Block<Scalar>? =
      tiling.keepsTiles && !problem.isTriangle
      ? options.block(rowCount: rowCount, columnCount: columnCount, padded: true) : nil
    self.kept = kept
    rowBlocks = stride(from: 0, to: rowCount, by: tiling.rows).map { start in
      let range = start..<min(start + tiling.rows, rowCount)
      let upper: Block<Scalar>? =
        tiling.keepsTiles && problem.isTriangle
        ? options.block(rowCount: range.count, columnCount: columnCount - start, padded: true) : nil
      return MutualRowBlock(
        range, columnCount: columnCount, tileColumns: tiling.columns,
        isTriangle: problem.isTriangle, kept: kept?.rows(range) ?? upper)
    }
    slots = MutualSlot.dealing(rowBlocks, to: options.shareCount)
    positives = problem.positives(options: options)
    scratch = (0..<max(1, options.threads)).map { _ in
      TileScratch(
        rows: tiling.keepsTiles ? 0 : tiling.rows,
        columns: max(tiling.columns, problem.isTriangle ? tiling.rows : 0), dimension: 0,
        options: options)
    }
  }

  // Specialised for the callers in other modules, as `RowsEngine.run`.
  @specialized(where Scalar == Float, Function == PositiveCrossEntropy)
  @specialized(where Scalar == Double, Function == PositiveCrossEntropy)
  @specialized(where Scalar == Float, Function == SupConRow)
  @specialized(where Scalar == Double, Function == SupConRow)
  @specialized(where Scalar == Float, Function == DebiasedRow)
  @specialized(where Scalar == Double, Function == DebiasedRow)
  @specialized(where Scalar == Float, Function == LogSumExp)
  @specialized(where Scalar == Double, Function == LogSumExp)
  func run() -> RowsResult<Scalar> {
    Workers.withSingleThreadedBLAS {
      accumulateSums()
      var (result, terms) = evaluate()
      if problem.observes { observeSimilarities(in: &result) }
      if problem.needsGradient {
        let dimension = problem.rows.columnCount
        // One product of all kept tiles sets what products of single tiles add to.
        let isAddedTo = kept == nil
        let rows: Block<Scalar> = options.block(
          rowCount: problem.rows.rowCount, columnCount: dimension, zeroed: isAddedTo)
        let columns: Block<Scalar>? = problem.columns.map {
          options.block(rowCount: $0.rowCount, columnCount: dimension, zeroed: isAddedTo)
        }
        if keepsTiles {
          addKeptGradients(terms, rows: rows, columns: columns)
        } else {
          addRecomputedGradients(terms, rows: rows, columns: columns)
        }
        result.queryGradient = problem.rowsNeedGradient ? rows : nil
        result.keyGradients = [problem.columnsNeedGradient ? columns : nil]
      }
      return result
    }
  }

  // MARK: The sums

  private func accumulateSums() {
    let ranks = ranks()
    let rowCount = problem.rows.rowCount
    for block in rowBlocks {
      block.sums.reset(count: block.range.count, shift: shift, ranks: ranks?[block.range])
    }
    let columns = problem.isTriangle ? 0..<rowCount : rowCount..<problem.anchorCount
    for slot in slots {
      slot.columns.reset(count: columns.count, shift: shift, ranks: ranks?[columns])
    }
    Workers.forEach(slots.count, threads: options.threads) { worker, item in
      for block in slots[item].rowBlocks {
        accumulateSums(of: rowBlocks[block], to: slots[item], scratch: scratch[worker])
      }
    }
  }

  private func ranks() -> RankCounts<Scalar>? {
    guard problem.observes, problem.hasSinglePositive else { return nil }
    return RankCounts(
      around: (0..<problem.anchorCount).map { Double(positives[$0]) }, scale: problem.scale,
      dimension: problem.rows.columnCount)
  }

  private func accumulateSums(
    of block: MutualRowBlock<Scalar>, to slot: MutualSlot<Scalar>, scratch: TileScratch<Scalar>
  ) {
    let rows = problem.rows.rows(block.range)
    for tile in block.tiles {
      let logits = block.logits(of: tile, scratch: scratch)
      logits.setSimilarities(of: rows, and: problem.candidates.rows(tile), scale: scale)
      let isSquare = block.isSquare(tile)
      forEachException(in: tile, of: block) { row, column, isPositive in
        let logit = logits[row, column]
        slot.exceptionSum += Double(logit) * (isSquare ? 1 : 2)
        logits[row, column] = -.infinity
        guard isPositive, !problem.hasSinglePositive else { return }
        let anchors = anchors(row: row, column: column, tile: tile, block: block)
        positives[positives.index(anchor: anchors.row, positive: anchors.column)] = logit
        positives[positives.index(anchor: anchors.column, positive: anchors.row)] = logit
      }
      if isSquare {
        block.sums.add(logits, exponents: [1], storing: keepsExponentials, on: isa)
      } else {
        AnchorSums.add(
          logits, rows: block.sums, columns: slot.columns, from: tile.lowerBound,
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
      tile.lowerBound + column + (problem.isTriangle ? 0 : problem.rows.rowCount)
    )
  }

  // MARK: The loss

  /// Evaluates every anchor, in chunks that threads share.
  private func evaluate() -> (RowsResult<Scalar>, MutualTerm<Scalar>) {
    let columnParts = slots.map {
      AnchorPart(sums: $0.columns, first: problem.isTriangle ? 0 : problem.rows.rowCount)
    }
    var chunks = rowBlocks.map {
      AnchorChunk(
        $0.range,
        parts: [AnchorPart(sums: $0.sums, first: $0.range.lowerBound)]
          + (problem.isTriangle ? columnParts : []))
    }
    if !problem.isTriangle {
      chunks += stride(from: problem.rows.rowCount, to: problem.anchorCount, by: 256).map {
        AnchorChunk($0..<min($0 + 256, problem.anchorCount), parts: columnParts)
      }
    }
    let evaluated = chunks
    Workers.forEach(evaluated.count, threads: options.threads) { _, item in
      evaluate(evaluated[item])
    }
    var result = RowsResult<Scalar>()
    var terms = MutualTerm<Scalar>(shift: [], factor: [])
    for chunk in evaluated {
      result.append(chunk.result)
      terms.shift += chunk.shift
      terms.factor += chunk.factor
    }
    return (result, terms)
  }

  private func evaluate(_ chunk: AnchorChunk<Scalar>) {
    var evaluator = RowEvaluator<Scalar, Function>(
      function: problem.function, scale: problem.scale, weights: problem.weights,
      hasOneTermPerRow: problem.hasOneTermPerAnchor, hasSinglePositive: problem.hasSinglePositive,
      observes: problem.observes)
    let hasPositives = if case .selfExcluded = problem.roles { false } else { true }
    var firstTerm: Int?
    let exponents = [1.0]
    var merged = MergedSums<Scalar>()
    for anchor in chunk.anchors {
      let own = hasPositives ? positives.range(ofAnchor: anchor) : 0..<0
      firstTerm = firstTerm ?? (problem.hasOneTermPerAnchor ? anchor : own.lowerBound)
      merged.merge(anchor: anchor, of: chunk.parts, exponents: exponents)
      evaluator.evaluate(
        anchor: anchor, of: chunk.parts, merged: merged,
        positives: own.map { Double(positives[$0]) },
        arePositive: problem.positives(ofAnchor: anchor),
        negativeCount: problem.negativeCount(ofAnchor: anchor), firstTerm: firstTerm ?? 0,
        adding: &chunk.result)
      chunk.shift.append(merged.shift[0])
      chunk.factor.append(merged.factor(ofSlope: evaluator.terms.logSumExpSlopes[0]))
      for (index, slope) in zip(own, evaluator.terms.positiveSlopes) {
        positives[index] = Scalar(slope)
      }
    }
  }

  /// As `RowsEngine.observeSimilarities`. Every pair is seen from both sides.
  private func observeSimilarities(in result: inout RowsResult<Scalar>) {
    let rowSum = problem.rows.columnSums(threads: options.threads, on: isa)
    let columnSum =
      problem.columns?.columnSums(threads: options.threads, on: isa) ?? rowSum
    var total = 0.0
    for (r, c) in zip(rowSum, columnSum) { total += r * c }
    if !problem.isTriangle { total *= 2 }
    for slot in slots { total -= slot.exceptionSum / problem.scale }
    result.observations.negativeSimilarity = total
  }
}
