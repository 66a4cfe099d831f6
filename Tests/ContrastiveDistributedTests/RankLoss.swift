import Contrastive
import ContrastiveDistributed
import ContrastiveEngine
import TestSupport

/// The losses across ranks, under one interface.
enum RankLoss: Hashable, CaseIterable, Sendable {
  case clip, clipIDs, inBatch, inBatchAndShared, shared, batchCandidates, candidatesIDs, sigLIP,
    sigLIPIDs, mocoV3, ntXent, ntXentIDs, decoupled,
    weightedDecoupled, supCon, groups, groupsInside, groupsOneWay
  case ofClassWeights(LossSubject)

  static let allCases: [RankLoss] =
    [
      .clip, .clipIDs, .inBatch, .inBatchAndShared, .shared, .batchCandidates, .candidatesIDs,
      .sigLIP, .sigLIPIDs, .mocoV3, .ntXent, .ntXentIDs, .decoupled, .weightedDecoupled, .supCon,
      .groups, .groupsInside, .groupsOneWay,
    ] + LossSubject.ofClassWeights.map(RankLoss.ofClassWeights)

  /// How many rows of the second kind there are: negatives, or classes.
  static let otherCount = 9

  /// Whether terms are those of two views.
  var hasTwoViews: Bool {
    [.ntXent, .ntXentIDs, .decoupled, .weightedDecoupled, .groups, .groupsInside].contains(self)
  }

  /// Whether candidates of a row's label are left out.
  private var hasIDs: Bool {
    [.clipIDs, .candidatesIDs, .sigLIPIDs, .ntXentIDs].contains(self)
  }

  var isDifference: Bool { self == .decoupled || self == .weightedDecoupled }

