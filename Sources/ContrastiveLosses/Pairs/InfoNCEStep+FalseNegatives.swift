import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveKernels
import ContrastiveSimilarity

/// Which candidates are no negatives after all, put as columns of the arrays of keys.
extension InfoNCEStep {
  struct Excluded {
    var positives: ExcludedColumns
    var negatives: ExcludedColumns?
    var queriesWithQueries: ExcludedColumns?
    var positivesWithPositives: ExcludedColumns?
    var positivesWithQueries: ExcludedColumns?
  }

  func excludedColumns() throws(ContrastiveError) -> Excluded? {
    switch falseNegatives.rule {
    case .none: return nil
    case .equalIDs:
      guard let (pairs, negatives) = try falseNegatives.ids(of: queries, negatives: negativeRows)
      else { return nil }
      let batch = ExcludedColumns(rowIDs: pairs, columnIDs: pairs, hasOwnColumn: true)
      return Excluded(
        positives: batch,
        negatives: negatives.map {
          ExcludedColumns(rowIDs: pairs, columnIDs: $0, hasOwnColumn: false)
        }, queriesWithQueries: batch, positivesWithPositives: batch,
        positivesWithQueries: batch)
    case .similarity(let margin, let guide): return try moreSimilar(margin, guide: guide)
    }
  }

  private func moreSimilar(
    _ margin: FalseNegatives<Scalar>.Margin, guide: FalseNegatives<Scalar>.Guide?
  ) throws(ContrastiveError) -> Excluded {
    let similar = try MoreSimilar(
      margin, guide: guide, queries: queries, positives: positives, options: options)
    let negatives =
      guide == nil ? negativeRows : try guide?.negatives?.embeddings(named: .guideNegatives)
    if let negativeRows {
      guard let negatives else {
        throw .init(
          .guideNegatives,
          .count(.row, found: 0, expected: .exactly(negativeRows.rowCount, .as(.negatives))))
      }
      try negatives.requireRowCount(as: negativeRows)
      try negatives.requireColumnCount(as: similar.queryRows)
    } else if negatives != nil {
      throw .guideOfFurtherNegatives
    }
    let blocks = loss.batchCandidates
    let (q, p) = (similar.queries, similar.positives)
    return Excluded(
      positives: isInBatch ? try similar.columns(q, p) : ExcludedColumns(),
      negatives: try negatives.map { negatives throws(ContrastiveError) in
        try similar.columns(q, negatives.unitBlock(options: options), hasOwnColumn: false)
      },
      queriesWithQueries: blocks.contains(.queriesWithQueries) ? try similar.columns(q, q) : nil,
      positivesWithPositives: blocks.contains(.positivesWithPositives)
        ? try similar.columns(p, p) : nil,
      positivesWithQueries: blocks.contains(.positivesWithQueries)
        ? try similar.columns(p, q) : nil)
  }
}
