import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveKernels

/// The second circle.
extension Ring {
  /// - Parameters:
  ///   - rowSlopes: Of the rows at home.
  ///   - columnSlopes: Of this rank's columns.
  ///   - gradient: By the rows at home, to be added to; of a batch against itself it gets all.
  /// - Returns: The gradient by this rank's columns, unless they are the rows.
  func gradients(
    rowSlopes: SpreadSlopes, columnSlopes: SpreadSlopes, addingTo gradient: Block<Scalar>
  ) throws(ContrastiveError) -> Block<Scalar>? {
    let plan = self.plan
    let byColumns =
      plan.isBatch
      ? gradient : plan.needsGradient.columns ? plan.part(rowCount: plan.shards.own) : nil
    var visit = 0
    for part in 0..<plan.parts.count {
      var circle = plan.circle(part)
      circle.carriesGradient = plan.needsGradient.columns
      circle.numberWidth =
        plan.columnsAreAnchors
        ? (plan.pairing.isSpread ? SpreadSlopes.numberCount : SpreadSlopes.shortNumberCount) : 0
      let (width, own) = (circle.numberWidth, plan.parts.range(part, of: plan.shards.rank))
      _ = try circle.run(
        rows: plan.travellers(own),
        numbers: width == 0 ? [] : columnSlopes[own].numbers(width: width)
      ) { visitor, advance throws(ContrastiveError) in
        let isOwn = visitor.owner == plan.shards.rank
        let slopes =
          isOwn
          ? columnSlopes[own]
          : width == 0
            ? SpreadSlopes(none: visitor.rows.rowCount, scale: plan.scales.tileScale)
            : SpreadSlopes(numbers: visitor.numbers, width: width, form: columnSlopes.form)
        return Cargo(
          gradient: try meet(
            visitor, rowSlopes: rowSlopes, columnSlopes: slopes, visit: &visit,
            addingTo: gradient, byOwnColumns: isOwn ? byColumns?.rows(own) : nil, advance: advance))
      } join: { own, arrived in
        own.addGradient(arrived, on: plan.options.isa)
      }
    }
    passes = []
    return plan.isBatch ? nil : byColumns
  }

  /// Adds a visitor's part to the gradient by the rows at home.
  ///
  /// - Parameters:
  ///   - columnSlopes: The visitor's.
  ///   - visit: Which pass is next, counted on.
  ///   - byOwnColumns: Where this rank's own columns have their gradient.
  /// - Returns: The part of the gradient by the visitor's rows.
  private func meet(
    _ visitor: Visitor<Scalar>, rowSlopes: SpreadSlopes, columnSlopes: SpreadSlopes,
    visit: inout Int, addingTo gradient: Block<Scalar>, byOwnColumns: Block<Scalar>?,
    advance: () -> Void
  ) throws(ContrastiveError) -> Block<Scalar>? {
    let (plan, isOwn) = (self.plan, visitor.owner == plan.shards.rank)
    let pieces = plan.pieces(of: visitor)
    var target: Block<Scalar>?
    if plan.needsGradient.columns {
      target = byOwnColumns ?? plan.part(rowCount: visitor.rows.rowCount)
      // The first piece sets the gradient of the columns it has. What a batch's own rows have already stays.
      let isSet = pieces.first?.visiting.count == visitor.rows.rowCount
      if !isSet, !(isOwn && plan.isBatch) { target?.clear() }
    }
    for (index, piece) in pieces.enumerated() {
      var pass: BlockPass<Scalar>
      if case .tiles(let kept) = passes[visit] {
        pass = kept
      } else {
        pass = plan.pass(piece, visitor: visitor)
      }
      if case .positives(let kept) = passes[visit] { pass.positives = kept }
      passes[visit] = .nothing
      visit += 1
      if !piece.isTriangle { pass.take(columns: visitor.rows.rows(piece.visiting)) }
      let rows = rowSlopes[piece.rows]
      let columns = piece.isTriangle ? rows : columnSlopes[piece.visiting]
      if plan.pairing.hasExceptionsAnywhere || isOwn {
        func isPositive(_ row: Int, _ column: Int) -> Bool {
          plan.pairing.isPositive(
            row: piece.rows.lowerBound + row, column: piece.columns.lowerBound + column,
            isOwn: isOwn)
        }
        pass.setPositiveSlopes { row, column, logit in
          isPositive(row, column) ? rows.ofPositive(row, logit: logit) : 0
        } columns: { row, column, logit in
          isPositive(row, column) ? columns.ofPositive(column, logit: logit) : 0
        }
      }
      // The first piece sets the columns' gradient, later ones add to it.
      let part =
        piece.isTriangle || target == nil
        ? nil
        : index == 0 ? target?.rows(piece.visiting) : plan.part(rowCount: piece.visiting.count)
      try pass.addGradients(
        rowSlopes: rows.anchors, columnSlopes: piece.isTriangle ? nil : columns.anchors,
        rowGradient: plan.needsGradient.rows ? gradient.rows(piece.rows) : gradient,
        columnGradient: part)
      if index > 0, let part { target?.rows(piece.visiting).add(part, on: plan.options.isa) }
      advance()
    }
    return target
  }
}
