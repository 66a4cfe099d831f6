import ArgumentParser
import Contrastive

/// A loss of a batch with labels.
protocol LabelledLossReporting: LossReporting {
  associatedtype LossType: LabelledLoss

  /// Whether there are terms to list, and not one value for all rows.
  static var hasTerms: Bool { get }

  var batch: LabelledOptions { get }

  var loss: LossType { get throws }
}

/// A batch, and the labels of its rows.
struct LabelledOptions: ParsableArguments {
  @Option(help: "n × d: the embeddings.") var embeddings: String
  @Option(help: "n integers or texts: the labels.") var labels: String
}

extension LabelledLossReporting {
  static var gradientNames: [String] { ["embeddings"] }

  static var hasTerms: Bool { true }

  func outcome<Scalar: FileScalar>(as scalar: Scalar.Type) throws -> LossOutcome<Scalar> {
    let embeddings = try InputArray<Scalar>(batch.embeddings)
    let step = try loss.valueWithGradient(
      embeddings: embeddings.matrix, labels: try readLabels(batch.labels).numbers[0],
      of: .forReport(arrays: wantsGradients),
      reduction: Self.hasTerms ? lossOptions.libraryReduction : .mean)
    return LossOutcome(step, of: embeddings, hasTerms: Self.hasTerms)
  }
}
