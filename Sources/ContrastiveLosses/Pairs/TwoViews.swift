public import ContrastiveEmbeddings
public import ContrastiveEngine

/// What a loss of two views can be differentiated by.
public struct TwoViewVariables: TemperatureVariables {
  public let rawValue: Int

  public init(rawValue: Int) { self.rawValue = rawValue }

  /// The first view as it was given: raw rows, or unit rows.
  public static let viewA = TwoViewVariables(rawValue: 1)
  /// The second view as it was given.
  public static let viewB = TwoViewVariables(rawValue: 2)
  /// Both views, and the temperature in its three readings.
  public static let all: TwoViewVariables = [.viewA, .viewB, .temperature, .scale, .logScale]
}

/// Derivatives of a loss of two views; what was not asked for is `nil`.
public struct TwoViewGradient<Scalar: EmbeddingScalar>: TemperedGradient {
  /// dL/da, `N × d`: through the normalisation for raw rows.
  public package(set) var viewA: Matrix<Scalar>?
  /// dL/db, `N × d`.
  public package(set) var viewB: Matrix<Scalar>?
  /// dL/dτ, dL/ds and dL/d(log s).
  public package(set) var byTemperature = TemperatureGradient<Scalar>()

  /// Nothing was asked for.
  package init() {}

  public var byArrays: [NamedGradient<Scalar>] { [("viewA", viewA), ("viewB", viewB)] }
}

/// A loss of two views of the same samples, as ``NTXent``.
///
/// For code that takes whichever it is given. A loss of one's own writes `step` alone.
public protocol TwoViewLoss: PairedLoss, TemperedLoss, Hashable {
  /// Runs the loss.
  ///
  /// - Parameters: As for `valueWithGradient`.
  func step<A: Embeddings, B: Embeddings>(
    viewA: A, viewB: B, excluding falseNegatives: FalseNegatives<A.Scalar>,
    of variables: TwoViewVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<A.Scalar, TwoViewGradient<A.Scalar>>
  where B.Scalar == A.Scalar
}

extension TwoViewLoss {
  /// Returns the loss.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func value<A: Embeddings, B: Embeddings>(
    viewA: A, viewB: B, excluding falseNegatives: FalseNegatives<A.Scalar> = .none,
    reduction: Reduction = .mean, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> A.Scalar where B.Scalar == A.Scalar {
    try valueWithGradient(
      viewA: viewA, viewB: viewB, excluding: falseNegatives, of: [], reduction: reduction,
      diagnostics: .none, options: options
    ).value
  }

  /// Returns the loss, its gradient and its diagnostics.
  ///
  /// - Parameters:
  ///   - viewA: `N × d`, at least one row. A `Matrix` is
  ///     normalised, `UnitRows` are not.
  ///   - viewB: `N × d`; row i is the other view of row i.
  ///   - falseNegatives: Which samples are no negatives of each
  ///     other: by ids. Chance is that of what is left, and no
  ///     floor is known.
  ///   - variables: What to differentiate by.
  ///   - reduction: The weights of the 2N terms, those of view A
  ///     first.
  ///   - diagnostics: `.none` saves a few per cent.
  ///   - options: Threads, and memory for logits.
  /// - Throws: `ContrastiveError` if shapes do not fit, or a raw
  ///   row holds a NaN or an infinity.
  /// - Complexity: For n = 2N, n²d flops for the value, 3n²d with
  ///   gradients, or 4n²d where a triangle of logits exceeds
  ///   `options.keptByteCount`; memory O(nd) besides.
  public func valueWithGradient<A: Embeddings, B: Embeddings>(
    viewA: A, viewB: B, excluding falseNegatives: FalseNegatives<A.Scalar> = .none,
    of variables: TwoViewVariables = .all, reduction: Reduction = .mean,
    diagnostics: DiagnosticsLevel = .all, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<A.Scalar, TwoViewGradient<A.Scalar>>
  where B.Scalar == A.Scalar {
    try step(
      viewA: viewA, viewB: viewB, excluding: falseNegatives, of: variables,
      pass: LossPass(reduction: reduction, diagnostics: diagnostics, options: options))
  }

  /// Returns every row's term, those of view A first, and a pullback for a cotangent vector.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func perTerm<A: Embeddings, B: Embeddings>(
    viewA: A, viewB: B, excluding falseNegatives: FalseNegatives<A.Scalar> = .none,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossTerms<A.Scalar, TwoViewVariables, TwoViewGradient<A.Scalar>>
  where B.Scalar == A.Scalar {
    try LossTerms(options: options) { variables, pass throws(ContrastiveError) in
      try step(
        viewA: viewA, viewB: viewB, excluding: falseNegatives, of: variables, pass: pass)
    }
  }

  /// The loss of pairs: view A are the queries, view B the keys.
  public func step<Q: Embeddings, K: Embeddings>(
    queries: Q, keys: K, excluding falseNegatives: FalseNegatives<Q.Scalar>,
    of variables: PairVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<Q.Scalar, PairGradient<Q.Scalar>>
  where K.Scalar == Q.Scalar {
    try ofViews { () throws(ContrastiveError) in
      try step(
        viewA: queries, viewB: keys, excluding: falseNegatives,
        of: TwoViewVariables(rawValue: variables.rawValue), pass: pass)
    }
  }

  /// A loss of two views in the words of pairs.
  func ofViews<Scalar>(
    _ step: () throws(ContrastiveError) -> LossStep<Scalar, TwoViewGradient<Scalar>>
  ) throws(ContrastiveError) -> LossStep<Scalar, PairGradient<Scalar>> {
    try naming([.viewA: .queries, .viewB: .keys], step).renaming {
      PairGradient(queries: $0.viewA, keys: $0.viewB, byTemperature: $0.byTemperature)
    }
  }
}
