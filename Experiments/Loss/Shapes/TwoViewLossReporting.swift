import ArgumentParser
import Contrastive
import ContrastiveDistributed

/// A loss of two views.
protocol TwoViewLossReporting: TemperedLossReporting {
  associatedtype LossType: TwoViewLoss

  var views: TwoViewOptions { get }

  var loss: LossType { get throws }
}

/// Two views of the same samples.
struct TwoViewOptions: ParsableArguments {
  @Option(help: "N × d: the first view.") var viewA: String
  @Option(help: "N × d: the second view.") var viewB: String
  @Option(help: "N integers or texts: samples of one id are no negatives of each other.")
  var ids: String?
}

extension TwoViewLossReporting {
  static var gradientNames: [String] { ["viewA", "viewB"] }

  func outcome<Scalar: EmbeddingScalar & ArrayElement>(
    as scalar: Scalar.Type
  ) throws -> LossOutcome<Scalar> {
    try outcome(as: scalar) { _, _, _ in nil }
  }

  /// - Parameter across: The loss as ranks compute it, or nil for a process by itself.
  fileprivate func outcome<Scalar: EmbeddingScalar & ArrayElement>(
    as scalar: Scalar.Type,
    across: (
      InputArray<Scalar>, InputArray<Scalar>, TwoViewVariables
    ) throws -> (step: LossStep<Scalar, TwoViewGradient<Scalar>>, ranks: SharedRows)?
  ) throws -> LossOutcome<Scalar> {
    let (a, b) = (try InputArray<Scalar>(views.viewA), try InputArray<Scalar>(views.viewB))
    let variables = TwoViewVariables.forReport(arrays: wantsGradients)
    let shared = try across(a, b, variables)
    let step =
      try shared?.step
      ?? loss.valueWithGradient(
        viewA: a.matrix, viewB: b.matrix, excluding: .equalIDs(in: views.ids), of: variables,
        reduction: lossOptions.libraryReduction)
    var outcome = LossOutcome(step, byTemperature: step.gradient.byTemperature)
    if views.ids != nil { outcome.addRemarkOfIDs() }
    outcome.add("viewA", step.gradient.viewA, of: a)
    outcome.add("viewB", step.gradient.viewB, of: b)
    try shared?.ranks.gather(&outcome, sides: 2)
    return outcome
  }
}

/// A loss of two views that ranks can compute together.
protocol RankTwoViewLoss: TwoViewLoss {
  func valueWithGradient<A: Embeddings, B: Embeddings>(
    viewA: A, viewB: B, of variables: TwoViewVariables, reduction: Reduction,
    diagnostics: DiagnosticsLevel, options: ComputeOptions, across group: any RankGroup
  ) throws(ContrastiveError) -> LossStep<A.Scalar, TwoViewGradient<A.Scalar>>
  where B.Scalar == A.Scalar
}

extension NTXent: RankTwoViewLoss {}
extension DecoupledContrastive: RankTwoViewLoss {}

extension TwoViewLossReporting where Self: RankLossReporting, LossType: RankTwoViewLoss {
  func outcome<Scalar: EmbeddingScalar & ArrayElement>(
    as scalar: Scalar.Type
  ) throws -> LossOutcome<Scalar> {
    try outcome(as: scalar) { a, b, variables in
      try rankOptions.ranks(rowCount: a.matrix.rowCount, ids: views.ids).map { ranks in
        let step = try loss.valueWithGradient(
          viewA: ranks.part(of: a, "viewA", as: "viewA"),
          viewB: ranks.part(of: b, "viewB", as: "viewA"), of: variables,
          reduction: lossOptions.libraryReduction, diagnostics: .all, options: ComputeOptions(),
          across: ranks.group)
        return (step, ranks)
      }
    }
  }
}

extension FalseNegatives {
  /// Candidates of the query's id, read from a file; none if there is none.
  static func equalIDs(in file: String?) throws -> FalseNegatives {
    try file.map { .equalIDs(try readLabels($0).numbers[0]) } ?? .none
  }
}

extension TemperatureVariables where Element == Self {
  /// What a report tells of: the temperature, and arrays where they are to be written.
  static func forReport(arrays: Bool) -> Self {
    arrays ? all : temperature.union(scale).union(logScale)
  }
}
