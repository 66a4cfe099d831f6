import ContrastiveKernels
import RealModule

/// Screening of one tile after another, by what is known from those before.
extension Screener {
  /// Adds up the exponentials of a tile and the queries' gradient, if what is known from the tiles
  /// before it rules out enough.
  ///
  /// - Returns: Whether that was done.
  func add(
    _ index: Int, of panel: Panel, of block: RowBlock<Scalar>, keys: Block<Scalar>,
    sparse: SparseWeights<Scalar>, to part: inout OnePass<Scalar>.Part,
    gradient: Block<Scalar>?, worker: Int
  ) -> Bool {
    let tile = panel.tiles[index]
    let logits = context.scratch[worker].logits.rows(0..<block.count).columns(0..<tile.count)
    var unnoted = PanelPart(statistics: part.panel.statistics, sumsKeysOf: nil)
    approximate(logits, ofTile: index, of: panel, of: block, noting: &unnoted, worker: worker)
    let rowMargins = rowMargins(of: [panel], block: block)
    guard marginsAreSmall(rows: rowMargins, of: panel, block: block) else { return false }
    var larger = part.panel.statistics.largest
    var noRanks: RankCounts?
    logits.updateMaximum(&larger, counting: &noRanks, on: isa)
    raise(&part.panel, &part.dropped, to: larger, gradient: gradient)

    var known = Known(
      rowMargins: rowMargins, references: larger,
      thresholds: Array(
        repeating: Double(Scalar.greatestFiniteMagnitude), count: block.count))
    for (row, reference) in known.references.enumerated() where reference.isFinite {
      // The largest is there already, or in this tile.
      let sum = max(1, part.panel.statistics.sums[0].sum[row])
      known.thresholds[row] = reference + .log(sum * Self.significantShare) / exponent
    }
    sparse.reset()
    let screening = screening(known, ofTile: index, of: panel, block: block)
    // In one pass a weight costs as much again.
    guard
      let rest = append(
        logits, to: sparse, statistics: part.panel.statistics, screening: screening, share: 8)
    else { return false }
    let selected = exponentials(
      ofTile: 0, in: sparse, statistics: part.panel.statistics, keys: keys, of: panel,
      block: block)
    let bounds = bounds(rest, screening: screening)
    let significance = Significance(of: block)
    let isEnough = bounds.indices.allSatisfy { row in
      let sum =
        part.panel.statistics.sums[0].sum[row] + rest.sums.sum[row] + selected.sums.sum[row]
      return part.dropped.bounds[row] + bounds[row]
        <= significance.droppableShare(ofRow: row) * sum
    }
    guard isEnough else { return false }
    add(rest, screening: screening, to: &part.panel, &part.dropped)
    part.panel.statistics.add(selected)
    if context.needsTotals {
      noteExceptions(in: tile, keys: keys, of: panel, block: block, in: &part.panel)
      part.panel.note(keys, on: isa)
    }
    part.weights.0 += sparse.count ?? 0
    if let gradient { sparse.add(tile: 0, factors: nil, keys: keys, to: gradient, on: isa) }
    return true
  }
}
