package import ContrastiveEmbeddings
package import ContrastiveKernels

/// Rows of given logits with one positive each: statistics and row function without products.
package struct LogitsEngine<Scalar: EmbeddingScalar>: Sendable {
  private let logits: Matrix<Scalar>

  /// The column of every row's positive.
  private let targets: [Int]

  private let negativeCounts: [Int]?

  /// b of every column: one list for all rows, or one for each of so many equal shares of them.
  private let biases: [[Scalar]]?

  private let evaluator: RowEvaluator
  private let scales: RowScales
  private let needsGradient: Bool
  private let options: ComputeOptions

  /// - Parameters:
  ///   - logits: −∞ of what is no candidate.
  ///   - negativeCounts: How many candidates every row has besides its target; `nil` where all columns are.
  ///   - biases: b of every column, added to scaled logits: one list for all rows, or one for each of so many equal
  ///     shares of them.
  package init(
    _ logits: Matrix<Scalar>, targets: [Int], function: any RowFunction, scales: RowScales,
    weights: TermWeights, negativeCounts: [Int]? = nil, biases: [[Scalar]]? = nil,
    needsGradient: Bool, options: ComputeOptions
  ) {
    self.logits = logits
    self.targets = targets
    self.negativeCounts = negativeCounts
    self.biases = biases
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
    let share = rowCount / (biases?.count ?? 1)
    let chunks = stride(from: 0, to: rowCount, by: max(1, share)).flatMap {
      ($0..<$0 + share).parts(of: 16)
    }
    let outcomes = try SharedWork(options).map(chunks.count) { _, item in
      let rows = chunks[item]
      return evaluate(rows, bias: biases?[rows.lowerBound / share], gradient: gradient)
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
    _ rows: Range<Int>, bias: [Scalar]?, gradient: Block<Scalar>?
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
      rowCount: rows.count, exponents: evaluator.function.exponents, isBiased: bias != nil,
      ranks: RankCounts(
        around: positives.logits, margins: Array(repeating: 0, count: rows.count)))
    statistics.counts = rows.map { negativeCounts?[$0] ?? columnCount - 1 }
    statistics.add(tile, bias: bias, on: isa)
    // With biases the largest logit by itself is not looked for.
    let largest = bias == nil ? statistics.largest : statistics.shifts[0]
    if let bias {
      let own = targets[rows].map { Double(bias[$0]) }
      positives.logits = zip(positives.logits, own).map(+)
      positives.biases = own
    }
    let overflowing = rows.indices.first {
      let row = $0 - rows.lowerBound
      return !positives.logits[row].isFinite || largest[row] == .infinity
    }
    if let overflowing { return .failure(Overflow(row: overflowing)) }
    let evaluation = evaluator.evaluate(rows, statistics: statistics, positives: positives)
    guard gradient != nil else { return .success(evaluation) }
    tile.setWeights(evaluation.slopes.terms, bias: bias, on: isa)
    for (row, target) in targets[rows].enumerated() {
      tile[row, target] = Scalar(evaluation.slopes.positives[row])
    }
    tile.scaleRows(by: scales, on: isa)
    return .success(evaluation)
  }
}
