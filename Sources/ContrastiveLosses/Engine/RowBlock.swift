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

  /// The queries and positives in 8 bits, where tiles are screened.
  private let queryCodes: Codes<Scalar>?
  private let positiveCodes: Codes<Scalar>?

  /// Whether products of codes come first.
  private let screens: Bool

  /// Whether they come first of all tiles, before there are sums.
  var isScreened: Bool { screens && (mode == .sparse || !problem.needsGradient) }

  private let kept: Block<Scalar>?
  let weightedQueries: Block<Scalar>?
  let weightedPositives: Block<Scalar>?

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
    screens: Bool, buffers: RowBlockBuffers<Scalar>
  ) {
    let (problem, isa) = (engine.problem, engine.options.isa)
    self.engine = engine
    self.range = range
    self.mode = mode
    queries = engine.unit(
      problem.queries, range, into: buffers.queries, encoding: screens ? buffers.queryCodes : nil)
    kept = mode == .kept ? buffers.kept?.rows(0..<range.count) : nil
    weightedQueries = mode != .kept ? nil : buffers.weightedQueries?.rows(0..<range.count)
    weightedPositives = mode != .kept ? nil : buffers.weightedPositives?.rows(0..<range.count)
    positives = problem.positive.map { positive in
      switch positive.place {
      case .array(let rows, _):
        engine.unit(
          rows, range, into: buffers.positives, encoding: screens ? buffers.positiveCodes : nil)
      case .column:
        engine.unit(
          problem.keys[0].rows,
          range.map { problem.keys[0].roles.positiveColumn(ofRow: $0) ?? 0 },
          into: buffers.positives, encoding: screens ? buffers.positiveCodes : nil)
      }
    }
    self.screens = screens
    queryCodes = screens ? buffers.queryCodes : nil
    positiveCodes = screens ? buffers.positiveCodes : nil
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
      panel.dropped = Array(repeating: 0, count: panel.sparse == nil ? 0 : range.count)
      panel.approximate = panel.dropped
      panel.isScreened = true
      panel.blockExceptionSum = 0
      if range.lowerBound == 0 { panel.keySum = Array(repeating: 0, count: engine.dimension) }
      panel.weightCounts = (0, of: 0)
    }
  }

  // MARK: The sums

  /// Adds up the exponentials of a panel's logits, and with constant keys the queries' gradient.
  func accumulateSums(of panel: Panel<Scalar>, scratch: TileScratch<Scalar>) {
    let (isa, exponents) = (engine.options.isa, problem.function.exponents)
    // A tile of which only some weights enter adds to what is there, be it the first.
    if mode == .onePass, engine.maybeSparse {
      panel.anchorGradient?.rows(0..<range.count).clear()
    }
    for (index, tile) in panel.tiles.enumerated() {
      let keys = problem.keys[panel.array].rows.unit(tile, into: scratch.keys, on: isa)
      observe(keys, of: panel)
      let logits = logits(of: tile, in: panel, scratch: scratch)
      if mode == .onePass, screens,
        accumulateScreened(index, keys: keys, of: panel, in: logits, scratch: scratch)
      {
        continue
      }
      logits.setSimilarities(of: anchors(of: panel), and: keys, scale: Scalar(problem.scale))
      forEachException(in: tile, of: panel) { row, column, _ in
        panel.blockExceptionSum += Double(logits[row, column])
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
    return kept.columns(columns(of: tile, in: panel))
  }

  /// Where a tile's columns are among those of all arrays.
  func columns(of tile: Range<Int>, in panel: Panel<Scalar>) -> Range<Int> {
    let start = panel.start + tile.lowerBound - panel.columns.lowerBound
    return start..<start + tile.count
  }

  /// Adds up a tile's keys, once.
  func observe(_ keys: Block<Scalar>, of panel: Panel<Scalar>) {
    guard range.lowerBound == 0, problem.observes else { return }
    keys.addColumnSums(to: &panel.keySum, on: engine.options.isa)
  }

  /// What a panel's keys are compared with.
  func anchors(of panel: Panel<Scalar>) -> Block<Scalar> {
    switch problem.keys[panel.array].anchor {
    case .queries: queries
    case .positives: positives ?? queries
    }
  }

  /// As `anchors(of:)`, in 8 bits.
  func anchorCodes(of panel: Panel<Scalar>) -> Codes<Scalar>? {
    switch problem.keys[panel.array].anchor {
    case .queries: queryCodes
    case .positives: positives == nil ? queryCodes : positiveCodes
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
  func forEachException(
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

  /// The gradient by what a panel's keys are compared with.
  func gradient(
    ofAnchorsOf panel: Panel<Scalar>, in result: RowsResult<Scalar>
  ) -> Block<Scalar>? {
    switch problem.keys[panel.array].anchor {
    case .queries: result.queryGradient
    case .positives: result.positiveGradient ?? result.keyGradients[0]
    }
  }

  /// Adds up the panels' parts of the anchors' gradients, if there are any, and the positives' part.
  func finishGradients(
    slopes: RowSlopes<Scalar>, addingParts: Bool, in result: RowsResult<Scalar>
  ) {
    let (isa, scale) = (engine.options.isa, Scalar(problem.scale))
    let positiveFactors = slopes.positives.map { scale * $0 }
    let parts = engine.panels.map { panel -> [Scalar]? in
      mode == .onePass
        ? slopes.factors(relativeTo: panel.sums.reference).map { scale * $0 }
        : weightedQueries == nil ? nil : slopes.terms[0].factor
    }
    let chunks = engine.chunks(of: 0..<range.count)
    Workers.forEach(chunks.count, threads: engine.options.threads) { _, item in
      let rows = chunks[item]
      let own = range.lowerBound + rows.lowerBound..<range.lowerBound + rows.upperBound
      for (panel, factors) in zip(engine.panels, parts) where addingParts {
        guard let part = panel.anchorGradient?.rows(rows) else { continue }
        gradient(ofAnchorsOf: panel, in: result)?.rows(own).add(
          part, times: factors.map { Array($0[rows]) }, on: isa)
      }
      let slopes = Array(positiveFactors[rows])
      if let positives {
        result.queryGradient?.rows(own).add(positives.rows(rows), times: slopes, on: isa)
      }
      result.positiveGradient?.rows(own).add(queries.rows(rows), times: slopes, on: isa)
    }
  }
}
