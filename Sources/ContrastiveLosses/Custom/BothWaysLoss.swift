public import ContrastiveEmbeddings
public import ContrastiveEngine
import ContrastiveKernels

/// A loss of one's own between two towers, both ways: row i of the images is to find row i of the texts among all
/// texts, and the text its image.
///
/// ```
/// Lᵢ = ½ [ φ(row i) + φ(column i) ]
/// ```
/// One tile of logits serves both directions, as in ``CLIP``; a function of another exponent than 1, or of Σz, a map of
/// logits, log-weights or a margin have each direction computed by itself.
public struct BothWaysLoss: TwoTowerLoss {
  /// What the loss is, given the sums of a row or a column.
  public var function: any RowFunction

  /// τ: one for all, one for each pair, or one for each image and then for each text.
  public var temperature: Temperature

  /// How a cosine becomes a logit.
  public var logits: LogitForm

  /// Creates the loss.
  public init(
    _ function: any RowFunction, temperature: Temperature, logits: LogitForm = .scaledCosines
  ) {
    self.function = function
    self.temperature = temperature
    self.logits = logits
  }

  /// Runs the loss. Its diagnostics are means over both directions.
  ///
  /// - Complexity: As ``CLIP``.
  public func step<I: Embeddings, T: Embeddings>(
    images: I, texts: T, excluding falseNegatives: FalseNegatives<I.Scalar>,
    logWeights: PairLogWeights?, of variables: TwoTowerVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<I.Scalar, TwoTowerGradient<I.Scalar>>
  where T.Scalar == I.Scalar {
    try TwoTowerStep(
      images, texts, excluding: falseNegatives, logWeights: logWeights, temperature: temperature,
      options: pass.options
    ).run(function, of: variables, pass: pass, logits: logits)
  }
}
