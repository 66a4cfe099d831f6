import ContrastiveEmbeddings
import ContrastiveKernels
import RealModule

/// Sums from approximate logits, and the exact ones of those that can matter: a stage before a pass.
///
/// Products of 8-bit codes tell every logit to within a margin m. With a bound of its row's sum
/// that rules out most logits at small τ; only the others are computed, one by one. What the ruled
/// out add to the sums is taken from the approximations, and is below e^m times that. No more than
/// the share `Significance.droppableShare` of a row's sum may come from there, so bounded: as much as the
/// rounding of exact logits makes of it. Where it would be more, or too many logits matter to gain
/// by it, there is no answer, and the dense way is taken.
struct Screener<Scalar: EmbeddingScalar>: Sendable {
  let context: OneWayContext<Scalar>
  let codes: KeyCodes<Scalar>

  private typealias Part = SparsePass<Scalar>.Part

  /// What is known of all of a row block's sums from approximations.
  struct Known {
    var rowMargins: [Double]

    /// What the sums are to be relative to: the largest approximation.
    var references: [Double]

    /// What a logit has to reach.
    var thresholds: [Double]
  }

  /// The share of a row's sum that a logit's exponential must be able to reach for the logit to be
  /// computed. Half of what it must reach to enter the gradient: what is left to approximations,
  /// multiplied by e^m, must leave room for what is pruned there.
  static var significantShare: Double { Double(Scalar.ulpOfOne) / 4 }

  /// The largest margin, times the exponent, at which exponentials relative to approximate maxima
  /// neither overflow nor lose what is significant of them: exp(88) does in Float.
  static var largestMargin: Double { Scalar.self == Float.self ? 40 : 400 }

  var exponent: Double { context.exponents[0] }
  var isa: InstructionSet { context.isa }

  init(_ context: OneWayContext<Scalar>) {
    self.context = context
    codes = KeyCodes(context)
  }

  // MARK: All of a row block at once

  /// The sums of a row block, and lists of what can matter; `nil` if that does not pay, or would leave too much to
  /// approximations.
  func parts(
    of block: RowBlock<Scalar>, lists: [SparseWeights<Scalar>]
  ) throws(ContrastiveError) -> [SparsePass<Scalar>.Part]? {
    let preselected = try context.mapPanels { worker, panel throws(ContrastiveError) in
      try preselect(from: panel, of: block, list: lists[panel.index], worker: worker)
    }
    let known = preselected.compactMap(\.self)
    guard known.count == preselected.count else { return nil }
    let all = self.known(of: block, panels: context.panels, estimates: known.map(\.estimates))
    let parts = try context.mapPanels { worker, panel throws(ContrastiveError) in
      var part = known[panel.index].part
      try select(from: panel, of: block, known: all, part: &part, worker: worker)
      return part
    }
    let significance = Significance(of: block)
    let isEnough = (0..<block.count).allSatisfy { row in
      // All panels' sums have the same reference.
      let dropped = parts.reduce(0) { $0 + $1.dropped.bounds[row] }
      let sum = parts.reduce(0) { $0 + $1.panel.statistics.sums[0].sum[row] }
      return dropped <= significance.droppableShare(ofRow: row) * sum
    }
    return isEnough ? parts : nil
  }

  /// Lists the logits of a panel that its approximations up to each tile do not rule out, and adds
  /// up the others.
  private func preselect(
    from panel: Panel, of block: RowBlock<Scalar>, list: SparseWeights<Scalar>, worker: Int
  ) throws(ContrastiveError) -> (part: SparsePass<Scalar>.Part, estimates: SumEstimates)? {
    var part = Part(of: block, weights: list)
    var estimates = SumEstimates(rowCount: block.count)
    for (index, tile) in panel.tiles.enumerated() {
      try context.work.checkCancellation()
      let logits = context.scratch[worker].logits.rows(0..<block.count).columns(0..<tile.count)
      approximate(
        logits, ofTile: index, of: panel, of: block, noting: &part.panel, worker: worker)
      // What lies 8 nats below the largest is little of the sum.
      estimates.add(logits, exponent: exponent, least: -8, on: isa)
      let known = known(of: block, panels: [panel], estimates: [estimates])
      guard marginsAreSmall(rows: known.rowMargins, of: panel, block: block) else { return nil }
      raise(&part.panel, &part.dropped, to: known.references, gradient: nil)
      let screening = screening(known, ofTile: index, of: panel, block: block)
      // A logit by itself costs twice what it costs in a product; of those listed here half may go
      // when all sums are known.
      guard
        let rest = append(
          logits, to: list, statistics: part.panel.statistics, screening: screening, share: 2)
      else { return nil }
      add(rest, screening: screening, to: &part.panel, &part.dropped)
    }
    return (part, estimates)
  }

  /// What the approximations of panels tell.
  private func known(
    of block: RowBlock<Scalar>, panels: [Panel], estimates: [SumEstimates]
  ) -> Known {
    var result = Known(
      rowMargins: rowMargins(of: panels, block: block),
      references: Array(repeating: -.infinity, count: block.count),
      thresholds: Array(
        repeating: Double(Scalar.greatestFiniteMagnitude), count: block.count))
    for estimate in estimates {
      for row in result.references.indices {
        result.references[row] = max(result.references[row], estimate.reference[row])
      }
    }
    for (row, reference) in result.references.enumerated() where reference.isFinite {
      let sum = estimates.reduce(0) { sum, estimate in
        let step = estimate.reference[row] - reference
        return sum + (step == 0 ? 1 : .exp(exponent * step)) * estimate.sum[row]
      }
      // Of the approximate sum, not of what it is at least: whether enough was computed is checked
      // when the sums are known.
      result.thresholds[row] = reference + .log(sum * Self.significantShare) / exponent
    }
    return result
  }

  /// Adds up the exponentials of the logits of a panel that all panels' approximations do not rule
  /// out.
  private func select(
    from panel: Panel, of block: RowBlock<Scalar>, known: Known,
    part: inout SparsePass<Scalar>.Part, worker: Int
  ) throws(ContrastiveError) {
    raise(&part.panel, &part.dropped, to: known.references, gradient: nil)
    for (index, tile) in panel.tiles.enumerated() {
      try context.work.checkCancellation()
      let screening = screening(known, ofTile: index, of: panel, block: block)
      let statistics = part.panel.statistics
      let rest = part.weights.reselect(
        tile: index, screening: screening, exponent: exponent, shift: statistics.screeningShift,
        ranks: statistics.ranks, on: isa)
      add(rest, screening: screening, to: &part.panel, &part.dropped)
      let keys = context.keys(tile, of: panel, worker: worker)
      part.panel.statistics.add(
        exponentials(
          ofTile: index, in: part.weights, statistics: statistics, keys: keys, of: panel,
          block: block))
      if context.needsTotals {
        noteExceptions(in: tile, keys: keys, of: panel, block: block, in: &part.panel)
      }
      part.tileShifts.append(part.panel.statistics.shifts[0])
    }
  }
}
