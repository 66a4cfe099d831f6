import ContrastiveEmbeddings
import ContrastiveSimilarity
import RealModule

/// Memory that the row blocks of a problem use one after another.
struct RowBlockBuffers<Scalar: EmbeddingScalar>: Sendable {
  let queries: Block<Scalar>
  let positives: Block<Scalar>
  let kept: Block<Scalar>?

  init<Function>(engine: RowsEngine<Scalar, Function>) {
    let rows = engine.tiling.rows
    queries = Block(
      rowCount: engine.problem.queries.areUnit ? 0 : rows, columnCount: engine.dimension)
    positives = Block(
      rowCount: engine.problem.positive == nil ? 0 : rows, columnCount: engine.dimension)
    kept =
      engine.tiling.strategy == .kept
      ? Block(rowCount: rows, columnCount: engine.problem.columnCount, padded: true) : nil
  }
}

/// A block of rows on its way through the engine.
struct RowBlock<Scalar: EmbeddingScalar, Function: RowFunction>: Sendable {
  let engine: RowsEngine<Scalar, Function>
  let range: Range<Int>

  /// The unit queries.
  let queries: Block<Scalar>

  /// The unit positives, where every row has one.
  let positives: Block<Scalar>?

  /// Their logits.
  let positiveLogits: [Double]

  private let kept: Block<Scalar>?

  private var problem: RowsProblem<Scalar, Function> { engine.problem }

  init(
    _ range: Range<Int>, of engine: RowsEngine<Scalar, Function>,
    buffers: RowBlockBuffers<Scalar>
  ) {
    let (problem, isa) = (engine.problem, engine.options.isa)
    self.engine = engine
    self.range = range
    queries = problem.queries.unit(range, into: buffers.queries, on: isa)
    kept = buffers.kept?.rows(0..<range.count)
    positives = problem.positive.map { positive in
      switch positive.place {
      case .array(let rows, _): rows.unit(range, into: buffers.positives, on: isa)
      case .column(let offset):
        problem.keys[0].rows.unit(
          range, rotatedBy: offset, into: buffers.positives.rows(0..<range.count), on: isa)
      }
    }
    let scale = problem.scale
    positiveLogits = positives?.dots(with: queries, on: isa).map { scale * $0 } ?? []
    let ranks: RankCounts<Scalar>? =
      problem.observes && positives != nil
      ? RankCounts(around: positiveLogits, scale: scale, dimension: engine.dimension) : nil
    for panel in engine.panels {
      panel.reset(
        rowCount: range.count, exponentCount: problem.function.exponents.count, ranks: ranks)
    }
  }

  // MARK: The sums

  /// Adds up the exponentials of a panel's logits, and with constant keys the queries' gradient.
  func accumulateSums(of panel: Panel<Scalar>, scratch: TileScratch<Scalar>) {
    let (isa, exponents) = (engine.options.isa, problem.function.exponents)
    let isOnePass = engine.tiling.strategy == .onePass
    for tile in panel.tiles {
      let keys = problem.keys[panel.array].rows.unit(tile, into: scratch.keys, on: isa)
      if range.lowerBound == 0, problem.observes {
        keys.addColumnSums(to: &panel.keySum, on: isa)
      }
      let logits = logits(of: tile, in: panel, scratch: scratch)
      setLogits(logits, keys: keys)
      maskExceptions(in: logits, tile: tile, panel: panel) { row, logit, isPositive in
        panel.exceptionSum += logit
        if isPositive, problem.positive == nil { panel.positives[row].append(logit) }
      }
      let rescaling = panel.addLogits(
        logits, exponents: exponents, storing: isOnePass && problem.queriesNeedGradient, on: isa)
      if isOnePass, let gradient = panel.queryGradient?.rows(0..<range.count) {
        if let rescaling { gradient.scaleRows(by: rescaling, on: isa) }
        gradient.setProduct(logits, keys, accumulating: tile != panel.tiles.first)
      }
    }
  }

  /// Where a tile's logits are, or are to be: in the row block's own memory if they are kept.
  private func logits(
    of tile: Range<Int>, in panel: Panel<Scalar>, scratch: TileScratch<Scalar>
  ) -> Block<Scalar> {
    guard let kept else { return scratch.logits.rows(0..<range.count).columns(0..<tile.count) }
    let start = panel.start + tile.lowerBound - panel.columns.lowerBound
    return kept.columns(start..<start + tile.count)
  }

  private func setLogits(_ logits: Block<Scalar>, keys: Block<Scalar>) {
    logits.setSimilarities(of: queries, and: keys, scale: Scalar(problem.scale))
  }

  /// Takes columns that are no negatives out of a tile, by −∞, and tells what they were.
  private func maskExceptions(
    in logits: Block<Scalar>, tile: Range<Int>, panel: Panel<Scalar>,
    _ body: (_ row: Int, _ logit: Double, _ isPositive: Bool) -> Void
  ) {
    forEachException(in: tile, of: panel) { row, column, isPositive in
      body(row, Double(logits[row, column]), isPositive)
      logits[row, column] = -.infinity
    }
  }

