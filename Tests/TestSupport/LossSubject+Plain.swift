import Contrastive

extension LossSubject {
  /// The plain loop over seeded rows.
  public func plain(
    rows: Int, columns: Int, dimension: Int = 3, temperature: Double = 0.2, seed: UInt64 = 1
  ) -> PlainLoss {
    if let loss = withoutLogWeights {
      return loss.addingLogWeights(
        to: loss.plain(
          rows: rows, columns: columns, dimension: dimension, temperature: temperature, seed: seed),
        columns: columns)
    }
    func random(_ rowCount: Int, _ offset: UInt64) -> Matrix<Double> {
      // Values that Float holds, so that both precisions compute the same problem.
      Matrix<Float>.random(rowCount: rowCount, columnCount: dimension, seed: seed &* 31 &+ offset)
        .converted()
    }
    let pair = ["queries": random(rows, 1), "positives": random(rows, 2)]
    func negatives(_ rowCount: Int) -> [String: Matrix<Double>] {
      pair.merging(["negatives": random(rowCount, 3)]) { $1 }
    }
    let views = ["viewA": random(rows, 1), "viewB": random(rows, 2)]
    let batch = ["embeddings": random(rows, 1)]
    let classes = ["features": random(rows, 1), "classWeights": random(columns, 2)]
    let ids = takesIDs ? Self.labels(rows) : nil
    if let variant {
      return variant.plain(
        variant.hasNegatives ? negatives(columns) : pair, temperature: temperature)
    }
    if let plain = plainOfPairs(
      random(rows, 1), random(rows, 2), temperature: temperature)
    {
      return plain
    }
    if isOfTokens {
      return plainOfTokens(random(rows, 1), random(rows, 2), temperature: temperature)
    }
    if Self.classWeights.contains(self) {
      return plainOfClassWeights(
        features: random(rows, 1), columns: columns, temperature: temperature
      ) { random($0, 2) }
    }
    if let positives {
      return positives.plain(random(rows, 1), random(columns, 2), temperature: temperature)
    }
    return switch self {
    case .inBatch: .inBatch(pair, temperature: temperature)
    case .shared: .shared(negatives(columns), temperature: temperature)
    case .paired: .paired(negatives(rows * columns), temperature: temperature)
    case .inBatchAndShared: .inBatchAndShared(negatives(columns), temperature: temperature)
    case .clip, .clipWithIDs:
      .clip(
        ["images": random(rows, 1), "texts": random(rows, 2)], ids: ids, temperature: temperature)
    case .embeddingDistillation, .embeddingDistillationWithIDs:
      .embeddingDistillation(
        ["images": random(rows, 1), "texts": random(rows, 2)],
        teacher: PlainLoss.Teacher(rowCount: rows), ids: ids, temperature: temperature)
    case .sigLIP, .sigLIPWithIDs:
      .sigLIP(
        ["images": random(rows, 1), "texts": random(rows, 2), "bias": [[-1.5]]], ids: ids,
        temperature: temperature)
    case .ntXent, .ntXentWithIDs:
      .hardNegative(views, positivePrior: 0, concentration: 0, ids: ids, temperature: temperature)
    case .supCon: .supCon(batch, labels: Self.labels(rows), temperature: temperature)
    case .supConLists: .supCon(batch, temperature: temperature, isPositive: Self.isPositive)
    case .pairs: .pairs(batch, labels: Self.labels(rows), temperature: temperature)
    case .debiased, .debiasedWithIDs:
      .hardNegative(
        views, positivePrior: 0.1, concentration: 0, ids: ids, temperature: temperature)
    case .hardNegative, .hardNegativeWithIDs:
      .hardNegative(
        views, positivePrior: 0.1, concentration: 1.5, ids: ids, temperature: temperature)
    case .uniformity: .uniformity(batch, t: 2)
    case .tripletMargin:
      .tripletMargin(
        ["anchors": random(rows, 1), "positives": random(rows, 2), "negatives": random(rows, 3)],
        margin: 0.5)
    case .batchHard: .batchHard(batch, labels: Self.labels(rows), margin: 0.5)
    case .npidNCE:
      .npidNCE(
        ["embeddings": random(rows, 1), "memory": random(columns, 2)],
        indices: Self.candidates(rows, columns), logZ: 3, epsilon: 1e-3, temperature: temperature)
    case .mocoV3, .mocoV3WithIDs:
      .mocoV3(
        ["queries": random(rows, 1), "keys": random(rows, 2)], ids: ids, temperature: temperature)
    case .decoupled, .decoupledWithIDs:
      .decoupled(views, sigma: nil, ids: ids, temperature: temperature)
    case .weightedDecoupled: .decoupled(views, sigma: 0.5, temperature: temperature)
    case .macl: .macl(views, alpha: 0.5, threshold: 0.2, temperature: temperature)
    case .npidSoftmax:
      .npidSoftmax(
        ["embeddings": random(rows, 1), "memory": random(columns, 2)],
        targets: Self.classes(rows, columns), temperature: temperature)
    case .supConMemory, .pairsMemory:
      .memory(
        batch.merging(["keys": random(columns, 2)]) { $1 }, labels: Self.labels(rows),
        ids: Array(0..<rows), keyLabels: Self.keyLabels(columns), keyIDs: Self.keyIDs(columns),
        isOfPairs: self == .pairsMemory, temperature: temperature)
    case .multiSimilarity, .circle, .nca, .proxyNCA, .proxyAnchor, .contrastive,
      .contrastiveSquared, .nPairs, .semiHard:
      plainOfMetricLearning(batch: batch, classes: classes, temperature: temperature)
    default: preconditionFailure("a loss of a family that has a file of its own")
    }
  }
}
