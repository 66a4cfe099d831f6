public import ContrastiveEmbeddings
public import ContrastiveEngine

/// NormFace's C-triplet loss: features nearer to their own class weight than to any other, by a
/// margin.
///
/// For `N` features f with labels y and `C` class weights w (the classes' "agents"), both normalised to
/// length 1, and the squared distances D = ‖f − w‖² from 0 to 4:
/// ```
/// Lᵢ = Σ_{k≠y} max(0, m + D(fᵢ, w_y) − D(fᵢ, w_k))
/// loss = 1/N Σᵢ Lᵢ
/// ```
/// These are N·(C − 1) triplets from one product of matrices, with none to be mined. The sum over
/// classes is not divided: divide loss and gradients by C − 1 for the mean over triplets. (The authors'
/// prototxt also has a switch for the hardest class alone, which is not here.)
///
/// It is 0 where every row is right by the margin, and for one class; (C − 1)·m when all embeddings are
/// equal. At the kink the gradient is 0. A row's own distance is Σ(f − w)², and keeps its digits when
/// training has brought it near 0. A zero row stays one, D = 1 from every unit row, and has
/// gradient 0. (The distances of other classes are 2 − 2·cos: of rows that were given as `UnitRows`
/// and are only nearly of length 1, as near.)
///
/// - Source: [Wang et al. 2017](https://arxiv.org/abs/1704.06369), §3.4, which recommends m = 0.8.
public struct CTriplet: ClassAgentLoss {
  /// m, by how much nearer in squared distance the own class is to be: not negative.
  public var margin: Double

  /// Creates the loss.
  public init(margin: Double = 0.8) { self.margin = margin }

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
      features, classWeights, labels: labels, margin: margin, ownDistance: .context,
      options: pass.options
    ).step(of: variables, pass: pass)
  }
}
