package import ContrastiveBounds
package import ContrastiveEmbeddings
import ContrastiveKernels
import ContrastiveSimilarity

/// Rows whose negatives are their own: those of query i are rows i·M ..< (i + 1)·M of the keys.
///
/// There is no product of matrices here that rows could share, so threads share the rows. Statistics and row
/// function are those of `OneWayEngine`.
package struct GatheredEngine<Scalar: EmbeddingScalar>: Sendable {
  /// With one key array, and the positives in an array of their own.
  private let problem: OneWayProblem<Scalar>
  private let positives: AnyEmbeddings<Scalar>
  private let options: ComputeOptions

  private var keys: AnyEmbeddings<Scalar> { problem.keys[0].rows }

  package init(
    _ problem: OneWayProblem<Scalar>, positives: AnyEmbeddings<Scalar>, options: ComputeOptions
  ) {
    self.problem = problem
    self.positives = positives
    self.options = options
  }

  package func run() throws(ContrastiveError) -> EngineResult<Scalar> {
    let gradients = GradientBlocks(problem, options: options)
    // A number of chunks that does not depend on the threads keeps the sums the same for all.
    let chunks = (0..<problem.queries.rowCount).parts(of: options.tileRows ?? 8)
    var result = EngineResult<Scalar>(problem.function)
    let evaluations = try Workers.withSingleThreadedBLAS { () throws(ContrastiveError) in
      try SharedWork(options).map(chunks.count) { _, item in
        evaluate(chunks[item], adding: gradients)
      }
    }
    for evaluation in evaluations { result.append(evaluation) }
    result.queryGradient = gradients.queries
    result.keyGradients = gradients.keys
    result.positiveGradient = gradients.positives
    return result
  }

  /// The loss at another temperature, and with another function, than the problem's.
  package func point(
    at temperature: Temperature, function: any RowFunction, floor: LossBound?, keepingTerms: Bool
  ) throws(ContrastiveError) -> SweepPoint<Scalar> {
    var problem = problem
    problem.scales = try temperature.scales(
      for: Scalar.self, rowCount: problem.queries.rowCount, of: problem.queries.name)
    problem.function = function
    problem.weights = .equal(1 / Double(problem.queries.rowCount))
    let result = try GatheredEngine(problem, positives: positives, options: options).run()
    var diagnostics = Diagnostics(result.observations, hasSinglePositive: true)
    if let floor {
      diagnostics.setFloor(floor, mean: function.canBeNegative ? nil : result.meanTerm)
    }
    return SweepPoint(
      temperature: temperature, value: Scalar(result.value),
      logScaleGradient: Scalar(result.logScaleSlopes.reduce(0, +)),
      terms: keepingTerms ? result.values.map { Scalar($0) } : nil, entropies: nil,
      diagnostics: diagnostics)
  }

  private func evaluate(
    _ rows: Range<Int>, adding gradients: GradientBlocks<Scalar>
  ) -> RowEvaluation {
    let (isa, dimension) = (options.isa, problem.queries.columnCount)
    let count = keys.rowCount / problem.queries.rowCount
    let exponents = problem.function.exponents
    func scratch(_ rowCount: Int) -> Block<Scalar> {
      Block(rowCount: rowCount, columnCount: dimension)
    }
    let (queryScratch, positiveScratch, anchor) = (scratch(1), scratch(1), scratch(1))
    let keyScratch = scratch(keys.unitRowsNeedRoom ? count : 0)
    let logits = Block<Scalar>(rowCount: 1, columnCount: count)
    let biases = problem.keys[0].biases
    let positiveBiases: [Double]? =
      if case .array(_, _, let biases) = problem.candidates.positives { biases } else { nil }
    let shift = Shift(
      scales: problem.scales, exponents: exponents,
      bias: Double(biases?.reduce(0) { max($0, abs($1)) } ?? 0), weights: problem.weights,
      takesMaxima: options.alwaysTakesMaxima || options.strategy == .sparse, as: Scalar.self)
    let evaluator = RowEvaluator(
      problem.function, scales: problem.scales, weights: problem.weights, hasSinglePositive: true,
      observes: problem.observes)
    var result = RowEvaluation(slopes: RowSlopes(problem.function))
    for row in rows {
      let own = row * count..<(row + 1) * count
      let scale = problem.scales[row]
      anchor.copy(problem.queries.unit(row..<row + 1, into: queryScratch, on: isa))
      anchor.scaleRows(by: [scale], on: isa)
      let positive = positives.unit(row..<row + 1, into: positiveScratch, on: isa)
      let keys = keys.unit(own, into: keyScratch, on: isa)
      let positiveLogits = positive.dots(with: anchor, on: isa)

      var statistics = RowStatistics(
        rowCount: 1, exponents: exponents, shift: shift[row..<row + 1], isBiased: biases != nil,
        ranks: problem.observes
          ? RankCounts(
            around: positiveLogits, scales: .one(scale), dimension: dimension, as: Scalar.self)
          : nil)
      logits.setSimilarities(of: anchor, and: keys)
      if count > 0, problem.observes || problem.function.usesTotals {
        var sums = Array(repeating: 0.0, count: count)
        logits.addColumnSums(to: &sums, on: isa)
        statistics.totals = [sums.reduce(0, +)]
      }
      let bias = biases.map { Array($0[own]) }
      statistics.add(logits, bias: bias, on: isa)
      statistics.counts = [count]
      let positiveBias = positiveBiases.map { [$0[row]] }
      var positivesOfRow = PositiveLogits(
        positiveBias.map { zip(positiveLogits, $0).map(+) } ?? positiveLogits, biases: positiveBias)
      positivesOfRow.first = row
      let evaluation = evaluator.evaluate(
        row..<row + 1, statistics: statistics, positives: positivesOfRow)
      let slopes = evaluation.slopes
      result.append(evaluation)

      guard problem.needsGradient else { continue }
      logits.setWeights(slopes.terms, bias: bias, on: isa)
      if problem.function.usesTotals {
        for column in 0..<count { logits[0, column] += Scalar(slopes.totals[0]) }
      }
      if let gradient = gradients.queries?.rows(row..<row + 1) {
        gradient.setProduct(logits, keys, scale: Scalar(scale))
        gradient.add(positive, times: [scale * slopes.positives[0]], on: isa)
      }
      gradients.positives?.rows(row..<row + 1).add(anchor, times: slopes.positives, on: isa)
      gradients.keys[0]?.rows(own).setProduct(logits, anchor, transposingLeft: true)
    }
    return result
  }
}
