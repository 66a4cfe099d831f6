import Contrastive
import ContrastiveDistributed
import ContrastiveEngine
import TestSupport

/// The losses across ranks, under one interface.
enum RankLoss: Hashable, CaseIterable, Sendable {
  case clip, clipIDs, clipLogWeights, inBatch, inBatchAndShared, shared, sharedLogWeights,
    batchCandidates,
    candidatesIDs, candidatesLogWeights, hardness, sigLIP, sigLIPIDs, mocoV3, ntXent, ntXentIDs,
    decoupled, weightedDecoupled, debiased, hardNegative, hardNegativeIDs, supCon, ntXentPairs,
    groups, groupsInside, groupsEach, groupsOneWay, groupsEachOneWay
  case ofClassWeights(LossSubject)

  static let allCases: [RankLoss] =
    [
      .clip, .clipIDs, .clipLogWeights, .inBatch, .inBatchAndShared, .shared, .sharedLogWeights,
      .batchCandidates, .candidatesIDs, .candidatesLogWeights, .hardness, .sigLIP, .sigLIPIDs,
      .mocoV3, .ntXent, .ntXentIDs, .decoupled, .weightedDecoupled, .debiased, .hardNegative,
      .hardNegativeIDs, .supCon, .ntXentPairs, .groups, .groupsInside, .groupsEach, .groupsOneWay,
      .groupsEachOneWay,
    ] + LossSubject.ofClassWeights.map(RankLoss.ofClassWeights)

  /// How many rows of the second kind there are: negatives, or classes.
  static let otherCount = 9

  /// Whether terms are those of two sides, one after the other.
  var hasTwoViews: Bool {
    switch self {
    case .ntXent, .ntXentIDs, .decoupled, .weightedDecoupled, .debiased, .hardNegative,
      .hardNegativeIDs, .groups, .groupsInside, .groupsEach:
      true
    default: false
    }
  }

  /// Whether candidates of a row's label are left out.
  var hasIDs: Bool {
    switch self {
    case .clipIDs, .candidatesIDs, .candidatesLogWeights, .sigLIPIDs, .ntXentIDs,
      .hardNegativeIDs:
      true
    default: false
    }
  }

  var isDifference: Bool { self == .decoupled || self == .weightedDecoupled }

  /// How many times s·cos the largest exponent is: logits that are off are so by as much.
  var sharpness: Double {
    switch self {
    case .hardness: 1.5
    // Both exponents' sums, of 1 + β and β, divided by 1 − r, which is above one half here.
    case .hardNegative, .hardNegativeIDs: 6
    case .debiased: 2
    default: 1
    }
  }

  // MARK: Temperatures of rows

  /// What rows have temperatures of their own: of how many sides, which may share them if there are two.
  enum TemperatureRows {
    case none
    case rows
    case sides
    /// Of both sides, each always with its own.
    case bothSides
    case classes
  }

  var temperatureRows: TemperatureRows {
    switch self {
    case .hardness: .none
    case .clip, .clipIDs, .clipLogWeights, .ntXent, .ntXentIDs, .decoupled, .weightedDecoupled,
      .debiased, .hardNegative, .hardNegativeIDs:
      .sides
    case .groups, .groupsInside, .groupsEach: .bothSides
    case .ofClassWeights: .classes
    default: .rows
    }
  }

  // MARK: Arrays

  /// A batch, or a part of one.
  struct Inputs<Scalar: EmbeddingScalar>: Sendable {
    var first: Matrix<Scalar>
    var second: Matrix<Scalar>
    var others: Matrix<Scalar>
    var labels: [Int]
    var otherLabels = Array(0..<RankLoss.otherCount)

    /// Of the second rows, and of the others.
    var logWeights: [Double]
    var otherLogWeights = (0..<RankLoss.otherCount).map { 0.4 * Double($0 % 4) - 0.5 }

    init(rowCount: Int, dimension: Int, seed: UInt64) {
      first = .random(rowCount: rowCount, columnCount: dimension, seed: seed)
      second = .random(rowCount: rowCount, columnCount: dimension, seed: seed + 1)
      others = .random(rowCount: RankLoss.otherCount, columnCount: dimension, seed: seed + 2)
      labels = (0..<rowCount).map { $0 * 5 % RankLoss.otherCount }
      logWeights = (0..<rowCount).map { 0.3 * Double($0 % 5) - 0.7 }
    }

    /// A rank's part.
    func part(rows: Range<Int>, others range: Range<Int>) -> Inputs {
      var result = self
      result.first = first.rows(rows)
      result.second = second.rows(rows)
      result.others = others.rows(range)
      result.labels = Array(labels[rows])
      result.otherLabels = Array(otherLabels[range])
      result.logWeights = Array(logWeights[rows])
      result.otherLogWeights = Array(otherLogWeights[range])
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

  /// What a loss is asked for.
  struct Call: Sendable {
    var kind = RowKind.raw
    var temperature: Temperature
    var reduction = Reduction.mean
    var diagnostics = DiagnosticsLevel.all
    var side = Side.both
    var options = ComputeOptions(threads: 1)
  }

  /// By which arrays there are gradients.
  enum Side: CaseIterable, Sendable {
    case both, first, second, neither
  }

  func run<Scalar: EmbeddingScalar>(
    _ inputs: Inputs<Scalar>, _ call: Call, across group: LocalGroup? = nil
  ) throws(ContrastiveError) -> Outcome {
    func run<E: Embeddings>(
      _ first: E, _ second: E, _ others: E
    ) throws(ContrastiveError) -> Outcome where E.Scalar == Scalar {
      try RankRun(
        first: first, second: second, others: others, inputs: inputs, call: call, group: group
      ).outcome(of: self)
    }
    switch call.kind {
    case .raw: return try run(inputs.first, inputs.second, inputs.others)
    case .unit:
      return try run(
        try UnitRows(normalizing: inputs.first), try UnitRows(normalizing: inputs.second),
        try UnitRows(normalizing: inputs.others))
    case .narrow: return try run(inputs.first.narrow, inputs.second.narrow, inputs.others.narrow)
    }
  }

  /// The gradients of rows that ranks share out, in the order of the ranks: others are complete on every rank.
  static let sharedOut: Set<String> = [
    "images", "texts", "queries", "positives", "negatives", "keys", "viewA", "viewB", "embeddings",
    "features", "classWeights", "temperatures", "scales", "logScales",
  ]
}

extension Matrix {
  /// The rows in 16 bits, as bfloat16 cuts them off, read when they are needed.
  fileprivate var narrow: RowSource<Scalar> {
    let stored = elements.map { UInt16(Float($0).bitPattern >> 16) }
    let width = columnCount
    return RowSource(rowCount: rowCount, columnCount: width) { rows, elements in
      for (place, index) in (rows.lowerBound * width..<rows.upperBound * width).enumerated() {
        elements[place] = Scalar(Float(bitPattern: UInt32(stored[index]) << 16))
      }
    }
  }
}
