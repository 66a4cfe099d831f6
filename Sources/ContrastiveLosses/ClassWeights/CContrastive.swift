public import ContrastiveEmbeddings
public import ContrastiveEngine

/// NormFace's C-contrastive loss: features near their own class weight, and a margin away from the
/// others.
///
/// For `N` features f with labels y and `C` class weights w (the classes' "agents"), both normalised to
/// length 1, and the squared distances D = ‖f − w‖² from 0 to 4:
/// ```
/// Lᵢ = D(fᵢ, w_y) + Σ_{k≠y} max(0, m − D(fᵢ, w_k))
/// loss = 1/N Σᵢ Lᵢ
/// ```
/// Where a pair of samples takes two rows, an agent stands for its whole class: N·C pairs from one
/// product of matrices, with no pairs to be sampled. The sum over classes is not divided by C: divide
/// loss and gradients by C for the mean over all pairs.
///
/// It is 0 for features at their class weights, these at least √m apart, and (C − 1)·m when all
/// embeddings are equal. At the kink, D = m, the gradient is 0. A zero row stays one, D = 1 from
/// every unit row, and has gradient 0. (The distances of other classes are 2 − 2·cos: of rows that
/// were given as `UnitRows` and are only nearly of length 1, as near.)
///
/// - Source: [Wang et al. 2017](https://arxiv.org/abs/1704.06369), §3.4, which recommends m = 1.
public struct CContrastive: ClassAgentLoss {
  /// m, the squared distance that other classes are to keep: not negative.
  public var margin: Double

  /// Creates the loss.
  public init(margin: Double = 1) { self.margin = margin }

  /// Runs the loss. Its diagnostics are the mean similarities of features to their own class
  /// and to the others.
  ///
  /// - Throws: As every ``ClassWeightLoss``, and `ContrastiveError` for a margin that is
  ///   negative or not finite.
  /// - Complexity: 2NCd flops for the value, 4NCd with one of the gradients, 6NCd with both,
  ///   by GEMM; memory for the gradients and a few tiles per thread.
  public func step<F: Embeddings, W: Embeddings>(
    features: F, classWeights: W, labels: [Int], of variables: ClassWeightVariables,
    pass: LossPass
  ) throws(ContrastiveError) -> LossStep<F.Scalar, ClassWeightGradient<F.Scalar>>
  where W.Scalar == F.Scalar {
    try AgentStep(
      features, classWeights, labels: labels, margin: margin, ownDistance: .term,
      options: pass.options
    ).step(of: variables, pass: pass)
  }
}
