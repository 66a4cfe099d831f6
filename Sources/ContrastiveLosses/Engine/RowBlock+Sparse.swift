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

  /// Of every row, half an ε of its complete sum, relative to its final shift.
  func roundings(_ slopes: RowSlopes<Scalar>) -> [Double] {
    slopes.sums.map { $0 * Double(Scalar.ulpOfOne) / 2 }
  }

  /// Adds up what of a screened panel is below the roundings.
  func addInsignificant(of panel: Panel<Scalar>, slopes: RowSlopes<Scalar>) {
    panel.insignificantSums = Array(repeating: 0, count: range.count)
    let roundings = roundings(slopes)
    // All tiles of a screened panel have the final shifts, but for a rounding.
    let steps = steps(from: panel.sums.reference, slopes: slopes)
    let threshold = thresholds(roundings, steps: steps)
    for index in panel.tileReferences.indices {
      panel.sparse?.addSums(
        tile: index, below: threshold, to: &panel.insignificantSums, on: engine.options.isa)
    }
    for row in steps.indices { panel.insignificantSums[row] *= steps[row] }
  }

  /// Of every row, what an exponential must reach to stay, relative to the row's final shift.
  ///
  /// The rounding of the complete sum. Where logits were screened, some of what may be left out is
  /// used up, and if what is below would be more than remains of it, so many times less that it is not.
  func pruningThresholds(_ slopes: RowSlopes<Scalar>) -> [Double] {
    let roundings = roundings(slopes)
    guard isScreened else { return roundings }
    let dropped = dropped(slopes).bounds
    var counts = Array(repeating: 0, count: range.count)
    for panel in engine.panels { panel.sparse?.addCounts(to: &counts) }
    return roundings.indices.map { row in
      let left = max(0, droppableShare * slopes.sums[row] - dropped[row])
      let below = engine.panels.reduce(0) { $0 + $1.insignificantSums[row] }
      return below <= left ? roundings[row] : min(roundings[row], left / Double(counts[row]))
    }
  }

  /// Thresholds relative to final shifts, for exponentials relative to others.
  private func thresholds(_ final: [Double], steps: [Double]) -> [Scalar] {
    steps.indices.map { row in
      steps[row] > 0
        ? Scalar(min(final[row] / steps[row], Double(Scalar.greatestFiniteMagnitude)))
        : .infinity
    }
  }

  /// Of every row, the sum of the exponentials that come from approximate logits, relative to the
  /// row's final shift, and what it is at the most.
  private func dropped(_ slopes: RowSlopes<Scalar>) -> (sums: [Double], bounds: [Double]) {
    var sums = Array(repeating: 0.0, count: range.count)
    var bounds = sums
    for panel in engine.panels {
      let steps = steps(from: panel.sums.reference, slopes: slopes)
      for row in sums.indices {
        sums[row] += steps[row] * panel.approximate[row]
        bounds[row] += steps[row] * panel.dropped[row]
      }
    }
    return (sums, bounds)
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
      let threshold = self.thresholds(thresholds, steps: steps)
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
    return sums.indices.allSatisfy { row in
      let pruned = slopes.sums[row] - dropped.sums[row] - sums[row]
      // What was pruned to be just little enough is so to rounding.
      return pruned + dropped.bounds[row] <= droppableShare * slopes.sums[row] * (1 + 1e-3)
    }
  }

  /// How many exponentials were gathered.
  var sparseCount: Int { engine.panels.reduce(0) { $0 + ($1.sparse?.count ?? 0) } }

  /// As `accumulateGradients`, from what was gathered, and straight into the result: threads share
  /// the rows, and the panels.
  func addSparseGradients(slopes: RowSlopes<Scalar>, to result: RowsResult<Scalar>) {
    let threads = engine.options.threads
    // A key's row is read once for every share of the rows.
    let perShare = max(64, (range.count + threads - 1) / threads)
    let shares = stride(from: 0, to: range.count, by: perShare).map {
      $0..<min($0 + perShare, range.count)
    }
    let work =
      shares.map { SparseGradientWork.rows($0) } + engine.panels.map { .keys($0) }
    let run: @Sendable (ArraySlice<SparseGradientWork<Scalar>>) -> Void = { work in
      Workers.forEach(work.count, threads: threads) { worker, item in
        let scratch = engine.scratch[worker]
        switch work[work.startIndex + item] {
        case .rows(let rows):
          addSparseGradient(toAnchors: rows, slopes: slopes, in: result, scratch: scratch)
        case .keys(let panel):
          addSparseGradient(
            toKeysOf: panel, slopes: slopes, gradient: result.keyGradients[panel.array],
            scratch: scratch)
        }
      }
    }
    if engine.anchorsArePositives {
      // Positives may be among the keys: their gradients are the same rows.
      run(work[..<shares.count])
      run(work[shares.count...])
    } else {
      run(work[...])
    }
  }

  private func addSparseGradient(
    toAnchors rows: Range<Int>, slopes: RowSlopes<Scalar>, in result: RowsResult<Scalar>,
    scratch: TileScratch<Scalar>
  ) {
    let (isa, scale) = (engine.options.isa, Scalar(problem.scale))
    let own = range.lowerBound + rows.lowerBound..<range.lowerBound + rows.upperBound
    for panel in engine.panels {
      guard panel.anchorGradient != nil,
        let gradient = gradient(ofAnchorsOf: panel, in: result)?.rows(own)
      else { continue }
      for (index, tile) in panel.tiles.enumerated() {
        let keys = problem.keys[panel.array].rows.unit(tile, into: scratch.keys, on: isa)
        let factors = slopes.factors(relativeTo: panel.tileReferences[index])[rows]
        panel.sparse?.add(
          tile: index, rows: rows, factors: factors.map { scale * $0 }, keys: keys, to: gradient,
          on: isa)
      }
    }
  }

  private func addSparseGradient(
    toKeysOf panel: Panel<Scalar>, slopes: RowSlopes<Scalar>, gradient: Block<Scalar>?,
    scratch: TileScratch<Scalar>
  ) {
    guard let gradient else { return }
    let (isa, scale) = (engine.options.isa, Scalar(problem.scale))
    for (index, tile) in panel.tiles.enumerated() {
      let factors = slopes.factors(relativeTo: panel.tileReferences[index]).map { scale * $0 }
      panel.sparse?.addTransposed(
        tile: index, factors: factors, queries: anchors(of: panel), to: gradient.rows(tile),
        on: isa)
      addPositives(to: gradient, tile: tile, of: panel, slopes: slopes)
    }
  }
}

/// What one thread at a time adds to the gradients.
private enum SparseGradientWork<Scalar: EmbeddingScalar>: Sendable {
  case rows(Range<Int>)
  case keys(Panel<Scalar>)
}
