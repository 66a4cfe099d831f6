public import ContrastiveEmbeddings
public import ContrastiveEngine

/// What a loss of scored pairs can be differentiated by.
public struct ScoredPairVariables: TemperatureVariables {
  public let rawValue: Int

  public init(rawValue: Int) { self.rawValue = rawValue }

  /// The first rows as they were given: raw rows, or unit rows.
  public static let a = ScoredPairVariables(rawValue: 1)
  /// The second rows as they were given.
  public static let b = ScoredPairVariables(rawValue: 2)
  /// Both, and the temperature in its three readings.
  public static let all: ScoredPairVariables = [.a, .b, .temperature, .scale, .logScale]
}

/// Derivatives of a loss of scored pairs; what was not asked for is `nil`.
public struct ScoredPairGradient<Scalar: EmbeddingScalar>: TemperedGradient {
  /// dL/da, `N × d`: through the normalisation for raw rows.
  public package(set) var a: Matrix<Scalar>?
  /// dL/db, `N × d`.
  public package(set) var b: Matrix<Scalar>?
  /// dL/dτ, dL/ds and dL/d(log s).
  public package(set) var byTemperature = TemperatureGradient<Scalar>()

  /// Nothing was asked for.
  package init() {}

  public var byArrays: [NamedGradient<Scalar>] { [("a", a), ("b", b)] }
}

/// A loss of pairs of rows with scores that say which pairs are closer, as ``CoSENT``.
///
/// For code that takes whichever it is given. A loss of one's own writes `step` alone.
public protocol ScoredPairLoss: TemperedLoss {
  /// Runs the loss.
  ///
  /// - Parameters: As for `valueWithGradient`.
  func step<A: Embeddings, B: Embeddings>(
    a: A, b: B, scores: [Double], of variables: ScoredPairVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<A.Scalar, ScoredPairGradient<A.Scalar>>
  where B.Scalar == A.Scalar
}

extension ScoredPairLoss {
  /// Returns the loss.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func value<A: Embeddings, B: Embeddings>(
    a: A, b: B, scores: [Double], reduction: Reduction = .mean,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> A.Scalar where B.Scalar == A.Scalar {
    try valueWithGradient(
      a: a, b: b, scores: scores, of: [], reduction: reduction, options: options
    ).value
  }

  /// Returns the loss and its gradient.
  ///
  /// - Parameters:
  ///   - a: `N × d`, at least one row. A `Matrix` is normalised,
  ///     `UnitRows` are not.
  ///   - b: `N × d`; row i forms a pair with row i of a.
  ///   - scores: N finite numbers, in any unit: the larger, the closer
  ///     the pair is to be. Only their order matters.
  ///   - variables: What to differentiate by.
  ///   - reduction: The weight of the one term that there is: 1 of
  ///     `.mean` and `.sum`.
  ///   - options: Threads, and the workspace.
  /// - Throws: `ContrastiveError` if shapes do not fit, or a score or a
  ///   raw row holds a NaN or an infinity.
  /// - Complexity: O(N·d + N·log N)
  public func valueWithGradient<A: Embeddings, B: Embeddings>(
    a: A, b: B, scores: [Double], of variables: ScoredPairVariables = .all,
    reduction: Reduction = .mean, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<A.Scalar, ScoredPairGradient<A.Scalar>>
  where B.Scalar == A.Scalar {
    try step(
      a: a, b: b, scores: scores, of: variables,
      pass: LossPass(reduction: reduction, diagnostics: .none, options: options))
  }

  /// Returns the one term, and a pullback for its cotangent.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func perTerm<A: Embeddings, B: Embeddings>(
    a: A, b: B, scores: [Double], options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossTerms<
    A.Scalar, ScoredPairVariables, ScoredPairGradient<A.Scalar>
  > where B.Scalar == A.Scalar {
    try LossTerms(options: options) { variables, pass throws(ContrastiveError) in
      try step(a: a, b: b, scores: scores, of: variables, pass: pass)
    }
  }
}
