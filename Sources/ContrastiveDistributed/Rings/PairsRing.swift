import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveKernels
import ContrastiveLosses

/// Pairs that need nothing of each other: columns go round once, with their gradient.
struct PairsRing<Scalar: EmbeddingScalar> {
  private let plan: RingPlan<Scalar>
  private let rows: AnyEmbeddings<Scalar>
  private let ids: SharedIDs?
  private let scales: RowScales
  private let bias: Double
  private let weights: TermWeights

  /// - Parameters:
  ///   - bias: What is added to all logits.
  ///   - weights: Of this rank's rows' sums.
  ///   - needs: By which side there is a gradient.
  init(
    _ group: any RankGroup, inputs: PairInputs<Scalar>, shards: Shards, ids: SharedIDs?,
    bias: Double, weights: TermWeights, needs: (rows: Bool, columns: Bool), pass: LossPass
  ) {
    let home = inputs.first.unitBlock(options: pass.options)
    rows = AnyEmbeddings(unit: home, named: inputs.first.name)
    plan = RingPlan(
      group, home: home, travelling: inputs.second, shards: shards, needsGradient: needs,
      observes: pass.observes, keptByteCount: 0, options: pass.options)
    (self.ids, self.bias, self.weights) = (ids, bias, weights)
    scales = inputs.scales
  }

  func run() throws(ContrastiveError) -> PairsResult<Scalar> {
    let (plan, count) = (self.plan, plan.home.rowCount)
    var sums = PairsResult<Scalar>()
    sums.values = Array(repeating: 0, count: count)
    (sums.offsetSlopes, sums.logScaleSlopes) = (sums.values, sums.values)
    if plan.needsGradient.rows { sums.rowGradient = plan.zeros(rowCount: count) }
    if plan.needsGradient.columns { sums.columnGradient = plan.zeros(rowCount: count) }
    for part in 0..<plan.parts.count {
      var circle = plan.circle(part)
      circle.carriesGradient = plan.needsGradient.columns
      let own = plan.parts.range(part, of: plan.shards.rank)
      _ = try circle.run(rows: plan.travellers(own), numbers: []) {
        visitor, advance throws(ContrastiveError) in
        var cargo = Cargo<Scalar>()
        if plan.needsGradient.columns {
          cargo.gradient =
            visitor.owner == plan.shards.rank
            ? sums.columnGradient?.rows(own) : plan.zeros(rowCount: visitor.rows.rowCount)
        }
        for piece in plan.pieces(of: visitor) {
          let part = try PairsEngine(try problem(piece, visitor), options: plan.options).run()
          add(part, of: piece, to: &sums)
          if let more = part.columnGradient { cargo.gradient?.add(more, on: plan.options.isa) }
          advance()
        }
        return cargo
      } join: { own, arrived in
        own.addGradient(arrived, on: plan.options.isa)
      }
    }
    return sums
  }

  private func problem(
    _ piece: RingPlan<Scalar>.Piece, _ visitor: Visitor<Scalar>
  ) throws(ContrastiveError) -> PairsProblem<Scalar> {
    let isOwn = visitor.owner == plan.shards.rank
    var problem = PairsProblem(
      rows: AnyEmbeddings(unit: rows.matrix.block.rows(piece.rows), named: rows.name),
      columns: AnyEmbeddings(unit: visitor.rows, named: rows.name),
      rowsNeedGradient: plan.needsGradient.rows, columnsNeedGradient: plan.needsGradient.columns,
      roles: isOwn
        ? .groups(PairedGroups(rowIDs: Array(piece.rows), columnIDs: Array(piece.columns)))
        : .negatives,
      term: .sigmoid, scales: scales[piece.rows],
      offsets: Array(repeating: bias, count: piece.rows.count), weights: weights[piece.rows])
    problem.observes = plan.observes
    if let ids {
      let others = ids.all[visitor.owner][piece.columns]
      let columns = Dictionary(grouping: others.indices) { others[$0] }
      let lists = piece.rows.map { row in
        columns[ids.own[row], default: []].filter { !isOwn || $0 != row }.map {
          $0 - others.startIndex
        }
      }
      problem.excluded = ExcludedColumns(try ColumnLists(lists, columnCount: others.count))
    }
    return problem
  }

  /// Adds what came of a piece, but for its gradient by the columns.
  private func add(
    _ part: PairsResult<Scalar>, of piece: RingPlan<Scalar>.Piece,
    to sums: inout PairsResult<Scalar>
  ) {
    for (place, row) in piece.rows.enumerated() {
      sums.values[row] += part.values[place]
      sums.offsetSlopes[row] += part.offsetSlopes[place]
      sums.logScaleSlopes[row] += part.logScaleSlopes[place]
    }
    sums.value += part.value
    sums.logitError.formUnion(part.logitError)
    sums.positiveSimilarity += part.positiveSimilarity
    sums.negativeSimilarity += part.negativeSimilarity
    if let more = part.rowGradient {
      sums.rowGradient?.rows(piece.rows).add(more, on: plan.options.isa)
    }
  }
}
