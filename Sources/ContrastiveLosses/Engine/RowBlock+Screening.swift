import ContrastiveEmbeddings
import RealModule

/// Sums from approximate logits, and the exact ones of those that can matter.
///
/// Products of 8-bit codes tell every logit to within a margin m. With a bound of its row's sum
/// that rules out most logits at small τ; only the others are computed, one by one. What the ruled
/// out add to the sums is taken from the approximations, and is below e^m times that. No more than
/// the share `droppableShare` of a row's sum may come from there, so bounded: as much as the
/// rounding of exact logits makes of it. Where it would be more, or too many logits matter to gain
/// by it, the dense way is gone.
extension RowBlock {
  /// What is known of all of a row block's sums from approximations.
  struct KnownSums {
    var rowMargins: [Scalar]

    /// What the sums are to be relative to: the largest approximation.
    var references: [Scalar]

    /// What a logit has to reach.
    var thresholds: [Scalar]
  }

  /// The share of a row's sum that a logit's exponential must be able to reach for the logit to be
  /// computed. Half of what it must reach to enter the gradient: what is left to approximations,
  /// multiplied by e^m, must leave room for what is pruned there.
  private static var significantShare: Double { Double(Scalar.ulpOfOne) / 4 }

  /// The largest margin, times the exponent, at which exponentials relative to approximate maxima
  /// neither overflow nor lose what is significant of them: exp(88) does in Float.
  private static var largestMargin: Double { Scalar.self == Float.self ? 40 : 400 }

  private var exponent: Double { problem.function.exponents[0] }

  // MARK: All of a row block at once

  /// Lists the logits of a panel that its approximations up to each tile do not rule out, and adds
  /// up the others.
  func preselect(from panel: Panel<Scalar>, scratch: TileScratch<Scalar>) {
    panel.estimates = SumEstimates(rowCount: range.count)
    for index in panel.tiles.indices {
      let tile = panel.tiles[index]
      let logits = scratch.logits.rows(0..<range.count).columns(0..<tile.count)
      approximate(logits, ofTile: index, of: panel, scratch: scratch)
      // What lies 8 nats below the largest is little of the sum.
      panel.estimates.add(
        logits, exponent: Scalar(exponent), least: -8, on: engine.options.isa)
      let known = knownSums(of: [panel])
      guard marginsAreSmall(rows: known.rowMargins, of: panel) else {
        panel.isScreened = false
        break
      }
      raiseReference(of: panel, to: known.references)
      let screening = screening(known, ofTile: index, of: panel)
      guard let rest = append(logits, of: panel, screening: screening) else {
        panel.isScreened = false
        return
      }
      add(rest, screening: screening, to: panel)
    }
  }

  /// What the approximations of panels tell.
  func knownSums(of panels: [Panel<Scalar>]) -> KnownSums {
    var result = KnownSums(
      rowMargins: rowMargins(of: panels),
      references: Array(repeating: -.infinity, count: range.count),
      thresholds: Array(repeating: .greatestFiniteMagnitude, count: range.count))
    let estimates = panels.map(\.estimates)
    for estimate in estimates {
      for row in result.references.indices {
        result.references[row] = max(result.references[row], estimate.reference[row])
      }
    }
    for (row, reference) in result.references.enumerated() where reference.isFinite {
      let sum = estimates.reduce(0) { sum, estimate in
        let step = Double(estimate.reference[row] - reference)
        return sum + (step == 0 ? 1 : .exp(exponent * step)) * estimate.sum[row]
      }
      // Of the approximate sum, not of what it is at least: whether enough was computed is checked
      // when the sums are known.
      result.thresholds[row] = reference + Scalar(.log(sum * Self.significantShare) / exponent)
    }
    return result
  }

