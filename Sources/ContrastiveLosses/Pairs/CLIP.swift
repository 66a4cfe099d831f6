import ContrastiveBounds
public import ContrastiveEmbeddings
public import ContrastiveEngine

/// CLIP's loss: images are to find their texts, and texts their images, within a batch of N pairs.
///
/// ```
/// Lᵢ = ½ [ log Σⱼ exp(s·cᵢⱼ) + log Σⱼ exp(s·cⱼᵢ) ] − s·cᵢᵢ = ½ [ softplus(ℓᵢ − s·cᵢᵢ) + softplus(ℓ′ᵢ − s·cᵢᵢ) ]
/// loss = 1/N Σᵢ Lᵢ
/// ```
/// with the cosines c of images and texts, and ℓ, ℓ′ over the N − 1 others of a row and a column. It is
/// log N when all embeddings are equal, and 0 for N = 1.
///
/// The scale is learned in most uses: `temperature: try Temperature(logScale: …)`, and the gradient
/// asked for `.logScale`. Nothing is clamped here (CLIP holds s below 100).
///
/// - Source: [Radford et al. 2021](https://arxiv.org/abs/2103.00020), fig. 3; equals open_clip's
///   `ClipLoss` on normalised features.
public struct CLIP: Hashable, Sendable {
  /// τ, and with it the logit scale s = 1/τ.
  public var temperature: Temperature

  /// Creates the loss.
  public init(temperature: Temperature) {
    self.temperature = temperature
  }

  /// What the loss can be differentiated by.
  public struct Variables: TemperatureVariables {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The images' embeddings as they were given: raw rows, or unit rows.
    public static let images = Variables(rawValue: 1)
    /// The texts' embeddings as they were given.
    public static let texts = Variables(rawValue: 2)
    /// Both, and the temperature in its three readings.
    public static let all: Variables = [.images, .texts, .temperature, .scale, .logScale]
  }

  /// Derivatives of the loss; what was not asked for is `nil`.
  @dynamicMemberLookup
  public struct Gradient<Scalar: EmbeddingScalar>: Sendable {
    /// By the images' embeddings, `N × d`: through the normalisation for raw rows.
    public internal(set) var images: Matrix<Scalar>?
    /// By the texts' embeddings, `N × d`.
    public internal(set) var texts: Matrix<Scalar>?
    /// dL/dτ, dL/ds and dL/d(log s).
    public internal(set) var byTemperature = TemperatureGradient<Scalar>()

    /// `temperature`, `scale` and `logScale`.
    public subscript(
      dynamicMember member: KeyPath<TemperatureGradient<Scalar>, Scalar?>
    ) -> Scalar? { byTemperature[keyPath: member] }
  }

  /// Returns the loss, its gradient and its diagnostics, which are means over both directions.
  ///
  /// - Parameters:
  ///   - images: `N × d`, at least one row. A `Matrix` is normalised, `UnitRows` are not.
  ///   - texts: `N × d`; row i belongs to row i of the images.
  ///   - falseNegatives: Pairs that are no negatives of each other, as several captions of one image are. Chance is that
  ///     of what is left, and no floor is known. A margin holds for each direction: a text for an image, by the cosine
  ///     of the image's own text, and an image for a text by the same cosine.
  ///   - logWeights: Numbers added to the logits of candidates, in each direction. Chance and floor are unknown then.
  ///   - variables: What to differentiate by.
  ///   - reduction: The weights of the pairs' terms.
  ///   - diagnostics: `.none` saves a few per cent.
  ///   - options: Threads, and memory for logits.
  /// - Throws: `ContrastiveError` if shapes do not fit, or a raw row holds a NaN or an infinity.
  /// - Complexity: 2N²d flops for the value, 6N²d with gradients, or 8N²d where the N × N logits exceed
  ///   `options.keptByteCount`, by GEMM; memory O(Nd) besides. With a margin or log-weights each direction has products
  ///   of its own: twice that.
  public func valueWithGradient<I: Embeddings, T: Embeddings>(
    images: I, texts: T, excluding falseNegatives: FalseNegatives<I.Scalar> = .none,
    logWeights: PairLogWeights? = nil, of variables: Variables = .all, reduction: Reduction = .mean,
    diagnostics: DiagnosticsLevel = .all, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<I.Scalar, Gradient<I.Scalar>>
  where T.Scalar == I.Scalar {
    let step = try TwoTowerStep(
      images, texts, excluding: falseNegatives, logWeights: logWeights, temperature: temperature,
      options: options)
    var function = PositiveCrossEntropy()
    function.hasChance = logWeights == nil
    return try step.run(
      function, of: variables, reduction: reduction, diagnostics: diagnostics,
      floor: try step.candidateSet?.floor(
        unlessIndividual: temperature, dimension: step.images.columnCount))
  }
}
