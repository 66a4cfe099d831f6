import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveSimilarity

/// All pairs of a batch, each of which has a hinge: their sums, and the gradient once it is known how many count.
///
/// Tiles of inner products by GEMM, twice: for the sums, and for the gradient. With the weights w of the rows' terms, by
/// both of which a pair is seen,
/// ```
/// gᵢⱼ = (wᵢ + wⱼ)·dhᵢⱼ/dDᵢⱼ/Dᵢⱼ
/// dL/dxᵢ = Σⱼ gᵢⱼ·(xᵢ − xⱼ) = (Σⱼ gᵢⱼ)·xᵢ − Σⱼ gᵢⱼ·xⱼ
/// ```
/// and of cosines Σⱼ (wᵢ + wⱼ)·dhᵢⱼ/dcᵢⱼ·xⱼ. Threads share blocks of rows, whose sums and gradients are theirs alone.
///
/// A squared distance ‖x‖² + ‖y‖² − 2x·y has lost digits where rows are close: such pairs are taken out of their tiles and
/// computed of the rows' difference.
struct PairHinges<Scalar: EmbeddingScalar>: Sendable {
  let loss: ContrastiveMargin

  /// As distances are taken of them.
  let rows: Block<Scalar>
  let groups: LabelGroups
  let options: ComputeOptions
  let work: SharedWork

  /// ‖x‖².
  let squares: [Double]

  /// The share of ‖x‖² + ‖y‖² up to which a squared distance, five bits shorter than its terms, is computed anew.
  static var closeShare: Double { 1.0 / 32 }

  var isa: InstructionSet { options.isa }
  var isEuclidean: Bool { loss.distance == .euclidean }

  init(
    loss: ContrastiveMargin, rows: Block<Scalar>, groups: LabelGroups, options: ComputeOptions
  ) {
    self.loss = loss
    self.rows = rows
    self.groups = groups
    self.options = options
    work = SharedWork(options)
    squares = rows.dots(with: rows, threads: options.threads, on: options.isa)
  }

  /// What pairs of a row come to, by kind.
  struct RowSums: Sendable {
    var positives = KindSums()
    var negatives = KindSums()

    /// The sum of the positives' cosines.
    var positiveSimilarity = 0.0
  }

  struct KindSums: Sendable {
    var value = 0.0

    /// How many are above 0.
    var count = 0

    mutating func add(_ value: Double) {
      self.value += value
      if value > 0 { count += 1 }
    }
  }

  /// The sums of all rows.
  struct Sums: Sendable {
    let rows: [RowSums]

    /// How many pairs count.
    let positiveCount: Int
    let negativeCount: Int

    init(_ rows: [RowSums]) {
      self.rows = rows
      positiveCount = rows.reduce(0) { $0 + $1.positives.count }
      negativeCount = rows.reduce(0) { $0 + $1.negatives.count }
    }

    /// What a pair's hinge is multiplied by in its row's term: n over the number of its kind that count.
    func factor(isPositive: Bool) -> Double {
      Double(rows.count) / Double(max(1, isPositive ? positiveCount : negativeCount))
    }

    var terms: [Double] {
      rows.map {
        $0.positives.value * factor(isPositive: true)
          + $0.negatives.value * factor(isPositive: false)
      }
    }
  }

  func sums() throws(ContrastiveError) -> Sums {
    let rows = try mapBlocks { block, scratch throws(ContrastiveError) in
      try pass(over: block, scratch: scratch)
    }
    return Sums(rows.flatMap(\.self))
  }

  /// dL/dx of the rows as distances are taken of them.
  ///
  /// - Parameter weights: Of the rows' terms.
  func gradient(_ sums: Sums, weights: [Double]) throws(ContrastiveError) -> Block<Scalar> {
    let result: Block<Scalar> = options.block(
      rowCount: rows.rowCount, columnCount: rows.columnCount, zeroed: true)
    let pairWeights = PairWeights(
      rows: weights, positives: sums.factor(isPositive: true),
      negatives: sums.factor(isPositive: false))
    _ = try mapBlocks { block, scratch throws(ContrastiveError) in
      try pass(over: block, scratch: scratch, weights: pairWeights, addingTo: result.rows(block))
    }
    return result
  }

  /// The mean cosines of both kinds, of rows of length 1.
  func diagnostics(_ sums: Sums) -> Diagnostics {
    var diagnostics = Diagnostics()
    guard !loss.takesRowsAsGiven else { return diagnostics }
    let positiveSum = sums.rows.reduce(0) { $0 + $1.positiveSimilarity }
    let positiveCount = groups.pairCount
    if positiveCount > 0 {
      diagnostics.meanPositiveSimilarity = positiveSum / Double(positiveCount)
    }
    let count = rows.rowCount
    let negativeCount = count * (count - 1) - positiveCount
    guard negativeCount > 0 else { return diagnostics }
    // The sum over all pairs is the square of a sum.
    let total = rows.columnSums(threads: options.threads, on: isa).reduce(0) { $0 + $1 * $1 }
    diagnostics.meanNegativeSimilarity =
      (total - squares.reduce(0, +) - positiveSum) / Double(negativeCount)
    return diagnostics
  }
}
