import ContrastiveEmbeddings
import ContrastiveKernels

/// The exponentials that matter are listed along with the sums, and the gradient is added up from these, one by
/// one, where they are few.
///
/// At small temperatures nearly all exponentials lie below the rounding of their row's sum. What is left out is at
/// most the share 2·ε·s of a row's sum. That bounds the error of a query's gradient, and of a key's relative to
/// the largest; a key that matters to no query gets the gradient 0.
struct SparsePass<Scalar: EmbeddingScalar>: Sendable {
  private let context: OneWayContext<Scalar>
  private let screener: Screener<Scalar>?

  /// Above this share of the elements whole products are cheaper.
  private static var largestDensity: Double { 0.12 }

  /// By panel.
  private let lists: [SparseWeights<Scalar>]

  init(
    _ context: OneWayContext<Scalar>, screener: Screener<Scalar>?, lists: [SparseWeights<Scalar>]
  ) {
    self.context = context
    self.screener = screener
    self.lists = lists
  }

  /// A panel's sums, and its list.
  struct Part: Sendable {
    var panel: PanelPart
    var dropped: DroppedSums
    let weights: SparseWeights<Scalar>

    /// Of every tile, what its exponentials in the list are relative to.
    var tileShifts: [[Double]] = []

    init(of block: RowBlock<Scalar>, weights: SparseWeights<Scalar>) {
      panel = block.emptyPart()
      dropped = DroppedSums(rowCount: block.count)
      self.weights = weights
    }
  }

  /// - Returns: `nil` if screening does not pay, or leaves too much to approximations.
  func statistics(of block: RowBlock<Scalar>) throws(ContrastiveError) -> [Part]? {
    for list in lists { list.reset() }
    if let screener { return try screener.parts(of: block, lists: lists) }
    let significance = Significance(of: block)
    return try context.mapPanels { worker, panel throws(ContrastiveError) in
      var part = Part(of: block, weights: lists[panel.index])
      for tile in panel.tiles {
        try context.work.checkCancellation()
        let keys = context.keys(tile, of: panel, worker: worker)
        let logits = context.scratch[worker].logits.rows(0..<block.count).columns(0..<tile.count)
        block.setNegatives(logits, tile, of: panel, keys: keys, noting: &part.panel)
        part.panel.statistics.add(
          logits, bias: context.biases(tile, of: panel), storing: true, on: context.isa)
        part.weights.append(
          logits, threshold: significance.least(of: part.panel.statistics.sums[0].sum),
          on: context.isa)
        part.tileShifts.append(part.panel.statistics.shifts[0])
      }
      return part
    }
  }

  // MARK: The gradients

  /// Adds a row block's part of the gradients, if the weights that matter are few and all there is.
  ///
  /// - Returns: How many there were; `nil` if nothing was added.
  func addGradients(
    of block: RowBlock<Scalar>, parts: [Part], slopes: RowSlopes, keySums: KeySums<Scalar>?,
    to gradients: GradientBlocks<Scalar>
  ) throws(ContrastiveError) -> Int? {
    let thresholds = try pruningThresholds(of: block, parts: parts, slopes: slopes)
    let significant = try context.mapPanels { _, panel in
      prune(parts[panel.index], rowCount: block.count, slopes: slopes, thresholds: thresholds)
    }
    guard isEnough(significant, of: block, parts: parts, slopes: slopes) else { return nil }
    try add(block: block, parts: parts, slopes: slopes, to: gradients)
    block.finishGradients(
      slopes: slopes, parts: parts.map { _ in nil }, includesExceptions: false, keySums: keySums,
      in: gradients)
    return parts.reduce(0) { $0 + ($1.weights.count ?? 0) }
  }

  /// Of every row, what an exponential must reach to stay, relative to the row's final shift.
  ///
  /// The rounding of the complete sum. Where logits were screened, some of what may be left out is
  /// used up, and if what is below would be more than remains of it, so many times less that it is not.
  private func pruningThresholds(
    of block: RowBlock<Scalar>, parts: [Part], slopes: RowSlopes
  ) throws(ContrastiveError) -> [Double] {
    let significance = Significance(of: block)
    let roundings = significance.roundings(of: slopes.sums)
    guard screener != nil else { return roundings }
    let insignificant = try context.mapPanels { _, panel in
      insignificantSums(parts[panel.index], roundings: roundings, slopes: slopes)
    }
    let dropped = dropped(parts, slopes: slopes).bounds
    var counts = Array(repeating: 0, count: block.count)
    for part in parts { part.weights.addCounts(to: &counts) }
    return roundings.indices.map { row in
      let left = max(
        0, significance.droppableShare(ofRow: row) * slopes.sums[row] - dropped[row])
      let below = insignificant.reduce(0) { $0 + $1[row] }
      return below <= left ? roundings[row] : min(roundings[row], left / Double(counts[row]))
    }
  }

  /// Adds up what of a screened panel is below the roundings, relative to the final shifts.
  private func insignificantSums(
    _ part: Part, roundings: [Double], slopes: RowSlopes
  ) -> [Double] {
    var sums = Array(repeating: 0.0, count: roundings.count)
    // All tiles of a screened panel have the final shifts, but for a rounding.
    let steps = slopes.steps(from: part.panel.statistics.shifts[0])
    let threshold = thresholds(roundings, steps: steps)
    for index in part.tileShifts.indices {
      part.weights.addSums(tile: index, below: threshold, to: &sums, on: context.isa)
    }
    return zip(sums, steps).map(*)
  }

