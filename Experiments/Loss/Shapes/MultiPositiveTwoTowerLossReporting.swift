import ArgumentParser
import Contrastive

/// A loss of images and texts that may have several positives.
protocol MultiPositiveTwoTowerLossReporting: TemperedLossReporting {
  associatedtype LossType: MultiPositiveTwoTowerLoss

  var images: String { get }
  var texts: String { get }
  var positives: PositiveOptions { get }

  /// The file of the positives' weights, of a loss that has them.
  var softTargets: String? { get }

  var loss: LossType { get throws }

  /// How many terms the value is of; `nil` for all.
  func termCount(of positives: PairPositives) -> Int?
}

extension MultiPositiveTwoTowerLossReporting {
  static var gradientNames: [String] { ["images", "texts"] }

  func termCount(of positives: PairPositives) -> Int? {
    positives.anchorCounts.queries + positives.anchorCounts.keys
  }

  func outcome<Scalar: EmbeddingScalar & ArrayElement>(
    as scalar: Scalar.Type
  ) throws -> LossOutcome<Scalar> {
    let images = try InputArray<Scalar>(images)
    let texts = try InputArray<Scalar>(texts)
    let all = try positives.positives(softTargets: softTargets, keys: texts, named: .texts)
    let step = try loss.valueWithGradient(
      images: images.matrix, texts: texts.matrix, positives: all,
      excluding: try positives.exclusion,
      of: TwoTowerVariables.forReport(arrays: wantsGradients).union(.bias),
      reduction: lossOptions.libraryReduction)
    var outcome = LossOutcome(step, byTemperature: step.gradient.byTemperature)
    if let count = termCount(of: all) { outcome.allTermCount = count }
    outcome.hasNegatives = step.diagnostics?.meanNegativeSimilarity != nil
    outcome.byBias = step.gradient.bias
    outcome.add("images", step.gradient.images, of: images)
    outcome.add("texts", step.gradient.texts, of: texts)
    return outcome
  }
}
