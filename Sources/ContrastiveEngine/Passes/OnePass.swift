import ContrastiveEmbeddings
import ContrastiveKernels

/// Against constant keys: the queries' gradient is accumulated along with the sums, as online softmax does,
/// and rescaled where a row's running maximum moves.
///
/// At small temperatures only the exponentials of a tile that matter enter, one by one, where these are few; and
/// where tiles are screened, only these are computed.
struct OnePass<Scalar: EmbeddingScalar>: Sendable {
  private let context: OneWayContext<Scalar>
  private let screener: Screener<Scalar>?

  /// By panel, room for a tile's exponentials that matter; `nil` where all of them are multiplied.
  private let sparse: [SparseWeights<Scalar>]?

  /// By panel: when to screen again after a tile for which it did not pay.
  private let backOffs: [BackOffBox]

  init(
    _ context: OneWayContext<Scalar>, screener: Screener<Scalar>?,
    sparse: [SparseWeights<Scalar>]?
  ) {
    self.context = context
    self.screener = screener
    self.sparse = sparse
    backOffs = context.panels.map { _ in BackOffBox() }
  }

  /// What a panel comes to: its sums, and in its part of the anchors' gradient Σ exp(u)·k̂.
  struct Part: Sendable {
    var panel: PanelPart
    var dropped: DroppedSums

    /// How many weights the gradient took up, of how many pairs.
    var weights = (0, of: 0)
  }

  func statistics(of block: RowBlock<Scalar>) throws(ContrastiveError) -> [Part] {
    try context.mapPanels { worker, panel throws(ContrastiveError) in
      var part = Part(panel: block.emptyPart(), dropped: DroppedSums(rowCount: block.count))
      let gradient = block.anchorPart(of: panel)
      // A tile of which only some weights enter adds to what is there, be it the first.
      let addsToAll = sparse != nil
      if addsToAll { gradient?.clear() }
      for (index, tile) in panel.tiles.enumerated() {
        try context.work.checkCancellation()
        let keys = context.keys(tile, of: panel, worker: worker)
        part.weights.of += block.count * tile.count
        if index > 0, let screener, let sparse = sparse?[panel.index] {
          let backOff = backOffs[panel.index]
          if backOff.value.isDue() {
            let isDone = screener.add(
              index, of: panel, of: block, keys: keys, sparse: sparse, to: &part,
              gradient: gradient, worker: worker)
            backOff.value.note(success: isDone)
            if isDone { continue }
          }
        }
        add(
          tile, of: panel, of: block, keys: keys, to: &part, gradient: gradient,
          accumulating: addsToAll || index > 0, worker: worker)
      }
      return part
    }
  }

  private func add(
    _ tile: Range<Int>, of panel: Panel, of block: RowBlock<Scalar>, keys: Block<Scalar>,
    to part: inout Part, gradient: Block<Scalar>?, accumulating: Bool, worker: Int
  ) {
    let isa = context.isa
    let logits = context.scratch[worker].logits.rows(0..<block.count).columns(0..<tile.count)
    block.setNegatives(logits, tile, of: panel, keys: keys, noting: &part.panel)
    let before = sparse == nil ? [] : part.panel.statistics.sums[0].sum
    let rescaling = part.panel.statistics.add(
      logits, bias: context.biases(tile, of: panel), storing: gradient != nil, on: isa)
    guard let gradient else {
      part.weights.0 += block.count * tile.count
      return
    }
    if let rescaling {
      gradient.scaleRows(by: rescaling, on: isa)
      part.dropped.multiply(by: rescaling)
    }
    if let sparse = sparse?[panel.index],
      addSignificant(
        logits, keys: keys, before: before, rescaling: rescaling, sparse: sparse, block: block,
        to: &part, gradient: gradient)
    {
      return
    }
    part.weights.0 += block.count * tile.count
    context.products.setGradient(gradient, logits, keys, accumulating: accumulating)
  }

  /// Adds exp(u)·k̂ for the exponentials of one tile that matter.
  ///
  /// - Parameter before: The sums without this tile.
  /// - Returns: Whether that was done: not if they are many, or the others add up to too much.
  private func addSignificant(
    _ exponentials: Block<Scalar>, keys: Block<Scalar>, before: [Double], rescaling: [Double]?,
    sparse: SparseWeights<Scalar>, block: RowBlock<Scalar>, to part: inout Part,
    gradient: Block<Scalar>
  ) -> Bool {
    let significance = Significance(of: block)
    let sums = part.panel.statistics.sums[0].sum
    sparse.reset()
    sparse.append(exponentials, threshold: significance.least(of: sums), on: context.isa)
    var bounds = part.dropped.bounds
    for row in bounds.indices {
      let ofTile = sums[row] - before[row] * (rescaling?[row] ?? 1)
      bounds[row] += max(0, ofTile - sparse.tileSums[row])
    }
    guard let count = sparse.count,
      bounds.indices.allSatisfy({
        bounds[$0] <= significance.droppableShare(ofRow: $0) * sums[$0]
      })
    else { return false }
    part.dropped.bounds = bounds
    part.weights.0 += count
    sparse.add(tile: 0, factors: nil, keys: keys, to: gradient, on: context.isa)
    return true
  }

  /// Multiplies what was accumulated by the rows' factors, and adds it to the gradient.
  func addGradients(
    of block: RowBlock<Scalar>, parts: [Part], slopes: RowSlopes, keySums: KeySums<Scalar>?,
    to gradients: GradientBlocks<Scalar>
  ) {
    block.finishGradients(
      slopes: slopes,
      parts: parts.map { slopes.factors(relativeTo: $0.panel.statistics.shifts[0]) },
      includesExceptions: false, keySums: keySums, in: gradients)
  }
}
