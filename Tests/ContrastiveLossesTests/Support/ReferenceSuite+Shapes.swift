import Contrastive
import ContrastiveLosses
import TestSupport

/// A suite of a loss whose shape tells which arrays of a case it takes.
protocol LossReferenceSuite: ReferenceSuite {
  associatedtype Loss

  /// The loss with a case's constants.
  func loss(of reference: Reference.Case) throws -> Loss
}

protocol TwoViewReferenceSuite: LossReferenceSuite where Loss: TwoViewLoss {}

extension TwoViewReferenceSuite {
  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    Answer(
      try loss(of: reference).valueWithGradient(
        viewA: try reference.matrix("viewA", as: scalar), viewB: try reference.matrix("viewB"),
        options: options))
  }
}

protocol TwoTowerReferenceSuite: LossReferenceSuite where Loss: TwoTowerLoss {}

extension TwoTowerReferenceSuite {
  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    Answer(
      try loss(of: reference).valueWithGradient(
        images: try reference.matrix("images", as: scalar), texts: try reference.matrix("texts"),
        options: options))
  }
}

protocol LabelledReferenceSuite: LossReferenceSuite where Loss: LabelledLoss {}

extension LabelledReferenceSuite {
  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    Answer(
      try loss(of: reference).valueWithGradient(
        embeddings: try reference.matrix("embeddings", as: scalar),
        labels: try reference.integers("labels"), options: options))
  }
}

protocol ClassWeightReferenceSuite: LossReferenceSuite where Loss: ClassWeightLoss {}

extension ClassWeightReferenceSuite {
  var keys: Set<String> { ["classWeights"] }

  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    Answer(
      try loss(of: reference).valueWithGradient(
        features: try reference.matrix("features", as: scalar),
        classWeights: try reference.matrix("classWeights"),
        labels: try reference.integers("labels"),
        of: omissions(options).isEmpty ? .all : [.features, .scale], options: options))
  }
}

/// There is no one pass.
extension ClassWeightReferenceSuite where Loss: ClassAgentLoss {
  var keys: Set<String> { [] }
}

extension Reference.Case {
  var temperature: Temperature {
    get throws { try Temperature(try number("temperature")) }
  }

  /// Of a case that has NormFace's scale s = 1/τ.
  var temperatureOfScale: Temperature {
    get throws { try Temperature(scale: try number("scale")) }
  }
}
