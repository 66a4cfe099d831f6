import ContrastiveEmbeddings
import RealModule

/// Gradients from the weights that matter, where they are few.
extension RowBlock {
  /// Of every row, the least exponential that the sum so far does not round away. The sum only
  /// grows, so that nothing that matters in the end is below.
  func leastSignificant(in panel: Panel<Scalar>) -> [Scalar] {
    panel.sums.sums[0].sum.map {
      max(Scalar($0) * (Scalar.ulpOfOne / 2), .leastNormalMagnitude)
    }
  }

  /// The share of a row's sum that may be left out of its gradient.
  var droppableShare: Double { 2 * Double(Scalar.ulpOfOne) * problem.scale }

  /// Adds exp(z − reference)·k̂ for the exponentials of one tile that matter.
  ///
  /// - Parameter before: The sums without this tile.
  /// - Returns: Whether that was done: not if they are many, or the others add up to too much.
  func addSignificant(
    _ exponentials: Block<Scalar>, keys: Block<Scalar>, before: [Double], rescaling: [Scalar]?,
    of panel: Panel<Scalar>, to gradient: Block<Scalar>
  ) -> Bool {
    guard let sparse = panel.sparse else { return false }
    let isa = engine.options.isa
    sparse.reset()
    sparse.append(exponentials, threshold: leastSignificant(in: panel), on: isa)
    let sums = panel.sums.sums[0].sum
    var dropped = panel.dropped
    for row in dropped.indices {
      let factor = rescaling.map { Double($0[row]) } ?? 1
      panel.dropped[row] *= factor
      let ofTile = sums[row] - before[row] * factor
      dropped[row] = panel.dropped[row] + max(0, ofTile - sparse.tileSums[row])
    }
    guard let count = sparse.count,
      dropped.indices.allSatisfy({ dropped[$0] <= droppableShare * sums[$0] })
    else { return false }
    panel.dropped = dropped
    panel.weightCounts.0 += count
    sparse.add(tile: 0, factors: nil, keys: keys, to: gradient, on: isa)
    return true
  }

  /// Of every row, what an exponential must reach to stay, relative to the row's final shift.
  ///
  /// Half an ε of the complete sum. Where logits were screened, some of what may be left out is
  /// used up, and the elements that go must not come to more than what remains of it.
  func pruningThresholds(_ slopes: RowSlopes<Scalar>) -> [Double] {
    let dropped = dropped(slopes)
    var counts = Array(repeating: 0, count: range.count)
    for panel in engine.panels { panel.sparse?.addCounts(to: &counts) }
    return dropped.indices.map { row in
      let half = slopes.sums[row] * Double(Scalar.ulpOfOne) / 2
      guard dropped[row] > 0 else { return half }
      let rest = droppableShare * slopes.sums[row] - dropped[row]
      return min(half, max(0, rest) / Double(max(1, counts[row])))
    }
  }

  /// Of every row, no less than the sum of the exponentials that come from approximate logits,
  /// relative to the row's final shift.
  private func dropped(_ slopes: RowSlopes<Scalar>) -> [Double] {
    var sums = Array(repeating: 0.0, count: range.count)
    for panel in engine.panels {
      let steps = steps(from: panel.sums.reference, slopes: slopes)
      for row in sums.indices { sums[row] += steps[row] * panel.dropped[row] }
    }
    return sums
  }

  /// What exponentials relative to other references are to be multiplied by to be relative to the
  /// final shifts.
  private func steps(from reference: [Scalar], slopes: RowSlopes<Scalar>) -> [Double] {
    let (shift, exponent) = (slopes.terms[0].shift, slopes.terms[0].exponent)
    return shift.indices.map { row in
      guard reference[row].isFinite else { return 0 }
      let step = Double(exponent * reference[row]) - Double(shift[row])
      return step == 0 ? 1 : .exp(step)
    }
  }

  /// Takes out of what was gathered what does not matter to the complete sums.
  func prune(_ panel: Panel<Scalar>, slopes: RowSlopes<Scalar>, thresholds: [Double]) {
    panel.significantSums = Array(repeating: 0, count: range.count)
    guard let sparse = panel.sparse, sparse.count != nil else { return }
    for (index, reference) in panel.tileReferences.enumerated() {
      // A tile's exponentials are relative to what the reference was then.
      let steps = steps(from: reference, slopes: slopes)
      let threshold = steps.indices.map { row in
        steps[row] > 0
          ? Scalar(min(thresholds[row] / steps[row], Double(Scalar.greatestFiniteMagnitude)))
          : .infinity
      }
      let sums = sparse.prune(tile: index, threshold: threshold, on: engine.options.isa)
      for row in sums.indices { panel.significantSums[row] += steps[row] * sums[row] }
    }
  }

  /// Whether what was gathered is all there is, to rounding.
  func sparseIsEnough(_ slopes: RowSlopes<Scalar>) -> Bool {
    var sums = Array(repeating: 0.0, count: range.count)
    for panel in engine.panels {
      guard panel.sparse?.count != nil else { return false }
      for row in sums.indices { sums[row] += panel.significantSums[row] }
    }
    let pairCount = Double(range.count * problem.columnCount)
    guard
      engine.options.strategy == .sparse
        || Double(sparseCount) <= RowsEngine<Scalar, Function>.largestDensity * pairCount
    else { return false }
    let dropped = dropped(slopes)
    return sums.indices.allSatisfy {
      sums[$0] >= (1 - droppableShare) * slopes.sums[$0] + dropped[$0]
    }
  }

  /// How many exponentials were gathered.
  var sparseCount: Int { engine.panels.reduce(0) { $0 + ($1.sparse?.count ?? 0) } }

  /// As `accumulateGradients`, from what was gathered.
  func accumulateSparseGradients(
    of panel: Panel<Scalar>, slopes: RowSlopes<Scalar>, keyGradient: Block<Scalar>?,
    scratch: TileScratch<Scalar>
  ) {
    let (isa, scale) = (engine.options.isa, Scalar(problem.scale))
    panel.anchorGradient?.rows(0..<range.count).clear()
    for (index, tile) in panel.tiles.enumerated() {
      let keys = problem.keys[panel.array].rows.unit(tile, into: scratch.keys, on: isa)
      let factors = slopes.factors(relativeTo: panel.tileReferences[index]).map { scale * $0 }
      if let gradient = panel.anchorGradient?.rows(0..<range.count) {
        panel.sparse?.add(tile: index, factors: factors, keys: keys, to: gradient, on: isa)
      }
      if let gradient = keyGradient?.rows(tile) {
        panel.sparse?.addTransposed(
          tile: index, factors: factors, queries: anchors(of: panel), to: gradient, on: isa)
      }
      addPositives(to: keyGradient, tile: tile, of: panel, slopes: slopes)
    }
  }
}
