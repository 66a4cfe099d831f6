package import ContrastiveEmbeddings
package import ContrastiveKernels

/// One block of rows against one block of columns, a phase at a time: for batches whose columns come block by block.
///
/// The softmax of a row needs all blocks before the gradient of any is known. So a pass gives the statistics of its rows
/// and of its columns over each other, which merge with those of other blocks; and when every anchor has been evaluated
/// on what they merged to, it takes the anchors' slopes and gives the block's part of both gradients. In between it holds
/// its tiles, or nothing.
///
/// Rows and columns are anchors alike, as in `MutualEngine`, whose tiles these are. Where one side asks nothing, its
/// statistics are left lying, and its slopes are 0.
package struct BlockPass<Scalar: EmbeddingScalar>: Sendable {
  private var engine: MutualEngine<Scalar>

  /// - Parameters:
  ///   - rows: Unit rows, at least one.
  ///   - columns: Unit rows, at least one; `nil` for rows that are each other's candidates.
  ///   - roles: What a column is to a row: `.negatives`, or `.groups` for pairs; without columns `.views` or `.labels`.
  ///   - scales: s of all, or of the rows and then of the columns.
  ///   - needsGradient: Of the rows, and of the columns.
  ///   - keepsTiles: Whether tiles stay until the gradient, or are computed again.
  ///   - takesMaxima: Whether exponentials are relative to running maxima whatever s is. Parts that merge may differ in it.
  package init(
    rows: Block<Scalar>, columns: Block<Scalar>?, roles: ColumnRoles, scales: RowScales,
    needsGradient: (rows: Bool, columns: Bool), keepsTiles: Bool, takesMaxima: Bool,
    options: ComputeOptions
  ) {
    var options = options
    options.alwaysTakesMaxima = takesMaxima
    options.strategy = keepsTiles ? .kept : .recomputed
    let problem = MutualProblem(
      rows: rows, columns: columns, roles: roles, rowsNeedGradient: needsGradient.rows,
      columnsNeedGradient: needsGradient.columns, function: LogSumExp(), scales: scales,
      weights: .equal(1))
    engine = MutualEngine(problem, options: options)
  }

  private var problem: MutualProblem<Scalar> { engine.problem }

  /// What a block knows of its anchors.
  package struct Statistics: Sendable {
    package var rows: RowStatistics

    /// Of no rows, where the columns are the rows.
    package var columns: RowStatistics

    /// The sum of the cosines of all pairs but those of positives and of rows with themselves, once from each side.
    package var negativeSimilarity: Double
  }

  /// Of no candidates yet.
  ///
  /// - Parameter scale: s of all rows; `nil` where each has its own.
  package static func noStatistics(
    rowCount: Int, scale: Double?, takesMaxima: Bool, ranks: RankCounts?
  ) -> RowStatistics {
    let shift =
      scale.map {
        Shift(
          scales: .one($0), exponents: [1], weights: .equal(1), takesMaxima: takesMaxima,
          as: Scalar.self)
      } ?? .maxima
    return RowStatistics(rowCount: rowCount, shift: shift, ranks: ranks)
  }

  /// What ranks of anchors are counted against, given their positives' logits as tiles have them.
  ///
  /// - Parameter scales: What tiles are multiplied by: 1, where each anchor of a `BlockPass` has a scale of its own.
  package static func ranks(
    around logits: [Double], scales: RowScales, dimension: Int, options: ComputeOptions
  ) -> RankCounts {
    RankCounts(
      around: logits, scales: scales, dimension: dimension,
      rounding: TileProducts<Scalar>(options, dimension: dimension).mixedRounding, as: Scalar.self)
  }

  // MARK: Sums

  /// - Parameters:
  ///   - ranks: What ranks are counted against, of the rows and then of the columns; `nil` not to count.
  ///   - observes: Whether similarities are to be added up.
  package func statistics(
    ranks: RankCounts?, observes: Bool
  ) throws(ContrastiveError) -> Statistics {
    try Workers.withSingleThreadedBLAS { () throws(ContrastiveError) in
      let all = try engine.statistics(ranks: ranks)
      var columns = all.columns
      var rows: RowStatistics?
      for part in engine.rowBlocks.indices.compactMap({ all.rows[$0] }) {
        rows = rows.map { $0.appending(part) } ?? part
      }
      var own = rows ?? columns[0..<0]
      if problem.isTriangle {
        own.merge(matching: columns)
        columns = columns[0..<0]
      }
      return Statistics(
        rows: own, columns: columns,
        negativeSimilarity: observes ? engine.negativeSimilarity(all) : 0)
    }
  }

  /// The error of the block's logits, if any were rounded.
  package var logitError: LogitError? { engine.products.logitError }

  // MARK: Between the phases

  /// Lets go of the columns' memory.
  package mutating func releaseColumns() {
    guard !problem.isTriangle else { return }
    engine.problem.columns = Block(rowCount: 0, columnCount: problem.rows.columnCount)
  }

  /// Takes the columns again, wherever they are by then.
  package mutating func take(columns: Block<Scalar>) { engine.problem.columns = columns }

  // MARK: Positives

  /// Calls `body` with the logits of every row and positive column, the row's and the column's: every pair once, or
  /// where the columns are the rows from both sides.
  package func forEachPositive(
    _ body: (_ row: Int, _ column: Int, _ ofRow: Double, _ ofColumn: Double) -> Void
  ) {
    let first = problem.columnAnchors.lowerBound
    forEachPositiveElement {
      let element = Double(engine.positives[$2])
      body($0, $1, logit(element, anchor: $0), logit(element, anchor: first + $1))
    }
  }

  /// The logit of what a tile holds.
  private func logit(_ element: Double, anchor: Int) -> Double {
    if case .each(let scales) = problem.scales { scales[anchor] * element } else { element }
  }

  /// The logits of positives, and later the slopes by them.
  package struct Positives: Sendable {
    fileprivate let table: PositiveTable<Scalar>
  }

  /// Of another pass over the same block, to take the place of this one's.
  package var positives: Positives {
    get { Positives(table: engine.positives) }
    set { engine.positives = newValue.table }
  }

  /// Puts slopes in the places of the positives' logits.
  ///
  /// - Parameters:
  ///   - rows: dL/dz of a row as an anchor, by its logit z with a column that is no negative.
  ///   - columns: The same of the column as an anchor.
  package func setPositiveSlopes(
    rows: (_ row: Int, _ column: Int, _ logit: Double) -> Double,
    columns: (_ row: Int, _ column: Int, _ logit: Double) -> Double
  ) {
    let first = problem.columnAnchors.lowerBound
    forEachPositiveElement { row, column, index in
      let element = Double(engine.positives[index])
      engine.positives[index] = Scalar(rows(row, column, logit(element, anchor: row)))
      // Where the columns are the rows the pair comes round again from its other side.
      guard !problem.isTriangle else { return }
      let other = engine.positives.index(anchor: first + column, positive: row)
      engine.positives[other] = Scalar(
        columns(row, column, logit(element, anchor: first + column)))
    }
  }

  private func forEachPositiveElement(_ body: (_ row: Int, _ column: Int, _ index: Int) -> Void) {
    let (all, first) = (0..<problem.candidates.rowCount, problem.columnAnchors.lowerBound)
    for row in 0..<problem.rows.rowCount {
      problem.roles.forEachException(ofRow: row, in: all) { column, isPositive in
        guard isPositive else { return }
        body(row, column, engine.positives.index(anchor: row, positive: first + column))
      }
    }
  }

  // MARK: The gradients

  /// Adds the block's part of the rows' gradient, and sets that of the columns.
  ///
  /// The slopes of positives have been put in their places. Kept tiles are used up.
  ///
  /// - Parameters:
  ///   - columnSlopes: `nil` where the columns are the rows.
  ///   - rowGradient: What is added to; where the columns are the rows it takes all.
  package func addGradients(
    rowSlopes: AnchorSlopes, columnSlopes: AnchorSlopes?,
    rowGradient: Block<Scalar>, columnGradient: Block<Scalar>?
  ) throws(ContrastiveError) {
    let factor = rowSlopes.factor + (columnSlopes?.factor ?? [])
    // Where one shift is for all, a side that asks nothing has it too: tiles take it from either.
    let shift =
      engine.shift.isShared
      ? engine.shift.initial(exponent: 1, rowCount: factor.count)
      : rowSlopes.shift + (columnSlopes?.shift ?? [])
    let terms = MutualWeights(shift: shift, factor: factor, scales: problem.scales)
    try Workers.withSingleThreadedBLAS { () throws(ContrastiveError) in
      // Tiles of a piece that are kept are one matrix, whose product sets.
      if !engine.keepsTiles { columnGradient?.clear() }
      try engine.addGradients(
        terms, rows: rowGradient, columns: columnGradient, setsRows: false)
    }
  }
}
