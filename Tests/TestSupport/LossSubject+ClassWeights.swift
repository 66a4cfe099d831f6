public import Contrastive
import Testing

/// Losses of features and class weights, by plain loops and by the library.
extension LossSubject {
  public static let normFace = LossSubject("normFace")
  public static let cosFace = LossSubject("cosFace")
  public static let arcFace = LossSubject("arcFace")
  public static let subCenterArcFace = LossSubject("subCenterArcFace")
  public static let cContrastive = LossSubject("cContrastive")
  public static let cTriplet = LossSubject("cTriplet")

  /// Those of this file.
  static let classWeights: [LossSubject] = [
    .normFace, .cosFace, .arcFace, .subCenterArcFace, .cContrastive, .cTriplet,
  ]

  /// Whether columns are classes.
  var isOfClasses: Bool {
    withoutLogWeights?.isOfClasses ?? (Self.classWeights.contains(self) || isOfProxies)
  }

  private var margin: Double { self == .cosFace ? 0.35 : 0.5 }

  private static let subCenters = 2

  /// The loss, of features and class weights.
  public func classWeightLoss(
    temperature: Temperature, margin: Double? = nil
  ) throws(ContrastiveError) -> (any ClassWeightLoss)? {
    switch self {
    case .normFace: NormFaceSoftmax(temperature: temperature)
    case .cosFace: try CosFace(temperature: temperature, margin: margin ?? self.margin)
    case .arcFace: try ArcFace(temperature: temperature, margin: margin ?? self.margin)
    default: nil
    }
  }

  /// What a margin makes of the cosine of a row's own class.
  public func ownCosine(margin: Double) -> (@Sendable (_ cosine: Dual) -> Dual)? {
    switch self {
    case .cosFace: { $0 - Dual(margin) }
    case .arcFace: PlainLoss.angularMargin(margin)
    default: nil
    }
  }

  /// The loss, of features and classes' agents.
  public func classAgentLoss(temperature: Double = 0.2) throws -> (any ClassAgentLoss)? {
    switch self {
    case .cContrastive: CContrastive(margin: 1.5)
    case .cTriplet: CTriplet(margin: 0.8)
    default: try proxyLoss(temperature: temperature)
    }
  }

  public static let ofClassWeights = allCases.filter {
    (try? $0.classWeightLoss(temperature: 1)) != nil
  }
  public static let withMargins = allCases.filter { $0.ownCosine(margin: 0) != nil }
  public static let ofClassAgents = allCases.filter { (try? $0.classAgentLoss()) != nil }

  /// Class indices that leave out some classes, and name others several times.
  public static func classes(_ rowCount: Int, _ classCount: Int) -> [Int] {
    let classCount = max(1, classCount)
    return drawnLabels(rowCount, below: classCount) ?? (0..<rowCount).map { 2 * $0 % classCount }
  }

  func plainOfClassWeights(
    features: Matrix<Double>, columns: Int, logWeights: [Double]? = nil, temperature: Double,
    weights: (_ rowCount: Int) -> Matrix<Double>
  ) -> PlainLoss {
    let labels = Self.classes(features.rowCount, columns)
    let inputs = ["features": features, "classWeights": weights(columns)]
    return switch self {
    case .cContrastive: .cContrastive(inputs, labels: labels, margin: 1.5)
    case .cTriplet: .cTriplet(inputs, labels: labels, margin: 0.8)
    case .subCenterArcFace:
      .normFace(
        ["features": features, "classWeights": weights(Self.subCenters * columns)], labels: labels,
        logWeights: logWeights, temperature: temperature, subCenters: Self.subCenters,
        target: PlainLoss.angularMargin(margin))
    default:
      .normFace(
        inputs, labels: labels, logWeights: logWeights, temperature: temperature,
        target: ownCosine(margin: margin) ?? { $0 })
    }
  }

  func answerOfClasses<Scalar: EmbeddingScalar>(
    _ plain: PlainLoss, as scalar: Scalar.Type, hasLogWeights: Bool = false,
    of gradients: Gradients, reduction: Reduction, options: ComputeOptions
  ) throws -> Answer {
    func rows(_ name: String) throws -> Matrix<Scalar> {
      try #require(plain.inputs[name]).converted()
    }
    let (features, weights) = (try rows("features"), try rows("classWeights"))
    let count = weights.rowCount / (self == .subCenterArcFace ? Self.subCenters : 1)
    let labels = Self.classes(features.rowCount, count)
    let temperature = try plain.libraryTemperature
    if let loss = try classAgentLoss(temperature: plain.temperature) {
      return Answer(
        try loss.valueWithGradient(
          features: features, classWeights: weights, labels: labels,
          of: gradients == .all ? .all : [.features], reduction: reduction, diagnostics: .all,
          options: options))
    }
    let loss: any ClassWeightLoss =
      try classWeightLoss(temperature: temperature)
      ?? SubCenterArcFace(
        temperature: temperature, margin: margin, subCenters: Self.subCenters)
    if hasLogWeights {
      return Answer(
        try #require(loss as? any LogWeightedClassLoss).valueWithGradient(
          features: features, classWeights: weights, labels: labels,
          logWeights: Self.logWeights(count),
          of: gradients == .all ? .all : [.features, .temperature], reduction: reduction,
          options: options))
    }
    return Answer(
      try loss.valueWithGradient(
        features: features, classWeights: weights, labels: labels,
        of: gradients == .all ? .all : [.features, .temperature], reduction: reduction,
        diagnostics: .all, options: options))
  }
}
