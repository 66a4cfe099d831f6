public import ContrastiveEmbeddings
public import ContrastiveEngine
import ContrastiveKernels

/// The spread-out regulariser: cosines of different rows are to have the
/// mean and the second moment of those of random directions.
///
/// Over the n(n − 1) ordered pairs of different rows of dimension d:
/// ```
/// M₁ = mean cᵢⱼ,    M₂ = mean cᵢⱼ²
/// loss = a·M₁² + b·max(0, M₂ − 1/d)
/// ```
/// 0 where the mean cosine is 0 and the second moment is no larger than
/// 1/d, that of the uniform sphere; a + b·(1 − 1/d) where all rows
/// coincide. No pair is visited where n > d: with the sum S of the unit
/// rows and their Gram matrix G = X̂ᵀX̂, of d × d,
/// ```
/// Σ_{i≠j} cᵢⱼ = ‖S‖² − Σᵢ ‖x̂ᵢ‖²,    Σ_{i≠j} cᵢⱼ² = ‖G‖² − Σᵢ ‖x̂ᵢ‖⁴
/// ```
/// A summand of a training loss, for each array of embeddings: it tells
/// nothing apart by itself. Where M₂ is 1/d, its part of the gradient is
/// 0. One row alone has no pair, and the loss 0. A zero row's cosines
/// are 0, and its gradient is 0.
///
/// - Source: [Zhang et al. 2017](https://arxiv.org/abs/1708.06320), §4;
///   equals sentence-transformers 6.2.0's
///   `GlobalOrthogonalRegularizationLoss` of one column, its two terms
///   added.
public struct GlobalOrthogonalRegularization: Hashable, Sendable {
  /// a ≥ 0, the weight of the squared mean.
  public let meanWeight: Double

  /// b ≥ 0, the weight of the second moment's excess.
  public let secondMomentWeight: Double

  /// Creates the loss.
  ///
  /// - Throws: `ContrastiveError` unless both weights are finite and not
  ///   negative.
  public init(
    meanWeight: Double = 1, secondMomentWeight: Double = 1
  ) throws(ContrastiveError) {
    for (name, weight) in [
      (ContrastiveError.Argument.meanWeight, meanWeight),
      (.secondMomentWeight, secondMomentWeight),
    ] {
      guard weight >= 0, weight.isFinite else {
        throw .init(name, .number(found: weight, expected: .notNegative))
      }
    }
    self.meanWeight = meanWeight
    self.secondMomentWeight = secondMomentWeight
  }

  /// Returns the loss and its gradient.
  ///
  /// - Parameters:
  ///   - embeddings: `n × d`, at least one row. A `Matrix` is
  ///     normalised, `UnitRows` are not.
  ///   - variables: What to differentiate by; of the temperature's
  ///     readings none.
  ///   - reduction: The weight of the one term that there is: 1 of
  ///     `.mean` and `.sum`.
  ///   - options: Threads, and the workspace.
  /// - Throws: `ContrastiveError` if there is no row, or a raw row holds
  ///   a NaN or an infinity.
  /// - Complexity: 2nd·min(n, d) flops by GEMM, twice that with the
  ///   gradient; memory O(nd + min(n, d)²).
  public func valueWithGradient<E: Embeddings>(
    embeddings: E, of variables: EmbeddingVariables = .embeddings, reduction: Reduction = .mean,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<E.Scalar, EmbeddingGradient<E.Scalar>> {
    let rows = try AnyEmbeddings(embeddings, named: .embeddings)
    try rows.requireRows()
    let weight = try LossPass(reduction: reduction, options: options).weights(termCount: 1)[0]
    let moments = CosineMoments(rows.unitBlock(options: options), options: options)
    let excess = moments.second - 1 / Double(rows.columnCount)
    let hasExcess = excess > 0 && moments.pairCount > 0
    let value =
      meanWeight * moments.mean * moments.mean + (hasExcess ? secondMomentWeight * excess : 0)
    var gradient = EmbeddingGradient<E.Scalar>()
    if variables.contains(.embeddings) {
      let slopes = moments.gradient(
        byMean: weight * meanWeight * 2 * moments.mean,
        bySecond: hasExcess ? weight * secondMomentWeight : 0)
      gradient.embeddings = rows.gradient(fromUnit: slopes, options: options)
    }
    return LossStep(
      value: E.Scalar(weight * value), terms: [E.Scalar(value)], gradient: gradient,
      diagnostics: nil)
  }
}

/// The moments of the cosines of all ordered pairs of different rows.
private struct CosineMoments<Scalar: EmbeddingScalar> {
  private let rows: Block<Scalar>
  private let options: ComputeOptions

