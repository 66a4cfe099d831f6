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
  private var droppableShare: Double { 2 * Double(Scalar.ulpOfOne) * problem.scale }

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

  /// Takes out of what was gathered what does not matter to the complete sums.
  func prune(_ panel: Panel<Scalar>, slopes: RowSlopes<Scalar>) {
    panel.significantSums = Array(repeating: 0, count: range.count)
    guard let sparse = panel.sparse, sparse.count != nil else { return }
    let (shift, exponent) = (slopes.terms[0].shift, slopes.terms[0].exponent)
    for (index, reference) in panel.tileReferences.enumerated() {
      // A tile's exponentials are relative to what the maximum was then.
      let steps = shift.indices.map { row in
        reference[row].isFinite
          ? Double.exp(Double(exponent * reference[row]) - Double(shift[row])) : 0
      }
      let threshold = steps.indices.map { row in
        steps[row] > 0
          ? Scalar(
            min(
              slopes.sums[row] * Double(Scalar.ulpOfOne) / 2 / steps[row],
              Double(Scalar.greatestFiniteMagnitude))) : .infinity
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
    return sums.indices.allSatisfy { sums[$0] >= (1 - droppableShare) * slopes.sums[$0] }
  }

  /// How many exponentials were gathered.
  var sparseCount: Int { engine.panels.reduce(0) { $0 + ($1.sparse?.count ?? 0) } }

  /// As `accumulateGradients`, from what was gathered.
  func accumulateSparseGradients(
    of panel: Panel<Scalar>, slopes: RowSlopes<Scalar>, keyGradient: Block<Scalar>?,
    scratch: TileScratch<Scalar>
  ) {
    let (isa, scale) = (engine.options.isa, Scalar(problem.scale))
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
