import ArgumentParser
import Contrastive
import ContrastiveDistributed

/// A loss of images and texts.
protocol TwoTowerLossReporting: TemperedLossReporting {
  associatedtype LossType: TwoTowerLoss

  var towers: TwoTowerOptions { get }

  var loss: LossType { get throws }

  /// The loss of these rows in a process by itself.
  func step<Scalar: FileScalar>(
    _ images: Matrix<Scalar>, _ texts: Matrix<Scalar>,
    excluding falseNegatives: FalseNegatives<Scalar>
  ) throws -> LossStep<Scalar, TwoTowerGradient<Scalar>>
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

  func outcome<Scalar: FileScalar>(as scalar: Scalar.Type) throws -> LossOutcome<Scalar> {
    try rows(as: scalar).outcome(step)
  }

  fileprivate func rows<Scalar>(as scalar: Scalar.Type) throws -> PairedRows<Scalar> {
    try PairedRows(("images", towers.images), ("texts", towers.texts), ids: towers.ids)
  }

  /// A bias, of a loss that has one, is not an array.
  fileprivate var variables: TwoTowerVariables {
    .forReport(arrays: wantsGradients).union(.bias)
  }

  func step<Scalar: FileScalar>(
    _ images: Matrix<Scalar>, _ texts: Matrix<Scalar>,
    excluding falseNegatives: FalseNegatives<Scalar>
  ) throws -> LossStep<Scalar, TwoTowerGradient<Scalar>> {
    try loss.valueWithGradient(
      images: images, texts: texts, excluding: falseNegatives, of: variables,
      reduction: lossOptions.libraryReduction)
  }
}

extension TwoTowerLossReporting where Self: LogWeightedLossReporting {
  func step<Scalar: FileScalar>(
    _ images: Matrix<Scalar>, _ texts: Matrix<Scalar>,
    excluding falseNegatives: FalseNegatives<Scalar>
  ) throws -> LossStep<Scalar, TwoTowerGradient<Scalar>> {
    try loss.valueWithGradient(
      images: images, texts: texts, excluding: falseNegatives,
      logWeights: logWeightOptions.ofBothSides(rowCount: images.rowCount), of: variables,
      reduction: lossOptions.libraryReduction)
  }
}

extension TwoTowerLossReporting
where Self: RankLossReporting, LossType: RankTwoTowerLoss & TemperedLoss {
  func outcome<Scalar: FileScalar>(as scalar: Scalar.Type) throws -> LossOutcome<Scalar> {
    try rows(as: scalar).outcome(sharedBy: rankOptions, sides: 2, alone: step) {
      try requireNoLogWeights()
      return try loss.part(of: $3, sides: 2, of: .images).valueWithGradient(
        images: $0, texts: $1, excluding: $2, of: variables,
        reduction: lossOptions.libraryReduction, diagnostics: .all, options: ComputeOptions(),
        across: $3.group)
    }
  }
}
