import ContrastiveEmbeddings
import ContrastiveKernels
import ContrastiveSimilarity

/// Of every anchor, what its exponentials are to be multiplied by to be d/d(what tiles hold).
struct MutualWeights: Sendable {
  private let shift: [Double]
  private let factor: [Double]
  private let scales: [Double]?

  init(_ slopes: RowSlopes, scales: RowScales) {
    shift = slopes.terms[0].shift
    guard case .each(let each) = scales else {
      (factor, self.scales) = (slopes.terms[0].factor, nil)
      return
    }
    // dz/dcos = s.
    factor = zip(slopes.terms[0].factor, each).map(*)
    self.scales = each
  }

  /// Of rows that have been evaluated, and then of columns.
  init(shift: [Double], factor: [Double]) {
    (self.shift, self.factor, scales) = (shift, factor, nil)
  }

  func term(_ anchors: Range<Int>) -> MutualTerm {
    MutualTerm(shift: shift[anchors], factor: factor[anchors], scale: scales?[anchors])
  }
}

extension MutualEngine {
  /// Turns a tile's logits, or exponentials, into dL/d(what it held), of both its rows and its columns.
  private func setWeights(
    _ tile: Block<Scalar>, columns: Range<Int>, of block: MutualRowBlock<Scalar>,
    terms: MutualWeights
  ) {
    let first = problem.columnAnchors.lowerBound
    let anchors = first + columns.lowerBound..<first + columns.upperBound
    let content: MutualContent =
      !shift.isShared ? .logits : keepsExponentials ? .exponentials : .equallyShiftedLogits
    tile.setMutualWeights(
      content, rows: terms.term(block.range), columns: terms.term(anchors), on: isa)
    forEachException(in: columns, of: block) { row, column, isPositive in
      guard isPositive else { return }
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

  /// Row blocks first: each turns its tiles into weights, and adds W·k to its own rows. Then blocks
  /// of columns, each adding Wᵀ·q to its own. Where the weights are one matrix, both are one product of a
  /// block, which sums in registers what a product for every tile would add up in memory. Threads share
  /// nothing that they write, and what is heaviest comes first.
  ///
  /// - Parameter accumulating: Whether rows have a gradient already, where one product of a block would set it.
  func addKeptGradients(
    _ terms: MutualWeights, rows: Block<Scalar>, columns: Block<Scalar>?,
    accumulating: Bool = false
  ) {
    Workers.forEach(rowBlocks.count, threads: options.threads) { worker, item in
      let block = rowBlocks[item]
      for tile in block.tiles {
        let weights = block.logits(of: tile, scratch: scratch[worker])
        setWeights(weights, columns: tile, of: block, terms: terms)
        guard problem.rowsNeedGradient, kept == nil else { continue }
        rows.rows(block.range).setProduct(
          weights, problem.candidates.rows(tile), scale: scale, accumulating: true)
      }
      if problem.rowsNeedGradient, let kept {
        rows.rows(block.range).setProduct(
          kept.rows(block.range), problem.candidates, scale: scale, accumulating: accumulating)
      }
    }
    guard problem.isTriangle || problem.columnsNeedGradient else { return }
    let columnBlocks =
      problem.isTriangle
      ? rowBlocks.map(\.range)
      : (0..<problem.candidates.rowCount).parts(of: rowBlocks[0].range.count)
    let target = columns ?? rows
    Workers.forEach(columnBlocks.count, threads: options.threads) { worker, item in
      let item = problem.isTriangle ? columnBlocks.count - 1 - item : item
      let own = columnBlocks[item]
      if let kept {
        target.rows(own).setProduct(
          kept.columns(own), problem.rows, transposingLeft: true, scale: scale)
        return
      }
      for block in problem.isTriangle ? rowBlocks[..<item] : rowBlocks[...] {
        target.rows(own).setProduct(
          block.logits(of: own, scratch: scratch[worker]), problem.rows.rows(block.range),
          transposingLeft: true, scale: scale, accumulating: true)
      }
    }
  }

  /// Row block after row block; threads share its tiles. A tile's columns are its thread's alone,
  /// its rows are added up at the end of the row block.
  func addRecomputedGradients(
    _ terms: MutualWeights, rows: Block<Scalar>, columns: Block<Scalar>?
  ) {
    let groupCount = options.shareCount
    let parts: [Block<Scalar>] = (0..<groupCount).map { _ in
      options.block(
        rowCount: rowBlocks.first?.range.count ?? 0, columnCount: rows.columnCount)
    }
    for block in rowBlocks {
      let own = problem.rows.rows(block.range)
      let groups = block.tiles.groups(groupCount)
      Workers.forEach(groups.count, threads: options.threads) { worker, item in
        let part = parts[item].rows(0..<block.range.count)
        for tile in groups[item] {
          let weights = block.logits(of: tile, scratch: scratch[worker])
          weights.setSimilarities(of: own, and: problem.candidates.rows(tile), scale: scale)
          forEachException(in: tile, of: block) { row, column, _ in
            weights[row, column] = -.infinity
          }
          setWeights(weights, columns: tile, of: block, terms: terms)
          if problem.rowsNeedGradient {
            part.setProduct(
              weights, problem.candidates.rows(tile), scale: scale,
              accumulating: tile != groups[item].first)
          }
          if problem.isTriangle ? !block.isSquare(tile) : problem.columnsNeedGradient {
            (columns ?? rows).rows(tile).setProduct(
              weights, own, transposingLeft: true, scale: scale, accumulating: true)
          }
        }
      }
      guard problem.rowsNeedGradient else { continue }
      for part in parts[..<groups.count] {
        rows.rows(block.range).add(part.rows(0..<block.range.count), on: isa)
      }
    }
  }
}
