import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveKernels

/// Rows that stay at home against columns that go round: the statistics in one circle, the gradients in a second.
///
/// Of a batch against itself every pair of blocks meets once: a block visits half of the other ranks, and where their number is
/// even the two that are farthest apart share the work, each for half of the first's rows.
final class Ring<Scalar: EmbeddingScalar> {
  let plan: RingPlan<Scalar>

  /// The blocks of tiles, as the first circle left them: by visit, and by piece of the rows at home.
  private var passes: [Kept] = []

  init(_ plan: RingPlan<Scalar>) { self.plan = plan }

  /// What stays of a piece between the circles: its tiles, the logits of its positives, or nothing.
  private enum Kept {
    case tiles(BlockPass<Scalar>)
    case positives(BlockPass<Scalar>.Positives)
    case nothing
  }

  /// What anchors know of all blocks.
  struct Statistics {
    /// Of the rows at home: where a batch is against itself, of all its pairs.
    var rows: RowStatistics

    /// Of this rank's columns.
    var columns: RowStatistics

    /// Of the same, where positives are spread; otherwise empty.
    var rowPositives: [PositiveSums] = []
    var columnPositives: [PositiveSums] = []

    /// The sum of the cosines of all negative pairs that this rank has seen, from both sides.
    var negativeSimilarity = 0.0
  }

  // MARK: The first circle

  /// - Parameters:
  ///   - rowPositives: The logits of the rows' single positives, to count ranks; `nil` not to.
  ///   - columnPositives: The same of this rank's columns.
  func statistics(
    rowPositives: [Double]?, columnPositives: [Double]?
  ) throws(ContrastiveError) -> Statistics {
    let (plan, isSpread) = (self.plan, self.plan.pairing.isSpread)
    var result = Statistics(
      rows: plan.noStatistics(plan.home.rowCount, positives: rowPositives),
      columns: plan.noStatistics(plan.travelling.rowCount, positives: columnPositives))
    if isSpread {
      result.rowPositives = Array(repeating: PositiveSums(), count: plan.home.rowCount)
    }
    passes = []
    var circle = plan.circle
    circle.numberWidth = plan.columnsAreAnchors && columnPositives != nil ? 1 : 0
    circle.cargoWidth =
      plan.columnsAreAnchors
      ? RowStatistics.numberCount + (isSpread ? PositiveSums.numberCount : 0) : 0
    let width = circle.cargoWidth
    let cargo = try circle.run(
      rows: plan.travelling, numbers: circle.numberWidth == 1 ? columnPositives ?? [] : []
    ) { visitor, advance in
      let visiting = plan.columnsAreAnchors ? visitor.numbers : []
      var columns = plan.noStatistics(
        visitor.rows.rowCount, positives: circle.numberWidth == 1 ? visiting : nil)
      var positives: [PositiveSums] =
        isSpread ? Array(repeating: PositiveSums(), count: visitor.rows.rowCount) : []
      for piece in plan.pieces(of: visitor.owner) {
        var pass = plan.pass(piece, visitor: visitor)
        let part = pass.statistics(
          ranks: plan.ranks(
            piece, rowPositives: rowPositives,
            columnPositives: circle.numberWidth == 1 ? visiting : nil),
          observes: plan.observes)
        result.rows.add(part.rows, to: piece.rows)
        if plan.columnsAreAnchors, !piece.isTriangle {
          columns.add(part.columns, to: piece.columns)
        }
        result.negativeSimilarity += part.negativeSimilarity
        if isSpread {
          pass.forEachPositive { row, column, logit in
            result.rowPositives[piece.rows.lowerBound + row].add(logit)
            if !piece.isTriangle { positives[piece.columns.lowerBound + column].add(logit) }
          }
        }
        // The block's memory is another's soon.
        pass.releaseColumns()
        passes.append(
          plan.keepsTiles ? .tiles(pass) : isSpread ? .positives(pass.positives) : .nothing)
        advance()
      }
      guard plan.columnsAreAnchors else { return Cargo() }
      return Cargo(numbers: columns.numbers + positives.numbers)
    } join: { own, arrived in
      let count = arrived.numbers.count / max(width, 1)
      let split = count * RowStatistics.numberCount
      var statistics = plan.noStatistics(
        count,
        positives: rowPositives == nil && columnPositives == nil
          ? nil : Array(repeating: 0, count: count))
      statistics.add(numbers: Array(own.numbers[..<split]))
      statistics.add(numbers: Array(arrived.numbers[..<split]))
      var positives = [PositiveSums](numbers: own.numbers[split...])
      positives.add([PositiveSums](numbers: arrived.numbers[split...]))
      own.numbers = statistics.numbers + positives.numbers
    }
    if plan.columnsAreAnchors {
      let split = plan.travelling.rowCount * RowStatistics.numberCount
      result.columns.add(numbers: Array(cargo.numbers[..<split]))
      if isSpread { result.columnPositives = [PositiveSums](numbers: cargo.numbers[split...]) }
    }
    if plan.isBatch {
      result.rows.add(result.columns)
      result.rowPositives.add(result.columnPositives)
    }
    return result
  }

