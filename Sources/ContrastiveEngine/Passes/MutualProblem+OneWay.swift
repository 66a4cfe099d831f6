import ContrastiveEmbeddings
import ContrastiveKernels

extension MutualProblem {
  /// Whether one tile can serve both directions: an exponential is a row's and a column's, and the pair's slope is
  /// the sum of theirs. Not for an exponent other than 1, nor for slopes by Σz, nor where a logit differs between the
  /// directions, or a pair is one in one of them only. A map is a batch's against itself: of two sides, which have
  /// a positive each, ranks would have to be mapped too.
  var sharesTiles: Bool {
    function.exponents == [1] && !function.usesTotals
      && (map == .identity || isTriangle && !hasSinglePositive)
      && columnsAsCandidates.isPlain && rowsAsCandidates.isPlain
  }

  /// Runs both directions from the same tiles, or else one after the other.
  func runDirections(
    options: ComputeOptions
  ) throws(ContrastiveError) -> EngineResult<Scalar> {
    guard !sharesTiles else { return try MutualEngine(self, options: options).run() }
    precondition(mapsPositives, "a map of negatives alone, and no tiles of both directions")
    var result = try OneWayEngine(rowsToColumns, options: options).run()
    if isTriangle {
      // Rows were rows and columns at once.
      if let columns = result.keyGradients[0] {
        result.queryGradient?.add(columns, on: options.isa)
      }
      return result
    }
    let other = try OneWayEngine(columnsToRows, options: options).run()
    result.append(other)
    if let rows = other.keyGradients[0] { result.queryGradient?.add(rows, on: options.isa) }
    if let columns = other.queryGradient { result.keyGradients[0]?.add(columns, on: options.isa) }
    return result
  }

  var rowsToColumns: OneWayProblem<Scalar> {
    oneWay(
      rows, candidates, roles, columnsAsCandidates, anchors: 0..<rows.rowCount,
      queriesNeedGradient: rowsNeedGradient, keysNeedGradient: columnsNeedGradient)
  }

  var columnsToRows: OneWayProblem<Scalar> {
    var problem = oneWay(
      candidates, rows, columnRoles, rowsAsCandidates, anchors: columnAnchors,
      queriesNeedGradient: columnsNeedGradient, keysNeedGradient: rowsNeedGradient)
    if let columnFunction { problem.function = columnFunction }
    return problem
  }

  private func oneWay(
    _ queries: Block<Scalar>, _ keys: Block<Scalar>, _ roles: ColumnRoles, _ candidacy: Candidacy,
    anchors: Range<Int>, queriesNeedGradient: Bool, keysNeedGradient: Bool
  ) -> OneWayProblem<Scalar> {
    var problem = OneWayProblem(
      queries: AnyEmbeddings(unit: queries, named: .rows),
      queriesNeedGradient: queriesNeedGradient,
      candidates: Candidates(
        keys: [
          .init(
            rows: AnyEmbeddings(unit: keys, named: .columns), roles: roles,
            needsGradient: keysNeedGradient, excluded: candidacy.excluded,
            biases: candidacy.biases)
        ], positives: hasSinglePositive ? .column : hasPositives ? .columns : .none),
      function: function, scales: scales[anchors],
      // A batch has one direction, and perhaps a term for each of several positives.
      weights: isTriangle ? weights : weights[anchors])
    problem.observes = observes
    problem.map = map
    return problem
  }
}
