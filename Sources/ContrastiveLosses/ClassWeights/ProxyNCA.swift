public import ContrastiveEmbeddings
public import ContrastiveEngine

/// NCA with a proxy for each class: the proxy that a row would pick by a softmax over distances is to be its class's.
///
/// For `N` features f with labels y, `C` proxies w, the squared distances D between unit rows and the scale S:
/// ```
/// tᵢ_c = −S·D(fᵢ, w_c) = 2S·cos(fᵢ, w_c) − 2S
/// Lᵢ = log Σ_c exp tᵢ_c − tᵢ_yᵢ = softplus( ℓᵢ − tᵢ_yᵢ )
/// loss = 1/N Σᵢ Lᵢ
/// ```
/// with ℓᵢ over the classes that are not the row's own. The own proxy is in the denominator, where the paper
/// leaves it out: so it is ``NormFaceSoftmax`` at s = 2S, with its chance, log C, and its floor; but that a zero
/// row is at distance 1 from unit rows, and 0 from other zero rows.
///
/// - Source: [Movshovitz-Attias et al. 2017](https://arxiv.org/abs/1703.07464), eq. 3 with the own proxy added;
///   equals pytorch-metric-learning 2.9.0's `ProxyNCALoss`.
public struct ProxyNCA: ClassAgentLoss, LogWeightedClassLoss {
  /// S > 0: what squared distances are multiplied by.
  public let softmaxScale: Double

  /// Creates the loss.
  ///
  /// - Throws: `ContrastiveError` unless S is positive and finite.
  public init(softmaxScale: Double = 1) throws(ContrastiveError) {
    try softmaxScale.requirePositive(.softmaxScale)
    self.softmaxScale = softmaxScale
  }

  /// Runs the loss. The class weights are the proxies: row c is that of class c.
  ///
  /// - Throws: As every ``ClassWeightLoss``, and `ContrastiveError` for a scale that the scalar has no room for.
  /// - Complexity: As ``NormFaceSoftmax``.
  public func step<F: Embeddings, W: Embeddings>(
    features: F, classWeights: W, labels: [Int], logWeights: [Double]?,
    of variables: ClassWeightVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<F.Scalar, ClassWeightGradient<F.Scalar>>
  where W.Scalar == F.Scalar {
    var step = try ClassWeightStep(
      features, classWeights, labels: labels, logWeights: logWeights,
      temperature: Temperature(
        scale: 2, times: softmaxScale, named: .softmaxScale, for: F.Scalar.self),
      options: pass.options)
    step.logWeights = try step.classWeights.addingLogWeightsOfZeroRows(
      to: logWeights, softmaxScale, options: pass.options)
    return try step.run(
      PositiveCrossEntropy(), of: variables.intersection([.features, .classWeights]), pass: pass)
  }
}
