import ContrastiveEmbeddings
import ContrastiveKernels
import ContrastiveSimilarity

/// Of every anchor, what its exponentials are to be multiplied by to be d/d(what tiles hold).
struct MutualWeights: Sendable {
  private let shift: [Double]
  private let factor: [Double]
  private let scales: [Double]?

  init(_ slopes: RowSlopes, scales: RowScales) {
    self.init(shift: slopes.terms[0].shift, factor: slopes.terms[0].factor, scales: scales)
  }

  /// Of rows that have been evaluated, and then of columns.
  init(shift: [Double], factor: [Double], scales: RowScales) {
    self.shift = shift
    guard case .each(let each) = scales else {
      (self.factor, self.scales) = (factor, nil)
      return
    }
    // dz/dcos = s.
    self.factor = zip(factor, each).map(*)
    self.scales = each
  }

  func term(_ anchors: Range<Int>) -> MutualTerm {
    MutualTerm(shift: shift[anchors], factor: factor[anchors], scale: scales?[anchors])
  }
}

extension MutualEngine {
  /// Turns a tile's logits, or exponentials, into dL/d(what it held), of both its rows and its columns.
  ///
  /// - Parameter mapSlopes: dz/dc of the tile, where a map led from cosine to logit.
  private func setWeights(
    _ tile: Block<Scalar>, columns: Range<Int>, of block: MutualRowBlock<Scalar>,
    terms: MutualWeights, mapSlopes: Block<Scalar>? = nil
  ) {
    let first = problem.columnAnchors.lowerBound
    let anchors = first + columns.lowerBound..<first + columns.upperBound
    let content: MutualContent =
      !shift.isShared
      ? .logits : keepsExponentials ? .equallyShiftedExponentials : .equallyShiftedLogits
    tile.setMutualWeights(
      content, rows: terms.term(block.range), columns: terms.term(anchors), on: isa)
    if let mapSlopes { tile.multiply(by: mapSlopes, on: isa) }
    forEachException(in: columns, of: block) { row, column, isPositive in
      guard isPositive, !addsPositivesApart else { return }
      let pair = self.anchors(row: row, column: column, tile: columns, block: block)
      let slopes = (
        positives[positives.index(anchor: pair.row, positive: pair.column)],
        positives[positives.index(anchor: pair.column, positive: pair.row)]
      )
      guard case .each(let scales) = problem.scales else {
        tile[row, column] = slopes.0 + slopes.1
        return
      }
      tile[row, column] =
        slopes.0 * Scalar(scales[pair.row]) + slopes.1 * Scalar(scales[pair.column])
    }
  }

  /// Adds both gradients, of tiles that are kept or computed again.
  ///
  /// - Parameters:
  ///   - columns: What kept tiles set, where one product has all of them, and others add to.
  ///   - setsRows: Whether the same goes for the rows.
  func addGradients(
    _ terms: MutualWeights, rows: Block<Scalar>, columns: Block<Scalar>?, setsRows: Bool
  ) throws(ContrastiveError) {
    if keepsTiles {
      try addKeptGradients(terms, rows: rows, columns: columns, setsRows: setsRows)
    } else {
      try addRecomputedGradients(terms, rows: rows, columns: columns)
    }
    addPositives(rows: rows, columns: columns)
  }

  /// Row blocks first: each turns its tiles into weights, and adds W·k to its own rows. Then blocks
  /// of columns, each adding Wᵀ·q to its own. Where the weights are one matrix, both are one product of a
  /// block, which sums in registers what a product for every tile would add up in memory. Threads share
  /// nothing that they write, and what is heaviest comes first.
  private func addKeptGradients(
    _ terms: MutualWeights, rows: Block<Scalar>, columns: Block<Scalar>?, setsRows: Bool
  ) throws(ContrastiveError) {
    let candidates =
      kept != nil && problem.rowsNeedGradient ? products.factor(problem.candidates) : nil
    try work.forEach(rowBlocks.count) { worker, item throws(ContrastiveError) in
      let block = rowBlocks[item]
      for tile in block.tiles {
        try work.checkCancellation()
        let weights = block.logits(of: tile, scratch: scratch[worker])
        setWeights(weights, columns: tile, of: block, terms: terms)
        guard problem.rowsNeedGradient, kept == nil else { continue }
        products.setGradient(
          rows.rows(block.range), weights, problem.candidates.rows(tile), scale: scale,
          accumulating: true)
      }
      if let candidates, let kept {
        products.setGradient(
          rows.rows(block.range), kept.rows(block.range), candidates, scale: scale,
          accumulating: !setsRows)
      }
    }
    guard problem.isTriangle || problem.columnsNeedGradient else { return }
    let columnBlocks =
      problem.isTriangle
      ? rowBlocks.map(\.range)
      : (0..<problem.candidates.rowCount).parts(of: rowBlocks[0].range.count)
    let target = columns ?? rows
    let factor = kept != nil ? products.factor(problem.rows) : nil
    try work.forEach(columnBlocks.count) { worker, item throws(ContrastiveError) in
      let item = problem.isTriangle ? columnBlocks.count - 1 - item : item
      let own = columnBlocks[item]
      if let factor, let kept {
        products.setGradient(
          target.rows(own), kept.columns(own), factor, transposingLeft: true, scale: scale)
        return
      }
      // A triangle: what has no factor keeps its tiles by row block, and only above the diagonal.
      for block in rowBlocks[..<item] {
        try work.checkCancellation()
        products.setGradient(
          target.rows(own), block.logits(of: own, scratch: scratch[worker]),
          problem.rows.rows(block.range), transposingLeft: true, scale: scale, accumulating: true)
      }
    }
  }

