import Contrastive
import Testing

/// Losses of other files whose candidates carry log-weights.
extension LossSubject {
  /// One of each shape, and those whose row function knows of log-weights.
  static let withLogWeights =
    ([
      .ntXent, .decoupled, .macl, .supCon, .nca, .arcFace, .subCenterArcFace, .smoothed, .rince,
      .maxSimCLIP,
    ] as [LossSubject]).map { $0.addingLogWeights }

  /// All that have plain loops with log-weights.
  public static let takingLogWeights: [LossSubject] =
    [
      .ntXent, .decoupled, .weightedDecoupled, .macl, .supCon, .supConLists, .pairs, .nca,
      .subCenterArcFace, .smoothed, .rince, .maxSim, .maxSimCLIP,
    ] + ofClassWeights

  private static let suffix = "WithLogWeights"

  /// The same loss, its candidates with log-weights.
  public var addingLogWeights: LossSubject { LossSubject(description + Self.suffix) }

  /// The loss without log-weights, of one that has them.
  public var withoutLogWeights: LossSubject? {
    description.hasSuffix(Self.suffix)
      ? LossSubject(String(description.dropLast(Self.suffix.count))) : nil
  }

  /// From −1.5 to 1.5, in no order.
  static func logWeights(_ count: Int) -> [Double] {
    (0..<count).map { Double($0 * 7 % 13) / 4 - 1.5 }
  }

  /// The plain loop with log-weights.
  ///
  /// - Parameter plain: That without.
  func addingLogWeights(to plain: PlainLoss, columns: Int) -> PlainLoss {
    let (inputs, temperature) = (plain.inputs, plain.temperature)
    let rowCount = inputs.values.map(\.rowCount).max() ?? 0
    let ofRows = Self.logWeights(rowCount)
    let ofViews = Self.logWeights(2 * rowCount)
    let labels = Self.labels(rowCount)
    if let features = inputs["features"] {
      return plainOfClassWeights(
        features: features, columns: columns, logWeights: Self.logWeights(columns),
        temperature: temperature
      ) { _ in inputs["classWeights", default: features] }
    }
    if let queries = inputs["queries"], let documents = inputs["documents"] {
      return plainOfTokens(queries, documents, hasLogWeights: true, temperature: temperature)
    }
    if let queries = inputs["queries"], let keys = inputs["keys"],
      let pairs = plainOfPairs(queries, keys, logWeights: ofRows, temperature: temperature)
    {
      return pairs
    }
    return switch self {
    case .ntXent: .ntXent(inputs, logWeights: ofViews, temperature: temperature)
    case .decoupled, .weightedDecoupled:
      .decoupled(
        inputs, sigma: self == .decoupled ? nil : 0.5, logWeights: ofViews,
        temperature: temperature)
    case .macl:
      .macl(inputs, alpha: 0.5, threshold: 0.2, logWeights: ofViews, temperature: temperature)
    case .supCon:
      .supCon(inputs, labels: labels, logWeights: ofRows, temperature: temperature)
    case .supConLists:
      .supCon(
        inputs, logWeights: ofRows, temperature: temperature, isPositive: Self.isPositive)
    case .pairs: .pairs(inputs, labels: labels, logWeights: ofRows, temperature: temperature)
    case .nca: .nca(inputs, labels: labels, logWeights: ofRows, temperature: temperature)
    default: preconditionFailure("a loss without a plain loop with log-weights")
    }
  }

  /// The library's answer with log-weights.
  func answerWithLogWeights<Scalar: EmbeddingScalar>(
    _ plain: PlainLoss, as scalar: Scalar.Type, of gradients: Gradients, reduction: Reduction,
    options: ComputeOptions
  ) throws -> Answer {
    func rows(_ name: String) throws -> Matrix<Scalar> {
      try #require(plain.inputs[name]).converted()
    }
    let temperature = try plain.libraryTemperature
    if isOfTokens {
      return try answerOfTokens(
        plain, as: scalar, hasLogWeights: true, reduction: reduction, options: options)
    }
    if isOfClasses {
      return try answerOfClasses(
        plain, as: scalar, hasLogWeights: true, of: gradients, reduction: reduction,
        options: options)
    }
    if let loss = try twoViewLoss(temperature: temperature) as? any LogWeightedTwoViewLoss {
      let view = try rows("viewA")
      let weights = Self.logWeights(2 * view.rowCount)
      return Answer(
        try loss.valueWithGradient(
          viewA: view, viewB: try rows("viewB"),
          logWeights: PairLogWeights(
            rows: Array(weights[..<view.rowCount]), columns: Array(weights[view.rowCount...])),
          reduction: reduction, options: options))
    }
    if let loss = try pairedLoss(temperature: temperature, dimension: 1)
      as? any LogWeightedPairedLoss
    {
      let queries = try rows("queries")
      return Answer(
        try loss.valueWithGradient(
          queries: queries, keys: try rows("keys"),
          logWeights: PairLogWeights(columns: Self.logWeights(queries.rowCount)),
          of: gradients == .all ? .all : [.queries, .temperature], reduction: reduction,
          options: options))
    }
    let embeddings = try rows("embeddings")
    let (count, weights) = (embeddings.rowCount, Self.logWeights(embeddings.rowCount))
    guard self != .supConLists else {
      return Answer(
        try SupCon(temperature: temperature).valueWithGradient(
          embeddings: embeddings, positives: Positives(rowCount: count, where: Self.isPositive),
          logWeights: weights, reduction: reduction, options: options))
    }
    let loss: any LogWeightedLabelledLoss =
      switch self {
      case .supCon: SupCon(temperature: temperature)
      case .pairs: NTXentPairs(temperature: temperature)
      default:
        try #require(
          try metricLoss(temperature: plain.temperature) as? any LogWeightedLabelledLoss)
      }
    return Answer(
      try loss.valueWithGradient(
        embeddings: embeddings, labels: Self.labels(count), logWeights: weights,
        reduction: reduction, options: options))
  }
}
