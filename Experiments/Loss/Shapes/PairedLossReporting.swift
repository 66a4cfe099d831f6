import ArgumentParser
import Contrastive

/// A loss of queries, each with a positive, whose negatives are the others' positives.
protocol PairedLossReporting: LossReporting {
  associatedtype LossType: PairedLoss

  var pairs: PairedOptions { get }

  var loss: LossType { get throws }

  /// The loss of these rows.
  func step<Scalar: FileScalar>(
    queries: Matrix<Scalar>, positives: Matrix<Scalar>,
    excluding falseNegatives: FalseNegatives<Scalar>
  ) throws -> LossStep<Scalar, PairGradient<Scalar>>
}

/// Queries and their positives.
struct PairedOptions: ParsableArguments {
  @Option(help: "N × d: the queries.") var queries: String
  @Option(help: "N × d: row i is the positive of query i.") var positives: String
  @Option(help: "N integers or texts: positives of a query's id are no negatives of it.")
  var ids: String?
}

extension PairedLossReporting {
  static var gradientNames: [String] { ["queries", "positives"] }

  func outcome<Scalar: FileScalar>(as scalar: Scalar.Type) throws -> LossOutcome<Scalar> {
    let queries = try InputArray<Scalar>(pairs.queries)
    let positives = try InputArray<Scalar>(pairs.positives)
    let excluded = try FalseNegatives<Scalar>.equalIDs(in: pairs.ids)
    let step: LossStep<Scalar, PairGradient<Scalar>>
    do {
      step = try self.step(
        queries: queries.matrix, positives: positives.matrix, excluding: excluded)
    } catch let error as ContrastiveError {
      throw error.renamed { $0 == .keys ? .positives : $0 }
    }
    var outcome = LossOutcome(step, byTemperature: step.gradient.byTemperature)
    // Mapped logits have no similarities, by which others tell.
    if step.diagnostics?.effectiveNegatives != nil { outcome.hasNegatives = true }
    if pairs.ids != nil { outcome.addRemarkOfIDs() }
    outcome.add("queries", step.gradient.queries, of: queries)
    outcome.add("positives", step.gradient.keys, of: positives)
    return outcome
  }

  func step<Scalar: FileScalar>(
    queries: Matrix<Scalar>, positives: Matrix<Scalar>,
    excluding falseNegatives: FalseNegatives<Scalar>
  ) throws -> LossStep<Scalar, PairGradient<Scalar>> {
    try loss.valueWithGradient(
      queries: queries, keys: positives, excluding: falseNegatives,
      of: .forReport(arrays: wantsGradients), reduction: lossOptions.libraryReduction)
  }
}

extension PairedLossReporting
where Self: LogWeightedLossReporting, LossType: LogWeightedPairedLoss {
  func step<Scalar: FileScalar>(
    queries: Matrix<Scalar>, positives: Matrix<Scalar>,
    excluding falseNegatives: FalseNegatives<Scalar>
  ) throws -> LossStep<Scalar, PairGradient<Scalar>> {
    try loss.valueWithGradient(
      queries: queries, keys: positives, excluding: falseNegatives,
      logWeights: logWeightOptions.ofPositives, of: .forReport(arrays: wantsGradients),
      reduction: lossOptions.libraryReduction)
  }
}
