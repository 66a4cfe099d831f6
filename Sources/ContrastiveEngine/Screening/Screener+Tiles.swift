import ContrastiveKernels
import RealModule

/// What screening does with a tile.
extension Screener {
  /// Sets the approximations of a tile's logits.
  func approximate(
    _ logits: Block<Scalar>, ofTile index: Int, of panel: Panel, of block: RowBlock<Scalar>,
    noting part: inout PanelPart, worker: Int
  ) {
    guard let anchors = block.anchorCodes(of: panel),
      let keys = codes.codes(ofTile: index, of: panel, noting: &part, worker: worker)
    else { return }
    Codes.setSimilarities(of: anchors, and: keys, scale: 1, in: logits, on: isa)
    block.exclude(from: logits, panel.tiles[index], of: panel)
  }

  func screening(
    _ known: Known, ofTile index: Int, of panel: Panel, block: RowBlock<Scalar>
  ) -> Screening<Scalar> {
    Screening(
      rowMargins: known.rowMargins,
      columnMargins: columnMargins(ofTile: index, of: panel, block: block),
      thresholds: known.thresholds, negligible: negligible)
  }

  /// Brings all that is relative to a panel's shifts to larger ones.
  func raise(
    _ part: inout PanelPart, _ dropped: inout DroppedSums, to larger: [Double],
    gradient: Block<Scalar>?
  ) {
    guard let rescaling = part.statistics.raise(to: larger, as: Scalar.self) else { return }
    dropped.multiply(by: rescaling)
    gradient?.scaleRows(by: rescaling, on: isa)
  }

  /// Lists those of a tile's approximate logits that may matter, if that pays.
  ///
  /// - Parameter share: Of so many logits one may be listed.
  /// - Returns: The sums over the others.
  func append(
    _ logits: Block<Scalar>, to list: SparseWeights<Scalar>, statistics: RowStatistics,
    screening: Screening<Scalar>, share: Int
  ) -> ScreenedSums? {
    list.append(
      logits, screening: screening, exponent: exponent, shift: statistics.screeningShift,
      ranks: statistics.ranks, limit: logits.rowCount * logits.columnCount / share, on: isa)
  }

  /// Adds sums over approximate logits.
  func add(
    _ rest: ScreenedSums, screening: Screening<Scalar>, to part: inout PanelPart,
    _ dropped: inout DroppedSums
  ) {
    part.statistics.add(rest)
    dropped.add(rest.sums, bounds: bounds(rest, screening: screening))
  }

  /// What sums over approximate logits are of the exact ones at the most.
  func bounds(_ rest: ScreenedSums, screening: Screening<Scalar>) -> [Double] {
    let columnMargin = Double(screening.columnMargins.max() ?? 0)
    return rest.sums.sum.indices.map { row in
      guard rest.sums.sum[row] > 0 else { return 0 }
      return rest.sums.sum[row] * .exp(exponent * (screening.rowMargins[row] + columnMargin))
    }
  }

  /// Replaces the approximate logits that are listed by the exponentials of the exact ones, and
  /// returns their sums.
  func exponentials(
    ofTile place: Int, in list: SparseWeights<Scalar>, statistics: RowStatistics,
    keys: Block<Scalar>, of panel: Panel, block: RowBlock<Scalar>
  ) -> ScreenedSums {
    list.setExponentials(
      tile: place, queries: block.anchors(of: panel), keys: keys, scale: 1, exponent: exponent,
      shift: statistics.screeningShift, ranks: statistics.ranks, on: isa)
  }

  /// Adds up the exact logits of a tile's columns that are no negatives.
  func noteExceptions(
    in tile: Range<Int>, keys: Block<Scalar>, of panel: Panel, block: RowBlock<Scalar>,
    in part: inout PanelPart
  ) {
    let anchors = block.anchors(of: panel)
    let positives =
      context.problem.keys[panel.array].anchor == .queries ? block.positiveLogits : nil
    block.forEachException(in: tile, of: panel) { row, column, isPositive in
      if isPositive, let positives {
        part.exceptionSums[row] += positives.logits[row]
      } else {
        part.exceptionSums[row] +=
          anchors.rows(row..<row + 1).dots(with: keys.rows(column..<column + 1), on: isa)[0]
      }
    }
  }
}

extension RowStatistics {
  /// The shifts of the first exponent, as kernels take them.
  var screeningShift: [Double] { shifts[0].finite }
}