  /// Adds up the exponentials of the logits of a panel that all panels' approximations do not rule
  /// out.
  func accumulateSelectedSums(
    of panel: Panel<Scalar>, known: KnownSums, scratch: TileScratch<Scalar>
  ) {
    guard let sparse = panel.sparse else { return }
    raiseReference(of: panel, to: known.references)
    for (index, tile) in panel.tiles.enumerated() {
      let screening = screening(known, ofTile: index, of: panel)
      let rest = sparse.reselect(
        tile: index, screening: screening, exponent: Scalar(exponent),
        shift: panel.sums.shift(exponent), ranks: panel.sums.ranks, on: engine.options.isa)
      add(rest, screening: screening, to: panel)
      let keys = problem.keys[panel.array].rows.unit(
        tile, into: scratch.keys, on: engine.options.isa)
      if let selected = exponentials(ofTile: index, keys: keys, of: panel) {
        panel.sums.add(selected)
      }
      if problem.observes { observeExceptions(in: tile, keys: keys, of: panel) }
      panel.tileReferences.append(panel.sums.reference)
    }
  }

  /// Whether what was left to approximations is little enough.
  func screeningIsEnough() -> Bool {
    (0..<range.count).allSatisfy { row in
      // All panels' sums have the same reference.
      let dropped = engine.panels.reduce(0) { $0 + $1.dropped[row] }
      return dropped <= droppableShare * engine.panels.reduce(0) { $0 + $1.sums.sums[0].sum[row] }
    }
  }

  // MARK: In one pass

  /// Adds up the exponentials of a tile and the queries' gradient, if what is known from the tiles
  /// before it rules out enough.
  ///
  /// - Parameter logits: Memory for the tile.
  /// - Returns: Whether that was done.
  func accumulateScreened(
    _ index: Int, keys: Block<Scalar>, of panel: Panel<Scalar>, in logits: Block<Scalar>,
    scratch: TileScratch<Scalar>
  ) -> Bool {
    guard index > 0, panel.backOff.isDue(), let sparse = panel.sparse else { return false }
    let isa = engine.options.isa
    approximate(logits, ofTile: index, of: panel, scratch: scratch)
    let rowMargins = rowMargins(of: [panel])
    guard marginsAreSmall(rows: rowMargins, of: panel) else {
      panel.backOff.note(success: false)
      return false
    }
    var larger = panel.sums.reference
    var noRanks: RankCounts<Scalar>?
    logits.updateMaximum(&larger, counting: &noRanks, on: isa)
    raiseReference(of: panel, to: larger)

    var known = KnownSums(
      rowMargins: rowMargins, references: panel.sums.reference,
      thresholds: Array(repeating: .greatestFiniteMagnitude, count: range.count))
    for (row, reference) in known.references.enumerated() where reference.isFinite {
      // The largest is there already, or in this tile.
      let sum = max(1, panel.sums.sums[0].sum[row])
      known.thresholds[row] = reference + Scalar(.log(sum * Self.significantShare) / exponent)
    }
    sparse.reset()
    let screening = screening(known, ofTile: index, of: panel)
    let isDone = addSelected(of: logits, keys: keys, of: panel, screening: screening)
    panel.backOff.note(success: isDone)
    guard isDone else { return false }
    if problem.observes { observeExceptions(in: panel.tiles[index], keys: keys, of: panel) }
    panel.weightCounts.of += range.count * panel.tiles[index].count
    panel.weightCounts.0 += sparse.count ?? 0
    if let gradient = panel.anchorGradient?.rows(0..<range.count) {
      sparse.add(tile: 0, factors: nil, keys: keys, to: gradient, on: isa)
    }
    return true
  }

  /// Adds up a tile's exponentials, if that pays and little enough is left to approximations.
  private func addSelected(
    of logits: Block<Scalar>, keys: Block<Scalar>, of panel: Panel<Scalar>,
    screening: Screening<Scalar>
  ) -> Bool {
    guard let rest = append(logits, of: panel, screening: screening),
      let selected = exponentials(ofTile: 0, keys: keys, of: panel)
    else { return false }
    let bounds = bounds(rest, screening: screening)
    let isEnough = bounds.indices.allSatisfy { row in
      let sum = panel.sums.sums[0].sum[row] + rest.sums.sum[row] + selected.sums.sum[row]
      return panel.dropped[row] + bounds[row] <= droppableShare * sum
    }
    guard isEnough else { return false }
    add(rest, screening: screening, to: panel)
    panel.sums.add(selected)
    return true
  }

