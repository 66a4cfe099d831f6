import ArgumentParser
import Contrastive
import ContrastiveDistributed

/// A loss of a batch with labels.
protocol LabelledLossReporting: LossReporting {
  associatedtype LossType: LabelledLoss

  /// Whether there are terms to list, and not one value for all rows.
  static var hasTerms: Bool { get }

  /// How many of the rows have a term that counts, where not all do.
  static func termCount(of labels: [Int]) -> Int?

  /// Whether any row has a negative.
  static func haveNegatives(_ labels: [Int]) -> Bool

  var batch: LabelledOptions { get }

  var loss: LossType { get throws }

  /// The loss of these rows.
  func step<Scalar: FileScalar>(
    embeddings: Matrix<Scalar>, labels: [Int]
  ) throws -> LossStep<Scalar, EmbeddingGradient<Scalar>>
}

/// A batch, and the labels of its rows.
struct LabelledOptions: ParsableArguments {
  @Option(help: "n × d: the embeddings.") var embeddings: String
  @Option(help: "n integers or texts: the labels.") var labels: String
}

extension LabelledLossReporting {
  static var gradientNames: [String] { ["embeddings"] }

  static var hasTerms: Bool { true }

  static func termCount(of labels: [Int]) -> Int? { nil }

  static func haveNegatives(_ labels: [Int]) -> Bool { Set(labels).count > 1 }

  func outcome<Scalar: FileScalar>(as scalar: Scalar.Type) throws -> LossOutcome<Scalar> {
    let embeddings = try InputArray<Scalar>(batch.embeddings)
    let labels = try readLabels(batch.labels).numbers[0]
    let step = try step(embeddings: embeddings.matrix, labels: labels)
    var outcome = LossOutcome(step, of: embeddings, hasTerms: Self.hasTerms)
    if let count = Self.termCount(of: labels) { outcome.allTermCount = count }
    outcome.hasNegatives = Self.haveNegatives(labels)
    return outcome
  }

  func step<Scalar: FileScalar>(
    embeddings: Matrix<Scalar>, labels: [Int]
  ) throws -> LossStep<Scalar, EmbeddingGradient<Scalar>> {
    try loss.valueWithGradient(
      embeddings: embeddings, labels: labels, of: .forReport(arrays: wantsGradients),
      reduction: Self.hasTerms ? lossOptions.libraryReduction : .mean)
  }
}

extension LabelledLossReporting
where Self: LogWeightedLossReporting, LossType: LogWeightedLabelledLoss {
  func step<Scalar: FileScalar>(
    embeddings: Matrix<Scalar>, labels: [Int]
  ) throws -> LossStep<Scalar, EmbeddingGradient<Scalar>> {
    try loss.valueWithGradient(
      embeddings: embeddings, labels: labels, logWeights: logWeightOptions.numbers,
      of: .forReport(arrays: wantsGradients), reduction: lossOptions.libraryReduction)
  }
}

extension LabelledLossReporting where Self: RankLossReporting, LossType == NTXentPairs {
  func outcome<Scalar: FileScalar>(as scalar: Scalar.Type) throws -> LossOutcome<Scalar> {
    let embeddings = try InputArray<Scalar>(batch.embeddings)
    let labels = try readLabels(batch.labels).numbers[0]
    let variables: EmbeddingVariables = .forReport(arrays: wantsGradients)
    let ranks = try rankOptions.ranks(rowCount: embeddings.matrix.rowCount)
    if ranks != nil { try requireNoLogWeights() }
    let step =
      if let ranks {
        try loss.part(of: ranks, of: .embeddings).valueWithGradient(
          embeddings: ranks.part(of: embeddings, "embeddings", as: "embeddings"),
          labels: ranks.part(of: labels, .labels, as: .embeddings), of: variables,
          reduction: lossOptions.libraryReduction, across: ranks.group)
      } else {
        try step(embeddings: embeddings.matrix, labels: labels)
      }
    var outcome = LossOutcome(step, of: embeddings)
    try ranks?.gather(&outcome)
    outcome.hasNegatives = Self.haveNegatives(labels)
    return outcome
  }
}

extension [Int] {
  /// How many of these labels are another row's too.
  var pairedCount: Int {
    Dictionary(grouping: self) { $0 }.values.reduce(0) { $0 + ($1.count > 1 ? $1.count : 0) }
  }
}
