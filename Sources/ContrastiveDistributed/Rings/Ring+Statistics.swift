import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveKernels

/// The first circle.
extension Ring {
  /// - Parameters:
  ///   - rowPositives: The logits of the rows' single positives, to count ranks; `nil` not to.
  ///   - columnPositives: The same of this rank's columns.
  func statistics(
    rowPositives: [Double]?, columnPositives: [Double]?
  ) throws(ContrastiveError) -> Statistics {
    let (plan, isSpread) = (self.plan, self.plan.pairing.isSpread)
    var result = Statistics(
      rows: plan.noStatistics(plan.home.rowCount, positives: rowPositives),
      columns: plan.noStatistics(plan.shards.own, positives: columnPositives))
    if isSpread {
      result.rowPositives = Array(repeating: PositiveSums(), count: plan.home.rowCount)
    }
    passes = []
    listed = ListedPositives(
      rowCount: plan.home.rowCount, columnCount: plan.shards.own, rank: plan.shards.rank,
      rankCount: plan.shards.counts.count)
    var (columns, positives): ([Double], [Double]) = ([], [])
    for part in 0..<plan.parts.count {
      var circle = plan.circle(part)
      circle.numberWidth = plan.columnsAreAnchors && columnPositives != nil ? 1 : 0
      circle.cargoWidth =
        plan.columnsAreAnchors
        ? RowStatistics.numberCount + (isSpread ? PositiveSums.numberCount : 0) : 0
      let (width, own) = (circle.cargoWidth, plan.parts.range(part, of: plan.shards.rank))
      let hasNumbers = circle.numberWidth == 1
      let cargo = try circle.run(
        rows: plan.travellers(own), numbers: hasNumbers ? Array((columnPositives ?? [])[own]) : []
      ) { visitor, advance throws(ContrastiveError) in
        Cargo(
          numbers: try meet(
            visitor, rowPositives: rowPositives,
            columnPositives: hasNumbers ? visitor.numbers : nil, to: &result, advance: advance))
      } join: { own, arrived in
        let count = arrived.numbers.count / max(width, 1)
        let split = count * RowStatistics.numberCount
        var statistics = plan.noStatistics(
          count,
          positives: rowPositives == nil && columnPositives == nil
            ? nil : Array(repeating: 0, count: count))
        statistics.merge(numbers: Array(own.numbers[..<split]))
        statistics.merge(numbers: Array(arrived.numbers[..<split]))
        var positives = [PositiveSums](numbers: own.numbers[split...])
        positives.add([PositiveSums](numbers: arrived.numbers[split...]))
        own.numbers = statistics.numbers + positives.numbers
      }
      let split = plan.columnsAreAnchors ? own.count * RowStatistics.numberCount : 0
      columns += cargo.numbers[..<split]
      positives += cargo.numbers[split...]
    }
    if plan.columnsAreAnchors {
      result.columns.merge(numbers: columns)
      if isSpread { result.columnPositives = [PositiveSums](numbers: positives[...]) }
    }
    if plan.isBatch {
      result.rows.merge(matching: result.columns)
      result.rowPositives.add(result.columnPositives)
    }
    if plan.listsPositives {
      if plan.columnsAreAnchors { try listed.exchange(across: plan.group) }
      result.listedPositives =
        plan.isBatch
        ? (listed.ofRowsAndColumns, PositiveLogits()) : (listed.ofRows, listed.ofColumns)
    }
    return result
  }

  /// Adds what the rows at home have of a visitor, and returns what its columns have of them, as numbers.
  private func meet(
    _ visitor: Visitor<Scalar>, rowPositives: [Double]?, columnPositives: [Double]?,
    to result: inout Statistics, advance: () -> Void
  ) throws(ContrastiveError) -> [Double] {
    let isSpread = plan.pairing.isSpread
    var columns = plan.noStatistics(visitor.rows.rowCount, positives: columnPositives)
    var positives: [PositiveSums] =
      isSpread ? Array(repeating: PositiveSums(), count: visitor.rows.rowCount) : []
    for piece in plan.pieces(of: visitor) {
      var pass = plan.pass(piece, visitor: visitor)
      let part = try pass.statistics(
        ranks: plan.ranks(piece, rowPositives: rowPositives, columnPositives: columnPositives),
        observes: plan.observes)
      result.rows.merge(matching: part.rows, into: piece.rows)
      if plan.columnsAreAnchors, !piece.isTriangle {
        columns.merge(matching: part.columns, into: piece.visiting)
      }
      result.negativeSimilarity += part.negativeSimilarity
      result.logitError.formUnion(pass.logitError)
      if isSpread {
        let homeStart = plan.homeStart
        let start = plan.shards.range(of: visitor.owner).lowerBound
        pass.forEachPositive { row, column, ofRow, ofColumn in
          let (row, other) = (piece.rows.lowerBound + row, piece.columns.lowerBound + column)
          result.rowPositives[row].add(ofRow)
          if plan.listsPositives { listed.add(ofRow, row: row, place: start + other) }
          guard !piece.isTriangle else { return }
          positives[piece.visiting.lowerBound + column].add(ofColumn)
          if plan.listsPositives, plan.columnsAreAnchors {
            listed.add(ofColumn, column: other, of: visitor.owner, place: homeStart + row)
          }
        }
      }
      // The block's memory is another's soon.
      pass.releaseColumns()
      passes.append(
        plan.keepsTiles ? .tiles(pass) : isSpread ? .positives(pass.positives) : .nothing)
      advance()
    }
    return plan.columnsAreAnchors ? columns.numbers + positives.numbers : []
  }
}