  // MARK: A tile

  /// Sets the approximations of a tile's logits.
  private func approximate(
    _ logits: Block<Scalar>, ofTile index: Int, of panel: Panel<Scalar>,
    scratch: TileScratch<Scalar>
  ) {
    guard let queries = anchorCodes(of: panel),
      let keys = keyCodes(ofTile: index, of: panel, scratch: scratch)
    else { return }
    Codes.setSimilarities(
      of: queries, and: keys, scale: Scalar(problem.scale), in: logits, on: engine.options.isa)
    forEachException(in: panel.tiles[index], of: panel) { row, column, _ in
      logits[row, column] = -.infinity
    }
  }

  /// A tile's keys in 8 bits, from an earlier row block or of now.
  private func keyCodes(
    ofTile index: Int, of panel: Panel<Scalar>, scratch: TileScratch<Scalar>
  ) -> Codes<Scalar>? {
    if let codes = panel.codes[index] { return codes }
    let tile = panel.tiles[index]
    let keys = problem.keys[panel.array].rows.unit(
      tile, into: scratch.keys, on: engine.options.isa)
    if mode != .onePass { observe(keys, of: panel) }
    let codes =
      engine.keepsCodes
      ? engine.codes(.keys, rowCount: tile.count) : scratch.keyCodes
    codes?.encode(keys, on: engine.options.isa)
    if engine.keepsCodes { panel.codes[index] = codes }
    let start = tile.lowerBound - panel.columns.lowerBound
    if let codes {
      panel.keyErrors.replaceSubrange(
        start..<start + tile.count, with: codes.errors(0..<tile.count))
      panel.keyNorm = max(panel.keyNorm, codes.largestNorm(0..<tile.count))
    }
    return codes
  }

  /// The columns' part of a tile's margins.
  private func columnMargins(ofTile index: Int, of panel: Panel<Scalar>) -> [Scalar] {
    let (tile, factor) = (panel.tiles[index], columnFactor(of: panel))
    let start = tile.lowerBound - panel.columns.lowerBound
    return panel.keyErrors[start..<start + tile.count].map { factor * $0 }
  }

  /// s·(‖q‖ + ‖Δq‖) at the most.
  private func columnFactor(of panel: Panel<Scalar>) -> Scalar {
    guard let codes = anchorCodes(of: panel) else { return 0 }
    let error = codes.errors(0..<range.count).max() ?? 0
    return Scalar(problem.scale) * (codes.largestNorm(0..<range.count) + error)
  }

  /// The rows' part of the margins of panels.
  private func rowMargins(of panels: [Panel<Scalar>]) -> [Scalar] {
    // An approximation is the product of four numbers.
    let rounding = 4 * Scalar.ulpOfOne
    var margins = Array(repeating: 0 as Scalar, count: range.count)
    for panel in panels {
      guard let codes = anchorCodes(of: panel) else { continue }
      let factor = Scalar(problem.scale) * panel.keyNorm
      let rest = rounding * codes.largestNorm(0..<range.count)
      for (row, error) in codes.errors(0..<range.count).enumerated() {
        margins[row] = max(margins[row], factor * (error + rest))
      }
    }
    return margins
  }

  private func largestColumnMargin(of panel: Panel<Scalar>) -> Scalar {
    columnFactor(of: panel) * (panel.keyErrors.max() ?? 0)
  }

  /// Whether a panel's exponentials may be taken relative to approximate maxima.
  private func marginsAreSmall(rows: [Scalar], of panel: Panel<Scalar>) -> Bool {
    let margin = (rows.max() ?? 0) + largestColumnMargin(of: panel)
    return exponent * Double(margin) <= Self.largestMargin
  }

  /// How far below its row's threshold a logit is nothing: all columns together then add less than
  /// half an ε.
  private var negligible: Scalar {
    let share = Double(Scalar.ulpOfOne) / 2 / Double(problem.columnCount)
    return Scalar(max(0, .log(Self.significantShare / share)) / exponent)
  }