  /// Thresholds relative to final shifts, for exponentials relative to others.
  private func thresholds(_ final: [Double], steps: [Double]) -> [Double] {
    zip(final, steps).map {
      $1 > 0 ? min($0 / $1, Double(Scalar.greatestFiniteMagnitude)) : .infinity
    }
  }

  /// Of every row, what was left to approximations, relative to the row's final shift.
  private func dropped(_ parts: [Part], slopes: RowSlopes) -> DroppedSums {
    var result = DroppedSums(rowCount: slopes.sums.count)
    for part in parts {
      let steps = slopes.steps(from: part.panel.statistics.shifts[0])
      for row in steps.indices {
        result.approximate[row] += steps[row] * part.dropped.approximate[row]
        result.bounds[row] += steps[row] * part.dropped.bounds[row]
      }
    }
    return result
  }

  /// Takes out of a list what does not matter to the complete sums.
  ///
  /// - Returns: Per row, the sum of the others, relative to the final shift; `nil` if there was no room for all.
  private func prune(
    _ part: Part, rowCount: Int, slopes: RowSlopes, thresholds: [Double]
  ) -> [Double]? {
    guard part.weights.count != nil else { return nil }
    var result = Array(repeating: 0.0, count: rowCount)
    for (index, shifts) in part.tileShifts.enumerated() {
      // A tile's exponentials are relative to what the shift was then.
      let steps = slopes.steps(from: shifts)
      let threshold = self.thresholds(thresholds, steps: steps)
      let sums = part.weights.prune(tile: index, threshold: threshold, on: context.isa)
      for row in sums.indices { result[row] += steps[row] * sums[row] }
    }
    return result
  }

  /// Whether what was listed is all there is, to rounding, and little.
  private func isEnough(
    _ significant: [[Double]?], of block: RowBlock<Scalar>, parts: [Part], slopes: RowSlopes
  ) -> Bool {
    var sums = Array(repeating: 0.0, count: block.count)
    for part in significant {
      guard let part else { return false }
      for row in sums.indices { sums[row] += part[row] }
    }
    let pairCount = Double(block.count * context.problem.candidates.columnCount)
    let count = parts.reduce(0) { $0 + ($1.weights.count ?? 0) }
    guard
      context.options.strategy == .sparse || Double(count) <= Self.largestDensity * pairCount
    else { return false }
    let (significance, dropped) = (Significance(of: block), dropped(parts, slopes: slopes))
    return sums.indices.allSatisfy { row in
      let pruned = slopes.sums[row] - dropped.approximate[row] - sums[row]
      // What was pruned to be just little enough is so to rounding.
      return pruned + dropped.bounds[row]
        <= significance.droppableShare(ofRow: row) * slopes.sums[row] * (1 + 1e-3)
    }
  }

  /// What one thread at a time adds to the gradients.
  private enum Share: Sendable {
    case rows(Range<Int>)
    case keys(Panel)
  }

  /// Adds what was listed straight into the gradients: threads share the rows, and the panels.
  private func add(
    block: RowBlock<Scalar>, parts: [Part], slopes: RowSlopes,
    to gradients: GradientBlocks<Scalar>
  ) throws(ContrastiveError) {
    // A key's row is read once for every share of the rows.
    let perShare = max(64, (block.count + context.threads - 1) / context.threads)
    let rows = (0..<block.count).parts(of: perShare).map { Share.rows($0) }
    let keys = context.panels.map { Share.keys($0) }
    // Positives may be among the keys: their gradients are the same rows.
    for shares in context.problem.candidates.anchorsArePositives ? [rows, keys] : [rows + keys] {
      try context.work.forEach(shares.count) { worker, item throws(ContrastiveError) in
        switch shares[item] {
        case .rows(let rows):
          try add(rows, of: block, parts: parts, slopes: slopes, to: gradients, worker: worker)
        case .keys(let panel):
          add(panel, of: block, part: parts[panel.index], slopes: slopes, to: gradients)
        }
      }
    }
  }

  private func add(
    _ rows: Range<Int>, of block: RowBlock<Scalar>, parts: [Part], slopes: RowSlopes,
    to gradients: GradientBlocks<Scalar>, worker: Int
  ) throws(ContrastiveError) {
    let first = block.range.lowerBound
    let own = first + rows.lowerBound..<first + rows.upperBound
    let scales = rows.map { context.problem.scales[first + $0] }
    for panel in context.panels {
      let anchor = context.problem.keys[panel.array].anchor
      guard block.anchorPart(of: panel) != nil,
        let gradient = gradients.anchors(anchor)?.rows(own)
      else { continue }
      for (index, tile) in panel.tiles.enumerated() {
        try context.work.checkCancellation()
        let keys = context.keys(tile, of: panel, worker: worker)
        let factors = slopes.factors(relativeTo: parts[panel.index].tileShifts[index])[rows]
        parts[panel.index].weights.add(
          tile: index, rows: rows, factors: zip(factors, scales).map(*), keys: keys, to: gradient,
          on: context.isa)
      }
    }
  }

  private func add(
    _ panel: Panel, of block: RowBlock<Scalar>, part: Part, slopes: RowSlopes,
    to gradients: GradientBlocks<Scalar>
  ) {
    guard let gradient = gradients.keys[panel.array] else { return }
    for (index, tile) in panel.tiles.enumerated() {
      part.weights.addTransposed(
        tile: index, factors: slopes.factors(relativeTo: part.tileShifts[index]),
        queries: block.anchors(of: panel), to: gradient.rows(tile), on: context.isa)
      block.addExceptionsToKeys(in: tile, of: panel, slopes: slopes, gradient: gradient)
    }
  }
}
