import ContrastiveEmbeddings
import ContrastiveKernels
import ContrastiveSimilarity

/// Tiles for the sums, and tiles again for the gradient: kept, as logits or as exponentials, or computed again.
struct DensePass<Scalar: EmbeddingScalar>: Sendable {
  private let context: OneWayContext<Scalar>

  /// Room for the logits of a row block; `nil` where they are computed again.
  let kept: Block<Scalar>?

  /// Room for the anchors times their rows' factors.
  private let weightedQueries: Block<Scalar>?
  private let weightedPositives: Block<Scalar>?

  /// What is in the kept tiles after the first phase.
  enum Content: Sendable {
    case nothing
    case logits
    /// exp(u), by panel and tile relative to these shifts.
    case exponentials(shifts: [[[Double]]])
    /// exp(u) relative to shifts that are the same in all tiles.
    case equallyShiftedExponentials
  }

  /// - Parameter keeps: Whether tiles are kept.
  init(_ context: OneWayContext<Scalar>, keeps: Bool) {
    self.init(
      context,
      kept: keeps
        ? context.options.block(
          rowCount: context.tiling.rows, columnCount: context.problem.candidates.columnCount,
          padded: true) : nil)
  }

  /// - Parameter kept: Room for the logits of a row block, or what another pass has left in it.
  init(_ context: OneWayContext<Scalar>, kept: Block<Scalar>?) {
    self.context = context
    self.kept = kept
    let (problem, options, rows) = (context.problem, context.options, context.tiling.rows)
    let weighs = kept != nil && context.exponents.count == 1 && context.shift.isGiven
    func weighted(_ isWanted: Bool) -> Block<Scalar>? {
      weighs && isWanted ? options.block(rowCount: rows, columnCount: context.dimension) : nil
    }
    weightedQueries = weighted(true)
    weightedPositives = weighted(problem.candidates.anchorsArePositives)
  }

  /// Whether the sums leave exponentials where the logits were. Two exponents need the logits.
  private var storesExponentials: Bool { kept != nil && context.exponents.count == 1 }

  private func logits(
    of tile: Range<Int>, in panel: Panel, of block: RowBlock<Scalar>, worker: Int
  ) -> Block<Scalar> {
    guard let kept else {
      return context.scratch[worker].logits.rows(0..<block.count).columns(0..<tile.count)
    }
    return kept.rows(0..<block.count).columns(panel.place(of: tile))
  }

  // MARK: Sums

  func statistics(
    of block: RowBlock<Scalar>
  ) throws(ContrastiveError) -> (parts: [PanelPart], content: Content) {
    let outcomes = try context.mapPanels {
      worker, panel throws(ContrastiveError) -> (part: PanelPart, shifts: [[Double]]) in
      var part = block.emptyPart()
      var shifts: [[Double]] = []
      for tile in panel.tiles {
        try context.work.checkCancellation()
        let keys = context.keys(tile, of: panel, worker: worker)
        let logits = logits(of: tile, in: panel, of: block, worker: worker)
        block.setNegatives(logits, tile, of: panel, keys: keys, noting: &part)
        part.statistics.addDetail(
          logits,
          fromColumn: context.problem.detail.firstColumn + panel.place(of: tile).lowerBound,
          workspace: context.options.workspace, on: context.isa)
        part.statistics.add(
          logits, bias: context.biases(tile, of: panel), storing: storesExponentials,
          on: context.isa)
        if storesExponentials, !context.shift.isGiven {
          shifts.append(part.statistics.shifts[0])
        }
      }
      return (part, shifts)
    }
    let content: Content =
      kept == nil
      ? .nothing
      : !storesExponentials
        ? .logits
        : context.shift.isGiven
          ? .equallyShiftedExponentials : .exponentials(shifts: outcomes.map(\.shifts))
    return (outcomes.map(\.part), content)
  }

  // MARK: The gradients

