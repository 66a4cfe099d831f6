import ContrastiveEmbeddings
import ContrastiveEngine

extension InfoNCEStep {
  /// - Throws: `ContrastiveError` for options that have no meaning together, or sizes that do not fit.
  func requireCompatibleOptions() throws(ContrastiveError) {
    guard loss.hardness >= 0, loss.hardness.isFinite else {
      throw .init(.hardness, .number(found: loss.hardness, expected: .notNegative))
    }
    if !loss.batchCandidates.isEmpty, !isInBatch {
      throw .init(
        .batchCandidates,
        .choice(
          found: "some without negatives of the batch",
          expected: "none, or negatives .inBatch or .inBatchAndShared"))
    }
    if isPaired {
      if let negativeRows, !negativeRows.rowCount.isMultiple(of: queries.rowCount) {
        throw .init(
          .negatives,
          .count(
            .row, found: negativeRows.rowCount,
            expected: .init(.multiple, queries.rowCount, .asManyPer(.query))))
      }
      guard case .none = falseNegatives.rule else {
        throw .init(
          .falseNegatives,
          .choice(
            found: "a rule for paired negatives", expected: ".none: leave them out of the lists"))
      }
    }
    guard let logWeights else { return }
    _ = try Candidates<Scalar>.checked(
      logWeights.positives, count: queries.rowCount, named: .logWeightsOfPositives)
    _ = try Candidates<Scalar>.checked(
      logWeights.negatives, count: negativeRows?.rowCount ?? 0, named: .logWeightsOfNegatives)
  }
}
