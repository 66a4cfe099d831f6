public import Contrastive
import Testing

/// Losses of two aligned arrays of one shape, and of scored pairs, by plain loops and by the library.
extension LossSubject {
  public static let smoothed = LossSubject("smoothed")
  public static let rince = LossSubject("rince")
  public static let matryoshka = LossSubject("matryoshka")
  public static let coSENT = LossSubject("coSENT")
  public static let angle = LossSubject("angle")
  public static let orthogonal = LossSubject("orthogonal")

  /// Of two aligned arrays, or one.
  static let ofAlignedRows: [LossSubject] = [
    .smoothed, .rince, .matryoshka, .coSENT, .angle, .orthogonal,
  ]

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
    _ x: Matrix<Double>, _ y: Matrix<Double>, logWeights: [Double]? = nil, temperature: Double
  ) -> PlainLoss? {
    let pairs = ["queries": x, "keys": y]
    switch self {
    case .smoothed:
      return .smoothed(
        pairs, smoothing: Self.smoothing, logWeights: logWeights, temperature: temperature)
    case .rince:
      return .rince(
        pairs, q: Self.q, lambda: Self.lambda, logWeights: logWeights, temperature: temperature)
    case .matryoshka:
      return .matryoshka(
        pairs, dimensions: Self.prefixes(of: x.columnCount), weights: Self.prefixWeights,
        temperature: temperature)
    case .coSENT, .angle:
      return .scoredPairs(
        ["a": x, "b": y], scores: Self.scores(x.rowCount), isOfAngles: self == .angle,
        temperature: temperature)
    case .orthogonal: return .orthogonal(["embeddings": x], meanWeight: 2, secondMomentWeight: 3)
    default: return nil
    }
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
