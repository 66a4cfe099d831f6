import Contrastive
import ContrastiveDistributed
import ContrastiveEngine
import TestSupport

/// The losses across ranks, under one interface.
enum RankLoss: String, CaseIterable, Sendable {
  case clip, inBatch, inBatchAndShared, shared, sigLIP, mocoV3, ntXent, decoupled,
    weightedDecoupled, supCon, normFace, cosFace

  /// How many rows of the second kind there are: negatives, or classes.
  static let otherCount = 9

  /// Whether terms are those of two views.
  var hasTwoViews: Bool { [.ntXent, .decoupled, .weightedDecoupled].contains(self) }

  /// Whether the second array has a number of rows of its own.
  var hasOthers: Bool { [.inBatchAndShared, .shared, .normFace, .cosFace].contains(self) }

  var isDifference: Bool { self == .decoupled || self == .weightedDecoupled }

  /// A batch, or a part of one.
  struct Inputs<Scalar: EmbeddingScalar>: Sendable {
    var first: Matrix<Scalar>
    var second: Matrix<Scalar>
    var others: Matrix<Scalar>
    var labels: [Int]

    init(rowCount: Int, dimension: Int, seed: UInt64) {
      first = .random(rowCount: rowCount, columnCount: dimension, seed: seed)
      second = .random(rowCount: rowCount, columnCount: dimension, seed: seed + 1)
      others = .random(rowCount: RankLoss.otherCount, columnCount: dimension, seed: seed + 2)
      labels = (0..<rowCount).map { $0 * 5 % RankLoss.otherCount }
    }

    /// A rank's part.
    func part(rows: Range<Int>, others range: Range<Int>) -> Inputs {
      var result = self
      result.first = first.rows(rows)
      result.second = second.rows(rows)
      result.others = others.rows(range)
      result.labels = Array(labels[rows])
      return result
    }
  }

  /// An answer, with what else has to be the same on every rank.
  struct Outcome: Sendable {
    var answer: Answer
    var diagnostics: Diagnostics?

    init<Scalar, Gradient: LossGradient>(
      _ step: LossStep<Scalar, Gradient>
    ) where Gradient.Scalar == Scalar {
      answer = Answer(step)
      diagnostics = step.diagnostics
    }
  }

  func run<Scalar: EmbeddingScalar>(
    _ inputs: Inputs<Scalar>, kind: RowKind, temperature: Temperature,
    reduction: Reduction = .mean, options: ComputeOptions, across group: LocalGroup? = nil
  ) throws(ContrastiveError) -> Outcome {
    switch kind {
    case .raw:
      try run(
        inputs.first, inputs.second, inputs.others, labels: inputs.labels,
        temperature: temperature, reduction: reduction, options: options, across: group)
    case .unit:
      try run(
        try UnitRows(normalizing: inputs.first), try UnitRows(normalizing: inputs.second),
        try UnitRows(normalizing: inputs.others), labels: inputs.labels, temperature: temperature,
        reduction: reduction, options: options, across: group)
    }
  }

  private func run<E: Embeddings>(
    _ first: E, _ second: E, _ others: E, labels: [Int], temperature: Temperature,
    reduction: Reduction, options: ComputeOptions, across group: LocalGroup?
  ) throws(ContrastiveError) -> Outcome {
    func towers(_ loss: some RankTwoTowerLoss) throws(ContrastiveError) -> Outcome {
      guard let group else {
        return Outcome(
          try loss.valueWithGradient(
            images: first, texts: second, reduction: reduction, options: options))
      }
      return Outcome(
        try loss.valueWithGradient(
          images: first, texts: second, reduction: reduction, options: options, across: group))
    }
    func views(_ loss: some RankTwoViewLoss) throws(ContrastiveError) -> Outcome {
      guard let group else {
        return Outcome(
          try loss.valueWithGradient(
            viewA: first, viewB: second, reduction: reduction, options: options))
      }
      return Outcome(
        try loss.valueWithGradient(
          viewA: first, viewB: second, reduction: reduction, options: options, across: group))
    }
    func classes(_ loss: some ClassSoftmaxLoss) throws(ContrastiveError) -> Outcome {
      guard let group else {
        return Outcome(
          try loss.valueWithGradient(
            features: first, classWeights: others, labels: labels, reduction: reduction,
            options: options))
      }
      return Outcome(
        try loss.valueWithGradient(
          features: first, classWeights: others, labels: labels, reduction: reduction,
          options: options, across: group))
    }
    func oneWay(_ negatives: Negatives<E.Scalar>) throws(ContrastiveError) -> Outcome {
      let loss = InfoNCE(temperature: temperature)
      guard let group else {
        return Outcome(
          try loss.valueWithGradient(
            queries: first, positives: second, negatives: negatives, reduction: reduction,
            options: options))
      }
      return Outcome(
        try loss.valueWithGradient(
          queries: first, positives: second, negatives: negatives, reduction: reduction,
          options: options, across: group))
    }
    switch self {
    case .clip: return try towers(CLIP(temperature: temperature))
    case .sigLIP: return try towers(SigLIP(temperature: temperature, bias: -2))
    case .inBatch: return try oneWay(.inBatch)
    case .shared: return try oneWay(.shared(others))
    case .inBatchAndShared: return try oneWay(.inBatchAndShared(others))
    case .ntXent: return try views(NTXent(temperature: temperature))
    case .decoupled: return try views(DecoupledContrastive(temperature: temperature))
    case .weightedDecoupled:
      return try views(DecoupledContrastive(temperature: temperature, weightTemperature: 0.5))
    case .normFace: return try classes(NormFaceSoftmax(temperature: temperature))
    case .cosFace: return try classes(try CosFace(temperature: temperature, margin: 0.3))
    case .mocoV3:
      let loss = MoCoV3(temperature: temperature)
      guard let group else {
        return Outcome(
          try loss.valueWithGradient(
            queries: first, keys: second, reduction: reduction, options: options))
      }
      return Outcome(
        try loss.valueWithGradient(
          queries: first, keys: second, reduction: reduction, options: options, across: group))
    case .supCon:
      let loss = SupCon(temperature: temperature)
      guard let group else {
        return Outcome(
          try loss.valueWithGradient(
            embeddings: first, labels: labels, reduction: reduction, options: options))
      }
      return Outcome(
        try loss.valueWithGradient(
          embeddings: first, labels: labels, reduction: reduction, options: options, across: group))
    }
  }

  /// The gradients of rows that ranks share out, in the order of the ranks: others are complete on every rank.
  static let sharedOut: Set<String> = [
    "images", "texts", "queries", "positives", "negatives", "keys", "viewA", "viewB", "embeddings",
    "features", "classWeights",
  ]
}