  // MARK: The second circle

  /// - Parameters:
  ///   - rowSlopes: Of the rows at home.
  ///   - columnSlopes: Of this rank's columns.
  ///   - gradient: By the rows at home, to be added to; of a batch against itself it gets all.
  /// - Returns: The gradient by this rank's columns, unless they are the rows.
  func gradients(
    rowSlopes: SpreadSlopes, columnSlopes: SpreadSlopes, addingTo gradient: Block<Scalar>
  ) throws(ContrastiveError) -> Block<Scalar>? {
    let plan = self.plan
    var circle = plan.circle
    circle.carriesGradient = plan.needsGradient.columns
    circle.numberWidth =
      plan.columnsAreAnchors
      ? (plan.pairing.isSpread ? SpreadSlopes.numberCount : SpreadSlopes.shortNumberCount) : 0
    let width = circle.numberWidth
    var visit = 0
    let cargo = try circle.run(
      rows: plan.travelling,
      numbers: width == 0 ? [] : columnSlopes.numbers(width: width)
    ) { visitor, advance in
      // What the rows of the own block get of it, where it is the rows, goes straight to them.
      let isOwnBatch = plan.isBatch && visitor.owner == plan.shards.rank
      let pieces = plan.pieces(of: visitor.owner)
      let isWhole = pieces.first?.columns.count == visitor.rows.rowCount
      let target =
        !plan.needsGradient.columns
        ? nil
        : isWhole && !isOwnBatch
          ? plan.part(rowCount: visitor.rows.rowCount)
          : plan.zeros(rowCount: isOwnBatch ? 0 : visitor.rows.rowCount)
      let slopes =
        visitor.owner == plan.shards.rank
        ? columnSlopes
        : width == 0
          ? SpreadSlopes(none: visitor.rows.rowCount, scale: plan.scale)
          : SpreadSlopes(numbers: visitor.numbers, width: width)
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
        if !piece.isTriangle { pass.take(columns: visitor.rows.rows(piece.columns)) }
        let (rows, columns) = (rowSlopes[piece.rows], slopes[piece.columns])
        if plan.pairing.isSpread || visitor.owner == plan.shards.rank {
          pass.setPositiveSlopes(
            rows: { rows.ofPositive($0, logit: $1) }, columns: { columns.ofPositive($0, logit: $1) }
          )
        }
        // The first piece sets the columns' gradient, later ones add to it.
        let part =
          piece.isTriangle || target == nil
          ? nil
          : index == 0 ? target?.rows(piece.columns) : plan.part(rowCount: piece.columns.count)
        pass.addGradients(
          rowSlopes: rows.anchors, columnSlopes: piece.isTriangle ? nil : columns.anchors,
          rowGradient: plan.needsGradient.rows ? gradient.rows(piece.rows) : gradient,
          columnGradient: part)
        if index > 0, let part { target?.rows(piece.columns).add(part, on: plan.options.isa) }
        advance()
      }
      return Cargo(gradient: target)
    } join: { own, arrived in
      if plan.isBatch, own.gradient?.rowCount == 0 {
        if let more = arrived.gradient, more.rowCount > 0 {
          gradient.add(more, on: plan.options.isa)
        }
      } else {
        own.addGradient(arrived, on: plan.options.isa)
      }
    }
    passes = []
    return plan.isBatch ? nil : cargo.gradient
  }
}
