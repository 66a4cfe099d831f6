import ContrastiveEmbeddings
import ContrastiveKernels
import ContrastiveSimilarity

/// What the passes' gradients have in common.
extension RowBlock {
  /// Adds dL/dz·q̃ of the columns of a tile that are no negatives to the keys' gradient.
  func addExceptionsToKeys(
    in tile: Range<Int>, of panel: Panel, slopes: RowSlopes, gradient keyGradient: Block<Scalar>?
  ) {
    guard let gradient = keyGradient?.rows(tile) else { return }
    let anchors = anchors(of: panel)
    forEachException(in: tile, of: panel) { row, column, isPositive in
      let slope = slope(row, tile.lowerBound + column, isPositive: isPositive, slopes)
      guard slope != 0 else { return }
      gradient.rows(column..<column + 1).add(
        anchors.rows(row..<row + 1), times: [slope], on: context.isa)
    }
  }

  /// Puts dL/d(product) of the columns of a tile that are no negatives into its weights.
  ///
  /// - Parameter mapSlopes: dz/dc of the tile, where a map leads from cosine to logit.
  func setExceptions(
    in weights: Block<Scalar>, _ tile: Range<Int>, of panel: Panel, slopes: RowSlopes,
    mapSlopes: Block<Scalar>?
  ) {
    forEachException(in: tile, of: panel) { row, column, isPositive in
      var slope = slope(row, tile.lowerBound + column, isPositive: isPositive, slopes)
      // A slope of 0 stays 0 where the map's is infinite.
      if let mapSlopes, slope != 0 { slope *= Double(mapSlopes[row, column]) }
      weights[row, column] = Scalar(slope)
    }
  }

  /// dL/dz of a column that is no negative, less what `TotalSlopes` adds to all columns.
  private func slope(
    _ row: Int, _ column: Int, isPositive: Bool, _ slopes: RowSlopes
  ) -> Double {
    let total = problem.function.usesTotals ? slopes.totals[row] : 0
    guard isPositive else { return -total }
    guard let table else { return slopeByProduct(row, slopes) - total }
    let first = table.range(ofAnchor: range.lowerBound).lowerBound
    let place = table.index(anchor: range.lowerBound + row, positive: column)
    return slopes.positives[place - first] - total
  }

  /// Adds up the panels' parts of the anchors' gradients, and the part of the columns that are no negatives.
  ///
  /// - Parameter includesExceptions: Whether the parts have these columns already.
  /// - Parameter parts: By panel, what its part is to be multiplied by, row by row; `nil` where it has none.
  func finishGradients(
    slopes: RowSlopes, parts: [[Double]?], includesExceptions: Bool, keySums: KeySums<Scalar>?,
    in gradients: GradientBlocks<Scalar>
  ) {
    let isa = context.isa
    let scales = range.map { problem.scales[$0] }
    // Single positives are one addition of rows.
    let addsPositives =
      if case .array = problem.candidates.positives { true } else {
        positives != nil && !includesExceptions
      }
    let single = addsPositives ? (0..<count).map { slopeByProduct($0, slopes) } : []
    let addsExceptions = !includesExceptions && (table != nil || problem.function.usesTotals)
    let chunks = context.chunks(of: 0..<count)
    Workers.forEach(chunks.count, threads: context.threads) { _, item in
      let rows = chunks[item]
      let own = range.lowerBound + rows.lowerBound..<range.lowerBound + rows.upperBound
      for (panel, factors) in zip(context.panels, parts) {
        guard let factors, let part = anchorPart(of: panel)?.rows(rows) else { continue }
        gradients.anchors(problem.keys[panel.array].anchor)?.rows(own).add(
          part, times: rows.map { factors[$0] * scales[$0] }, on: isa)
      }
      if addsPositives, let positives {
        gradients.queries?.rows(own).add(
          positives.rows(rows), times: rows.map { single[$0] * scales[$0] }, on: isa)
        gradients.positives?.rows(own).add(
          queries.rows(rows), times: Array(single[rows]), on: isa)
      }
      if let keySums, problem.function.usesTotals {
        keySums.add(slopes.totals, times: scales, rows: rows, of: self, to: gradients)
      }
      if addsExceptions {
        addExceptionsToAnchors(rows, slopes: slopes, scales: scales, in: gradients)
      }
    }
  }

  /// Adds s·dL/dz·k̂ of the columns that are no negatives, one by one, to the anchors' gradients: those of several
  /// positives, and what slopes by Σz added too much.
  private func addExceptionsToAnchors(
    _ rows: Range<Int>, slopes: RowSlopes, scales: [Double], in gradients: GradientBlocks<Scalar>
  ) {
    let scratch = Block<Scalar>(rowCount: 1, columnCount: context.dimension)
    for keys in problem.keys {
      guard let target = gradients.anchors(keys.anchor), keys.hasExceptions else { continue }
      for row in rows {
        let anchor = range.lowerBound + row
        keys.forEachException(ofRow: anchor, in: 0..<keys.rows.rowCount) { column, isPositive in
          var slope = slope(row, column, isPositive: isPositive, slopes)
          // A single positive has been added with the others.
          if isPositive, table == nil { slope -= slopeByProduct(row, slopes) }
          guard slope != 0 else { return }
          let key = keys.rows.unit(column..<column + 1, into: scratch, on: context.isa)
          target.rows(anchor..<anchor + 1).add(key, times: [scales[row] * slope], on: context.isa)
        }
      }
    }
  }
}
