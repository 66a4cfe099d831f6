import Contrastive
import TestSupport

/// Which two arrays a global contrastive loss is of.
enum GlobalForm: CaseIterable {
  case towers, views

  struct Step<Scalar: EmbeddingScalar> {
    let value: Scalar
    let terms: [Scalar]
    let gradient: any LossGradient<Scalar>
    let diagnostics: Diagnostics?

    init<Gradient: LossGradient>(
      _ step: LossStep<Scalar, Gradient>
    ) where Gradient.Scalar == Scalar {
      (value, terms, gradient, diagnostics) = (
        step.value, step.terms, step.gradient, step.diagnostics
      )
    }
  }

  /// What the first and the second array are called.
  var names: (String, String) { self == .towers ? ("images", "texts") : ("viewA", "viewB") }

  func step<Scalar: EmbeddingScalar>(
    of loss: GlobalContrastive, _ x: Matrix<Scalar>, _ y: Matrix<Scalar>, indices: [Int],
    normalizers: inout MovingNormalizers, excluding: FalseNegatives<Scalar> = .none,
    reduction: Reduction = .mean, options: ComputeOptions = ComputeOptions()
  ) throws -> Step<Scalar> {
    switch self {
    case .towers:
      Step(
        try loss.valueWithGradient(
          images: x, texts: y, indices: indices, normalizers: &normalizers, excluding: excluding,
          reduction: reduction, options: options))
    case .views:
      Step(
        try loss.valueWithGradient(
          viewA: x, viewB: y, indices: indices, normalizers: &normalizers, excluding: excluding,
          reduction: reduction, options: options))
    }
  }

  func step<Scalar: EmbeddingScalar>(
    of loss: RobustGlobalContrastive, _ x: Matrix<Scalar>, _ y: Matrix<Scalar>, indices: [Int],
    normalizers: inout MovingNormalizers, temperatures: inout IndividualTemperatures,
    reduction: Reduction = .mean
  ) throws -> Step<Scalar> {
    switch self {
    case .towers:
      Step(
        try loss.valueWithGradient(
          images: x, texts: y, indices: indices, normalizers: &normalizers,
          temperatures: &temperatures, reduction: reduction))
    case .views:
      Step(
        try loss.valueWithGradient(
          viewA: x, viewB: y, indices: indices, normalizers: &normalizers,
          temperatures: &temperatures, reduction: reduction))
    }
  }

  /// What a step of the loss would report.
  func value<Scalar: EmbeddingScalar>(
    of loss: GlobalContrastive, _ x: Matrix<Scalar>, _ y: Matrix<Scalar>, indices: [Int],
    normalizers: MovingNormalizers, reduction: Reduction
  ) throws -> Scalar {
    switch self {
    case .towers:
      try loss.value(
        images: x, texts: y, indices: indices, normalizers: normalizers, reduction: reduction)
    case .views:
      try loss.value(
        viewA: x, viewB: y, indices: indices, normalizers: normalizers, reduction: reduction)
    }
  }

  func value<Scalar: EmbeddingScalar>(
    of loss: RobustGlobalContrastive, _ x: Matrix<Scalar>, _ y: Matrix<Scalar>, indices: [Int],
    normalizers: MovingNormalizers, temperatures: IndividualTemperatures, reduction: Reduction
  ) throws -> Scalar {
    switch self {
    case .towers:
      try loss.value(
        images: x, texts: y, indices: indices, normalizers: normalizers,
        temperatures: temperatures, reduction: reduction)
    case .views:
      try loss.value(
        viewA: x, viewB: y, indices: indices, normalizers: normalizers,
        temperatures: temperatures, reduction: reduction)
    }
  }
}
