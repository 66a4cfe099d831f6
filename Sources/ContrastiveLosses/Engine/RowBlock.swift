import ContrastiveEmbeddings
import ContrastiveSimilarity
import RealModule

/// A block of rows on its way through the engine.
struct RowBlock<Scalar: EmbeddingScalar, Function: RowFunction>: Sendable {
  let engine: RowsEngine<Scalar, Function>
  let range: Range<Int>
  let mode: RowBlockMode

  /// The unit queries.
  let queries: Block<Scalar>

  /// The unit positives, where rows have them.
  let positives: Block<Scalar>?

  /// Their logits.
  let positiveLogits: [Double]

  private let kept: Block<Scalar>?
  private let weightedQueries: Block<Scalar>?
  private let weightedPositives: Block<Scalar>?

  var problem: RowsProblem<Scalar, Function> { engine.problem }

  /// Whether the sums leave exponentials where the logits were. Two exponents need the logits.
  private var storesExponentials: Bool {
    switch mode {
    case .onePass: problem.needsGradient
    case .kept: problem.function.exponents.count == 1
    case .recomputed: false
    case .sparse: true
    }
  }

  init(
    _ range: Range<Int>, of engine: RowsEngine<Scalar, Function>, mode: RowBlockMode,
    buffers: RowBlockBuffers<Scalar>
  ) {
    let (problem, isa) = (engine.problem, engine.options.isa)
    self.engine = engine
    self.range = range
    self.mode = mode
    queries = problem.queries.unit(range, into: buffers.queries, on: isa)
    kept = mode == .kept ? buffers.kept?.rows(0..<range.count) : nil
    weightedQueries = mode != .kept ? nil : buffers.weightedQueries?.rows(0..<range.count)
    weightedPositives = mode != .kept ? nil : buffers.weightedPositives?.rows(0..<range.count)
    positives = problem.positive.map { positive in
      switch positive.place {
      case .array(let rows, _): rows.unit(range, into: buffers.positives, on: isa)
      case .column:
        problem.keys[0].rows.unit(
          range.map { problem.keys[0].roles.positiveColumn(ofRow: $0) ?? 0 },
          into: buffers.positives, on: isa)
      }
    }
    let scale = problem.scale
    positiveLogits = positives?.dots(with: queries, on: isa).map { scale * $0 } ?? []
    let ranks: RankCounts<Scalar>? =
      problem.observes && positives != nil
      ? RankCounts(around: positiveLogits, scale: scale, dimension: engine.dimension) : nil
    for panel in engine.panels {
      panel.sums.reset(
        count: range.count, exponentCount: problem.function.exponents.count,
        shift: engine.shift, ranks: ranks)
      panel.tileReferences = []
      panel.sparse?.reset()
      panel.dropped = Array(repeating: 0, count: engine.maybeSparse ? range.count : 0)
      panel.weightCounts = (0, of: 0)
      if engine.maybeSparse { panel.anchorGradient?.rows(0..<range.count).clear() }
    }
  }

  // MARK: The sums

