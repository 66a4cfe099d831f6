package import ContrastiveEmbeddings
import ContrastiveEngine

/// What rows and columns of pairs are to each other, both ways: column i belongs to row i, some pairs are no negatives,
/// and candidates may carry log-weights.
struct PairRules<Scalar: EmbeddingScalar> {
  private(set) var roles = ColumnRoles.diagonal

  /// What the columns are to the rows besides.
  private(set) var columns = MutualProblem<Scalar>.Candidacy()

  /// What the rows are to the columns besides.
  private(set) var rows = MutualProblem<Scalar>.Candidacy()

  /// Whether every pair is a candidate of both directions, as it is.
  private(set) var arePlain = true

  var haveLogWeights: Bool { columns.biases != nil || rows.biases != nil }

  init(
    rows: AnyEmbeddings<Scalar>, columns: AnyEmbeddings<Scalar>,
    excluding falseNegatives: FalseNegatives<Scalar>, logWeights: PairLogWeights?,
    options: ComputeOptions
  ) throws(ContrastiveError) {
    switch falseNegatives.rule {
    case .none: break
    case .equalIDs(let ids, negatives: nil):
      try falseNegatives.requirePairIDs(ids, of: rows)
      // One rule of both sides, so that one tile can serve both.
      roles = .pairs(LabelGroups(ids))
      arePlain = false
    case .equalIDs(_, negatives: .some): throw .idsOfFurtherNegatives
    case .similarity(let margin, let guide):
      guard guide?.negatives == nil else { throw .guideOfFurtherNegatives }
      let similar = try MoreSimilar(
        margin, guide: guide, queries: rows, positives: columns, options: options)
      self.columns.excluded = try similar.columns(similar.queries, similar.positives)
      self.rows.excluded = try similar.columns(similar.positives, similar.queries)
      arePlain = false
    }
    guard let logWeights else { return }
    self.columns.biases = try Candidates.checked(
      logWeights.columns, count: columns.rowCount, named: .logWeightsOfColumns)
    self.rows.biases = try Candidates.checked(
      logWeights.rows, count: rows.rowCount, named: .logWeightsOfRows)
    arePlain = false
  }
}

extension FalseNegatives {
  /// The ids of pairs, those of one id being no negatives of each other; `nil` where all are.
  ///
  /// - Throws: `ContrastiveError` for a rule that is not the same from both sides.
  package func pairIDs(of rows: AnyEmbeddings<Scalar>) throws(ContrastiveError) -> [Int]? {
    switch rule {
    case .none: return nil
    case .equalIDs(let ids, negatives: nil):
      try requirePairIDs(ids, of: rows)
      return ids
    case .equalIDs, .similarity:
      throw .init(
        .falseNegatives,
        .choice(
          found: "a margin, or ids of further negatives",
          expected: ".none, or .equalIDs of the pairs"))
    }
  }

  /// The ids of pairs that ranks share out, of a loss without further negatives; `nil` where all are negatives.
  ///
  /// - Throws: `ContrastiveError` for ids of further negatives, or a rule by similarity.
  package func idsOfPairs(
    _ rows: AnyEmbeddings<Scalar>
  ) throws(ContrastiveError) -> [Int]? {
    if case .equalIDs(_, negatives: .some) = rule { throw .idsOfFurtherNegatives }
    return try ids(of: rows, negatives: nil)?.pairs
  }

  /// The ids of pairs and of further negatives; `nil` where all candidates are negatives.
  ///
  /// - Throws: `ContrastiveError` for a rule by similarity.
  package func ids(
    of pairs: AnyEmbeddings<Scalar>, negatives: AnyEmbeddings<Scalar>?
  ) throws(ContrastiveError) -> (pairs: [Int], negatives: [Int]?)? {
    switch rule {
    case .none: return nil
    case .equalIDs(let ids, let others):
      try requirePairIDs(ids, of: pairs)
      if let others, others.count != negatives?.rowCount ?? 0 {
        throw .init(
          .negativeIDs,
          .count(
            found: others.count,
            expected: .exactly(negatives?.rowCount ?? 0, .onePer(.negative))))
      }
      return (ids, others)
    case .similarity:
      throw .init(
        .falseNegatives,
        .choice(found: "a margin, across ranks", expected: ".none, or .equalIDs"))
    }
  }

  func requirePairIDs(
    _ ids: [Int], of rows: AnyEmbeddings<Scalar>
  ) throws(ContrastiveError) {
    guard ids.count == rows.rowCount else {
      throw .init(
        .ids, .count(found: ids.count, expected: .exactly(rows.rowCount, .onePerRow(of: rows.name)))
      )
    }
  }
}

extension ContrastiveError {
  fileprivate static var idsOfFurtherNegatives: ContrastiveError {
    ContrastiveError(
      .falseNegatives,
      .choice(
        found: "ids of further negatives",
        expected: "ids of the pairs: there are no other candidates"))
  }

  static var guideOfFurtherNegatives: ContrastiveError {
    ContrastiveError(
      .guideNegatives,
      .choice(found: "some", expected: "none: there are no negatives besides the pairs'"))
  }
}
