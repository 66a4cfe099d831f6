import ContrastiveEmbeddings
import ContrastiveEngine

extension InfoNCEStep {
  /// - Throws: `ContrastiveError` for options that have no meaning together, or sizes that do not fit.
  func requireCompatibleOptions() throws(ContrastiveError) {
    guard loss.hardness >= 0, loss.hardness.isFinite else {
      throw .value(
        name: "hardness", value: "\(loss.hardness)", requirement: "a finite number, 0 or more")
    }
    if !loss.batchCandidates.isEmpty, !isInBatch {
      throw .value(
        name: "batchCandidates", value: "some without negatives of the batch",
        requirement: "none, or negatives .inBatch or .inBatchAndShared")
    }
    if isPaired {
      if let negativeRows, !negativeRows.rowCount.isMultiple(of: queries.rowCount) {
        throw .shape(
          array: "negatives", expected: "a multiple of \(queries.rowCount) rows, as many per query",
          actual: "\(negativeRows.rowCount) rows")
      }
      guard case .none = falseNegatives.rule else {
        throw .value(
          name: "falseNegatives", value: "a rule for paired negatives",
          requirement: ".none: leave them out of the lists")
      }
      guard logWeights == nil else {
        throw .value(
          name: "logWeights", value: "some for paired negatives",
          requirement: "nil, or shared negatives")
      }
    }
    guard let logWeights else { return }
    _ = try Candidates<Scalar>.checked(
      logWeights.positives, count: queries.rowCount, named: "logWeights.positives")
    _ = try Candidates<Scalar>.checked(
      logWeights.negatives, count: negativeRows?.rowCount ?? 0, named: "logWeights.negatives")
  }
}