  /// Adds up the exponentials of a panel's logits, and with constant keys the queries' gradient.
  func accumulateSums(of panel: Panel<Scalar>, scratch: TileScratch<Scalar>) {
    let (isa, exponents) = (engine.options.isa, problem.function.exponents)
    for tile in panel.tiles {
      let keys = problem.keys[panel.array].rows.unit(tile, into: scratch.keys, on: isa)
      if range.lowerBound == 0, problem.observes {
        keys.addColumnSums(to: &panel.keySum, on: isa)
      }
      let logits = logits(of: tile, in: panel, scratch: scratch)
      logits.setSimilarities(of: anchors(of: panel), and: keys, scale: Scalar(problem.scale))
      forEachException(in: tile, of: panel) { row, column, _ in
        panel.exceptionSum += Double(logits[row, column])
        logits[row, column] = -.infinity
      }
      let before = engine.maybeSparse ? panel.sums.sums[0].sum : []
      let rescaling = panel.sums.add(
        logits, exponents: exponents, storing: storesExponentials, on: isa)
      switch mode {
      case .onePass:
        guard let gradient = panel.anchorGradient?.rows(0..<range.count) else { continue }
        if let rescaling { gradient.scaleRows(by: rescaling, on: isa) }
        panel.weightCounts.of += range.count * tile.count
        if engine.maybeSparse,
          addSignificant(
            logits, keys: keys, before: before, rescaling: rescaling, of: panel, to: gradient)
        {
          continue
        }
        panel.weightCounts.0 += range.count * tile.count
        gradient.setProduct(
          logits, keys, accumulating: engine.maybeSparse || tile != panel.tiles.first)
      case .sparse:
        panel.sparse?.append(logits, threshold: leastSignificant(in: panel), on: isa)
        panel.tileReferences.append(panel.sums.reference)
      case .kept:
        if storesExponentials, engine.shift.uniform == nil {
          panel.tileReferences.append(panel.sums.reference)
        }
      case .recomputed: break
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

  /// What a panel's keys are compared with.
  func anchors(of panel: Panel<Scalar>) -> Block<Scalar> {
    switch problem.keys[panel.array].anchor {
    case .queries: queries
    case .positives: positives ?? queries
    }
  }

  private func weightedAnchors(of panel: Panel<Scalar>) -> Block<Scalar> {
    let weighted =
      switch problem.keys[panel.array].anchor {
      case .queries: weightedQueries
      case .positives: weightedPositives
      }
    return weighted ?? anchors(of: panel)
  }

  /// Calls `body` for the elements of a tile that are no negatives.
  private func forEachException(
    in tile: Range<Int>, of panel: Panel<Scalar>,
    _ body: (_ row: Int, _ column: Int, _ isPositive: Bool) -> Void
  ) {
    let keys = problem.keys[panel.array]
    if case .negatives = keys.roles, keys.excluded == nil { return }
    for row in 0..<range.count {
      keys.forEachException(ofRow: range.lowerBound + row, in: tile) { column, isPositive in
        body(row, column - tile.lowerBound, isPositive)
      }
    }
  }

  // MARK: The loss

  /// Merges the panels' sums, and evaluates the row function.
  func evaluate(adding result: inout RowsResult<Scalar>) -> RowSlopes<Scalar> {
    let exponents = problem.function.exponents
    let parts = engine.panels.map { AnchorPart(sums: $0.sums, first: 0) }
    var slopes = RowSlopes<Scalar>(problem.function)
    var evaluator = RowEvaluator(problem)
    for row in 0..<range.count {
      let merged = MergedSums(anchor: row, of: parts, exponents: exponents)
      evaluator.evaluate(
        anchor: row, of: parts, merged: merged,
        positives: positives == nil ? [] : [positiveLogits[row]],
        negativeCount: problem.negativeCount(ofRow: range.lowerBound + row), adding: &result)
      slopes.append(evaluator.terms, merged: merged)
    }
    let weightings: [(Block<Scalar>?, Block<Scalar>?)] = [
      (weightedQueries, queries), (weightedPositives, positives),
    ]
    for (weighted, anchors) in weightings {
      guard let weighted, let anchors else { continue }
      weighted.copy(anchors)
      weighted.scaleRows(by: slopes.terms[0].factor, on: engine.options.isa)
    }
    return slopes
  }

  // MARK: The gradients

  /// Adds a panel's part of the queries' gradient, and the row block's part of the keys'.
  ///
  /// Kept exponentials E of one shift are the weights but for a factor c per row, which goes to
  /// where it is cheaper: with W = diag(c)·E, the keys' part Wᵀ·q̂ is Eᵀ·(c∘q̂), and the queries' part
  /// W·k̂ is c∘(E·k̂), whose factors wait until the panels' parts are added up.
  func accumulateGradients(
    of panel: Panel<Scalar>, slopes: RowSlopes<Scalar>, keyGradient: Block<Scalar>?,
    scratch: TileScratch<Scalar>
  ) {
    let (isa, scale) = (engine.options.isa, Scalar(problem.scale))
    let keyRows = problem.keys[panel.array].rows
    for (index, tile) in panel.tiles.enumerated() {
      let weights = logits(of: tile, in: panel, scratch: scratch)
      let needsKeys = panel.anchorGradient != nil || kept == nil
      let keys = needsKeys ? keyRows.unit(tile, into: scratch.keys, on: isa) : nil
      if kept == nil, let keys {
        weights.setSimilarities(of: anchors(of: panel), and: keys, scale: scale)
        forEachException(in: tile, of: panel) { row, column, _ in
          weights[row, column] = -.infinity
        }
      }
      if kept == nil || !storesExponentials {
        weights.setWeights(slopes.terms, on: isa)
      } else if engine.shift.uniform == nil {
        weights.scaleRows(
          by: slopes.factors(relativeTo: panel.tileReferences[index]), on: isa)
      }
      if let gradient = keyGradient?.rows(tile) {
        gradient.setProduct(
          weights, weightedAnchors(of: panel), transposingLeft: true, scale: scale,
          accumulating: range.lowerBound > 0)
        addPositives(to: keyGradient, tile: tile, of: panel, slopes: slopes)
      }
      if let keys, let gradient = panel.anchorGradient?.rows(0..<range.count) {
        gradient.setProduct(
          weights, keys, scale: scale, accumulating: tile != panel.tiles.first)
      }
    }
  }

  /// Adds the slopes of positives among a tile's columns to their keys' gradient.
  func addPositives(
    to keyGradient: Block<Scalar>?, tile: Range<Int>, of panel: Panel<Scalar>,
    slopes: RowSlopes<Scalar>
  ) {
    guard let gradient = keyGradient?.rows(tile) else { return }
    forEachException(in: tile, of: panel) { row, column, isPositive in
      guard isPositive else { return }
      gradient.rows(column..<column + 1).add(
        queries.rows(row..<row + 1), times: [Scalar(problem.scale) * slopes.positives[row]],
        on: engine.options.isa)
    }
  }

  /// Adds up the panels' parts of the anchors' gradients, and the positives' part.
  func finishGradients(slopes: RowSlopes<Scalar>, in result: RowsResult<Scalar>) {
    let (isa, scale) = (engine.options.isa, Scalar(problem.scale))
    let positiveFactors = slopes.positives.map { scale * $0 }
    for panel in engine.panels {
      guard let part = panel.anchorGradient?.rows(0..<range.count) else { continue }
      let factors: [Scalar]? =
        mode == .onePass
        ? slopes.factors(relativeTo: panel.sums.reference).map { scale * $0 }
        : weightedQueries == nil ? nil : slopes.terms[0].factor
      let gradient =
        switch problem.keys[panel.array].anchor {
        case .queries: result.queryGradient
        case .positives: result.positiveGradient ?? result.keyGradients[0]
        }
      gradient?.rows(range).add(part, times: factors, on: isa)
    }
    if let positives {
      result.queryGradient?.rows(range).add(positives, times: positiveFactors, on: isa)
    }
    result.positiveGradient?.rows(range).add(queries, times: positiveFactors, on: isa)
  }
}

extension AnyEmbeddings {
  /// The unit rows of a list.
  fileprivate func unit(
    _ list: [Int], into scratch: Block<Scalar>, on isa: InstructionSet
  ) -> Block<Scalar> {
    if let first = list.first, list == Array(first..<first + list.count) {
      return unit(first..<first + list.count, into: scratch, on: isa)
    }
    return unitRows(at: list, into: scratch, on: isa)
  }
}
