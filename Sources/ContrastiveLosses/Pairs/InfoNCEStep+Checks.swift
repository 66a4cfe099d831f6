package import ContrastiveEmbeddings
package import ContrastiveEngine

extension InfoNCEStep {
  /// - Throws: `ContrastiveError` for options that have no meaning together, or sizes that do not fit.
  func requireCompatibleOptions() throws(ContrastiveError) {
    try loss.requireValidHardness()
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
    try logWeights?.requireCounts(
      positives: queries.rowCount, negatives: negativeRows?.rowCount ?? 0, as: Scalar.self)
  }
}

extension LogWeights {
  /// - Throws: `ContrastiveError` if there are more or fewer, or one is none that logits can hold.
  package func requireCounts<Scalar: EmbeddingScalar>(
    positives positiveCount: Int, negatives negativeCount: Int, as scalar: Scalar.Type
  ) throws(ContrastiveError) {
    _ = try Candidates<Scalar>.checked(
      positives, count: positiveCount, named: .logWeightsOfPositives)
    _ = try Candidates<Scalar>.checked(
      negatives, count: negativeCount, named: .logWeightsOfNegatives)
  }
}

extension InfoNCE {
  package func requireValidHardness() throws(ContrastiveError) {
    guard hardness >= 0, hardness.isFinite else {
      throw .init(.hardness, .number(found: hardness, expected: .notNegative))
    }
  }

  /// (s + α)/s.
  package func exponent<Scalar: EmbeddingScalar>(
    _ scales: RowScales, for scalar: Scalar.Type
  ) throws(ContrastiveError) -> Double {
    guard hardness > 0 else { return 1 }
    guard case .one(let scale) = scales else {
      throw .init(
        .hardness,
        .choice(
          found: "\(hardness) with a temperature for each query", expected: "0, or one temperature")
      )
    }
    // The larger exponent's logits are those of a temperature 1/(s + α).
    let largest = temperature.largestScale(for: scalar)
    guard scale + hardness <= largest else {
      throw .init(
        .hardness,
        .number(
          found: hardness,
          expected: .from(0, to: largest - scale, "in \(Scalar.self) arithmetic")))
    }
    return (scale + hardness) / scale
  }
}
