import ContrastiveEmbeddings
import ContrastiveKernels

extension MutualProblem {
  /// Whether one tile can serve both directions: not for an exponent other than 1, nor for slopes by Σz.
  private var sharesTiles: Bool { function.exponents == [1] && !function.usesTotals }

  /// Runs the problem: both directions from the same tiles, or else one after the other.
  package func run(options: ComputeOptions) -> EngineResult<Scalar> {
    guard !sharesTiles else { return MutualEngine(self, options: options).run() }
    let rowAnchors = 0..<rows.rowCount
    var result = OneWayEngine(
      oneWay(
        rows, candidates, anchors: rowAnchors, queriesNeedGradient: rowsNeedGradient,
        keysNeedGradient: columnsNeedGradient), options: options
    ).run()
    if isTriangle {
      // Rows were rows and columns at once.
      if let columns = result.keyGradients[0] {
        result.queryGradient?.add(columns, on: options.isa)
      }
      return result
    }
    let other = OneWayEngine(
      oneWay(
        candidates, rows, anchors: columnAnchors, queriesNeedGradient: columnsNeedGradient,
        keysNeedGradient: rowsNeedGradient), options: options
    ).run()
    result.append(other)
    if let rows = other.keyGradients[0] { result.queryGradient?.add(rows, on: options.isa) }
    if let columns = other.queryGradient { result.keyGradients[0]?.add(columns, on: options.isa) }
    return result
  }

  /// One direction. Roles are the same from both sides.
  private func oneWay(
    _ queries: Block<Scalar>, _ keys: Block<Scalar>, anchors: Range<Int>,
    queriesNeedGradient: Bool, keysNeedGradient: Bool
  ) -> OneWayProblem<Scalar> {
    var problem = OneWayProblem(
      queries: AnyEmbeddings(unit: queries, named: .rows),
      queriesNeedGradient: queriesNeedGradient,
      candidates: Candidates(
        keys: [
          .init(
            rows: AnyEmbeddings(unit: keys, named: .columns), roles: roles,
            needsGradient: keysNeedGradient)
        ], positives: hasSinglePositive ? .column : hasPositives ? .columns : .none),
      function: function, scales: scales[anchors],
      // A batch has one direction, and perhaps a term for each of several positives.
      weights: isTriangle ? weights : weights[anchors])
    problem.observes = observes
    return problem
  }
}
