public import ContrastiveEmbeddings
public import ContrastiveEngine

/// What a loss of images and texts can be differentiated by.
public struct TwoTowerVariables: TemperatureVariables {
  public let rawValue: Int

  public init(rawValue: Int) { self.rawValue = rawValue }

  /// The images' embeddings as they were given: raw rows, or unit rows.
  public static let images = TwoTowerVariables(rawValue: 1)
  /// The texts' embeddings as they were given.
  public static let texts = TwoTowerVariables(rawValue: 2)
  /// b, of a loss that has a bias.
  public static let bias = TwoTowerVariables(rawValue: 4)
  /// All of these, and the temperature in its three readings.
  public static let all: TwoTowerVariables = [
    .images, .texts, .bias, .temperature, .scale, .logScale,
  ]
}

/// Derivatives of a loss of images and texts; what was not asked for is `nil`.
public struct TwoTowerGradient<Scalar: EmbeddingScalar>: TemperedGradient {
  /// By the images' embeddings, `N × d`: through the normalisation for raw rows.
  public package(set) var images: Matrix<Scalar>?
  /// By the texts' embeddings, `N × d`.
  public package(set) var texts: Matrix<Scalar>?
  /// dL/db, of a loss that has a bias.
  public package(set) var bias: Scalar?
  /// dL/dτ, dL/ds and dL/d(log s).
  public package(set) var byTemperature = TemperatureGradient<Scalar>()

  /// Nothing was asked for.
  package init() {}

  public var byArrays: [NamedGradient<Scalar>] { [("images", images), ("texts", texts)] }
}

/// A loss between two towers, as ``CLIP``: row i of the texts belongs to row i of the images.
///
/// For code that takes whichever it is given. A loss of one's own writes `step` alone.
public protocol TwoTowerLoss: LogWeightedPairedLoss {
  /// Runs the loss.
  ///
  /// - Parameters: As for `valueWithGradient`.
  func step<I: Embeddings, T: Embeddings>(
    images: I, texts: T, excluding falseNegatives: FalseNegatives<I.Scalar>,
    logWeights: PairLogWeights?, of variables: TwoTowerVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<I.Scalar, TwoTowerGradient<I.Scalar>>
  where T.Scalar == I.Scalar
}

extension TwoTowerLoss {
  /// Returns the loss.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func value<I: Embeddings, T: Embeddings>(
    images: I, texts: T, excluding falseNegatives: FalseNegatives<I.Scalar> = .none,
    logWeights: PairLogWeights? = nil, reduction: Reduction = .mean,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> I.Scalar where T.Scalar == I.Scalar {
    try valueWithGradient(
      images: images, texts: texts, excluding: falseNegatives, logWeights: logWeights, of: [],
      reduction: reduction,
      diagnostics: .none, options: options
    ).value
  }

  /// Returns the loss, its gradient and its diagnostics.
  ///
  /// - Parameters:
  ///   - images: `N × d`, at least one row. A `Matrix` is
  ///     normalised, `UnitRows` are not.
  ///   - texts: `N × d`; row i belongs to row i of the images.
  ///   - falseNegatives: Which pairs are no negatives of each
  ///     other, as several captions of one image are. Chance is
  ///     that of what is left, and no floor is known. A margin
  ///     holds for each direction: a text for an image, by the
  ///     cosine of the image's own text, and an image for a text
  ///     by the same cosine. (SigLIP takes ids.)
  ///   - logWeights: Numbers added to the logits of candidates, in
  ///     each direction. Chance and floor are unknown then.
  ///     (SigLIP, of which every pair is its own, takes none.)
  ///   - variables: What to differentiate by.
  ///   - reduction: The weights of the pairs' terms.
  ///   - diagnostics: `.none` saves a few per cent.
  ///   - options: Threads, and memory for logits.
  /// - Throws: `ContrastiveError` if shapes do not fit, or a raw
  ///   row holds a NaN or an infinity.
  public func valueWithGradient<I: Embeddings, T: Embeddings>(
    images: I, texts: T, excluding falseNegatives: FalseNegatives<I.Scalar> = .none,
    logWeights: PairLogWeights? = nil, of variables: TwoTowerVariables = .all,
    reduction: Reduction = .mean,
    diagnostics: DiagnosticsLevel = .all, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<I.Scalar, TwoTowerGradient<I.Scalar>>
  where T.Scalar == I.Scalar {
    try step(
      images: images, texts: texts, excluding: falseNegatives, logWeights: logWeights,
      of: variables,
      pass: LossPass(reduction: reduction, diagnostics: diagnostics, options: options))
  }

  /// Returns every pair's term, and a pullback for a cotangent vector.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func perTerm<I: Embeddings, T: Embeddings>(
    images: I, texts: T, excluding falseNegatives: FalseNegatives<I.Scalar> = .none,
    logWeights: PairLogWeights? = nil, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossTerms<
    I.Scalar, TwoTowerVariables, TwoTowerGradient<I.Scalar>
  > where T.Scalar == I.Scalar {
    try LossTerms(options: options) { variables, pass throws(ContrastiveError) in
      try step(
        images: images, texts: texts, excluding: falseNegatives, logWeights: logWeights,
        of: variables, pass: pass)
    }
  }

  /// The loss of pairs: images are the queries, texts the keys.
  public func step<Q: Embeddings, K: Embeddings>(
    queries: Q, keys: K, excluding falseNegatives: FalseNegatives<Q.Scalar>,
    logWeights: PairLogWeights?, of variables: PairVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<Q.Scalar, PairGradient<Q.Scalar>>
  where K.Scalar == Q.Scalar {
    try naming([.images: .queries, .texts: .keys]) { () throws(ContrastiveError) in
      try step(
        images: queries, texts: keys, excluding: falseNegatives, logWeights: logWeights,
        of: TwoTowerVariables(rawValue: variables.rawValue), pass: pass)
    }.renaming {
      PairGradient(queries: $0.images, keys: $0.texts, byTemperature: $0.byTemperature)
    }
  }
}

/// What a body returns, or its error with other names of arguments.
func naming<Result>(
  _ names: [ContrastiveError.Argument: ContrastiveError.Argument],
  _ body: () throws(ContrastiveError) -> Result
) throws(ContrastiveError) -> Result {
  do {
    return try body()
  } catch {
    throw error.renamed { names[$0] ?? $0 }
  }
}
