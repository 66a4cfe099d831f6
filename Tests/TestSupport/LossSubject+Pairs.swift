public import Contrastive
import Testing

/// Losses of two aligned arrays of one shape, and of scored pairs, by plain loops and by the library.
extension LossSubject {
  private static let smoothing = 0.1
  /// So small that exp(q/τ) is a Float at τ = 1e-3.
  private static let (q, lambda) = (0.05, 0.5)
  private static let prefixWeights = [0.5, 1]

  /// Half of the coordinates, and all.
  private static func prefixes(of dimension: Int) -> [Int] { [(dimension + 1) / 2, dimension] }

  /// With ties, and in no order.
  public static func scores(_ count: Int) -> [Double] {
    (0..<count).map { Double($0 * 7 % 5) / 4 - 0.3 }
  }

  /// The loss, of queries and their keys.
  public func pairedLoss(temperature: Temperature, dimension: Int) throws -> (any PairedLoss)? {
    switch self {
    case .smoothed: try SmoothedInfoNCE(temperature: temperature, smoothing: Self.smoothing)
    case .rince: try RINCE(temperature: temperature, q: Self.q, lambda: Self.lambda)
    case .matryoshka:
      try Matryoshka(
        InfoNCE(temperature: temperature), dimensions: Self.prefixes(of: dimension),
        weights: Self.prefixWeights)
    default: nil
    }
  }

  /// The loss, of scored pairs.
  public func scoredPairLoss(temperature: Temperature) -> (any ScoredPairLoss)? {
    switch self {
    case .coSENT: CoSENT(temperature: temperature)
    case .angle: AnglE(temperature: temperature)
    default: nil
    }
  }

  public static let ofPairs = allCases.filter {
    (try? $0.pairedLoss(temperature: 1, dimension: 2)) != nil
  }
  public static let ofScoredPairs = allCases.filter { $0.scoredPairLoss(temperature: 1) != nil }

  func plainOfPairs(
    _ x: Matrix<Double>, _ y: Matrix<Double>, temperature: Double
  ) -> PlainLoss? {
    let pairs = ["queries": x, "keys": y]
    switch self {
    case .smoothed: return .smoothed(pairs, smoothing: Self.smoothing, temperature: temperature)
    case .rince: return .rince(pairs, q: Self.q, lambda: Self.lambda, temperature: temperature)
    case .matryoshka:
      return .matryoshka(
        pairs, dimensions: Self.prefixes(of: x.columnCount), weights: Self.prefixWeights,
        temperature: temperature)
    case .coSENT, .angle:
      return .scoredPairs(
        ["a": x, "b": y], scores: Self.scores(x.rowCount), isOfAngles: self == .angle,
        temperature: temperature)
    case .orthogonal: return .orthogonal(["embeddings": x], meanWeight: 2, secondMomentWeight: 3)
    case .maxSim:
      return .maxSim(
        ["queries": x, "documents": y], lengths: Self.lengths(x.rowCount),
        temperature: temperature)
    default: return nil
    }
  }

  /// Of sequences of so many tokens, of one to three each.
  public static func lengths(_ count: Int) -> [Int] {
    var (result, rest) = ([Int](), count)
    while rest > 0 {
      result.append(min(rest, [2, 1, 3][result.count % 3]))
      rest -= result[result.count - 1]
    }
    return result
  }

  func answerOfPairs<Scalar: EmbeddingScalar>(
    _ plain: PlainLoss, as scalar: Scalar.Type, of gradients: Gradients, reduction: Reduction,
    options: ComputeOptions
  ) throws -> Answer? {
    func rows(_ name: String) throws -> Matrix<Scalar> {
      try #require(plain.inputs[name]).converted()
    }
    let temperature = try plain.libraryTemperature
    if self == .orthogonal {
      return Answer(
        try GlobalOrthogonalRegularization(meanWeight: 2, secondMomentWeight: 3)
          .valueWithGradient(
            embeddings: try rows("embeddings"), reduction: reduction, options: options))
    }
    if self == .maxSim {
      let (queries, documents) = (try rows("queries"), try rows("documents"))
      let lengths = Self.lengths(queries.rowCount)
      return Answer(
        try MaxSimInfoNCE(temperature: temperature).valueWithGradient(
          queries: TokenRows(queries, lengths: lengths),
          documents: TokenRows(documents, lengths: lengths), reduction: reduction,
          options: options))
    }
    if let loss = scoredPairLoss(temperature: temperature) {
      let a = try rows("a")
      return Answer(
        try loss.valueWithGradient(
          a: a, b: try rows("b"), scores: Self.scores(a.rowCount), reduction: reduction,
          options: options))
    }
    guard let dimension = plain.inputs["queries"]?.columnCount,
      let loss = try pairedLoss(temperature: temperature, dimension: dimension)
    else { return nil }
    return Answer(
      try loss.valueWithGradient(
        queries: try rows("queries"), keys: try rows("keys"),
        of: gradients == .all ? .all : [.queries, .temperature], reduction: reduction,
        options: options))
  }
}
