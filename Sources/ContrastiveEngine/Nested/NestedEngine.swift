import ContrastiveEmbeddings
package import ContrastiveKernels

/// Queries against the keys of their batch, of several prefixes of both at once.
///
/// ```
/// zₖ = s·aₖ·bₖ·Pₖ,    Pₖ = Pₖ₋₁ + Qₖ·Kₖᵀ
/// a, b = 1/‖prefix‖ of a row and a column
/// ```
/// with Q and K the coordinates that a prefix has more than the one before: all logits of a tile are as many products
/// as the longest prefix's. With Gₖ the derivatives by zₖ a slice's gradients are products of a suffix sum,
/// ```
/// Cₖ = Σ_{l≥k} s·aₗ·bₗ·Gₗ,    dL/dQₖ = Cₖ·Kₖ,    dL/dKₖ = Cₖᵀ·Qₖ
/// ```
/// but for what changes the lengths of prefixes (`NestedRows.project`). The logits of a block of rows are kept, of
/// every prefix; threads share its columns.
package struct NestedEngine<Scalar: EmbeddingScalar>: Sendable {
  private let queries: NestedRows<Scalar>
  private let keys: NestedRows<Scalar>
  private let problem: NestedProblem
  let options: ComputeOptions
  private let work: SharedWork
  private let shift: Shift
  private let rowBlocks: [Range<Int>]

  /// Neighbouring tiles of columns, for a thread.
  private let panels: [[Range<Int>]]

  /// The logits of a row block, by prefix.
  private let kept: [Block<Scalar>]

  private let scratch: [NestedScratch<Scalar>]

  /// Σz of every query's negatives, of the longest prefix; empty where nothing is observed.
  private let totals: [Double]

  /// By prefix and query.
  private let cosines: [[Double]]

  /// - Returns: `nil` where the logits of too few rows could be kept, or a prefix is too small a part of its row.
  package init?(
    queries: Block<Scalar>, keys: Block<Scalar>, _ problem: NestedProblem, options: ComputeOptions
  ) {
    let (rowCount, prefixCount) = (queries.rowCount, problem.dimensions.count)
    let byteCount = rowCount * prefixCount * MemoryLayout<Scalar>.stride
    let affordable = min(options.keptByteCount, Tiling.largestKeptByteCount) / max(1, byteCount)
    guard affordable >= min(Tiling.fewestRows, rowCount),
      let nestedQueries = NestedRows(queries, dimensions: problem.dimensions, options: options),
      let nestedKeys = NestedRows(keys, dimensions: problem.dimensions, options: options)
    else { return nil }
    self.queries = nestedQueries
    self.keys = nestedKeys
    self.problem = problem
    self.options = options
    work = SharedWork(options)
    let largest = problem.weights.max() ?? 1
    shift = Shift(
      scales: problem.scales, exponents: [1], weights: problem.termWeights.multiplied(by: largest),
      takesMaxima: options.alwaysTakesMaxima || options.strategy == .sparse, as: Scalar.self)
    let tileRows = max(1, min(options.tileRows ?? 256, affordable, rowCount))
    let tileColumns = max(1, options.tileColumns ?? options.tileColumns(of: rowCount))
    rowBlocks = (0..<rowCount).parts(of: tileRows)
    let tiles = (0..<rowCount).parts(of: tileColumns)
    panels = tiles.groups(options.shareCount)
    kept = problem.dimensions.map { _ in
      options.block(rowCount: tileRows, columnCount: rowCount, padded: true)
    }
    scratch = (0..<max(1, options.threads)).map { _ in
      NestedScratch(rows: tileRows, columns: min(tileColumns, rowCount), options: options)
    }
    cosines = nestedQueries.cosines(with: nestedKeys, options: options)
    totals = problem.observes ? Self.totals(nestedQueries, nestedKeys, problem, cosines) : []
  }

  /// A row's product with the sum of the keys, less its own key's.
  private static func totals(
    _ queries: NestedRows<Scalar>, _ keys: NestedRows<Scalar>, _ problem: NestedProblem,
    _ cosines: [[Double]]
  ) -> [Double] {
    var sums = Array(repeating: 0.0, count: keys.rows.columnCount)
    keys.rows.addColumnSums(to: &sums)
    let sum = Block<Scalar>(rowCount: 1, columnCount: sums.count)
    for (column, element) in sums.enumerated() { sum[0, column] = Scalar(element) }
    let products = Block<Scalar>(rowCount: queries.rows.rowCount, columnCount: 1)
    products.setProduct(queries.rows, sum, transposingRight: true)
    let own = cosines[cosines.count - 1]
    return own.indices.map { problem.scales[$0] * (Double(products[$0, 0]) - own[$0]) }
  }

  func solve() throws(ContrastiveError) -> EngineResult<Scalar> {
    try Workers.withSingleThreadedBLAS { () throws(ContrastiveError) in
      var result = EngineResult<Scalar>(problem.function)
      let gradients = NestedGradients(
        queries: queries, keys: keys, problem: problem, shareCount: panels.count,
        tileRows: rowBlocks.first?.count ?? 0, options: options)
      for range in rowBlocks {
        let evaluations = try evaluate(range)
        add(evaluations, to: &result)
        if problem.needsGradient {
          try addGradients(of: range, slopes: evaluations.map(\.slopes), to: gradients)
          let pairCount = range.count * keys.rows.rowCount
          result.observations.add(weights: (pairCount, of: pairCount))
        }
      }
      gradients.finish(in: &result)
      return result
    }
  }

  /// Σₖ wₖ·(prefix k's). Observations are the longest's, but for chance, which all prefixes have alike.
  private func add(_ evaluations: [RowEvaluation], to result: inout EngineResult<Scalar>) {
    var (values, slopes) = (
      evaluations[0].values.map { _ in 0.0 }, evaluations[0].logScaleSlopes.map { _ in 0.0 }
    )
    for (weight, evaluation) in zip(problem.weights, evaluations) {
      for row in values.indices {
        values[row] += weight * evaluation.values[row]
        slopes[row] += evaluation.logScaleSlopes[row]
      }
      result.value += evaluation.value
    }
    result.values += values
    result.logScaleSlopes += slopes
    guard var observations = evaluations.last?.observations else { return }
    observations.chance *= problem.weights.reduce(0, +)
    result.observations.add(observations)
  }

  // MARK: Sums

  private func logits(_ prefix: Int, _ rows: Range<Int>, _ tile: Range<Int>) -> Block<Scalar> {
    kept[prefix].rows(0..<rows.count).columns(tile)
  }

  private func rowFactors(_ prefix: Int, _ rows: Range<Int>) -> [Double] {
    rows.map { problem.scales[$0] * queries.inverseLengths[prefix][$0] }
  }

  private func columnFactors(_ prefix: Int, _ tile: Range<Int>) -> [Scalar] {
    keys.inverseLengths[prefix][tile].map { Scalar($0) }
  }

  private func positives(_ prefix: Int, _ rows: Range<Int>) -> [Double] {
    rows.map { problem.scales[$0] * cosines[prefix][$0] }
  }

  /// The row function of every prefix, by its own sums.
  private func evaluate(_ rows: Range<Int>) throws(ContrastiveError) -> [RowEvaluation] {
    let empty = queries.prefixes.map { prefix in
      RowStatistics(
        rowCount: rows.count, shift: shift[rows], ranks: ranks(prefix, rows))
    }
    let factors = queries.prefixes.map { rowFactors($0, rows) }
    let parts = try work.map(panels.count) { worker, panel throws(ContrastiveError) in
      var own = empty
      for tile in panels[panel] {
        try work.checkCancellation()
        let products = scratch[worker].products(rows.count, tile.count)
        for prefix in queries.prefixes {
          products.setProduct(
            queries.slice(prefix, of: rows), keys.slice(prefix, of: tile), transposingRight: true,
            accumulating: prefix > 0)
          let logits = logits(prefix, rows, tile)
          logits.setScaled(
            products, rows: factors[prefix], columns: columnFactors(prefix, tile), on: options.isa)
          for row in rows.clamped(to: tile) {
            logits[row - rows.lowerBound, row - tile.lowerBound] = -.infinity
          }
          own[prefix].add(logits, on: options.isa)
        }
      }
      return own
    }
    let negativeCount = keys.rows.rowCount - 1
    return queries.prefixes.map { prefix in
      var statistics = empty[prefix]
      for part in parts { statistics.merge(matching: part[prefix]) }
      let isLongest = prefix == queries.prefixes.upperBound - 1
      for row in 0..<rows.count {
        statistics.counts[row] = negativeCount
        if isLongest, !totals.isEmpty { statistics.totals[row] = totals[rows.lowerBound + row] }
      }
      var own = PositiveLogits(positives(prefix, rows))
      own.first = rows.lowerBound
      return RowEvaluator(
        problem.function, scales: problem.scales,
        weights: problem.termWeights.multiplied(by: problem.weights[prefix]),
        hasSinglePositive: true, observes: problem.observes && isLongest
      ).evaluate(rows, statistics: statistics, positives: own)
    }
  }

  private func ranks(_ prefix: Int, _ rows: Range<Int>) -> RankCounts? {
    guard problem.observes, prefix == queries.prefixes.upperBound - 1 else { return nil }
    let margin = Scalar.dotRounding(dimension: queries.rows.columnCount)
    return RankCounts(
      around: positives(prefix, rows), margins: rows.map { margin * abs(problem.scales[$0]) })
  }

  // MARK: The gradients

  private func addGradients(
    of rows: Range<Int>, slopes: [RowSlopes], to gradients: NestedGradients<Scalar>
  ) throws(ContrastiveError) {
    let factors = queries.prefixes.map { rowFactors($0, rows) }
    let own = queries.prefixes.map { positives($0, rows) }
    let rowMoments = try work.map(panels.count) { worker, panel throws(ContrastiveError) in
      var moments = queries.prefixes.map { _ in Array(repeating: 0.0, count: rows.count) }
      for (index, tile) in panels[panel].enumerated() {
        try work.checkCancellation()
        let sum = scratch[worker].products(rows.count, tile.count)
        let weights = scratch[worker].weights(rows.count, tile.count)
        for prefix in queries.prefixes.reversed() {
          let logits = logits(prefix, rows, tile)
          weights.copy(logits)
          weights.setWeights(slopes[prefix].terms, on: options.isa)
          for row in rows.clamped(to: tile) {
            let (place, column) = (row - rows.lowerBound, row - tile.lowerBound)
            weights[place, column] = Scalar(slopes[prefix].positives[place])
            logits[place, column] = Scalar(own[prefix][place])
          }
          var columnMoments = Array(repeating: Scalar(0), count: tile.count)
          sum.addScaled(
            weights, logits: logits, rows: factors[prefix], columns: columnFactors(prefix, tile),
            accumulating: prefix < queries.prefixes.upperBound - 1, rowSums: &moments[prefix],
            columnSums: &columnMoments, on: options.isa)
          gradients.add(
            sum, prefix: prefix, rows: rows, tile: tile, panel: panel, isFirst: index == 0,
            columnMoments: columnMoments)
        }
      }
      return moments
    }
    gradients.finish(rows, moments: rowMoments)
  }
}