  /// Calls `body` for the elements of a tile that are no negatives.
  private func forEachException(
    in tile: Range<Int>, of panel: Panel<Scalar>,
    _ body: (_ row: Int, _ column: Int, _ isPositive: Bool) -> Void
  ) {
    let roles = problem.keys[panel.array].roles
    if case .negatives = roles { return }
    for row in 0..<range.count {
      roles.forEachException(ofRow: range.lowerBound + row, in: tile) { column, isPositive in
        body(row, column - tile.lowerBound, isPositive)
      }
    }
  }

  // MARK: The loss

  /// Merges the panels' sums, and evaluates the row function.
  func evaluate(adding result: inout RowsResult<Scalar>) -> RowSlopes<Scalar> {
    let exponents = problem.function.exponents
    var slopes = RowSlopes<Scalar>(exponents: exponents)
    var evaluator = RowEvaluator(problem)
    for row in 0..<range.count {
      let merged = MergedSums(row: row, of: engine.panels, exponents: exponents)
      evaluator.evaluate(
        row: row, of: engine.panels, merged: merged, positives: positives(ofRow: row),
        negativeCount: problem.negativeCount(ofRow: range.lowerBound + row), adding: &result)
      slopes.append(evaluator.terms, merged: merged)
    }
    return slopes
  }

  private func positives(ofRow row: Int) -> [Double] {
    guard problem.positive == nil else { return [positiveLogits[row]] }
    var result: [Double] = []
    for panel in engine.panels {
      panel.positiveOffsets[row] = result.count
      result += panel.positives[row]
    }
    return result
  }

  // MARK: The gradients

  /// Adds a panel's part of the queries' gradient, and the row block's part of the keys'.
  func accumulateGradients(
    of panel: Panel<Scalar>, slopes: RowSlopes<Scalar>, keyGradient: Block<Scalar>?,
    scratch: TileScratch<Scalar>
  ) {
    let (isa, scale) = (engine.options.isa, Scalar(problem.scale))
    let keyRows = problem.keys[panel.array].rows
    var positivesSeen = Array(repeating: 0, count: range.count)
    for tile in panel.tiles {
      let logits = logits(of: tile, in: panel, scratch: scratch)
      let needsKeys = problem.queriesNeedGradient || kept == nil
      let keys = needsKeys ? keyRows.unit(tile, into: scratch.keys, on: isa) : nil
      if kept == nil, let keys {
        setLogits(logits, keys: keys)
        maskExceptions(in: logits, tile: tile, panel: panel) { _, _, _ in }
      }
      logits.setWeights(slopes.terms, on: isa)
      forEachException(in: tile, of: panel) { row, column, isPositive in
        guard isPositive else { return }
        let index = panel.positiveOffsets[row] + positivesSeen[row]
        logits[row, column] = slopes.positives[row][index]
        positivesSeen[row] += 1
      }
      keyGradient?.rows(tile).setProduct(
        logits, queries, transposingLeft: true, scale: scale, accumulating: range.lowerBound > 0)
      if let keys, let gradient = panel.queryGradient?.rows(0..<range.count) {
        gradient.setProduct(
          logits, keys, scale: scale, accumulating: tile != panel.tiles.first)
      }
    }
  }

  /// Adds up the panels' parts of the queries' gradient, and the part of positives that are no
  /// columns.
  func finishGradients(slopes: RowSlopes<Scalar>, in result: RowsResult<Scalar>) {
    let (isa, scale) = (engine.options.isa, problem.scale)
    let isOnePass = engine.tiling.strategy == .onePass
    let positiveFactors = slopes.positives.map { Scalar(scale) * ($0.first ?? 0) }
    if let gradient = result.queryGradient?.rows(range) {
      for panel in engine.panels {
        guard let part = panel.queryGradient?.rows(0..<range.count) else { continue }
        gradient.add(
          part, times: isOnePass ? slopes.onePassFactors(of: panel, scale: scale) : nil, on: isa)
      }
      if isOnePass || positivesAreApart, let positives {
        gradient.add(positives, times: positiveFactors, on: isa)
      }
    }
    result.positiveGradient?.rows(range).add(queries, times: positiveFactors, on: isa)
  }

  private var positivesAreApart: Bool {
    if case .array = problem.positive?.place { true } else { false }
  }
}

extension AnyEmbeddings {
  /// The unit rows `offset` after those in a range, and from the first again after the last.
  fileprivate func unit(
    _ range: Range<Int>, rotatedBy offset: Int, into scratch: Block<Scalar>,
    on isa: InstructionSet
  ) -> Block<Scalar> {
    let start = (range.lowerBound + offset) % rowCount
    guard start + range.count > rowCount else {
      return unit(start..<start + range.count, into: scratch, on: isa)
    }
    let head = rowCount - start
    for (target, source) in [
      (0..<head, start..<rowCount), (head..<range.count, 0..<range.count - head),
    ] {
      let rows = scratch.rows(target)
      if areUnit {
        rows.copy(matrix.block.rows(source))
      } else {
        rows.setNormalized(matrix.block.rows(source), on: isa)
      }
    }
    return scratch
  }
}
