import Contrastive
import ContrastiveLosses
import TestSupport
import Testing

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

protocol TokenReferenceSuite: LossReferenceSuite where Loss: TokenLoss {}

extension TokenReferenceSuite {
  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    let (queries, documents) = (
      try reference.tokens("queries", lengths: "queryLengths", as: scalar),
      try reference.tokens("documents", lengths: "documentLengths", as: scalar)
    )
    return try reference.padding(
      loss(of: reference).valueWithGradient(
        queries: queries, documents: documents, options: options), queries, documents)
  }
}

extension Reference.Case {
  func tokens<Scalar: EmbeddingScalar>(
    _ name: String, lengths: String, as scalar: Scalar.Type
  ) throws -> TokenRows<Scalar> {
    try TokenRows(padded: try matrix(name), lengths: try integers(lengths))
  }

  /// The answer of a step, with gradients by padding, 0, among those of tokens.
  func padding<Scalar: EmbeddingScalar>(
    _ step: LossStep<Scalar, TokenGradient<Scalar>>, _ queries: TokenRows<Scalar>,
    _ documents: TokenRows<Scalar>
  ) throws -> Answer {
    var answer = Answer(step)
    for (own, tokens) in zip(step.gradient.byArrays, [queries, documents]) {
      let width = try #require(inputs[own.name]).shape[1]
      answer.gradients[own.name] = try tokens.padded(#require(own.gradient), to: width).doubles
    }
    return answer
  }

  var temperature: Temperature {
    get throws { try Temperature(try number("temperature")) }
  }

  /// Of a case that has NormFace's scale s = 1/τ.
  var temperatureOfScale: Temperature {
    get throws { try Temperature(scale: try number("scale")) }
  }
}
