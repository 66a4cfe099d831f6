import ContrastiveEmbeddings
package import ContrastiveKernels
import ContrastiveSimilarity
import Synchronization

/// Who multiplies the tiles of a call: BLAS, or kernels of sixteen bits.
///
/// With x = step·code + Δx, where |Δx| ≤ step/2 for every element, and d columns,
/// ```
/// q·k − stepq·stepk·(codeq·codek) = Δq·k + q·Δk − Δq·Δk
/// ```
/// Roundings are independent and spread evenly over a step, whose variance is step²/12: to a sum of d
/// of them, weighted with k, this adds up to stepq²·‖k‖²/12, and the same the other way round. By Cauchy and
/// Schwarz the difference is at most ‖Δq‖·‖k‖ + ‖q‖·‖Δk‖ + ‖Δq‖·‖Δk‖, with ‖Δ‖ ≤ step·√d/2.
package final class TileProducts<Scalar: EmbeddingScalar>: Sendable {
  private let integers: SixteenBitProducts<Scalar>?
  private let floats: SixteenBitProducts<Scalar>?
  private let largestError: Double?
  private let worst = Mutex<LogitError?>(nil)

  /// Whether factors of gradients are rounded, so that terms that are much of one are added apart.
  package var roundsGradients: Bool { floats != nil }

  /// Whether logits are rounded.
  package var roundsLogits: Bool { integers != nil }

  /// What a cosine may be off where some tiles are rounded and others are not; 0 where all are alike.
  let mixedRounding: Double

  /// - Parameter roundsLogits: Whether logits may be rounded, if options say so.
  package init(_ options: ComputeOptions, dimension: Int, roundsLogits: Bool = true) {
    let products =
      options.products == .sixteenBit
      ? SixteenBitProducts<Scalar>(on: options.isa, from: options.workspace) : nil
    let fits = dimension <= SixteenBitProducts<Scalar>.largestDimension
    let integers = products.flatMap { $0.areFast && fits && roundsLogits ? $0 : nil }
    self.integers = integers
    floats = products.flatMap { $0.haveFloats ? $0 : nil }
    largestError = options.largestLogitError
    // The bound of `LogitError`, of unit rows whose elements reach 1.
    let mixes = integers != nil && options.largestLogitError != nil
    mixedRounding = mixes ? 1.01 / 32_767 * Double(dimension).squareRoot() : 0
  }

  /// Rows as the left side of products of logits.
  package func rows(_ block: Block<Scalar>) -> ProductRows<Scalar> {
    ProductRows(block: block, integers: integers.map { IntegerRows(block, for: $0) })
  }

  /// Sets scale · rows · columnsᵀ.
  package func setLogits(
    _ logits: Block<Scalar>, of rows: ProductRows<Scalar>, and columns: Block<Scalar>,
    scale: Scalar = 1
  ) {
    guard let packed = rows.integers, packed.extent.isFinite else {
      logits.setSimilarities(of: rows.block, and: columns, scale: scale)
      return
    }
    if let largestError, let integers {
      let extent = integers.extent(of: columns)
      guard error(packed, extent, scale: scale).expected <= largestError else {
        logits.setSimilarities(of: rows.block, and: columns, scale: scale)
        return
      }
    }
    let extent = packed.setProducts(logits, with: columns, scale: Double(scale))
    guard extent.isFinite else {
      logits.setSimilarities(of: rows.block, and: columns, scale: scale)
      return
    }
    let own = error(packed, extent, scale: scale)
    worst.withLock { $0.formUnion(own) }
  }

  private func error(
    _ rows: IntegerRows<Scalar>, _ columns: IntegerExtent, scale: Scalar
  ) -> LogitError {
    LogitError(
      rows: rows.extent, columns: columns, dimension: rows.dimension, scale: abs(Double(scale)))
  }

  /// Scale times the inner product of every row of `x` and the same row of `y`, as tiles have it: what equals
  /// it in a tile is a tie.
  package func rankProducts(
    _ x: Block<Scalar>, _ y: Block<Scalar>, scale: Double = 1
  ) -> [Double]? {
    integers?.dots(x, y, scale: scale)
  }

  /// Rows as a factor of several gradients, all of them in each.
  func factor(_ rows: Block<Scalar>) -> GradientFactor<Scalar> {
    GradientFactor(block: rows, floats: floats.flatMap { BfloatRows(rows, for: $0) })
  }

  /// Sets or adds a product of weights and rows, for a gradient.
  func setGradient(
    _ target: Block<Scalar>, _ weights: Block<Scalar>, _ rows: Block<Scalar>,
    transposingLeft: Bool = false, scale: Scalar = 1, accumulating: Bool = false
  ) {
    setGradient(
      target, weights, GradientFactor(block: rows, floats: nil), transposingLeft: transposingLeft,
      scale: scale, accumulating: accumulating)
  }

  func setGradient(
    _ target: Block<Scalar>, _ weights: Block<Scalar>, _ rows: GradientFactor<Scalar>,
    transposingLeft: Bool = false, scale: Scalar = 1, accumulating: Bool = false
  ) {
    guard let floats else {
      target.setProduct(
        weights, rows.block, transposingLeft: transposingLeft, scale: scale,
        accumulating: accumulating)
      return
    }
    floats.setProduct(
      target, weights, rows.block, packed: rows.floats, transposingLeft: transposingLeft,
      scale: Double(scale), accumulating: accumulating)
  }

  /// The errors of the logits so far, if any were rounded.
  package var logitError: LogitError? { worst.withLock { $0 } }
}

/// Rows as the left side of products of logits.
package struct ProductRows<Scalar: EmbeddingScalar>: Sendable {
  let block: Block<Scalar>
  fileprivate let integers: IntegerRows<Scalar>?
}

/// Rows as a factor of gradients.
struct GradientFactor<Scalar: EmbeddingScalar>: Sendable {
  let block: Block<Scalar>
  fileprivate let floats: BfloatRows<Scalar>?
}
