import ContrastiveKernels

extension RowBlock {
  /// Sets a tile's logits of negatives, and −∞ for what is none, which its panel's part takes note of: how every pass
  /// over the tiles begins.
  func setNegatives(
    _ logits: Block<Scalar>, _ tile: Range<Int>, of panel: Panel, keys: Block<Scalar>,
    noting part: inout PanelPart
  ) {
    part.note(keys, on: context.isa)
    setLogits(logits, of: panel, keys: keys)
    forEachException(in: tile, of: panel) { row, column, isPositive in
      let logit = logits[row, column]
      if context.needsTotals { part.exceptionSums[row] += Double(logit) }
      logits[row, column] = -.infinity
      guard isPositive, let table else { return }
      table[table.index(anchor: range.lowerBound + row, positive: tile.lowerBound + column)] = logit
    }
  }

  /// Sets them again, with nothing to note.
  ///
  /// - Parameter slopes: Where the slopes of the map from cosine to logit go.
  func setNegativesAgain(
    _ logits: Block<Scalar>, _ tile: Range<Int>, of panel: Panel, keys: Block<Scalar>,
    slopes: Block<Scalar>?
  ) {
    setLogits(logits, of: panel, keys: keys, slopes: slopes)
    exclude(from: logits, tile, of: panel)
  }

  private func setLogits(
    _ logits: Block<Scalar>, of panel: Panel, keys: Block<Scalar>, slopes: Block<Scalar>? = nil
  ) {
    context.products.setLogits(logits, of: anchorFactors(of: panel), and: keys)
    logits.keepLargest(ofEach: problem.keys[panel.array].groupSize)
    if problem.map != .identity {
      logits.setMapped(by: problem.map, slopes: slopes, on: context.isa)
    }
  }

  /// Makes −∞ of the logits of a tile that are no negatives.
  func exclude(from logits: Block<Scalar>, _ tile: Range<Int>, of panel: Panel) {
    forEachException(in: tile, of: panel) { row, column, _ in logits[row, column] = -.infinity }
  }

  /// Calls `body` for the elements of a tile that are no negatives.
  func forEachException(
    in tile: Range<Int>, of panel: Panel,
    _ body: (_ row: Int, _ column: Int, _ isPositive: Bool) -> Void
  ) {
    let keys = problem.keys[panel.array]
    guard keys.hasExceptions else { return }
    for row in 0..<count {
      keys.forEachException(ofRow: range.lowerBound + row, in: tile) { column, isPositive in
        body(row, column - tile.lowerBound, isPositive)
      }
    }
  }
}