  /// A batch, or a part of one.
  struct Inputs<Scalar: EmbeddingScalar>: Sendable {
    var first: Matrix<Scalar>
    var second: Matrix<Scalar>
    var others: Matrix<Scalar>
    var labels: [Int]
    var otherLabels = Array(0..<RankLoss.otherCount)

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
      result.otherLabels = Array(otherLabels[range])
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
        inputs.first, inputs.second, inputs.others, labels: (inputs.labels, inputs.otherLabels),
        temperature: temperature, reduction: reduction, options: options, across: group)
    case .unit:
      try run(
        try UnitRows(normalizing: inputs.first), try UnitRows(normalizing: inputs.second),
        try UnitRows(normalizing: inputs.others), labels: (inputs.labels, inputs.otherLabels),
        temperature: temperature, reduction: reduction, options: options, across: group)
    }
  }

  private func run<E: Embeddings>(
    _ first: E, _ second: E, _ others: E, labels: (own: [Int], others: [Int]),
    temperature: Temperature,
    reduction: Reduction, options: ComputeOptions, across group: LocalGroup?
  ) throws(ContrastiveError) -> Outcome {
    let excluded: FalseNegatives<E.Scalar> = hasIDs ? .equalIDs(labels.own) : .none
    func towers(_ loss: some RankTwoTowerLoss) throws(ContrastiveError) -> Outcome {
      guard let group else {
        return Outcome(
          try loss.valueWithGradient(
            images: first, texts: second, excluding: excluded, reduction: reduction,
            options: options))
      }
      return Outcome(
        try loss.valueWithGradient(
          images: first, texts: second, excluding: excluded, reduction: reduction, options: options,
          across: group))
    }
    func views(_ loss: some RankTwoViewLoss) throws(ContrastiveError) -> Outcome {
      guard let group else {
        return Outcome(
          try loss.valueWithGradient(
            viewA: first, viewB: second, excluding: excluded, reduction: reduction, options: options
          ))
      }
      return Outcome(
        try loss.valueWithGradient(
          viewA: first, viewB: second, excluding: excluded, reduction: reduction, options: options,
          across: group))
    }
    func classes(_ loss: some ClassSoftmaxLoss) throws(ContrastiveError) -> Outcome {
      guard let group else {
        return Outcome(
          try loss.valueWithGradient(
            features: first, classWeights: others, labels: labels.own, reduction: reduction,
            options: options))
      }
      return Outcome(
        try loss.valueWithGradient(
          features: first, classWeights: others, labels: labels.own, reduction: reduction,
          options: options, across: group))
    }
    func angles(_ loss: ArcFace) throws(ContrastiveError) -> Outcome {
      guard let group else {
        return Outcome(
          try loss.valueWithGradient(
            features: first, classWeights: others, labels: labels.own, reduction: reduction,
            options: options))
      }
      return Outcome(
        try loss.valueWithGradient(
          features: first, classWeights: others, labels: labels.own, reduction: reduction,
          options: options, across: group))
    }
    func oneWay(
      _ negatives: Negatives<E.Scalar>, batchCandidates: InfoNCE.BatchCandidates = []
    ) throws(ContrastiveError) -> Outcome {
      let loss = InfoNCE(temperature: temperature, batchCandidates: batchCandidates)
      let excluded: FalseNegatives<E.Scalar> =
        hasIDs ? .equalIDs(labels.own, negatives: labels.others) : .none
      guard let group else {
        return Outcome(
          try loss.valueWithGradient(
            queries: first, positives: second, negatives: negatives, excluding: excluded,
            reduction: reduction,
            options: options))
      }
      return Outcome(
        try loss.valueWithGradient(
          queries: first, positives: second, negatives: negatives, excluding: excluded,
          reduction: reduction,
          options: options, across: group))
    }
    switch self {
    case .clip, .clipIDs: return try towers(CLIP(temperature: temperature))
    case .sigLIP, .sigLIPIDs: return try towers(SigLIP(temperature: temperature, bias: -2))
    case .inBatch: return try oneWay(.inBatch)
    case .shared: return try oneWay(.shared(others))
    case .inBatchAndShared: return try oneWay(.inBatchAndShared(others))
    case .batchCandidates: return try oneWay(.inBatch, batchCandidates: .all)
    case .candidatesIDs: return try oneWay(.inBatchAndShared(others), batchCandidates: .all)
    case .ntXent, .ntXentIDs: return try views(NTXent(temperature: temperature))
    case .decoupled: return try views(DecoupledContrastive(temperature: temperature))
    case .weightedDecoupled:
      return try views(DecoupledContrastive(temperature: temperature, weightTemperature: 0.5))
    case .ofClassWeights(let subject):
      switch try subject.classWeightLoss(temperature: temperature) {
      case let loss as any ClassSoftmaxLoss: return try classes(loss)
      case let loss as ArcFace: return try angles(loss)
      case let loss: preconditionFailure("\(loss, default: "no loss") has no form across ranks")
      }
    case .groups, .groupsInside:
      let loss = MultiPositiveCLIP(
        temperature: temperature, form: self == .groups ? .meanOutside : .sumInside)
      let positives = PairPositives.equalIDs(queries: labels.own, keys: labels.own.map { $0 / 2 })
      guard let group else {
        return Outcome(
          try loss.valueWithGradient(
            images: first, texts: second, positives: positives, reduction: reduction,
            options: options))
      }
      return Outcome(
        try loss.valueWithGradient(
          images: first, texts: second, positives: positives, reduction: reduction,
          options: options, across: group))
    case .groupsOneWay:
      let loss = MultiPositiveInfoNCE(temperature: temperature, form: .meanOutside)
      let positives = PairPositives.equalIDs(
        queries: labels.own, keys: labels.others.map { $0 % 5 })
      guard let group else {
        return Outcome(
          try loss.valueWithGradient(
            queries: first, keys: others, positives: positives, reduction: reduction,
            options: options))
      }
      return Outcome(
        try loss.valueWithGradient(
          queries: first, keys: others, positives: positives, reduction: reduction,
          options: options, across: group))
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
            embeddings: first, labels: labels.own, reduction: reduction, options: options))
      }
      return Outcome(
        try loss.valueWithGradient(
          embeddings: first, labels: labels.own, reduction: reduction, options: options,
          across: group))
    }
  }

  /// The gradients of rows that ranks share out, in the order of the ranks: others are complete on every rank.
  static let sharedOut: Set<String> = [
    "images", "texts", "queries", "positives", "negatives", "keys", "viewA", "viewB", "embeddings",
    "features", "classWeights",
  ]
}