  private func screening(
    _ known: KnownSums, ofTile index: Int, of panel: Panel<Scalar>
  ) -> Screening<Scalar> {
    Screening(
      rowMargins: known.rowMargins, columnMargins: columnMargins(ofTile: index, of: panel),
      thresholds: known.thresholds, negligible: negligible)
  }

  /// Brings all that is relative to a panel's references to larger ones.
  private func raiseReference(of panel: Panel<Scalar>, to larger: [Scalar]) {
    guard
      let rescaling = panel.sums.raiseReference(
        to: larger, exponents: problem.function.exponents)
    else { return }
    panel.updateDropped { dropped, approximate in
      for row in rescaling.indices {
        dropped[row] *= Double(rescaling[row])
        approximate[row] *= Double(rescaling[row])
      }
    }
    if mode == .onePass {
      panel.anchorGradient?.rows(0..<range.count).scaleRows(by: rescaling, on: engine.options.isa)
    }
  }

  /// Lists those of a tile's approximate logits that may matter, if that pays.
  ///
  /// - Returns: The sums over the others.
  private func append(
    _ logits: Block<Scalar>, of panel: Panel<Scalar>, screening: Screening<Scalar>
  ) -> ScreenedSums<Scalar>? {
    // A logit by itself costs twice what it costs in a product, and in one pass its weight as much;
    // of those listed here half may go when all sums are known.
    let limit = logits.rowCount * logits.columnCount / (mode == .onePass ? 8 : 2)
    return panel.sparse?.append(
      logits, screening: screening, exponent: Scalar(exponent),
      shift: panel.sums.shift(exponent), ranks: panel.sums.ranks, limit: limit,
      on: engine.options.isa)
  }

  /// Adds sums over approximate logits.
  private func add(
    _ rest: ScreenedSums<Scalar>, screening: Screening<Scalar>, to panel: Panel<Scalar>
  ) {
    panel.sums.add(rest)
    let bounds = bounds(rest, screening: screening)
    panel.updateDropped { dropped, approximate in
      for row in bounds.indices {
        dropped[row] += bounds[row]
        approximate[row] += rest.sums.sum[row]
      }
    }
  }

  /// What sums over approximate logits are of the exact ones at the most.
  private func bounds(
    _ rest: ScreenedSums<Scalar>, screening: Screening<Scalar>
  ) -> [Double] {
    let columnMargin = screening.columnMargins.max() ?? 0
    return rest.sums.sum.indices.map { row in
      guard rest.sums.sum[row] > 0 else { return 0 }
      let margin = exponent * Double(screening.rowMargins[row] + columnMargin)
      return rest.sums.sum[row] * .exp(margin)
    }
  }

  /// Replaces the approximate logits that are listed by the exponentials of the exact ones, and
  /// returns their sums.
  private func exponentials(
    ofTile place: Int, keys: Block<Scalar>, of panel: Panel<Scalar>
  ) -> ScreenedSums<Scalar>? {
    panel.sparse?.setExponentials(
      tile: place, queries: anchors(of: panel), keys: keys, scale: Scalar(problem.scale),
      exponent: Scalar(exponent), shift: panel.sums.shift(exponent), ranks: panel.sums.ranks,
      on: engine.options.isa)
  }

  /// Adds up the exact logits of a tile's exceptions.
  private func observeExceptions(
    in tile: Range<Int>, keys: Block<Scalar>, of panel: Panel<Scalar>
  ) {
    let areQueries = problem.keys[panel.array].anchor == .queries
    let anchors = anchors(of: panel)
    forEachException(in: tile, of: panel) { row, column, isPositive in
      if isPositive, areQueries, positives != nil {
        panel.blockExceptionSum += positiveLogits[row]
      } else {
        let key = keys.rows(column..<column + 1)
        let dots = anchors.rows(row..<row + 1).dots(with: key, on: engine.options.isa)
        panel.blockExceptionSum += problem.scale * dots[0]
      }
    }
  }
}
