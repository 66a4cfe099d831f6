public import ContrastiveEmbeddings

/// Gradient descent, with momentum if it is asked for.
///
/// ```
/// d = g + λ·θ
/// v ← μ·v + d
/// θ ← θ − η·v,    or with Nesterov's momentum  θ ← θ − η·(d + μ·v)
/// ```
/// MoCo trains by η = 0.03, μ = 0.9, λ = 1e-4.
///
/// - Source: [Sutskever et al. 2013](https://proceedings.mlr.press/v28/sutskever13.html) in the form of
///   PyTorch's `SGD`, without its dampening; parameters that do not decay have λ = 0.
public struct SGD<Scalar: EmbeddingScalar>: Optimizer {
  public var learningRate: Double

  /// μ: 0 for plain descent, by which v is d all the same: a μ that is raised later goes on from there, where PyTorch's
  /// begins anew.
  public var momentum: Double

  /// λ.
  public var weightDecay: Double

  /// Whether the step looks ahead along the velocity.
  public var isNesterov: Bool

  package var velocity = Moments<Scalar>()

  /// Creates the optimiser.
  public init(
    learningRate: Double, momentum: Double = 0, weightDecay: Double = 0, isNesterov: Bool = false
  ) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.isNesterov = isNesterov
  }

  public mutating func update(
    _ parameters: inout Parameters<Scalar>, by gradient: Parameters<Scalar>
  ) throws(ContrastiveError) {
    try requireConstant(learningRate, named: .learningRate)
    try requireConstant(momentum, named: .momentum)
    try requireConstant(weightDecay, named: .weightDecay)
    try parameters.requireGradient(gradient)
    try velocity.prepare(for: parameters)
    parameters.forEachBlock { i, block, decays in
      block.descend(
        gradient[i].values.block, velocity: velocity.block(gradient[i].name),
        rate: learningRate, momentum: momentum, decay: decays ? weightDecay : 0,
        isNesterov: isNesterov)
    }
  }
}
