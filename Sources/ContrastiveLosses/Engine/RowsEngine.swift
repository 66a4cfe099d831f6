import ContrastiveEmbeddings
import RealModule

/// Streams a problem's columns past blocks of its rows. N × M is never held.
///
/// For every block of rows: (1) tiles of logits by GEMM, their maxima and sums of exponentials,
/// panel by panel; (2) the panels' sums are merged, and the row function gives the terms and their
/// slopes; (3) tiles again, exponentials kept or logits recomputed, turned into weights dL/dz in
/// place, and from these both gradients by GEMM. With constant keys the queries' part of (3)
/// happens in (1), by online softmax.
///
/// At small temperatures nearly all exponentials lie below the rounding of their row's sum. Then (1)
/// gathers the few others, and (3) adds these one by one instead of multiplying whole tiles. What is
/// left out is at most the share 2·ε·s of a row's sum, as much as the rounding of the logits makes
/// of it. That bounds the error of a query's gradient, and of a key's relative to the largest; a key
/// that matters to no query gets the gradient 0. A row block in which that is not so, or that has too many to gain by it, goes the dense
/// way.
///
/// Threads share the panels of a row block, so that every thread adds to key gradients of its own.
struct RowsEngine<Scalar: EmbeddingScalar, Function: RowFunction>: Sendable {
  let problem: RowsProblem<Scalar, Function>
  let options: ComputeOptions
  let tiling: Tiling
  let shift: Shift<Scalar>

  /// Whether exponentials that do not matter are left out of the gradient, where most do not.
  let maybeSparse: Bool

  /// Whether products of 8-bit codes tell which logits can matter, and only these are computed.
  let screens: Bool

  /// Whether row blocks go through their tiles once. Without a gradient, and where what matters of a
  /// row block fits in memory, it is all approximated first.
  let isOnePass: Bool

  /// Whether the keys' codes, a byte per element, are kept for all row blocks.
  let keepsCodes: Bool

  let panels: [Panel<Scalar>]
  let scratch: [TileScratch<Scalar>]
  let dimension: Int

  /// Whether some keys are compared with the rows' positives.
  var anchorsArePositives: Bool { problem.keys.contains { $0.anchor == .positives } }

  init(_ problem: RowsProblem<Scalar, Function>, options: ComputeOptions) {
    self.options = options
    tiling = Tiling(
      rowCount: problem.queries.rowCount, columnCount: problem.columnCount,
      exponentCount: problem.function.exponents.count,
      queriesNeedGradient: problem.queriesNeedGradient,
      keysNeedGradient: problem.keys.contains(where: \.needsGradient),
      hasSinglePositive: problem.positive != nil, scalar: Scalar.self, options: options)
    shift = Shift(
      scale: problem.scale, exponents: problem.function.exponents, weights: problem.weights,
      options: options)
    maybeSparse =
      shift.uniform == nil && problem.needsGradient && problem.function.exponents.count == 1
      && (options.strategy == nil || options.strategy == .sparse)
    // An exponent of 0 makes all logits matter alike.
    screens =
      shift.uniform == nil && problem.function.exponents.count == 1
      && problem.function.exponents[0] > 0
      && problem.queries.columnCount <= Codes<Scalar>.largestDimension
      && options.screens ?? Scalar._screens(on: options.isa)
      && (options.strategy == nil || options.strategy == .sparse)
    let elementByteCount = MemoryLayout<Scalar>.stride + MemoryLayout<Int32>.stride
    let listByteCount =
      tiling.rows * problem.columnCount / Self.roomShare * elementByteCount
    isOnePass =
      tiling.strategy == .onePass
      && (problem.needsGradient || !screens || listByteCount > tiling.affordableByteCount)
    keepsCodes =
      screens && problem.queries.rowCount > tiling.rows
      && problem.columnCount * problem.queries.columnCount <= 16 << 20
    self.problem = Self.normalizingOnce(problem, tiling: tiling, options: options)
    dimension = problem.queries.columnCount
    panels = Self.panels(
      of: self.problem.keys, tileColumns: tiling.columns, shareCount: options.shareCount)
    let (rows, columns, dimension, screens) = (tiling.rows, tiling.columns, dimension, screens)
    scratch = (0..<max(1, options.threads)).map { _ in
      TileScratch(
        rows: rows, columns: columns, dimension: dimension, screens: screens, options: options)
    }
    for panel in panels {
      panel.keySum = Array(repeating: 0, count: dimension)
      if screens { panel.keyErrors = Array(repeating: 0, count: panel.columns.count) }
      if maybeSparse || screens { panel.sparse = sparseWeights(of: panel) }
      if problem.needsGradient(of: problem.keys[panel.array].anchor) {
        panel.anchorGradient = options.block(rowCount: rows, columnCount: dimension)
      }
    }
  }

