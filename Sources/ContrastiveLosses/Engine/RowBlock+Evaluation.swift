import ContrastiveEmbeddings
import RealModule

/// The loss of a row block's rows, once their sums are known.
extension RowBlock {
  /// Merges the panels' sums, and evaluates the row function.
  func evaluate(adding result: inout RowsResult<Scalar>) -> RowSlopes<Scalar> {
    let parts = engine.panels.map { AnchorPart(sums: $0.sums, first: 0) }
    let chunks = engine.chunks(of: 0..<range.count).map {
      EvaluatedRows<Scalar>($0, function: problem.function)
    }
    let firstTerm = result.values.count
    Workers.forEach(chunks.count, threads: engine.options.threads) { _, item in
      evaluate(chunks[item], parts: parts, firstTerm: firstTerm)
    }
    var slopes = RowSlopes<Scalar>(problem.function)
    for chunk in chunks {
      result.append(chunk.result)
      slopes.append(chunk.slopes)
    }
    let weightings: [(Block<Scalar>?, Block<Scalar>?)] = [
      (weightedQueries, queries), (weightedPositives, positives),
    ]
    for (weighted, anchors) in weightings {
      guard let weighted, let anchors else { continue }
      weighted.copy(anchors)
      weighted.scaleRows(by: slopes.terms[0].factor, on: engine.options.isa)
    }
    return slopes
  }

  private func evaluate(
    _ chunk: EvaluatedRows<Scalar>, parts: [AnchorPart<Scalar>], firstTerm: Int
  ) {
    let exponents = problem.function.exponents
    var evaluator = RowEvaluator(problem)
    var merged = MergedSums<Scalar>()
    for row in chunk.rows {
      merged.merge(anchor: row, of: parts, exponents: exponents)
      evaluator.evaluate(
        anchor: row, of: parts, merged: merged,
        positives: positives == nil ? [] : [positiveLogits[row]],
        negativeCount: problem.negativeCount(ofRow: range.lowerBound + row),
        firstTerm: firstTerm + chunk.rows.lowerBound, adding: &chunk.result)
      chunk.slopes.append(evaluator.terms, merged: merged)
    }
  }
}

/// Rows of a row block, with what a thread makes of them.
private final class EvaluatedRows<Scalar: EmbeddingScalar>: @unchecked Sendable {
  let rows: Range<Int>
  var result = RowsResult<Scalar>()
  var slopes: RowSlopes<Scalar>

  init(_ rows: Range<Int>, function: some RowFunction) {
    self.rows = rows
    slopes = RowSlopes(function)
  }
}