  /// Adds a row block's part of the gradients.
  ///
  /// Kept exponentials E of one shift are the weights but for a factor c per row, which goes to
  /// where it is cheaper: with W = diag(c)·E, the keys' part Wᵀ·q̃ is Eᵀ·(c∘q̃), and the queries' part
  /// W·k̂ is c∘(E·k̂), whose factors wait until the panels' parts are added up.
  func addGradients(
    of block: RowBlock<Scalar>, content: Content, slopes: RowSlopes, keySums: KeySums<Scalar>?,
    to gradients: GradientBlocks<Scalar>
  ) throws(ContrastiveError) {
    let includesExceptions =
      block.table != nil && !addsPositivesApart(of: block) || context.problem.function.usesTotals
    let isWeighted =
      if case .equallyShiftedExponentials = content { !includesExceptions } else { false }
    if isWeighted {
      for (weighted, anchor) in [
        (weightedQueries, Candidates<Scalar>.Anchor.queries), (weightedPositives, .positives),
      ] {
        guard let weighted = weighted?.rows(0..<block.count) else { continue }
        weighted.copy(block.anchors(anchor))
        weighted.scaleRows(by: slopes.terms[0].factor, on: context.isa)
      }
    }
    // A factor of all tiles' gradients by keys.
    let anchors = context.anchorFactors { anchor in
      guard isWeighted else { return block.anchors(anchor) }
      let weighted = anchor == .queries ? weightedQueries : weightedPositives
      return weighted?.rows(0..<block.count) ?? block.anchors(anchor)
    }
    _ = try context.mapPanels { worker, panel throws(ContrastiveError) in
      try addGradients(
        of: panel, block: block, content: content, slopes: slopes, anchors: anchors[panel.index],
        includesExceptions: includesExceptions, to: gradients, worker: worker)
    }
    let ones = Array(repeating: 1.0, count: block.count)
    let factors = isWeighted ? slopes.terms[0].factor : ones
    block.finishGradients(
      slopes: slopes, parts: context.panels.map { _ in factors },
      includesExceptions: includesExceptions, keySums: keySums, in: gradients)
  }

  /// Whether several positives, each much of its row's gradient, are no part of products that round them.
  private func addsPositivesApart(of block: RowBlock<Scalar>) -> Bool {
    context.products.roundsGradients && context.problem.map == .identity
      && block.table?.areFew(anchorCount: context.problem.queries.rowCount) ?? false
  }

  private func addGradients(
    of panel: Panel, block: RowBlock<Scalar>, content: Content, slopes: RowSlopes,
    anchors: GradientFactor<Scalar>?, includesExceptions: Bool,
    to gradients: GradientBlocks<Scalar>, worker: Int
  ) throws(ContrastiveError) {
    let part = block.anchorPart(of: panel)
    let keyGradient = gradients.keys[panel.array]
    for (index, tile) in panel.tiles.enumerated() {
      try context.work.checkCancellation()
      let weights = logits(of: tile, in: panel, of: block, worker: worker)
      let needsKeys = part != nil || kept == nil
      let keys = needsKeys ? context.keys(tile, of: panel, worker: worker) : nil
      switch content {
      case .nothing:
        if let keys { recomputeWeights(weights, tile, panel, block, keys, slopes, worker: worker) }
      case .logits:
        weights.setWeights(slopes.terms, bias: context.biases(tile, of: panel), on: context.isa)
      case .exponentials(let shifts):
        weights.scaleRows(
          by: slopes.factors(relativeTo: shifts[panel.index][index]), on: context.isa)
      case .equallyShiftedExponentials where includesExceptions:
        weights.scaleRows(by: slopes.terms[0].factor, on: context.isa)
      case .equallyShiftedExponentials: break
      }
      if includesExceptions {
        block.setExceptions(
          in: weights, tile, of: panel, slopes: slopes,
          mapSlopes: mapSlopes(tile, of: block, worker: worker))
      }
      if let gradient = keyGradient?.rows(tile), let anchors {
        context.products.setGradient(
          gradient, weights, anchors, transposingLeft: true, accumulating: !block.isFirst)
        if !includesExceptions {
          block.addExceptionsToKeys(in: tile, of: panel, slopes: slopes, gradient: keyGradient)
        }
      }
      if let keys, let part {
        context.products.setGradient(part, weights, keys, accumulating: index > 0)
      }
    }
  }

  /// Where the slopes of a tile's map are, of the tile that was computed last.
  private func mapSlopes(
    _ tile: Range<Int>, of block: RowBlock<Scalar>, worker: Int
  ) -> Block<Scalar>? {
    context.scratch[worker].slopes?.rows(0..<block.count).columns(0..<tile.count)
  }

  /// Computes a tile again, up to its weights dL/d(product).
  private func recomputeWeights(
    _ weights: Block<Scalar>, _ tile: Range<Int>, _ panel: Panel, _ block: RowBlock<Scalar>,
    _ keys: Block<Scalar>, _ slopes: RowSlopes, worker: Int
  ) {
    let mapSlopes = mapSlopes(tile, of: block, worker: worker)
    block.setNegativesAgain(weights, tile, of: panel, keys: keys, slopes: mapSlopes)
    weights.setWeights(slopes.terms, bias: context.biases(tile, of: panel), on: context.isa)
    guard let mapSlopes else { return }
    weights.multiply(by: mapSlopes, on: context.isa)
    // The weight 0 of what is no negative, times a slope that may be infinite.
    block.forEachException(in: tile, of: panel) { row, column, _ in weights[row, column] = 0 }
  }
}
