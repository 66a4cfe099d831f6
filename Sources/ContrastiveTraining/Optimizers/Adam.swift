public import ContrastiveEmbeddings
import ContrastiveKernels
import RealModule

/// Adam, and with decoupled weight decay AdamW.
///
/// ```
/// m ← β₁m + (1 − β₁)g,   v ← β₂v + (1 − β₂)g²,
/// m̂ = m/(1 − β₁ᵗ),   v̂ = v/(1 − β₂ᵗ)
/// θ ← θ − η·m̂ / (√v̂ + ε)
/// ```
/// at the t-th step. Weight decay either adds λ·θ to g (Adam), or multiplies θ by 1 − η·λ before the
/// step (AdamW):
/// ```swift
/// var adam = Adam<Float>(learningRate: 5e-4)
/// // CLIP's
/// var adamW = Adam<Float>.adamW(
///   learningRate: 5e-4, weightDecay: 0.2)
/// ```
/// - Source: [Kingma & Ba 2015](https://arxiv.org/abs/1412.6980),
///   [Loshchilov & Hutter 2019](https://arxiv.org/abs/1711.05101); equals PyTorch's `Adam` and `AdamW`
///   without `amsgrad`, but that parameters which do not decay have λ = 0.
public struct Adam<Scalar: EmbeddingScalar>: Optimizer {
  /// How parameters are held small.
  public enum WeightDecay: Hashable, Sendable {
    /// Not at all.
    case none
    /// λ·θ is added to the gradient: Adam's.
    case coupled(Double)
    /// θ is multiplied by 1 − η·λ before the step: AdamW's.
    case decoupled(Double)
  }

  public var learningRate: Double

  /// β₁ and β₂, from 0 up to 1, without it.
  public var betas: (first: Double, second: Double)

  /// ε.
  public var epsilon: Double

  /// λ, and where it acts.
  public var weightDecay: WeightDecay

  /// t, how many steps were taken.
  public package(set) var stepCount = 0

  /// m and v.
  package var (first, second) = (Moments<Scalar>(), Moments<Scalar>())

  /// Creates the optimiser.
  public init(
    learningRate: Double, betas: (first: Double, second: Double) = (0.9, 0.999),
    epsilon: Double = 1e-8, weightDecay: WeightDecay = .none
  ) {
    self.learningRate = learningRate
    self.betas = betas
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }

  /// AdamW, with PyTorch's defaults.
  public static func adamW(
    learningRate: Double, betas: (first: Double, second: Double) = (0.9, 0.999),
    epsilon: Double = 1e-8, weightDecay: Double = 0.01
  ) -> Adam {
    Adam(
      learningRate: learningRate, betas: betas, epsilon: epsilon,
      weightDecay: .decoupled(weightDecay))
  }

  public mutating func update(
    _ parameters: inout Parameters<Scalar>, by gradient: Parameters<Scalar>
  ) throws(ContrastiveError) {
    try requireConstant(learningRate, named: .learningRate)
    try requireConstant(betas.first, named: .firstBeta, below: 1)
    try requireConstant(betas.second, named: .secondBeta, below: 1)
    try requireConstant(epsilon, named: .epsilon)
    if case .coupled(let lambda) = weightDecay {
      try requireConstant(lambda, named: .weightDecay)
    }
    if case .decoupled(let lambda) = weightDecay {
      try requireConstant(lambda, named: .weightDecay)
    }
    try parameters.requireGradient(gradient)
    try first.prepare(for: parameters)
    try second.prepare(for: parameters)
    stepCount += 1
    parameters.forEachBlock { i, block, decays in
      block.descendByAdam(
        gradient[i].values.block, first: first.block(gradient[i].name),
        second: second.block(gradient[i].name),
        constants: constants(decays: decays))
    }
  }

  private func constants(decays: Bool) -> AdamConstants {
    let (firstCorrection, secondCorrection) = (
      1 - Double.pow(betas.first, stepCount), 1 - Double.pow(betas.second, stepCount)
    )
    var (decay, shrinkage) = (0.0, 1.0)
    switch weightDecay {
    case _ where !decays: break
    case .none: break
    case .coupled(let lambda): decay = lambda
    case .decoupled(let lambda): shrinkage = 1 - learningRate * lambda
    }
    return AdamConstants(
      rate: learningRate / firstCorrection, firstShare: 1 - betas.first, secondKept: betas.second,
      secondShare: 1 - betas.second, rootCorrection: secondCorrection.squareRoot(),
      epsilon: epsilon, decay: decay, shrinkage: shrinkage)
  }
}
