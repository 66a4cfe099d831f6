package import ContrastiveEmbeddings
import ContrastiveSimilarity
import RealModule

/// Rows whose candidates are rows of one memory, by index, every pair a term of its own: the
/// `.sigmoid` terms of `PairsProblem`, where a row's first candidate is its own.
///
/// There is no product of matrices that rows could share, so threads share the rows, as in
/// `GatheredEngine`.
package struct MemoryPairsEngine<Scalar: EmbeddingScalar>: Sendable {
  private let rows: AnyEmbeddings<Scalar>

  /// Unit rows; constant.
  private let memory: AnyEmbeddings<Scalar>

  /// As many for every row, and one at the least.
  private let candidates: [[Int]]

  private let rowsNeedGradient: Bool
  private let scales: RowScales

  /// What is added to every logit.
  private let offset: Double

  private let weights: TermWeights
  private let observes: Bool
  private let options: ComputeOptions

  package init(
    rows: AnyEmbeddings<Scalar>, memory: AnyEmbeddings<Scalar>, candidates: [[Int]],
    rowsNeedGradient: Bool, scales: RowScales, offset: Double, weights: TermWeights,
    observes: Bool, options: ComputeOptions
  ) {
    self.rows = rows
    self.memory = memory
    self.candidates = candidates
    self.rowsNeedGradient = rowsNeedGradient
    self.scales = scales
    self.offset = offset
    self.weights = weights
    self.observes = observes
    self.options = options
  }

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

  package func run() throws(ContrastiveError) -> PairsResult<Scalar> {
    var result = PairsResult<Scalar>()
    if rowsNeedGradient {
      result.rowGradient = options.block(
        rowCount: rows.rowCount, columnCount: rows.columnCount)
    }
    let chunks = try forEachChunk(from: result) { chunk, row, logits, keys in
      addTerms(of: row, logits: logits, keys: keys, to: &chunk.result)
    }
    for chunk in chunks {
      result.values += chunk.result.values
      result.value += chunk.result.value
      result.logScaleSlopes += chunk.result.logScaleSlopes
      result.positiveSimilarity += chunk.result.positiveSimilarity
      result.positiveCount += chunk.result.positiveCount
      result.negativeSimilarity += chunk.result.negativeSimilarity
    }
    return result
  }

  /// The logarithm of the mean over all pairs of exp(logit), without the offset.
  package func logMeanExponential() throws(ContrastiveError) -> Double {
    let chunks = try forEachChunk(from: PairsResult()) { chunk, _, logits, _ in
      var maximum = [-Double.infinity]
      var ranks: RankCounts?
      logits.updateMaximum(&maximum, counting: &ranks, on: isa)
      var sums = ExponentialSums(rowCount: 1)
      logits.addExponentialSums(
        to: &sums, exponent: 1, shift: maximum, storing: false, counting: &ranks, on: isa)
      chunk.logSumExp = logAddExp(chunk.logSumExp, maximum[0] + .log(sums.sum[0]))
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
  ) throws(ContrastiveError) -> [Chunk] {
    let (count, dimension) = (candidateCount, rows.columnCount)
    let chunkRows = max(1, options.tileRows ?? 8)
    let chunks = (0..<rows.rowCount).parts(of: chunkRows).map {
      Chunk($0, result: result)
    }
    try Workers.withSingleThreadedBLAS { () throws(ContrastiveError) in
      try SharedWork(options).forEach(chunks.count) { _, item in
        let queryScratch: Block<Scalar> = options.block(rowCount: 1, columnCount: dimension)
        let keyScratch: Block<Scalar> = options.block(rowCount: count, columnCount: dimension)
        let logits: Block<Scalar> = options.block(rowCount: 1, columnCount: count)
        for row in chunks[item].rows {
          let query = rows.unit(row..<row + 1, into: queryScratch, on: isa)
          let keys = memory.unitRows(at: candidates[row], into: keyScratch, on: isa)
          logits.setSimilarities(of: query, and: keys, scale: Scalar(scales[row]))
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
      result.positiveSimilarity += positive / scales[row]
      result.positiveCount += 1
      result.negativeSimilarity += sums.dropFirst().reduce(0, +) / scales[row]
    }
    logits[0, 0] = -.infinity
    var sums = PairSums(rowCount: 1)
    let weight = weights[row]
    logits.addSoftplusSums(
      to: &sums, bias: [offset],
      storingSlopesTimes: rowsNeedGradient ? [weight] : nil, on: isa)
    let slope = sums.addPositive(positive, offset: offset, row: 0)
    result.values.append(sums.value[0])
    result.value += weight * sums.value[0]
    result.logScaleSlopes.append(weight * sums.weighted[0])
    guard let gradient = result.rowGradient?.rows(row..<row + 1) else { return }
    logits[0, 0] = Scalar(weight * slope)
    gradient.setProduct(logits, keys, scale: Scalar(scales[row]))
  }
}