  /// Raw keys that several row blocks read are normalised once, unless their copy were large: then
  /// tile by tile, every time.
  private static func normalizingOnce(
    _ problem: RowsProblem<Scalar, Function>, tiling: Tiling, options: ComputeOptions
  ) -> RowsProblem<Scalar, Function> {
    var problem = problem
    guard problem.queries.rowCount > tiling.rows else { return problem }
    for index in problem.keys.indices {
      let rows = problem.keys[index].rows
      let byteCount = rows.rowCount * rows.columnCount * MemoryLayout<Scalar>.stride
      guard !rows.areUnit, byteCount <= 16 << 20 else { continue }
      problem.keys[index].rows = AnyEmbeddings(
        unit: rows.unitBlock(options: options), named: rows.name)
    }
    return problem
  }

  /// A panel per share of the work; with more, adding up their parts of the queries' gradient would
  /// begin to show.
  private static func panels(
    of keys: [RowsProblem<Scalar, Function>.Keys], tileColumns: Int, shareCount: Int
  ) -> [Panel<Scalar>] {
    var result: [Panel<Scalar>] = []
    var start = 0
    let tileCounts = keys.map { ($0.rows.rowCount + tileColumns - 1) / tileColumns }
    let perPanel = max(1, (tileCounts.reduce(0, +) + shareCount - 1) / shareCount)
    for (array, keys) in keys.enumerated() {
      let tiles = stride(from: 0, to: keys.rows.rowCount, by: tileColumns).map {
        $0..<min($0 + tileColumns, keys.rows.rowCount)
      }
      for first in stride(from: 0, to: tiles.count, by: perPanel) {
        let own = Array(tiles[first..<min(first + perPanel, tiles.count)])
        result.append(Panel(array: array, tiles: own, start: start + own[0].lowerBound))
      }
      start += keys.rows.rowCount
    }
    return result
  }

  /// Above this share of the elements whole products are cheaper.
  static var largestDensity: Double { 0.12 }

  /// Where tiles are screened there is room for one in so many elements.
  private static var roomShare: Int { 3 }

  /// Room for one in five elements, or as many as logits might be kept: what is gathered before a
  /// row's sum is complete is up to twice of what matters in the end.
  private func sparseWeights(of panel: Panel<Scalar>) -> SparseWeights<Scalar> {
    let columns = isOnePass ? tiling.columns : panel.columns.count
    let share = options.strategy == .sparse ? 1 : screens ? Self.roomShare : 5
    // An element is a value and the index of its column.
    let elementByteCount = MemoryLayout<Scalar>.stride + MemoryLayout<Int32>.stride
    let affordable = tiling.affordableByteCount / elementByteCount / max(1, panels.count)
    let wanted = tiling.rows * columns / share + tiling.columns
    return SparseWeights(
      capacity: options.strategy == .sparse ? wanted : min(wanted, affordable),
      from: options.workspace)
  }

  /// Runs the problem, once: the panels keep sums over all row blocks.
  //
  // Callers in other modules reach this unspecialised; per-row Swift code would then go through
  // witness tables, a tenth of the time of a 4096 × 4096 × 128 step.
  @specialized(where Scalar == Float, Function == PositiveCrossEntropy)
  @specialized(where Scalar == Double, Function == PositiveCrossEntropy)
  @specialized(where Scalar == Float, Function == DebiasedRow)
  @specialized(where Scalar == Double, Function == DebiasedRow)
  @specialized(where Scalar == Float, Function == LogSumExp)
  @specialized(where Scalar == Double, Function == LogSumExp)
  func run() -> RowsResult<Scalar> {
    Workers.withSingleThreadedBLAS {
      var result = RowsResult<Scalar>()
      let rowCount = problem.queries.rowCount
      if problem.queriesNeedGradient {
        result.queryGradient = options.block(
          rowCount: rowCount, columnCount: dimension, zeroed: true)
      }
      result.keyGradients = problem.keys.map {
        $0.needsGradient
          ? options.block(rowCount: $0.rows.rowCount, columnCount: dimension, zeroed: true) : nil
      }
      if case .array(let rows, needsGradient: true)? = problem.positive?.place {
        result.positiveGradient = options.block(
          rowCount: rows.rowCount, columnCount: dimension, zeroed: true)
      }
      let buffers = RowBlockBuffers(engine: self)
      var querySum = Array(repeating: 0.0, count: dimension)
      var positiveSum = querySum
      var backOff = BackOff()
      for start in stride(from: 0, to: rowCount, by: tiling.rows) {
        let range = start..<min(start + tiling.rows, rowCount)
        let triesSparse = backOff.isDue()
        let mode = maybeSparse && triesSparse && !isOnePass ? .sparse : denseMode
        var block = RowBlock(
          range, of: self, mode: mode, screens: screens && triesSparse, buffers: buffers)
        if problem.observes {
          block.queries.addColumnSums(to: &querySum, on: options.isa)
          if anchorsArePositives {
            block.positives?.addColumnSums(to: &positiveSum, on: options.isa)
          }
        }
        if block.isScreened, !accumulateScreenedSums(of: block) {
          block = RowBlock(
            range, of: self, mode: denseMode, screens: false, buffers: buffers)
          backOff.note(success: false)
        }
        if !block.isScreened {
          runPanels { [block] worker, panel in
            block.accumulateSums(of: panel, scratch: scratch[worker])
          }
        }
        let slopes = block.evaluate(adding: &result)
        if block.mode == .onePass {
          for panel in panels { result.observations.add(weights: panel.weightCounts) }
          block.finishGradients(slopes: slopes, addingParts: true, in: result)
        } else if problem.needsGradient {
          addGradients(of: block, slopes: slopes, backOff: &backOff, to: &result)
        }
        for panel in panels { panel.exceptionSum += panel.blockExceptionSum }
      }
      if problem.observes {
        observeSimilarities(querySum: querySum, positiveSum: positiveSum, in: &result)
      }
      return result
    }
  }

