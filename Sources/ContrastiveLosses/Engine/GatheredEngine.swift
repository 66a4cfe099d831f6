import ContrastiveEmbeddings
import ContrastiveSimilarity
import RealModule

/// Rows whose negatives are their own: those of query i are rows i·M ..< (i + 1)·M of the keys.
///
/// There is no product of matrices here that rows could share, so threads share the rows. The row
/// function, and all that follows from it, is the rows engine's.
struct GatheredEngine<Scalar: EmbeddingScalar, Function: RowFunction>: Sendable {
  /// With one key array, and the positives in an array of their own.
  let problem: RowsProblem<Scalar, Function>
  let positives: AnyEmbeddings<Scalar>
  let options: ComputeOptions

  private var negativesPerRow: Int { keys.rowCount / problem.queries.rowCount }
  private var keys: AnyEmbeddings<Scalar> { problem.keys[0].rows }

  // Specialised for the callers in other modules, as `RowsEngine.run`.
  @specialized(where Scalar == Float, Function == PositiveCrossEntropy)
  @specialized(where Scalar == Double, Function == PositiveCrossEntropy)
  func run() -> RowsResult<Scalar> {
    let rowCount = problem.queries.rowCount
    let dimension = problem.queries.columnCount
    func gradient(_ isNeeded: Bool, rowCount: Int) -> Block<Scalar>? {
      isNeeded ? options.block(rowCount: rowCount, columnCount: dimension, zeroed: true) : nil
    }
    var result = RowsResult<Scalar>()
    result.queryGradient = gradient(problem.queriesNeedGradient, rowCount: rowCount)
    result.keyGradients = [gradient(problem.keys[0].needsGradient, rowCount: keys.rowCount)]
    if case .array(_, let needsGradient) = problem.positive?.place {
      result.positiveGradient = gradient(needsGradient, rowCount: rowCount)
    }
    // A number of chunks that does not depend on the threads keeps the sums the same for all.
    let chunkRows = max(1, options.tileRows ?? 8)
    let chunks = stride(from: 0, to: rowCount, by: chunkRows).map {
      Chunk(rows: $0..<min($0 + chunkRows, rowCount), result: result)
    }
    Workers.withSingleThreadedBLAS {
      Workers.forEach(chunks.count, threads: options.threads) { _, item in run(chunks[item]) }
    }
    for chunk in chunks { result.append(chunk.result) }
    return result
  }

  private final class Chunk: @unchecked Sendable {
    let rows: Range<Int>
    var result: RowsResult<Scalar>

    init(rows: Range<Int>, result: RowsResult<Scalar>) {
      self.rows = rows
      self.result = result
    }
  }

  private func run(_ chunk: Chunk) {
    let (isa, dimension, count) = (options.isa, problem.queries.columnCount, negativesPerRow)
    let scale = Scalar(problem.scale)
    let exponents = problem.function.exponents
    let queryScratch = Block<Scalar>(rowCount: 1, columnCount: dimension)
    let positiveScratch = Block<Scalar>(rowCount: 1, columnCount: dimension)
    let keyScratch = Block<Scalar>(
      rowCount: keys.areUnit ? 0 : count, columnCount: dimension)
    let logits = Block<Scalar>(rowCount: 1, columnCount: count)
    let sums = AnchorSums<Scalar>()
    let parts = [AnchorPart(sums: sums, first: 0)]
    let shift = Shift<Scalar>(
      scale: problem.scale, exponents: exponents, weights: problem.weights, options: options)
    var evaluator = RowEvaluator(problem)
    var merged = MergedSums<Scalar>()
    for row in chunk.rows {
      let own = row * count..<(row + 1) * count
      let query = problem.queries.unit(row..<row + 1, into: queryScratch, on: isa)
      let positive = positives.unit(row..<row + 1, into: positiveScratch, on: isa)
      let keys = keys.unit(own, into: keyScratch, on: isa)
      let positiveLogits = positive.dots(with: query, on: isa).map { problem.scale * $0 }

      sums.reset(
        count: 1, exponentCount: exponents.count, shift: shift,
        ranks: problem.observes
          ? RankCounts(
            around: positiveLogits, scale: problem.scale, dimension: dimension) : nil)
      logits.setSimilarities(of: query, and: keys, scale: scale)
      sums.add(logits, exponents: exponents, storing: false, on: isa)
      if problem.observes, count > 0 {
        var sums = Array(repeating: 0.0, count: count)
        logits.addColumnSums(to: &sums, on: isa)
        chunk.result.observations.negativeSimilarity += sums.reduce(0, +) / problem.scale
      }
      merged.merge(anchor: 0, of: parts, exponents: exponents)
      evaluator.evaluate(
        anchor: 0, of: parts, merged: merged, positives: positiveLogits, negativeCount: count,
        firstTerm: chunk.rows.lowerBound, adding: &chunk.result)

      var slopes = RowSlopes<Scalar>(problem.function)
      slopes.append(evaluator.terms, merged: merged)
      logits.setWeights(slopes.terms, on: isa)
      let positiveFactor = [scale * slopes.positives[0]]
      if let gradient = chunk.result.queryGradient?.rows(row..<row + 1) {
        gradient.setProduct(logits, keys, scale: scale)
        gradient.add(positive, times: positiveFactor, on: isa)
      }
      chunk.result.positiveGradient?.rows(row..<row + 1)
        .add(query, times: positiveFactor, on: isa)
      chunk.result.keyGradients[0]?.rows(own)
        .setProduct(logits, query, transposingLeft: true, scale: scale)
    }
  }
}