  /// Row block after row block; threads share its tiles. A tile's columns are its thread's alone,
  /// its rows are added up at the end of the row block.
  private func addRecomputedGradients(
    _ terms: MutualWeights, rows: Block<Scalar>, columns: Block<Scalar>?
  ) throws(ContrastiveError) {
    let groupCount = options.shareCount
    let parts: [Block<Scalar>] = (0..<groupCount).map { _ in
      options.block(
        rowCount: rowBlocks.first?.range.count ?? 0, columnCount: rows.columnCount)
    }
    for block in rowBlocks {
      let own = problem.rows.rows(block.range)
      let factors = products.rows(own)
      let groups = block.tiles.groups(groupCount)
      try work.forEach(groups.count) { worker, item throws(ContrastiveError) in
        let part = parts[item].rows(0..<block.range.count)
        for tile in groups[item] {
          try work.checkCancellation()
          let weights = block.logits(of: tile, scratch: scratch[worker])
          products.setLogits(
            weights, of: factors, and: problem.candidates.rows(tile), scale: scale)
          forEachException(in: tile, of: block) { row, column, _ in
            weights[row, column] = -.infinity
          }
          let mapSlopes = scratch[worker].slopes?.rows(0..<block.range.count)
            .columns(0..<tile.count)
          weights.setMapped(by: problem.map, slopes: mapSlopes, on: isa)
          setWeights(weights, columns: tile, of: block, terms: terms, mapSlopes: mapSlopes)
          if problem.rowsNeedGradient {
            products.setGradient(
              part, weights, problem.candidates.rows(tile), scale: scale,
              accumulating: tile != groups[item].first)
          }
          if problem.isTriangle ? !block.isSquare(tile) : problem.columnsNeedGradient {
            products.setGradient(
              (columns ?? rows).rows(tile), weights, own, transposingLeft: true, scale: scale,
              accumulating: true)
          }
        }
      }
      guard problem.rowsNeedGradient else { continue }
      for part in parts[..<groups.count] {
        rows.rows(block.range).add(part.rows(0..<block.range.count), on: isa)
      }
    }
  }

  /// Whether positives, each much of its anchor's gradient, are no part of products that round them.
  private var addsPositivesApart: Bool {
    products.roundsGradients && problem.hasPositives
      && positives.areFew(anchorCount: problem.anchorCount)
  }

  /// Adds the parts of positives, where products leave them out.
  private func addPositives(rows: Block<Scalar>, columns: Block<Scalar>?) {
    guard addsPositivesApart else { return }
    let first = problem.columnAnchors.lowerBound
    @Sendable func slope(row: Int, column: Int) -> Double {
      let other = first + column
      return Double(positives[positives.index(anchor: row, positive: other)]) * problem.scales[row]
        + Double(positives[positives.index(anchor: other, positive: row)]) * problem.scales[other]
    }
    // Each side by itself, so that no two threads add to one row. Of a batch against itself the pair comes round again
    // from its other side.
    func add(_ target: Block<Scalar>, isOfRows: Bool) {
      let (roles, others) = (
        isOfRows ? problem.roles : problem.columnRoles,
        isOfRows ? problem.candidates : problem.rows
      )
      let chunks = (0..<target.rowCount).parts(of: 256)
      Workers.forEach(chunks.count, threads: options.threads) { _, item in
        for row in chunks[item] {
          roles.forEachException(ofRow: row, in: 0..<others.rowCount) { other, isPositive in
            guard isPositive else { return }
            let slope =
              isOfRows ? slope(row: row, column: other) : slope(row: other, column: row)
            target.rows(row..<row + 1).add(
              others.rows(other..<other + 1), times: [slope], on: isa)
          }
        }
      }
    }
    if problem.rowsNeedGradient { add(rows, isOfRows: true) }
    if !problem.isTriangle, problem.columnsNeedGradient, let columns {
      add(columns, isOfRows: false)
    }
  }
}
