import ArgumentParser
import Contrastive
import ContrastiveDistributed

/// A loss of features and class weights.
protocol ClassWeightLossReporting: LossReporting {
  associatedtype LossType: ClassWeightLoss

  var arrays: ClassWeightOptions { get }

  var loss: LossType { get throws }

  /// The loss of these rows in a process by itself.
  func step<Scalar: FileScalar>(
    features: Matrix<Scalar>, classWeights: Matrix<Scalar>, labels: [Int]
  ) throws -> LossStep<Scalar, ClassWeightGradient<Scalar>>
}

/// Features, and the weights of their classes.
struct ClassWeightOptions: ParsableArguments {
  @Option(help: "N × d: the features.") var features: String
  @Option(help: "C × d: a row per class.") var classWeights: String
  @Option(help: "N integers from 0 to C − 1: the classes of the features.") var labels: String
}

extension ClassWeightLossReporting {
  static var gradientNames: [String] { ["features", "classWeights"] }

  static var termName: String { "row" }

  func outcome<Scalar: FileScalar>(as scalar: Scalar.Type) throws -> LossOutcome<Scalar> {
    let arrays = try arrays.read(as: scalar)
    return LossOutcome(try step(arrays), of: arrays.features, arrays.classWeights)
  }

  fileprivate func step<Scalar>(
    _ arrays: ClassWeightOptions.Arrays<Scalar>
  ) throws -> LossStep<Scalar, ClassWeightGradient<Scalar>> {
    try step(
      features: arrays.features.matrix, classWeights: arrays.classWeights.matrix,
      labels: arrays.labels)
  }

  func step<Scalar: FileScalar>(
    features: Matrix<Scalar>, classWeights: Matrix<Scalar>, labels: [Int]
  ) throws -> LossStep<Scalar, ClassWeightGradient<Scalar>> {
    try loss.valueWithGradient(
      features: features, classWeights: classWeights, labels: labels,
      of: .forReport(arrays: wantsGradients), reduction: lossOptions.libraryReduction)
  }
}

extension ClassWeightLossReporting
where Self: LogWeightedLossReporting, LossType: LogWeightedClassLoss {
  func step<Scalar: FileScalar>(
    features: Matrix<Scalar>, classWeights: Matrix<Scalar>, labels: [Int]
  ) throws -> LossStep<Scalar, ClassWeightGradient<Scalar>> {
    try loss.valueWithGradient(
      features: features, classWeights: classWeights, labels: labels,
      logWeights: logWeightOptions.numbers, of: .forReport(arrays: wantsGradients),
      reduction: lossOptions.libraryReduction)
  }
}

extension ClassWeightOptions {
  /// What the files hold.
  fileprivate struct Arrays<Scalar: FileScalar> {
    let features: InputArray<Scalar>
    let classWeights: InputArray<Scalar>
    let labels: [Int]
  }

  fileprivate func read<Scalar>(as scalar: Scalar.Type) throws -> Arrays<Scalar> {
    Arrays(
      features: try InputArray(features), classWeights: try InputArray(classWeights),
      labels: try readIndices(labels))
  }
}

extension ClassWeightLossReporting where Self: RankLossReporting, LossType: TemperedLoss {
  /// What the loss comes to: by ranks together, where there are any, each with as many classes as the others.
  ///
  /// - Parameter across: The loss of this rank's features and classes, as all ranks compute it.
  fileprivate func outcome<Scalar: FileScalar>(
    as scalar: Scalar.Type,
    across: (LossType, Matrix<Scalar>, Matrix<Scalar>, [Int], any RankGroup) throws -> LossStep<
      Scalar, ClassWeightGradient<Scalar>
    >
  ) throws -> LossOutcome<Scalar> {
    let arrays = try arrays.read(as: scalar)
    guard let ranks = try rankOptions.ranks(rowCount: arrays.features.matrix.rowCount) else {
      return LossOutcome(try step(arrays), of: arrays.features, arrays.classWeights)
    }
    try requireNoLogWeights()
    var loss = try loss
    loss.temperature = try ranks.equalPart(
      of: loss.temperature, rowCount: arrays.classWeights.matrix.rowCount, of: .classWeights)
    var outcome = LossOutcome(
      try across(
        loss, ranks.part(of: arrays.features, "features", as: "features"),
        ranks.equalPart(of: arrays.classWeights),
        ranks.part(of: arrays.labels, .labels, as: .features), ranks.group),
      of: arrays.features, arrays.classWeights)
    try ranks.gather(&outcome)
    return outcome
  }
}

extension ClassWeightLossReporting where Self: RankLossReporting, LossType: ClassSoftmaxLoss {
  func outcome<Scalar: FileScalar>(as scalar: Scalar.Type) throws -> LossOutcome<Scalar> {
    try outcome(as: scalar) {
      try $0.valueWithGradient(
        features: $1, classWeights: $2, labels: $3, of: .forReport(arrays: wantsGradients),
        reduction: lossOptions.libraryReduction, diagnostics: .all, options: ComputeOptions(),
        across: $4)
    }
  }
}

extension ClassWeightLossReporting where Self: RankLossReporting, LossType == ArcFace {
  func outcome<Scalar: FileScalar>(as scalar: Scalar.Type) throws -> LossOutcome<Scalar> {
    try outcome(as: scalar) {
      try $0.valueWithGradient(
        features: $1, classWeights: $2, labels: $3, of: .forReport(arrays: wantsGradients),
        reduction: lossOptions.libraryReduction, diagnostics: .all, options: ComputeOptions(),
        across: $4)
    }
  }
}
