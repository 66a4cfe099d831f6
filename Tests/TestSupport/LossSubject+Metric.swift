public import Contrastive

/// Losses of deep metric learning, whose scale is a constant: 1/τ of the plain loop.
extension LossSubject {
  public static let multiSimilarity = LossSubject("multiSimilarity")
  public static let circle = LossSubject("circle")
  public static let nca = LossSubject("nca")
  public static let proxyNCA = LossSubject("proxyNCA")
  public static let proxyAnchor = LossSubject("proxyAnchor")
  public static let contrastive = LossSubject("contrastive")
  public static let contrastiveSquared = LossSubject("contrastiveSquared")
  public static let nPairs = LossSubject("nPairs")
  public static let semiHard = LossSubject("semiHard")

  /// Those of this file.
  static let metrics: [LossSubject] = [
    .multiSimilarity, .circle, .nca, .proxyNCA, .proxyAnchor, .contrastive, .contrastiveSquared,
    .nPairs, .semiHard,
  ]

  /// Whether the loss is one of them.
  var isOfMetricLearning: Bool { Self.metrics.contains(self) }

  /// Whether it is of embeddings and proxies.
  var isOfProxies: Bool { (try? proxyLoss(temperature: 1)) != nil }

  /// The loss, of a batch with labels.
  public func metricLoss(temperature: Double = 0.2) throws -> (any UntemperedLabelledLoss)? {
    switch self {
    case .multiSimilarity: try MultiSimilarity(alpha: 2, beta: 1 / temperature, base: 0.3)
    case .circle: try CircleLoss(margin: 0.25, gamma: 1 / temperature)
    case .nca: try NCA(softmaxScale: 1 / (2 * temperature))
    case .contrastive: ContrastiveMargin(positiveMargin: 0.3, negativeMargin: 1.3)
    case .contrastiveSquared:
      ContrastiveMargin(
        distance: .cosine, positiveMargin: 0.8, negativeMargin: -0.2, isSquared: true)
    case .nPairs: NPairs()
    case .semiHard: TripletMargin(margin: 0.5, distance: .cosine, selection: .semiHard)
    default: nil
    }
  }

  /// The loss, of embeddings and proxies.
  func proxyLoss(temperature: Double) throws -> (any ClassAgentLoss)? {
    switch self {
    case .proxyNCA: try ProxyNCA(softmaxScale: 1 / (2 * temperature))
    case .proxyAnchor: try ProxyAnchor(margin: 0.1, alpha: 1 / temperature)
    default: nil
    }
  }

  public static let ofMetricLearning = allCases.filter { (try? $0.metricLoss()) != nil }

  func plainOfMetricLearning(
    batch: [String: Matrix<Double>], classes: [String: Matrix<Double>], temperature: Double
  ) -> PlainLoss {
    func count(_ name: String, of inputs: [String: Matrix<Double>]) -> Int {
      inputs[name]?.rowCount ?? 0
    }
    let labels = Self.labels(count("embeddings", of: batch))
    let targets = Self.classes(count("features", of: classes), count("classWeights", of: classes))
    return switch self {
    case .multiSimilarity:
      .multiSimilarity(batch, labels: labels, alpha: 2, base: 0.3, temperature: temperature)
    case .circle: .circle(batch, labels: labels, margin: 0.25, temperature: temperature)
    case .contrastive:
      .contrastive(batch, labels: labels) { isPositive, row, other in
        let distance = Dual.sqrt(PlainLoss.squaredDistance(row, other))
        return .max(0, isPositive ? distance - 0.3 : 1.3 - distance)
      }
    case .contrastiveSquared:
      .contrastive(batch, labels: labels) { isPositive, row, other in
        let hinge = Dual.max(0, isPositive ? 0.8 - row.dot(other) : row.dot(other) + 0.2)
        return hinge * hinge
      }
    case .nPairs: .nPairs(batch, labels: labels)
    case .semiHard:
      .selectedTriplets(batch, labels: labels, margin: 0.5) { $0 > 0 && $0 <= 0.5 }
    case .nca: .nca(batch, labels: labels, temperature: temperature)
    case .proxyNCA: .proxyNCA(classes, labels: targets, temperature: temperature)
    case .proxyAnchor:
      .proxyAnchor(classes, labels: targets, margin: 0.1, temperature: temperature)
    default: preconditionFailure("no loss of metric learning")
    }
  }
}
