package import ContrastiveEmbeddings
import ContrastiveKernels
import ContrastiveSimilarity

/// Streams a problem's columns past blocks of its rows. N × M is never held.
///
/// For every block of rows: (1) tiles of logits by GEMM give the rows' statistics; (2) the row function turns
/// these into terms and slopes; (3) tiles again, or what is left of them, turn the slopes into gradients. How (1) and
/// (3) are done is a pass's affair: `OnePass`, `DensePass`, `SparsePass`. Which pass it is the engine chooses here.
///
/// Threads share the panels of a row block, so that every thread adds to key gradients of its own.
package struct OneWayEngine<Scalar: EmbeddingScalar>: Sendable {
  private let context: OneWayContext<Scalar>
  private let buffers: RowBuffers<Scalar>
  private let screener: Screener<Scalar>?
  private let onePass: OnePass<Scalar>?
  private let dense: DensePass<Scalar>

  /// Tried first, where little may matter.
  private let sparse: SparsePass<Scalar>?

  /// Where lists are enough for the sums and not for the gradient.
  private let recomputing: DensePass<Scalar>

  private var problem: OneWayProblem<Scalar> { context.problem }
  private var options: ComputeOptions { context.options }

  /// Where tiles are screened there is room for one in so many elements.
  private static var roomShare: Int { 3 }

  init(_ problem: OneWayProblem<Scalar>, options: ComputeOptions) {
    let tiling = Tiling(problem, options: options)
    let exponents = problem.function.exponents
    let bias = problem.keys.reduce(0) { largest, keys in
      max(largest, Double(keys.biases?.reduce(0) { max($0, abs($1)) } ?? 0))
    }
    let shift = Shift(
      scales: problem.map == .identity ? problem.scales : .one(.infinity), exponents: exponents,
      bias: bias, weights: problem.weights,
      takesMaxima: options.alwaysTakesMaxima || options.strategy == .sparse, as: Scalar.self)
    let mayBeSparse =
      !shift.isGiven && exponents.count == 1 && problem.map == .identity
      && (options.strategy == nil || options.strategy == .sparse)
    let listsForGradient = mayBeSparse && problem.needsGradient
    // An exponent of 0 makes all logits matter alike.
    let screens =
      mayBeSparse && !problem.candidates.areBiased && !problem.candidates.areGrouped
      && exponents[0] > 0
      && problem.candidates.hasSinglePositive
      && problem.queries.columnCount <= Codes<Scalar>.largestDimension
      && options.screens ?? Scalar.screens(on: options.isa)
    let context = OneWayContext(
      problem, tiling: tiling, shift: shift, screens: screens, options: options)
    self.context = context
    buffers = RowBuffers(context, screens: screens)
    let screener = screens ? Screener(context) : nil
    self.screener = screener

    // Without a gradient, and where what matters of a row block fits in memory, it is all approximated first.
    let elementByteCount = MemoryLayout<Scalar>.stride + MemoryLayout<Int32>.stride
    let listByteCount =
      tiling.rows * problem.candidates.columnCount / Self.roomShare * elementByteCount
    let isOnePass =
      tiling.strategy == .onePass
      && (problem.needsGradient || !screens || listByteCount > tiling.affordableByteCount)

    // Room for one in five elements, or as many as logits might be kept: what is gathered before a
    // row's sum is complete is up to twice of what matters in the end.
    func lists() -> [SparseWeights<Scalar>] {
      context.panels.map { panel in
        let columns = isOnePass ? tiling.columns : panel.columns.count
        let share = options.strategy == .sparse ? 1 : screens ? Self.roomShare : 5
        let affordable =
          tiling.affordableByteCount / elementByteCount / max(1, context.panels.count)
        let wanted = tiling.rows * columns / share + tiling.columns
        return SparseWeights(
          capacity: options.strategy == .sparse ? wanted : min(wanted, affordable),
          from: options.workspace)
      }
    }
    let wantsLists = listsForGradient || screens
    onePass =
      isOnePass
      ? OnePass(context, screener: screener, sparse: wantsLists ? lists() : nil) : nil
    sparse =
      wantsLists && !isOnePass ? SparsePass(context, screener: screener, lists: lists()) : nil
    let keeps = tiling.strategy == .kept
    dense = DensePass(context, keeps: keeps)
    recomputing = keeps ? DensePass(context, keeps: false) : dense
  }

  func run() throws(ContrastiveError) -> EngineResult<Scalar> {
    try Workers.withSingleThreadedBLAS { () throws(ContrastiveError) in
      var result = EngineResult<Scalar>(problem.function)
      let gradients = GradientBlocks(problem, options: options)
      var (keySums, totalSlopes): (KeySums<Scalar>?, TotalSlopes<Scalar>?)
      var backOff = BackOff()
      for range in (0..<problem.queries.rowCount).parts(of: context.tiling.rows) {
        let tries = backOff.isDue()
        let block = RowBlock(
          range, of: context, buffers: buffers, encodes: screener != nil && tries)
        func evaluate(_ parts: [PanelPart]) throws(ContrastiveError) -> RowEvaluation {
          if block.isFirst, context.needsTotals {
            keySums = KeySums(parts.compactMap(\.keySum), of: context)
          }
          let evaluation = try self.evaluate(block, parts: parts, keySums: keySums)
          result.append(evaluation)
          return evaluation
        }
        let slopes: RowSlopes
        let pairCount = range.count * problem.candidates.columnCount
        if let onePass {
          let parts = try onePass.statistics(of: block)
          slopes = try evaluate(parts.map(\.panel)).slopes
          for part in parts where problem.needsGradient {
            result.observations.add(weights: part.weights)
          }
          onePass.addGradients(
            of: block, parts: parts, slopes: slopes, keySums: keySums, to: gradients)
        } else if let sparse, tries, let parts = try sparse.statistics(of: block) {
          slopes = try evaluate(parts.map(\.panel)).slopes
          if !problem.needsGradient {
            backOff.note(success: true)
          } else {
            let count = try sparse.addGradients(
              of: block, parts: parts, slopes: slopes, keySums: keySums, to: gradients)
            backOff.note(success: count != nil)
            result.observations.add(weights: (count ?? pairCount, of: pairCount))
            if count == nil {
              try recomputing.addGradients(
                of: block, content: .nothing, slopes: slopes, keySums: keySums, to: gradients)
            }
          }
        } else {
          if sparse != nil, tries { backOff.note(success: false) }
          let (parts, content) = try dense.statistics(of: block)
          slopes = try evaluate(parts).slopes
          if problem.needsGradient {
            result.observations.add(weights: (pairCount, of: pairCount))
            try dense.addGradients(
              of: block, content: content, slopes: slopes, keySums: keySums, to: gradients)
          }
        }
        if problem.function.usesTotals, problem.needsGradient {
          if totalSlopes == nil { totalSlopes = TotalSlopes(context) }
          totalSlopes?.add(slopes, of: block)
        }
      }
      result.observations.logitError.formUnion(context.products.logitError)
      totalSlopes?.finish(in: gradients)
      gradients.finish(problem, on: options.isa)
      result.queryGradient = gradients.queries
      result.keyGradients = gradients.keys
      result.positiveGradient = gradients.positives
      return result
    }
  }

  /// The statistics of all rows, without a row function.
  ///
  /// - Parameter body: Takes those of a block, and returns whether to go on with the next.
  func statistics(
    _ body: (_ block: Range<Int>, RowStatistics, PositiveLogits) throws(ContrastiveError) -> Bool
  ) throws(ContrastiveError) {
    try Workers.withSingleThreadedBLAS { () throws(ContrastiveError) in
      var keySums: KeySums<Scalar>?
      for range in (0..<problem.queries.rowCount).parts(of: context.tiling.rows) {
        let block = RowBlock(range, of: context, buffers: buffers, encodes: false)
        let parts = try dense.statistics(of: block).parts
        if block.isFirst, context.needsTotals {
          keySums = KeySums(parts.compactMap(\.keySum), of: context)
        }
        let totals = keySums?.totals(of: block)
        let all = 0..<block.count
        guard
          try body(
            range, merged(parts, rows: all, of: block, totals: totals), block.positiveLogits(all))
        else { break }
      }
    }
  }

  /// Merges the panels' statistics, and evaluates the row function.
  private func evaluate(
    _ block: RowBlock<Scalar>, parts: [PanelPart], keySums: KeySums<Scalar>?
  ) throws(ContrastiveError) -> RowEvaluation {
    let evaluator = RowEvaluator(
      problem.function, scales: problem.functionScales, weights: problem.weights,
      hasSinglePositive: problem.candidates.hasSinglePositive, observes: problem.observes)
    let totals = context.needsTotals ? keySums?.totals(of: block) : nil
    let chunks = context.chunks(of: 0..<block.count)
    let evaluated = try context.work.map(chunks.count) { _, item in
      let rows = chunks[item]
      return evaluator.evaluate(
        block.range.lowerBound + rows.lowerBound..<block.range.lowerBound + rows.upperBound,
        statistics: merged(parts, rows: rows, of: block, totals: totals),
        positives: block.positiveLogits(rows))
    }
    return RowEvaluation(problem.function, of: evaluated)
  }

  /// The statistics of some rows over all panels.
  private func merged(
    _ parts: [PanelPart], rows: Range<Int>, of block: RowBlock<Scalar>, totals: [Double]?
  ) -> RowStatistics {
    var result = block.noStatistics[rows]
    for part in parts { result.merge(matching: part.statistics[rows]) }
    for (place, row) in rows.enumerated() {
      result.counts[place] = problem.candidates.negativeCount(ofRow: block.range.lowerBound + row)
      guard let totals else { continue }
      result.totals[place] = totals[row] - parts.reduce(0) { $0 + $1.exceptionSums[row] }
    }
    return result
  }
}
