public import ContrastiveEmbeddings
public import ContrastiveEngine
import RealModule

/// How far apart positive pairs are on the sphere.
///
/// ```
/// loss = 1/N Σᵢ ‖x̂ᵢ − ŷᵢ‖^α
/// ```
/// From 0, where every pair coincides, to 2^α. Distances are Σ(x̂ − ŷ)² and never 2 − 2·cos, which
/// in `Float` has no correct digit for rows 1e-4 apart. Where a pair coincides its gradient is 0.
///
/// - Source: [Wang & Isola 2020](https://arxiv.org/abs/2005.10242), eq. 8; equals `align_loss` of
///   the authors' `align_uniform` on normalised rows.
public struct Alignment: Hashable, Sendable {
  /// α, the power of the distance.
  public let exponent: Double

  /// Creates the loss.
  ///
  /// - Throws: `ContrastiveError` unless α is positive and finite.
  public init(exponent: Double = 2) throws(ContrastiveError) {
    guard exponent > 0, exponent.isFinite else {
      throw .init(.exponent, .number(found: exponent, expected: .positive))
    }
    self.exponent = exponent
  }

  /// What the loss can be differentiated by.
  public struct Variables: OptionSet, Hashable, Sendable {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The first rows as they were given: raw rows, or unit rows.
    public static let x = Variables(rawValue: 1)
    /// The second rows as they were given.
    public static let y = Variables(rawValue: 2)
    /// Both.
    public static let all: Variables = [.x, .y]
  }

  /// Derivatives of the loss; what was not asked for is `nil`.
  public struct Gradient<Scalar: EmbeddingScalar>: LossGradient {
    /// dL/dx, `N × d`: through the normalisation for raw rows.
    public internal(set) var x: Matrix<Scalar>?
    /// dL/dy, `N × d`.
    public internal(set) var y: Matrix<Scalar>?

    public var byArrays: [NamedGradient<Scalar>] { [("x", x), ("y", y)] }
  }

  /// Returns the loss and its gradient.
  ///
  /// - Parameters:
  ///   - x: `N × d`, at least one row. A `Matrix` is normalised, `UnitRows` are not.
  ///   - y: `N × d`; row i forms a pair with row i of x.
  ///   - variables: What to differentiate by.
  ///   - reduction: The weights of the pairs' terms.
  ///   - options: Threads.
  /// - Throws: `ContrastiveError` if shapes do not fit, or a raw row holds a NaN or an infinity.
  /// - Complexity: O(N·d)
  public func valueWithGradient<X: Embeddings, Y: Embeddings>(
    x: X, y: Y, of variables: Variables = .all, reduction: Reduction = .mean,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<X.Scalar, Gradient<X.Scalar>>
  where Y.Scalar == X.Scalar {
    typealias Scalar = X.Scalar
    let x = try AnyEmbeddings(x, named: .x)
    let y = try AnyEmbeddings(y, named: .y)
    try y.requireShape(as: x)
    let (n, dimension) = (x.rowCount, x.columnCount)
    let weights = try LossPass(reduction: reduction, options: options).weights(termCount: n)
    func scratch() -> Block<Scalar> { Block(rowCount: n, columnCount: dimension) }
    let unitX = x.unit(0..<n, into: scratch())
    let unitY = y.unit(0..<n, into: scratch())
    let squares = unitX.squaredDistances(from: unitY)
    let terms = squares.map { Double.pow($0, exponent / 2) }
    let factors = squares.indices.map { row -> Double in
      guard squares[row] > 0 else { return 0 }
      return weights[row] * exponent * .pow(squares[row], (exponent - 1) / 2)
    }
    // dL/dx̂ = w·α·‖x̂ − ŷ‖^(α−1)·(x̂ − ŷ)/‖x̂ − ŷ‖ = −dL/dŷ: the power by α − 2 would leave the scalar's range where the
    // distance is small.
    let slopes = scratch()
    slopes.copy(unitX)
    slopes.add(unitY, times: Array(repeating: -1, count: n))
    slopes.setNormalized(slopes)
    slopes.scaleRows(by: factors)
    var gradient = Gradient<Scalar>()
    if variables.contains(.y) {
      let negated = scratch()
      negated.add(slopes, times: Array(repeating: -1, count: n))
      gradient.y = y.gradient(fromUnit: negated, options: options)
    }
    if variables.contains(.x) {
      gradient.x = x.gradient(fromUnit: slopes, options: options)
    }
    let value = terms.indices.reduce(0) { $0 + weights[$1] * terms[$1] }
    return LossStep(
      value: Scalar(value), terms: terms.map { Scalar($0) }, gradient: gradient, diagnostics: nil)
  }
}
