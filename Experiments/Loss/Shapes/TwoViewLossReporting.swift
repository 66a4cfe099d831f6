import ArgumentParser
import Contrastive
import ContrastiveDistributed

/// A loss of two views.
protocol TwoViewLossReporting: TemperedLossReporting {
  associatedtype LossType: TwoViewLoss

  var views: TwoViewOptions { get }

  var loss: LossType { get throws }

  /// The loss of these rows in a process by itself.
  func step<Scalar: FileScalar>(
    _ viewA: Matrix<Scalar>, _ viewB: Matrix<Scalar>,
    excluding falseNegatives: FalseNegatives<Scalar>
  ) throws -> LossStep<Scalar, TwoViewGradient<Scalar>>
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

  func outcome<Scalar: FileScalar>(as scalar: Scalar.Type) throws -> LossOutcome<Scalar> {
    try rows(as: scalar).outcome(step)
  }

  fileprivate func rows<Scalar>(as scalar: Scalar.Type) throws -> PairedRows<Scalar> {
    try PairedRows(("viewA", views.viewA), ("viewB", views.viewB), ids: views.ids)
  }

  func step<Scalar: FileScalar>(
    _ viewA: Matrix<Scalar>, _ viewB: Matrix<Scalar>,
    excluding falseNegatives: FalseNegatives<Scalar>
  ) throws -> LossStep<Scalar, TwoViewGradient<Scalar>> {
    try loss.valueWithGradient(
      viewA: viewA, viewB: viewB, excluding: falseNegatives,
      of: .forReport(arrays: wantsGradients), reduction: lossOptions.libraryReduction)
  }
}

extension TwoViewLossReporting
where Self: LogWeightedLossReporting, LossType: LogWeightedTwoViewLoss {
  func step<Scalar: FileScalar>(
    _ viewA: Matrix<Scalar>, _ viewB: Matrix<Scalar>,
    excluding falseNegatives: FalseNegatives<Scalar>
  ) throws -> LossStep<Scalar, TwoViewGradient<Scalar>> {
    try loss.valueWithGradient(
      viewA: viewA, viewB: viewB, excluding: falseNegatives,
      logWeights: logWeightOptions.ofBothSides(rowCount: viewA.rowCount),
      of: .forReport(arrays: wantsGradients), reduction: lossOptions.libraryReduction)
  }
}

extension TwoViewLossReporting where Self: RankLossReporting, LossType: RankTwoViewLoss {
  func outcome<Scalar: FileScalar>(as scalar: Scalar.Type) throws -> LossOutcome<Scalar> {
    try rows(as: scalar).outcome(sharedBy: rankOptions, sides: 2, alone: step) {
      try requireNoLogWeights()
      return try loss.part(of: $3, sides: 2, of: .viewA).valueWithGradient(
        viewA: $0, viewB: $1, excluding: $2, of: .forReport(arrays: wantsGradients),
        reduction: lossOptions.libraryReduction, diagnostics: .all, options: ComputeOptions(),
        across: $3.group)
    }
  }
}

extension TemperatureVariables where Element == Self {
  /// What a report tells of: the temperature, and arrays where they are to be written.
  static func forReport(arrays: Bool) -> Self {
    arrays ? all : temperature.union(scale).union(logScale)
  }
}
