import ArgumentParser
import Contrastive

/// A loss of embeddings and a proxy for each class.
protocol ProxyLossReporting: LossReporting {
  associatedtype LossType: ClassAgentLoss

  var arrays: ProxyOptions { get }

  var loss: LossType { get throws }

  /// The loss of these rows.
  func step<Scalar: FileScalar>(
    embeddings: Matrix<Scalar>, proxies: Matrix<Scalar>, labels: [Int]
  ) throws -> LossStep<Scalar, ClassWeightGradient<Scalar>>
}

/// Embeddings, and the proxies of their classes.
struct ProxyOptions: ParsableArguments {
  @Option(help: "N × d: the embeddings.") var embeddings: String
  @Option(help: "C × d: a proxy per class.") var proxies: String
  @Option(help: "N integers from 0 to C − 1: the classes of the embeddings.") var labels: String
}

extension ProxyLossReporting {
  static var gradientNames: [String] { ["embeddings", "proxies"] }

  func outcome<Scalar: FileScalar>(
    as scalar: Scalar.Type
  ) throws -> LossOutcome<Scalar> {
    let embeddings = try InputArray<Scalar>(arrays.embeddings)
    let proxies = try InputArray<Scalar>(arrays.proxies)
    let step = try step(
      embeddings: embeddings.matrix, proxies: proxies.matrix,
      labels: try readIndices(arrays.labels))
    var outcome = LossOutcome(step)
    // Chance may be of positives alone.
    outcome.hasNegatives = outcome.diagnostics?.meanNegativeSimilarity != nil
    outcome.add("embeddings", step.gradient.features, of: embeddings)
    outcome.add("proxies", step.gradient.classWeights, of: proxies)
    return outcome
  }

  func step<Scalar: FileScalar>(
    embeddings: Matrix<Scalar>, proxies: Matrix<Scalar>, labels: [Int]
  ) throws -> LossStep<Scalar, ClassWeightGradient<Scalar>> {
    try loss.valueWithGradient(
      features: embeddings, classWeights: proxies, labels: labels,
      of: .forReport(arrays: wantsGradients), reduction: lossOptions.libraryReduction)
  }
}

extension ProxyLossReporting
where Self: LogWeightedLossReporting, LossType: LogWeightedClassLoss {
  func step<Scalar: FileScalar>(
    embeddings: Matrix<Scalar>, proxies: Matrix<Scalar>, labels: [Int]
  ) throws -> LossStep<Scalar, ClassWeightGradient<Scalar>> {
    try loss.valueWithGradient(
      features: embeddings, classWeights: proxies, labels: labels,
      logWeights: logWeightOptions.numbers, of: .forReport(arrays: wantsGradients),
      reduction: lossOptions.libraryReduction)
  }
}