  /// Adds a row block's part of the gradients, from few weights if these are enough.
  private func addGradients(
    of block: RowBlock<Scalar, Function>, slopes: RowSlopes<Scalar>, backOff: inout BackOff,
    to result: inout RowsResult<Scalar>
  ) {
    let pairCount = block.range.count * problem.columnCount
    if block.mode == .sparse {
      if block.isScreened {
        runPanels { _, panel in block.addInsignificant(of: panel, slopes: slopes) }
      }
      let thresholds = block.pruningThresholds(slopes)
      runPanels { _, panel in block.prune(panel, slopes: slopes, thresholds: thresholds) }
      let isEnough = block.sparseIsEnough(slopes)
      backOff.note(success: isEnough)
      if isEnough {
        result.observations.add(weights: (block.sparseCount, of: pairCount))
        block.addSparseGradients(slopes: slopes, to: result)
        block.finishGradients(slopes: slopes, addingParts: false, in: result)
        return
      }
    }
    result.observations.add(weights: (pairCount, of: pairCount))
    let keyGradients = result.keyGradients
    runPanels { worker, panel in
      block.accumulateGradients(
        of: panel, slopes: slopes, keyGradient: keyGradients[panel.array], scratch: scratch[worker])
    }
    block.finishGradients(slopes: slopes, addingParts: true, in: result)
  }

  /// Adds up a row block's exponentials by approximations of all its logits.
  ///
  /// - Returns: Whether that was done; if not, the sums are worth nothing.
  private func accumulateScreenedSums(of block: RowBlock<Scalar, Function>) -> Bool {
    runPanels { worker, panel in block.preselect(from: panel, scratch: scratch[worker]) }
    guard panels.allSatisfy(\.isScreened) else { return false }
    let known = block.knownSums(of: panels)
    runPanels { worker, panel in
      block.accumulateSelectedSums(of: panel, known: known, scratch: scratch[worker])
    }
    return block.screeningIsEnough()
  }

  /// What becomes of the tiles of a row block whose weights are not few.
  private var denseMode: RowBlockMode {
    switch tiling.strategy {
    case .onePass: isOnePass ? .onePass : .recomputed
    case .kept: .kept
    case .recomputed, .sparse: .recomputed
    }
  }

  /// Room for codes.
  func codes(_ side: Codes<Scalar>.Side, rowCount: Int) -> Codes<Scalar> {
    Codes(side, rowCount: rowCount, dimension: dimension, from: options.workspace)
  }

  private func runPanels(_ body: @Sendable (_ worker: Int, Panel<Scalar>) -> Void) {
    let panels = panels
    Workers.forEach(panels.count, threads: options.threads) { worker, item in
      body(worker, panels[item])
    }
  }

  /// The sum of all similarities is the inner product of the sum of the queries and the sum of the
  /// keys: no pass over N × M. The exceptions' logits are taken off.
  private func observeSimilarities(
    querySum: [Double], positiveSum: [Double], in result: inout RowsResult<Scalar>
  ) {
    var sum = 0.0
    for panel in panels {
      let anchorSum =
        switch problem.keys[panel.array].anchor {
        case .queries: querySum
        case .positives: positiveSum
        }
      for (q, k) in zip(anchorSum, panel.keySum) { sum += q * k }
      sum -= panel.exceptionSum / problem.scale
    }
    result.observations.negativeSimilarity = sum
  }
}

/// What becomes of a row block's tiles between the sums and the gradient.
enum RowBlockMode: Sendable {
  case onePass, kept, recomputed, sparse
}