  /// Σ x̂ᵢ.
  private let sum: [Double]

  private let squaredLengths: [Double]

  /// The rows' cosines without the diagonal, or, where that is smaller, their Gram matrix X̂ᵀX̂.
  private let products: Block<Scalar>

  private var holdsCosines: Bool { rows.rowCount <= rows.columnCount }

  let pairCount: Double
  private(set) var mean = 0.0
  private(set) var second = 0.0

  init(_ rows: Block<Scalar>, options: ComputeOptions) {
    self.rows = rows
    self.options = options
    let (count, dimension, isa) = (rows.rowCount, rows.columnCount, options.isa)
    pairCount = Double(count) * Double(count - 1)
    sum = rows.columnSums(threads: options.threads, on: isa)
    squaredLengths = rows.dots(with: rows, threads: options.threads, on: isa)
    let size = min(count, dimension)
    products = options.block(rowCount: size, columnCount: size)
    let holdsCosines = count <= dimension
    products.setProduct(
      rows, rows, transposingLeft: !holdsCosines, transposingRight: holdsCosines,
      threads: options.threads)
    if holdsCosines {
      for row in 0..<count { products[row, row] = 0 }
    }
    guard pairCount > 0 else { return }
    let own = squaredLengths.reduce(0, +)
    mean = (sum.reduce(0) { $0 + $1 * $1 } - own) / pairCount
    let squares = products.dots(with: products, threads: options.threads, on: isa).reduce(0, +)
    let ownSquares = holdsCosines ? 0 : squaredLengths.reduce(0) { $0 + $1 * $1 }
    second = (squares - ownSquares) / pairCount
  }

  /// The gradient by the rows, from the derivatives by the moments.
  ///
  /// ```
  /// dM₁/dx̂ᵢ = 2·(S − x̂ᵢ)/n(n − 1)
  /// dM₂/dx̂ᵢ = 4·Σ_{j≠i} cᵢⱼx̂ⱼ/n(n − 1)
  /// ```
  func gradient(byMean: Double, bySecond: Double) -> Block<Scalar> {
    let result: Block<Scalar> = options.block(
      rowCount: rows.rowCount, columnCount: rows.columnCount, zeroed: true)
    guard pairCount > 0 else { return result }
    let (ofSum, ofProducts) = (2 * byMean / pairCount, 4 * bySecond / pairCount)
    if ofProducts != 0 {
      result.setProduct(
        holdsCosines ? products : rows, holdsCosines ? rows : products, threads: options.threads)
      result.scaleRows(
        by: Array(repeating: ofProducts, count: rows.rowCount), on: options.isa)
    }
    // A row's product with itself is in the Gram matrix.
    let own = squaredLengths.map { -ofSum - (holdsCosines ? 0 : ofProducts * $0) }
    result.add(rows, times: own, on: options.isa)
    let total = Block<Scalar>(rowCount: 1, columnCount: rows.columnCount)
    for (column, element) in sum.enumerated() { total[0, column] = Scalar(ofSum * element) }
    for row in 0..<rows.rowCount { result.rows(row..<row + 1).add(total, on: options.isa) }
    return result
  }
}
