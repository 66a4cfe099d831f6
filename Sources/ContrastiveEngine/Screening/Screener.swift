import ContrastiveKernels
import RealModule

/// Sums from approximate logits, and the exact ones of those that can matter: a stage before a pass.
///
/// Products of 8-bit codes tell every logit to within a margin m. With a bound of its row's sum
/// that rules out most logits at small τ; only the others are computed, one by one. What the ruled
/// out add to the sums is taken from the approximations, and is below e^m times that. No more than
/// the share `Significance.droppableShare` of a row's sum may come from there, so bounded: as much as the
/// rounding of exact logits makes of it. Where it would be more, or too many logits matter to gain
/// by it, there is no answer, and the dense way is gone.
struct Screener<Scalar: EmbeddingScalar>: Sendable {
  let context: OneWayContext<Scalar>
  let codes: KeyCodes<Scalar>

  private typealias Part = SparsePass<Scalar>.Part

  /// What is known of all of a row block's sums from approximations.
  private struct Known {
    var rowMargins: [Double]

    /// What the sums are to be relative to: the largest approximation.
    var references: [Double]

    /// What a logit has to reach.
    var thresholds: [Double]
  }

  /// The share of a row's sum that a logit's exponential must be able to reach for the logit to be
  /// computed. Half of what it must reach to enter the gradient: what is left to approximations,
  /// multiplied by e^m, must leave room for what is pruned there.
  private static var significantShare: Double { Double(Scalar.ulpOfOne) / 4 }

  /// The largest margin, times the exponent, at which exponentials relative to approximate maxima
  /// neither overflow nor lose what is significant of them: exp(88) does in Float.
  private static var largestMargin: Double { Scalar.self == Float.self ? 40 : 400 }

  private var exponent: Double { context.exponents[0] }
  private var isa: InstructionSet { context.isa }

  init(_ context: OneWayContext<Scalar>) {
    self.context = context
    codes = KeyCodes(context)
  }

  // MARK: All of a row block at once

