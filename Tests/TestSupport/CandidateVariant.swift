public import Contrastive

/// InfoNCE with candidates left out, added, or weighted: the plain loop's words and the library's for
/// the same.
public enum CandidateVariant: Sendable {
  case equalIDs, guided, ownSimilarity, hardness, logWeights, allBlocks, weightedBlocks

  private var blocks: [PlainCandidate.Block] {
    switch self {
    case .equalIDs: [.positives, .negatives, .queriesWithQueries, .positivesWithPositives]
    case .guided: [.positives, .negatives, .positivesWithPositives, .positivesWithQueries]
    case .ownSimilarity: [.positives, .queriesWithQueries]
    case .hardness: [.negatives]
    case .logWeights: [.positives, .negatives, .queriesWithQueries]
    case .allBlocks:
      [.positives, .queriesWithQueries, .positivesWithPositives, .positivesWithQueries]
    case .weightedBlocks:
      [
        .positives, .negatives, .queriesWithQueries, .positivesWithPositives,
        .positivesWithQueries,
      ]
    }
  }

  public var hasNegatives: Bool { self != .ownSimilarity && self != .allBlocks }

  private static let strength = 3.0
  private static let margin = 0.05

  private static func ids(_ count: Int) -> [Int] { (0..<count).map { $0 % 4 } }

  /// A column's, of any block: a wide range, and both signs.
  private static func logWeight(_ block: PlainCandidate.Block, _ column: Int) -> Double {
    switch block {
    case .positives, .positivesWithPositives: Double(column % 5) - 3
    case .negatives: 2 - Double(column % 3)
    // Queries have none.
    case .queriesWithQueries, .positivesWithQueries: 0
    }
  }

  private static func guide(_ rowCount: Int, _ seed: UInt64) -> Matrix<Double> {
    let rows = Matrix<Float>.random(rowCount: rowCount, columnCount: 2, seed: seed)
    return rows.converted()
  }

  public func plain(_ inputs: [String: Matrix<Double>], temperature: Double) -> PlainLoss {
    let rowCount = inputs["queries"]?.rowCount ?? 0
    let columnCount = inputs["negatives"]?.rowCount ?? 0
    switch self {
    case .equalIDs:
      let (ids, others) = (Self.ids(rowCount), Self.ids(columnCount))
      return .candidates(
        inputs, temperature: temperature, from: blocks,
        isNegative: { ids[$0.row] != ($0.block == .negatives ? others : ids)[$0.column] })
    case .guided:
      func unit(_ seed: UInt64, _ count: Int) -> [[Double]] {
        let rows = Self.guide(count, seed)
        return (0..<count).map { r in
          let length = (rows[r, 0] * rows[r, 0] + rows[r, 1] * rows[r, 1]).squareRoot()
          return [rows[r, 0] / length, rows[r, 1] / length]
        }
      }
      let (q, p, n) = (unit(61, rowCount), unit(62, rowCount), unit(63, columnCount))
      @Sendable func cosine(_ x: [Double], _ y: [Double]) -> Double { x[0] * y[0] + x[1] * y[1] }
      return .candidates(
        inputs, temperature: temperature, from: blocks,
        isNegative: { candidate in
          let (i, j) = (candidate.row, candidate.column)
          let guided =
            switch candidate.block {
            case .positives: cosine(q[i], p[j])
            case .negatives: cosine(q[i], n[j])
            case .queriesWithQueries: cosine(q[i], q[j])
            case .positivesWithPositives: cosine(p[i], p[j])
            case .positivesWithQueries: cosine(p[i], q[j])
            }
          return guided <= cosine(q[i], p[i]) - Self.margin
        })
    case .ownSimilarity:
      return .candidates(
        inputs, temperature: temperature, from: blocks,
        isNegative: { $0.cosine <= $0.positiveCosine - Self.margin * abs($0.positiveCosine) })
    case .hardness:
      return .candidates(
        inputs, temperature: temperature, from: blocks, hardness: Self.strength)
    case .logWeights, .weightedBlocks:
      return .candidates(
        inputs, temperature: temperature, from: blocks, logWeight: Self.logWeight)
    case .allBlocks: return .candidates(inputs, temperature: temperature, from: blocks)
    }
  }

  public func answer<Scalar: EmbeddingScalar>(
    queries: Matrix<Scalar>, positives: Matrix<Scalar>, negatives: Matrix<Scalar>?,
    temperature: Temperature, of variables: InfoNCE.Variables,
    reduction: Reduction, options: ComputeOptions
  ) throws -> Answer {
    let columnCount = negatives?.rowCount ?? 0
    var loss = InfoNCE(temperature: temperature)
    var falseNegatives = FalseNegatives<Scalar>.none
    var logWeights: LogWeights?
    switch self {
    case .equalIDs:
      falseNegatives = .equalIDs(
        Self.ids(queries.rowCount), negatives: Self.ids(columnCount))
    case .guided:
      func guide(_ count: Int, _ seed: UInt64) -> Matrix<Scalar> {
        Self.guide(count, seed).converted()
      }
      falseNegatives = .moreSimilar(
        guideQueries: guide(queries.rowCount, 61), positives: guide(queries.rowCount, 62),
        negatives: guide(columnCount, 63), margin: .absolute(Self.margin))
    case .ownSimilarity: falseNegatives = .moreSimilar(margin: .relative(Self.margin))
    case .hardness: loss.hardness = Self.strength
    case .allBlocks: break
    case .logWeights, .weightedBlocks:
      logWeights = LogWeights(
        positives: (0..<queries.rowCount).map { Self.logWeight(.positives, $0) },
        negatives: (0..<columnCount).map { Self.logWeight(.negatives, $0) })
    }
    for block in blocks {
      switch block {
      case .queriesWithQueries: loss.batchCandidates.insert(.queriesWithQueries)
      case .positivesWithPositives: loss.batchCandidates.insert(.positivesWithPositives)
      case .positivesWithQueries: loss.batchCandidates.insert(.positivesWithQueries)
      case .positives, .negatives: break
      }
    }
    let source: Negatives<Scalar> =
      switch (negatives, blocks.contains { $0 == .positives }) {
      case (let rows?, true): .inBatchAndShared(rows)
      case (let rows?, false): .shared(rows)
      case (nil, _): .inBatch
      }
    return Answer(
      try loss.valueWithGradient(
        queries: queries, positives: positives, negatives: source, excluding: falseNegatives,
        logWeights: logWeights, of: variables, reduction: reduction, options: options))
  }
}

extension LossSubject {
  public static let equalIDs = LossSubject("equalIDs")
  public static let guided = LossSubject("guided")
  public static let ownSimilarity = LossSubject("ownSimilarity")
  public static let hardness = LossSubject("hardness")
  public static let logWeights = LossSubject("logWeights")
  public static let allBlocks = LossSubject("allBlocks")
  public static let weightedBlocks = LossSubject("weightedBlocks")

  /// InfoNCE with options.
  static let candidates: [LossSubject] = [
    .equalIDs, .guided, .ownSimilarity, .hardness, .logWeights, .allBlocks, .weightedBlocks,
  ]

  /// InfoNCE with options.
  var variant: CandidateVariant? {
    switch self {
    case .equalIDs: .equalIDs
    case .guided: .guided
    case .ownSimilarity: .ownSimilarity
    case .hardness: .hardness
    case .logWeights: .logWeights
    case .allBlocks: .allBlocks
    case .weightedBlocks: .weightedBlocks
    default: nil
    }
  }
}
