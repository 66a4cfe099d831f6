import ContrastiveEmbeddings
import ContrastiveSimilarity
import RealModule

/// Rows whose candidates are rows of one memory, by index, every pair a term of its own: the
/// `.sigmoid` terms of `PairsProblem`, where a row's first candidate is its own.
///
/// There is no product of matrices that rows could share, so threads share the rows, as in
/// `GatheredEngine`.
struct MemoryPairsEngine<Scalar: EmbeddingScalar>: Sendable {
  let rows: AnyEmbeddings<Scalar>

  /// Unit rows; constant.
  let memory: AnyEmbeddings<Scalar>

  /// As many for every row, and one at the least.
  let candidates: [[Int]]

  let rowsNeedGradient: Bool
  let scale: Double

  /// What is added to every logit.
  let offset: Double

  let weights: TermWeights
  let observes: Bool
  let options: ComputeOptions

  private var isa: InstructionSet { options.isa }
  private var candidateCount: Int { candidates[0].count }

  private final class Chunk: @unchecked Sendable {
    let rows: Range<Int>
    var result: PairsResult<Scalar>
    var logSumExp = -Double.infinity

    init(_ rows: Range<Int>, result: PairsResult<Scalar>) {
      self.rows = rows
      self.result = result
    }
  }

  // Specialised for the callers in other modules, as `RowsEngine.run`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func run() -> PairsResult<Scalar> {
    var result = PairsResult<Scalar>()
    if rowsNeedGradient {
      result.rowGradient = options.block(
        rowCount: rows.rowCount, columnCount: rows.columnCount)
    }
    let chunks = forEachChunk(from: result) { chunk, row, logits, keys in
      addTerms(of: row, logits: logits, keys: keys, to: &chunk.result)
    }
    for chunk in chunks {
      result.values += chunk.result.values
      result.value += chunk.result.value
      result.logScaleSlope += chunk.result.logScaleSlope
      result.positiveSimilarity += chunk.result.positiveSimilarity
      result.negativeSimilarity += chunk.result.negativeSimilarity
    }
    return result
  }

  /// The logarithm of the mean over all pairs of exp(logit), without the offset.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func logMeanExponential() -> Double {
    let chunks = forEachChunk(from: PairsResult()) { chunk, _, logits, _ in
      var maximum = [-Scalar.infinity]
      var ranks: RankCounts<Scalar>?
      logits.updateMaximum(&maximum, counting: &ranks, on: isa)
      var sums = ExponentialSums(rowCount: 1)
      logits.addExponentialSums(
        to: &sums, exponent: 1, shift: maximum, storing: false, counting: &ranks, on: isa)
      chunk.logSumExp = logAddExp(chunk.logSumExp, Double(maximum[0]) + .log(sums.sum[0]))
    }
    return chunks.reduce(-.infinity) { logAddExp($0, $1.logSumExp) }
      - .log(Double(rows.rowCount)) - .log(Double(candidateCount))
  }

  /// Calls `body` with every row, its logits and its unit candidates.
  ///
  /// - Returns: The chunks of rows that threads had, a number that does not depend on them.
  private func forEachChunk(
    from result: PairsResult<Scalar>,
    _ body:
      @Sendable (
        _ chunk: Chunk, _ row: Int, _ logits: Block<Scalar>, _ keys: Block<Scalar>
      ) -> Void
  ) -> [Chunk] {
    let (count, dimension) = (candidateCount, rows.columnCount)
    let chunkRows = max(1, options.tileRows ?? 8)
    let chunks = stride(from: 0, to: rows.rowCount, by: chunkRows).map {
      Chunk($0..<min($0 + chunkRows, rows.rowCount), result: result)
    }
    Workers.withSingleThreadedBLAS {
      Workers.forEach(chunks.count, threads: options.threads) { _, item in
        let queryScratch: Block<Scalar> = options.block(rowCount: 1, columnCount: dimension)
        let keyScratch: Block<Scalar> = options.block(rowCount: count, columnCount: dimension)
        let logits: Block<Scalar> = options.block(rowCount: 1, columnCount: count)
        for row in chunks[item].rows {
          let query = rows.unit(row..<row + 1, into: queryScratch, on: isa)
          let keys = memory.unitRows(at: candidates[row], into: keyScratch, on: isa)
          logits.setSimilarities(of: query, and: keys, scale: Scalar(scale))
          body(chunks[item], row, logits, keys)
        }
      }
    }
    return chunks
  }

  private func addTerms(
    of row: Int, logits: Block<Scalar>, keys: Block<Scalar>, to result: inout PairsResult<Scalar>
  ) {
    let positive = Double(logits[0, 0])
    if observes {
      var sums = Array(repeating: 0.0, count: candidateCount)
      logits.addColumnSums(to: &sums, on: isa)
      result.positiveSimilarity += positive / scale
      result.negativeSimilarity += sums.dropFirst().reduce(0, +) / scale
    }
    logits[0, 0] = -.infinity
    var sums = PairSums(rowCount: 1)
    let weight = weights[row]
    logits.addSoftplusSums(
      to: &sums, bias: [Scalar(offset)],
      storingSlopesTimes: rowsNeedGradient ? [Scalar(weight)] : nil, on: isa)
    let slope = sums.addPositive(positive, offset: offset, row: 0)
    result.values.append(sums.value[0])
    result.value += weight * sums.value[0]
    result.logScaleSlope += weight * sums.weighted[0]
    guard let gradient = result.rowGradient?.rows(row..<row + 1) else { return }
    logits[0, 0] = Scalar(weight * slope)
    gradient.setProduct(logits, keys, scale: Scalar(scale))
  }
}