  /// The sums of a row block, and lists of what can matter; `nil` if that does not pay, or would leave too much to
  /// approximations.
  func parts(
    of block: RowBlock<Scalar>, lists: [SparseWeights<Scalar>]
  ) -> [SparsePass<Scalar>.Part]? {
    let preselected = context.mapPanels { worker, panel in
      preselect(from: panel, of: block, list: lists[panel.index], worker: worker)
    }
    let known = preselected.compactMap(\.self)
    guard known.count == preselected.count else { return nil }
    let all = self.known(of: block, panels: context.panels, estimates: known.map(\.estimates))
    let parts = context.mapPanels { worker, panel in
      var part = known[panel.index].part
      select(from: panel, of: block, known: all, part: &part, worker: worker)
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
  ) -> (part: SparsePass<Scalar>.Part, estimates: SumEstimates)? {
    var part = Part(of: block, weights: list)
    var estimates = SumEstimates(rowCount: block.count)
    for (index, tile) in panel.tiles.enumerated() {
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
  ) {
    raise(&part.panel, &part.dropped, to: known.references, gradient: nil)
    for (index, tile) in panel.tiles.enumerated() {
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

  // MARK: In one pass

  /// Adds up the exponentials of a tile and the queries' gradient, if what is known from the tiles
  /// before it rules out enough.
  ///
  /// - Returns: Whether that was done.
  func add(
    _ index: Int, of panel: Panel, of block: RowBlock<Scalar>, keys: Block<Scalar>,
    sparse: SparseWeights<Scalar>, to part: inout OnePass<Scalar>.Part,
    gradient: Block<Scalar>?, worker: Int
  ) -> Bool {
    let tile = panel.tiles[index]
    let logits = context.scratch[worker].logits.rows(0..<block.count).columns(0..<tile.count)
    var unnoted = PanelPart(statistics: part.panel.statistics, sumsKeysOf: nil)
    approximate(logits, ofTile: index, of: panel, of: block, noting: &unnoted, worker: worker)
    let rowMargins = rowMargins(of: [panel], block: block)
    guard marginsAreSmall(rows: rowMargins, of: panel, block: block) else { return false }
    var larger = part.panel.statistics.largest
    var noRanks: RankCounts?
    logits.updateMaximum(&larger, counting: &noRanks, on: isa)
    raise(&part.panel, &part.dropped, to: larger, gradient: gradient)

    var known = Known(
      rowMargins: rowMargins, references: larger,
      thresholds: Array(
        repeating: Double(Scalar.greatestFiniteMagnitude), count: block.count))
    for (row, reference) in known.references.enumerated() where reference.isFinite {
      // The largest is there already, or in this tile.
      let sum = max(1, part.panel.statistics.sums[0].sum[row])
      known.thresholds[row] = reference + .log(sum * Self.significantShare) / exponent
    }
    sparse.reset()
    let screening = screening(known, ofTile: index, of: panel, block: block)
    // In one pass a weight costs as much again.
    guard
      let rest = append(
        logits, to: sparse, statistics: part.panel.statistics, screening: screening, share: 8)
    else { return false }
    let selected = exponentials(
      ofTile: 0, in: sparse, statistics: part.panel.statistics, keys: keys, of: panel,
      block: block)
    let bounds = bounds(rest, screening: screening)
    let significance = Significance(of: block)
    let isEnough = bounds.indices.allSatisfy { row in
      let sum =
        part.panel.statistics.sums[0].sum[row] + rest.sums.sum[row] + selected.sums.sum[row]
      return part.dropped.bounds[row] + bounds[row]
        <= significance.droppableShare(ofRow: row) * sum
    }
    guard isEnough else { return false }
    add(rest, screening: screening, to: &part.panel, &part.dropped)
    part.panel.statistics.add(selected)
    if context.needsTotals {
      noteExceptions(in: tile, keys: keys, of: panel, block: block, in: &part.panel)
      part.panel.note(keys, on: isa)
    }
    part.weights.0 += sparse.count ?? 0
    if let gradient { sparse.add(tile: 0, factors: nil, keys: keys, to: gradient, on: isa) }
    return true
  }

  // MARK: A tile

  /// Sets the approximations of a tile's logits.
  private func approximate(
    _ logits: Block<Scalar>, ofTile index: Int, of panel: Panel, of block: RowBlock<Scalar>,
    noting part: inout PanelPart, worker: Int
  ) {
    guard let anchors = block.anchorCodes(of: panel),
      let keys = codes.codes(ofTile: index, of: panel, noting: &part, worker: worker)
    else { return }
    Codes.setSimilarities(of: anchors, and: keys, scale: 1, in: logits, on: isa)
    block.exclude(from: logits, panel.tiles[index], of: panel)
  }

  /// The columns' part of a tile's margins.
  private func columnMargins(
    ofTile index: Int, of panel: Panel, block: RowBlock<Scalar>
  ) -> [Scalar] {
    let factor = columnFactor(of: panel, block: block)
    return codes.errors(ofTile: index, of: panel).map { factor * $0 }
  }

  /// ‖q̃‖ + ‖Δq̃‖ at the most.
  private func columnFactor(of panel: Panel, block: RowBlock<Scalar>) -> Scalar {
    guard let codes = block.anchorCodes(of: panel) else { return 0 }
    return codes.largestNorm(0..<block.count) + (codes.errors(0..<block.count).max() ?? 0)
  }

  /// The rows' part of the margins of panels.
  private func rowMargins(of panels: [Panel], block: RowBlock<Scalar>) -> [Double] {
    // An approximation is the product of four numbers.
    let rounding = 4 * Double(Scalar.ulpOfOne)
    var margins = Array(repeating: 0.0, count: block.count)
    for panel in panels {
      guard let anchors = block.anchorCodes(of: panel) else { continue }
      let factor = Double(codes.largestNorm(of: panel))
      let rest = rounding * Double(anchors.largestNorm(0..<block.count))
      for (row, error) in anchors.errors(0..<block.count).enumerated() {
        margins[row] = max(margins[row], factor * (Double(error) + rest))
      }
    }
    return margins
  }

  /// Whether a panel's exponentials may be taken relative to approximate maxima.
  private func marginsAreSmall(rows: [Double], of panel: Panel, block: RowBlock<Scalar>) -> Bool {
    let column = columnFactor(of: panel, block: block) * codes.largestError(of: panel)
    return exponent * ((rows.max() ?? 0) + Double(column)) <= Self.largestMargin
  }

  /// How far below its row's threshold a logit is nothing: all columns together then add less than
  /// half an ε.
  private var negligible: Double {
    let share = Double(Scalar.ulpOfOne) / 2 / Double(context.problem.candidates.columnCount)
    return max(0, .log(Self.significantShare / share)) / exponent
  }

  private func screening(
    _ known: Known, ofTile index: Int, of panel: Panel, block: RowBlock<Scalar>
  ) -> Screening<Scalar> {
    Screening(
      rowMargins: known.rowMargins,
      columnMargins: columnMargins(ofTile: index, of: panel, block: block),
      thresholds: known.thresholds, negligible: negligible)
  }

  /// Brings all that is relative to a panel's shifts to larger ones.
  private func raise(
    _ part: inout PanelPart, _ dropped: inout DroppedSums, to larger: [Double],
    gradient: Block<Scalar>?
  ) {
    guard let rescaling = part.statistics.raise(to: larger, as: Scalar.self) else { return }
    dropped.multiply(by: rescaling)
    gradient?.scaleRows(by: rescaling, on: isa)
  }

  /// Lists those of a tile's approximate logits that may matter, if that pays.
  ///
  /// - Parameter share: Of so many logits one may be listed.
  /// - Returns: The sums over the others.
  private func append(
    _ logits: Block<Scalar>, to list: SparseWeights<Scalar>, statistics: RowStatistics,
    screening: Screening<Scalar>, share: Int
  ) -> ScreenedSums? {
    list.append(
      logits, screening: screening, exponent: exponent, shift: statistics.screeningShift,
      ranks: statistics.ranks, limit: logits.rowCount * logits.columnCount / share, on: isa)
  }

  /// Adds sums over approximate logits.
  private func add(
    _ rest: ScreenedSums, screening: Screening<Scalar>, to part: inout PanelPart,
    _ dropped: inout DroppedSums
  ) {
    part.statistics.add(rest)
    dropped.add(rest.sums, bounds: bounds(rest, screening: screening))
  }

  /// What sums over approximate logits are of the exact ones at the most.
  private func bounds(_ rest: ScreenedSums, screening: Screening<Scalar>) -> [Double] {
    let columnMargin = Double(screening.columnMargins.max() ?? 0)
    return rest.sums.sum.indices.map { row in
      guard rest.sums.sum[row] > 0 else { return 0 }
      return rest.sums.sum[row] * .exp(exponent * (screening.rowMargins[row] + columnMargin))
    }
  }

  /// Replaces the approximate logits that are listed by the exponentials of the exact ones, and
  /// returns their sums.
  private func exponentials(
    ofTile place: Int, in list: SparseWeights<Scalar>, statistics: RowStatistics,
    keys: Block<Scalar>, of panel: Panel, block: RowBlock<Scalar>
  ) -> ScreenedSums {
    list.setExponentials(
      tile: place, queries: block.anchors(of: panel), keys: keys, scale: 1, exponent: exponent,
      shift: statistics.screeningShift, ranks: statistics.ranks, on: isa)
  }

  /// Adds up the exact logits of a tile's columns that are no negatives.
  private func noteExceptions(
    in tile: Range<Int>, keys: Block<Scalar>, of panel: Panel, block: RowBlock<Scalar>,
    in part: inout PanelPart
  ) {
    let anchors = block.anchors(of: panel)
    let positives =
      context.problem.keys[panel.array].anchor == .queries ? block.positiveLogits : nil
    block.forEachException(in: tile, of: panel) { row, column, isPositive in
      if isPositive, let positives {
        part.exceptionSums[row] += positives.logits[row]
      } else {
        part.exceptionSums[row] +=
          anchors.rows(row..<row + 1).dots(with: keys.rows(column..<column + 1), on: isa)[0]
      }
    }
  }
}

extension RowStatistics {
  /// The shifts of the first exponent, as kernels take them.
  fileprivate var screeningShift: [Double] { shifts[0].map { $0.isFinite ? $0 : 0 } }
}
