import ContrastiveBounds
public import ContrastiveEmbeddings
public import ContrastiveEngine

/// CLIP's loss: images are to find their texts, and texts their images, within a batch of N pairs.
///
/// ```
/// Lᵢ = ½ [ log Σⱼ exp(s·cᵢⱼ) + log Σⱼ exp(s·cⱼᵢ) ] − s·cᵢᵢ
///    = ½ [ softplus(ℓᵢ − s·cᵢᵢ) + softplus(ℓ′ᵢ − s·cᵢᵢ) ]
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
public struct CLIP: TwoTowerLoss, Hashable {
  /// τ, and with it the logit scale s = 1/τ.
  public var temperature: Temperature

  /// Creates the loss.
  public init(temperature: Temperature) { self.temperature = temperature }

  public typealias Variables = TwoTowerVariables
  public typealias Gradient = TwoTowerGradient

  /// Runs the loss. Its diagnostics are means over both directions.
  ///
  /// - Complexity: 2N²d flops for the value, 6N²d with gradients, or 8N²d where the
  ///   N × N logits exceed `options.keptByteCount`, by GEMM; memory O(Nd) besides. With a
  ///   margin or log-weights each direction has products of its own: twice that.
  public func step<I: Embeddings, T: Embeddings>(
    images: I, texts: T, excluding falseNegatives: FalseNegatives<I.Scalar>,
    logWeights: PairLogWeights?, of variables: TwoTowerVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<I.Scalar, TwoTowerGradient<I.Scalar>>
  where T.Scalar == I.Scalar {
    let step = try TwoTowerStep(
      images, texts, excluding: falseNegatives, logWeights: logWeights, temperature: temperature,
      options: pass.options)
    return try step.run(
      PositiveCrossEntropy(), of: variables, pass: pass,
      floor: try step.candidateSet?.floor(
        unlessIndividual: temperature, dimension: step.images.columnCount))
  }
}
