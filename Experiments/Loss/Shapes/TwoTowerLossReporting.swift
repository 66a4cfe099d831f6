import ArgumentParser
import Contrastive
import ContrastiveDistributed

/// A loss of images and texts.
protocol TwoTowerLossReporting: TemperedLossReporting {
  associatedtype LossType: TwoTowerLoss

  var towers: TwoTowerOptions { get }

  var loss: LossType { get throws }
}

/// Images and their texts.
struct TwoTowerOptions: ParsableArguments {
  @Option(help: "N × d: the images' embeddings.") var images: String
  @Option(help: "N × d: row i is the text of image i.") var texts: String
  @Option(
    help:
      "N integers or texts: pairs of one id are no negatives of each other, as captions of one image."
  )
  var ids: String?
}

extension TwoTowerLossReporting {
  static var gradientNames: [String] { ["images", "texts"] }

  func outcome<Scalar: EmbeddingScalar & ArrayElement>(
    as scalar: Scalar.Type
  ) throws -> LossOutcome<Scalar> {
    try outcome(as: scalar) { _, _, _ in nil }
  }

  /// - Parameter across: The loss as ranks compute it, or nil for a process by itself.
  fileprivate func outcome<Scalar: EmbeddingScalar & ArrayElement>(
    as scalar: Scalar.Type,
    across: (
      InputArray<Scalar>, InputArray<Scalar>, TwoTowerVariables
    ) throws -> (step: LossStep<Scalar, TwoTowerGradient<Scalar>>, ranks: SharedRows)?
  ) throws -> LossOutcome<Scalar> {
    let images = try InputArray<Scalar>(towers.images)
    let texts = try InputArray<Scalar>(towers.texts)
    let variables = TwoTowerVariables.forReport(arrays: wantsGradients).union(.bias)
    let shared = try across(images, texts, variables)
    let step =
      try shared?.step
      ?? loss.valueWithGradient(
        images: images.matrix, texts: texts.matrix, excluding: .equalIDs(in: towers.ids),
        of: variables, reduction: lossOptions.libraryReduction)
    var outcome = LossOutcome(step, byTemperature: step.gradient.byTemperature)
    if towers.ids != nil, outcome.diagnostics?.top1Accuracy != nil { outcome.addRemarkOfIDs() }
    outcome.byBias = step.gradient.bias
    outcome.add("images", step.gradient.images, of: images)
    outcome.add("texts", step.gradient.texts, of: texts)
    try shared?.ranks.gather(&outcome)
    return outcome
  }
}

/// A loss of images and texts that ranks can compute together.
protocol RankTwoTowerLoss: TwoTowerLoss {
  func valueWithGradient<I: Embeddings, T: Embeddings>(
    images: I, texts: T, of variables: TwoTowerVariables, reduction: Reduction,
    diagnostics: DiagnosticsLevel, options: ComputeOptions, across group: any RankGroup
  ) throws(ContrastiveError) -> LossStep<I.Scalar, TwoTowerGradient<I.Scalar>>
  where T.Scalar == I.Scalar
}

extension CLIP: RankTwoTowerLoss {}
extension SigLIP: RankTwoTowerLoss {}

extension TwoTowerLossReporting where Self: RankLossReporting, LossType: RankTwoTowerLoss {
  func outcome<Scalar: EmbeddingScalar & ArrayElement>(
    as scalar: Scalar.Type
  ) throws -> LossOutcome<Scalar> {
    try outcome(as: scalar) { images, texts, variables in
      try rankOptions.ranks(rowCount: images.matrix.rowCount, ids: towers.ids).map { ranks in
        let step = try loss.valueWithGradient(
          images: ranks.part(of: images, "images", as: "images"),
          texts: ranks.part(of: texts, "texts", as: "images"), of: variables,
          reduction: lossOptions.libraryReduction, diagnostics: .all, options: ComputeOptions(),
          across: ranks.group)
        return (step, ranks)
      }
    }
  }
}
