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
    case .equalIDs(let pairs, let negatives):
      try falseNegatives.requirePairIDs(pairs, of: queries)
      if let negatives, negatives.count != negativeRows?.rowCount ?? 0 {
        throw .init(
          .negativeIDs,
          .count(
            found: negatives.count,
            expected: .exactly(negativeRows?.rowCount ?? 0, .onePer(.negative))))
      }
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
    guard margin.value.isFinite else {
      throw .init(.margin, .number(found: margin.value, expected: .finite))
    }
    let queries = try guide?.queries.embeddings(named: .guideQueries) ?? queries
    let positives = try guide?.positives.embeddings(named: .guidePositives) ?? positives
    let negatives =
      guide == nil ? negativeRows : try guide?.negatives?.embeddings(named: .guideNegatives)
    try queries.requireRowCount(as: self.queries)
    try positives.requireRowCount(as: self.queries)
    try positives.requireColumnCount(as: queries)
    if let negativeRows {
      guard let negatives else {
        throw .init(
          .guideNegatives,
          .count(.row, found: 0, expected: .exactly(negativeRows.rowCount, .as(.negatives))))
      }
      try negatives.requireRowCount(as: negativeRows)
      try negatives.requireColumnCount(as: queries)
    }
    let (q, p) = (queries.unitBlock(options: options), positives.unitBlock(options: options))
    // Equal cosines, which differ by their roundings, stay: as with ranks.
    let tie = Scalar.dotRounding(dimension: queries.columnCount)
    let threshold = q.dots(with: p, on: options.isa).map {
      margin.limit(ofPositive: $0) + tie
    }
    func excluded(
      _ rows: Block<Scalar>, _ columns: Block<Scalar>, hasOwnColumn: Bool = true
    ) -> ExcludedColumns {
      ExcludedColumns(
        rows: rows, columns: columns, threshold: threshold, hasOwnColumn: hasOwnColumn,
        options: options)
    }
    let blocks = loss.batchCandidates
    return Excluded(
      positives: isInBatch ? excluded(q, p) : ExcludedColumns(),
      negatives: negatives.map {
        excluded(q, $0.unitBlock(options: options), hasOwnColumn: false)
      },
      queriesWithQueries: blocks.contains(.queriesWithQueries) ? excluded(q, q) : nil,
      positivesWithPositives: blocks.contains(.positivesWithPositives) ? excluded(p, p) : nil,
      positivesWithQueries: blocks.contains(.positivesWithQueries) ? excluded(p, q) : nil)
  }
}
