import ContrastiveEmbeddings
import ContrastiveEngine

/// Triplets of rows: their distances, terms and gradients, without a product of matrices.
///
/// With the slopes σ of the distances and the weights w of the terms that are above 0,
/// ```
/// dL/dp = wσₚ·(p − a),    dL/dn = wσₙ·(a − n),
/// dL/da = −dL/dp − dL/dn
/// ```
/// of differences, which keep their digits for rows that are close.
struct TripletEngine<Scalar: EmbeddingScalar>: Sendable {
  /// One of a triplet's three places.
  struct Rows: Sendable {
    /// Unit rows, or those that distances are taken of as they are; raw ones are normalised.
    let embeddings: AnyEmbeddings<Scalar>

    /// Which row every triplet has here; `nil` if its own.
    let indices: [Int]?

    /// What the gradient by the unit rows is added to.
    let gradient: Block<Scalar>?

    init(_ embeddings: AnyEmbeddings<Scalar>, indices: [Int]? = nil, gradient: Block<Scalar>?) {
      self.embeddings = embeddings
      self.indices = indices
      self.gradient = gradient
    }

    func unit(
      _ range: Range<Int>, into scratch: Block<Scalar>, on isa: InstructionSet
    ) -> Block<Scalar> {
      if let indices { return embeddings.unitRows(at: indices[range], into: scratch, on: isa) }
      return embeddings.unit(range, into: scratch, on: isa)
    }

    /// Adds the triplets' parts of the gradient, times a number.
    func add(
      _ part: Block<Scalar>, times factor: Double, of range: Range<Int>, on isa: InstructionSet
    ) {
      let factors = Array(repeating: factor, count: range.count)
      guard let gradient else { return }
      guard let indices else {
        gradient.rows(range).add(part, times: factors, on: isa)
        return
      }
      // One after the other: several triplets may share a row.
      for (row, index) in indices[range].enumerated() {
        gradient.rows(index..<index + 1).add(part.rows(row..<row + 1), times: factors, on: isa)
      }
    }
  }

  let loss: TripletMargin
  let anchors: Rows
  let positives: Rows
  let negatives: Rows
  let count: Int
  let options: ComputeOptions

  struct Result {
    var values: [Double] = []
    var value = 0.0
    var diagnostics: Diagnostics?
  }

  private var isa: InstructionSet { options.isa }
  private var needsGradient: Bool {
    anchors.gradient != nil || positives.gradient != nil || negatives.gradient != nil
  }

  func run(reduction: Reduction, observes: Bool) throws(ContrastiveError) -> Result {
    let weights = try LossPass(reduction: reduction, options: options).weights(
      termCount: count, hasHinge: true)
    let chunkRows = max(1, options.tileRows ?? 64)
    let chunks = (0..<count).parts(of: chunkRows).map { Chunk($0) }
    let scratch = (0..<max(1, options.threads)).map { _ in
      Scratch(rows: min(chunkRows, count), dimension: anchors.embeddings.columnCount, options)
    }
    let work = SharedWork(options)
    try work.forEach(chunks.count) { worker, item in
      measure(chunks[item], observes: observes, scratch: scratch[worker])
    }
    var result = Result()
    for chunk in chunks {
      for (index, row) in chunk.rows.enumerated() {
        let term = chunk.toPositive[index] - chunk.toNegative[index] + loss.margin
        guard term.isFinite else {
          throw .init(
            anchors.embeddings.name, row: row,
            .choice(
              found: "others",
              expected: "rows whose squared distances are finite in \(Scalar.self) arithmetic"))
        }
        result.values.append(max(0, term))
        result.value += weights[row] * max(0, term)
      }
    }
    let divisor = reduction.divisor(of: result.values)
    result.value /= divisor
    if needsGradient {
      for chunk in chunks {
        try work.checkCancellation()
        let factors = chunk.rows.map { row in
          result.values[row] > 0 ? weights[row] / divisor : 0
        }
        addGradients(of: chunk, times: factors, scratch: scratch[0])
      }
    }
    if observes { result.diagnostics = diagnostics(chunks) }
    return result
  }

  /// Some triplets, and their distances.
  private final class Chunk: @unchecked Sendable {
    let rows: Range<Int>
    var toPositive: [Double] = []
    var toNegative: [Double] = []
    var positiveSimilarity = 0.0
    var negativeSimilarity = 0.0

    init(_ rows: Range<Int>) { self.rows = rows }
  }

  /// Room for a chunk's rows.
  private final class Scratch: @unchecked Sendable {
    let anchors: Block<Scalar>
    let positives: Block<Scalar>
    let negatives: Block<Scalar>
    let difference: Block<Scalar>

    init(rows: Int, dimension: Int, _ options: ComputeOptions) {
      func block() -> Block<Scalar> { options.block(rowCount: rows, columnCount: dimension) }
      (anchors, positives, negatives, difference) = (block(), block(), block(), block())
    }
  }

  private func unitRows(
    of chunk: Chunk, _ scratch: Scratch
  ) -> (anchors: Block<Scalar>, positives: Block<Scalar>, negatives: Block<Scalar>) {
    (
      anchors.unit(chunk.rows, into: scratch.anchors, on: isa),
      positives.unit(chunk.rows, into: scratch.positives, on: isa),
      negatives.unit(chunk.rows, into: scratch.negatives, on: isa)
    )
  }

  private func measure(_ chunk: Chunk, observes: Bool, scratch: Scratch) {
    let (a, p, n) = unitRows(of: chunk, scratch)
    chunk.toPositive = loss.distances(a, p, on: isa).values
    chunk.toNegative = loss.distances(a, n, on: isa).values
    guard observes else { return }
    chunk.positiveSimilarity = a.dots(with: p, on: isa).reduce(0, +)
    chunk.negativeSimilarity = a.dots(with: n, on: isa).reduce(0, +)
  }

  private func addGradients(of chunk: Chunk, times factors: [Double], scratch: Scratch) {
    guard factors.contains(where: { $0 != 0 }) else { return }
    let (a, p, n) = unitRows(of: chunk, scratch)
    let part = scratch.difference.rows(0..<chunk.rows.count)
    func add(_ x: Block<Scalar>, minus y: Block<Scalar>, slopes: [Double], to rows: Rows) {
      part.copy(x)
      part.add(y, times: Array(repeating: -1, count: chunk.rows.count), on: isa)
      part.scaleRows(by: zip(factors, slopes).map(*), on: isa)
      rows.add(part, times: 1, of: chunk.rows, on: isa)
      anchors.add(part, times: -1, of: chunk.rows, on: isa)
    }
    add(p, minus: a, slopes: loss.distances(a, p, on: isa).slopes, to: positives)
    add(a, minus: n, slopes: loss.distances(a, n, on: isa).slopes, to: negatives)
  }

  private func diagnostics(_ chunks: [Chunk]) -> Diagnostics {
    var diagnostics = Diagnostics()
    guard count > 0 else { return diagnostics }
    let nearer = chunks.reduce(0) { sum, chunk in
      sum + zip(chunk.toPositive, chunk.toNegative).count { $0 < $1 }
    }
    diagnostics.top1Accuracy = Double(nearer) / Double(count)
    if !loss.takesRowsAsGiven {
      diagnostics.meanPositiveSimilarity =
        chunks.reduce(0) { $0 + $1.positiveSimilarity } / Double(count)
      diagnostics.meanNegativeSimilarity =
        chunks.reduce(0) { $0 + $1.negativeSimilarity } / Double(count)
    }
    return diagnostics
  }
}
