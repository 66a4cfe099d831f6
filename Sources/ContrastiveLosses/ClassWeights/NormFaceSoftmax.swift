public import ContrastiveEmbeddings
public import ContrastiveEngine

/// NormFace's loss: the softmax over cosines of features and class weights, sharpened by a scale.
///
/// For `N` features f with labels y, `C` class weights w, both normalised to length 1, and the scale
/// s = ℓ² = 1/τ, which stands for features and weights of length ℓ:
/// ```
/// Lᵢ = log Σ_c exp(s·cos(fᵢ, w_c)) − s·cos(fᵢ, w_yᵢ)
///    = softplus( ℓᵢ − s·cos(fᵢ, w_yᵢ) )
/// loss = 1/N Σᵢ Lᵢ
/// ```
/// with ℓᵢ over the classes that are not the row's own. There is no bias. The loss is log C when all
/// embeddings are equal, and 0 for one class.
///
/// Without a scale (s = 1) the loss of 10 575 faces cannot fall below 8.27, from 9.27 at chance: hence
/// the scale, fixed at 20 or more, `temperature: try Temperature(scale: 20)`, or learned, by the
/// gradient `.scale`. How low a scale lets the loss fall is `Diagnostics.floor`, NormFace's Proposition
/// 2. It holds for batches with equally many rows of each class, and is reported for those only:
/// rows of one class alone can lie opposite to all other weights.
///
/// Class weights without a row in the batch are pushed away by the others' rows, as in any softmax.
/// Of classes of unequal sizes ``LogWeightedClassLoss`` tells.
///
/// - Source: [Wang et al. 2017](https://arxiv.org/abs/1704.06369), eq. 6; equals
///   pytorch-metric-learning's `NormalizedSoftmaxLoss` with temperature 1/s, whose weights are the
///   transpose.
public struct NormFaceSoftmax: ClassSoftmaxLoss {
  /// τ, and with it NormFace's scale s = 1/τ; or one for each class, which is that of the rows of the class.
  public var temperature: Temperature

  /// Creates the loss.
  public init(temperature: Temperature) { self.temperature = temperature }

  public var function: any RowFunction { PositiveCrossEntropy() }
}
