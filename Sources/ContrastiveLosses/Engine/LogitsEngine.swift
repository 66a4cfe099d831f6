import ContrastiveEmbeddings
import RealModule

/// Rows of given logits with one positive each: the rows engine's books without its products.
struct LogitsEngine<Scalar: EmbeddingScalar, Function: RowFunction>: Sendable {
  let logits: Matrix<Scalar>

  /// The column of every row's positive.
  let targets: [Int]

  let function: Function
  let scale: Double
  let weights: TermWeights
  let needsGradient: Bool
  let options: ComputeOptions

  // Specialised for the callers in other modules, as `RowsEngine.run`.
  @specialized(where Scalar == Float, Function == PositiveCrossEntropy)
  @specialized(where Scalar == Double, Function == PositiveCrossEntropy)
  func run() throws(ContrastiveError) -> (
    result: RowsResult<Scalar>, gradient: Block<Scalar>?
  ) {
    let (rowCount, columnCount) = (logits.rowCount, logits.columnCount)
    let gradient =
      needsGradient ? Block<Scalar>(rowCount: rowCount, columnCount: columnCount) : nil
    let chunkRows = 16
    let chunks = stride(from: 0, to: rowCount, by: chunkRows).map {
      Chunk(rows: $0..<min($0 + chunkRows, rowCount))
    }
    Workers.forEach(chunks.count, threads: options.threads) { _, item in
      run(chunks[item], gradient: gradient)
    }
    var result = RowsResult<Scalar>()
    for chunk in chunks {
      if let row = chunk.overflowingRow {
        throw .value(
          name: "logits", value: "larger ones in row \(row)",
          requirement: "numbers that stay finite in \(Scalar.self) when divided by the temperature")
      }
      result.append(chunk.result)
    }
    return (result, gradient)
  }

  private final class Chunk: @unchecked Sendable {
    let rows: Range<Int>
    var result = RowsResult<Scalar>()

    /// The first row whose right or largest logit is infinite once it is scaled. (Others may become
    /// −∞: a class that was masked by the least finite number is no candidate.)
    var overflowingRow: Int?

    init(rows: Range<Int>) { self.rows = rows }
  }

  private func run(_ chunk: Chunk, gradient: Block<Scalar>?) {
    let (isa, columnCount, rows) = (options.isa, logits.columnCount, chunk.rows)
    let tile =
      gradient?.rows(rows) ?? Block(rowCount: rows.count, columnCount: columnCount)
    tile.copy(logits.block.rows(rows))
    tile.scaleRows(by: Array(repeating: Scalar(scale), count: rows.count), on: isa)
    var positives: [Double] = []
    for (row, target) in targets[rows].enumerated() {
      positives.append(Double(tile[row, target]))
      tile[row, target] = -.infinity
    }
    let sums = AnchorSums<Scalar>()
    let parts = [AnchorPart(sums: sums, first: 0)]
    sums.reset(
      count: rows.count, exponentCount: function.exponents.count, shift: Shift(),
      ranks: RankCounts(around: positives, margin: 0))
    sums.add(tile, exponents: function.exponents, storing: false, on: isa)
    chunk.overflowingRow = positives.indices.first {
      !positives[$0].isFinite || sums.reference[$0] == .infinity
    }.map { rows.lowerBound + $0 }
    guard chunk.overflowingRow == nil else { return }

    var evaluator = RowEvaluator<Scalar, Function>(
      function: function, scale: scale, weights: weights, hasOneTermPerRow: true,
      hasSinglePositive: true, observes: true)
    var slopes = RowSlopes<Scalar>(function)
    let exponents = function.exponents
    var merged = MergedSums<Scalar>()
    for row in positives.indices {
      merged.merge(anchor: row, of: parts, exponents: exponents)
      evaluator.evaluate(
        anchor: row, of: parts, merged: merged, positives: [positives[row]],
        negativeCount: columnCount - 1, firstTerm: rows.lowerBound, adding: &chunk.result)
      slopes.append(evaluator.terms, merged: merged)
    }
    guard gradient != nil else { return }
    tile.setWeights(slopes.terms, on: isa)
    for (row, target) in targets[rows].enumerated() {
      tile[row, target] = slopes.positives[row]
    }
    tile.scaleRows(by: Array(repeating: Scalar(scale), count: rows.count), on: isa)
  }
}
