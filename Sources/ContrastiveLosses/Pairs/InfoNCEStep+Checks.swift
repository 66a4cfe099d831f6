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
    let sharedCount = negativeRows?.rowCount ?? 0
    for (name, numbers, count) in [
      ("logWeights.positives", logWeights.positives, queries.rowCount),
      ("logWeights.negatives", logWeights.negatives, sharedCount),
    ] {
      guard numbers.count == count else {
        throw .shape(array: name, expected: "\(count) numbers", actual: "\(numbers.count)")
      }
      if let row = numbers.firstIndex(where: { !$0.isFinite }) {
        throw .notFinite(array: name, row: row)
      }
    }
  }
}
