package import ContrastiveEmbeddings
package import ContrastiveKernels

/// Rows of given logits with one positive each: statistics and row function without products.
package struct LogitsEngine<Scalar: EmbeddingScalar>: Sendable {
  private let logits: Matrix<Scalar>

  /// The column of every row's positive.
  private let targets: [Int]

  private let negativeCounts: [Int]?
  private let evaluator: RowEvaluator
  private let scales: RowScales
  private let needsGradient: Bool
  private let options: ComputeOptions

  /// - Parameters:
  ///   - logits: −∞ of what is no candidate.
  ///   - negativeCounts: How many candidates every row has besides its target; `nil` where all columns are.
  package init(
    _ logits: Matrix<Scalar>, targets: [Int], function: any RowFunction, scales: RowScales,
    weights: TermWeights, negativeCounts: [Int]? = nil, needsGradient: Bool, options: ComputeOptions
  ) {
    self.logits = logits
    self.targets = targets
    self.negativeCounts = negativeCounts
    self.scales = scales
    self.needsGradient = needsGradient
    self.options = options
    evaluator = RowEvaluator(
      function, scales: scales, weights: weights, hasSinglePositive: true, observes: true)
  }

  package func run() throws(ContrastiveError) -> (
    result: EngineResult<Scalar>, gradient: Block<Scalar>?
  ) {
    let (rowCount, columnCount) = (logits.rowCount, logits.columnCount)
    let gradient =
      needsGradient ? Block<Scalar>(rowCount: rowCount, columnCount: columnCount) : nil
    let chunks = (0..<rowCount).parts(of: 16)
    let outcomes = Workers.map(chunks.count, threads: options.threads) { _, item in
      evaluate(chunks[item], gradient: gradient)
    }
    var result = EngineResult<Scalar>(evaluator.function)
    for outcome in outcomes {
      switch outcome {
      case .success(let evaluation): result.append(evaluation)
      case .failure(let overflow):
        throw .init(
          .logits, row: overflow.row,
          .choice(
            found: "larger ones",
            expected: "numbers that stay finite in \(Scalar.self) when divided by the temperature"))
      }
    }
    return (result, gradient)
  }

  /// The first row whose right or largest logit is infinite once it is scaled. (Others may become
  /// −∞: a class that was masked by the least finite number is no candidate.)
  private struct Overflow: Error {
    let row: Int
  }

  private func evaluate(
    _ rows: Range<Int>, gradient: Block<Scalar>?
  ) -> Result<RowEvaluation, Overflow> {
    let (isa, columnCount) = (options.isa, logits.columnCount)
    let scales = rows.map { self.scales[$0] }
    let tile =
      gradient?.rows(rows) ?? Block(rowCount: rows.count, columnCount: columnCount)
    tile.copy(logits.block.rows(rows))
    tile.scaleRows(by: scales, on: isa)
    var positives = PositiveLogits()
    positives.first = rows.lowerBound
    for (row, target) in targets[rows].enumerated() {
      positives.logits.append(Double(tile[row, target]))
      tile[row, target] = -.infinity
    }
    var statistics = RowStatistics(
      rowCount: rows.count, exponents: evaluator.function.exponents,
      ranks: RankCounts(
        around: positives.logits, margins: Array(repeating: 0, count: rows.count)))
    statistics.counts = rows.map { negativeCounts?[$0] ?? columnCount - 1 }
    statistics.add(tile, on: isa)
    let overflowing = rows.indices.first {
      let row = $0 - rows.lowerBound
      return !positives.logits[row].isFinite || statistics.largest[row] == .infinity
    }
    if let overflowing { return .failure(Overflow(row: overflowing)) }
    let evaluation = evaluator.evaluate(rows, statistics: statistics, positives: positives)
    guard gradient != nil else { return .success(evaluation) }
    tile.setWeights(evaluation.slopes.terms, on: isa)
    for (row, target) in targets[rows].enumerated() {
      tile[row, target] = Scalar(evaluation.slopes.positives[row])
    }
    tile.scaleRows(by: scales, on: isa)
    return .success(evaluation)
  }
}
