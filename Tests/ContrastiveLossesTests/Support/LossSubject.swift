import Contrastive
import ContrastiveLosses
import TestSupport
import Testing

/// The losses that run through the engines, under one interface.
enum LossSubject: String, CaseIterable, Sendable {
  case inBatch, shared, paired, inBatchAndShared, normFace, clip, sigLIP, ntXent, supCon
  case pairs, debiased, hardNegative, uniformity
  case cContrastive, cTriplet, tripletMargin, batchHard, npidNCE

  /// What to differentiate by: everything, or what leaves the keys constant.
  enum Gradients {
    case all, queries
  }

  /// Whether the number of columns is not that of the rows.
  var hasColumns: Bool {
    switch self {
    case .shared, .paired, .inBatchAndShared, .normFace, .cContrastive, .cTriplet, .npidNCE: true
    default: false
    }
  }

  var fewestRows: Int { self == .uniformity ? 2 : 1 }
  var fewestColumns: Int {
    switch self {
    case .normFace, .cContrastive, .cTriplet, .npidNCE: 1
    default: 0
    }
  }

  /// The plain loop over seeded rows.
  func plain(
    rows: Int, columns: Int, dimension: Int = 3, temperature: Double = 0.2, seed: UInt64 = 1
  ) -> PlainLoss {
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
    return switch self {
    case .inBatch: .inBatch(pair, temperature: temperature)
    case .shared: .shared(negatives(columns), temperature: temperature)
    case .paired: .paired(negatives(rows * columns), temperature: temperature)
    case .inBatchAndShared: .inBatchAndShared(negatives(columns), temperature: temperature)
    case .normFace:
      .normFace(classes, labels: Self.classes(rows, columns), temperature: temperature)
    case .clip:
      .clip(["images": random(rows, 1), "texts": random(rows, 2)], temperature: temperature)
    case .sigLIP:
      .sigLIP(
        ["images": random(rows, 1), "texts": random(rows, 2), "bias": [[-1.5]]],
        temperature: temperature)
    case .ntXent:
      .hardNegative(views, positivePrior: 0, concentration: 0, temperature: temperature)
    case .supCon: .supCon(batch, labels: Self.labels(rows), temperature: temperature)
    case .pairs: .pairs(batch, labels: Self.labels(rows), temperature: temperature)
    case .debiased:
      .hardNegative(views, positivePrior: 0.1, concentration: 0, temperature: temperature)
    case .hardNegative:
      .hardNegative(views, positivePrior: 0.1, concentration: 1.5, temperature: temperature)
    case .uniformity: .uniformity(batch, t: 2)
    case .cContrastive:
      .cContrastive(classes, labels: Self.classes(rows, columns), margin: 1.5)
    case .cTriplet: .cTriplet(classes, labels: Self.classes(rows, columns), margin: 0.8)
    case .tripletMargin:
      .tripletMargin(
        ["anchors": random(rows, 1), "positives": random(rows, 2), "negatives": random(rows, 3)],
        margin: 0.5)
    case .batchHard: .batchHard(batch, labels: Self.labels(rows), margin: 0.5)
    case .npidNCE:
      .npidNCE(
        ["embeddings": random(rows, 1), "memory": random(columns, 2)],
        indices: Self.candidates(rows, columns), logZ: 3, epsilon: 1e-3, temperature: temperature)
    }
  }

  static func labels(_ count: Int) -> [Int] { (0..<count).map { $0 % 3 } }

  /// Three rows of a memory each, or one of a memory of one, in no order.
  static func candidates(_ rowCount: Int, _ memoryCount: Int) -> [[Int]] {
    (0..<rowCount).map { row in
      (0..<min(3, memoryCount)).map { (5 * row + 7 * $0) % memoryCount }
    }
  }

  /// Class indices that leave out some classes, and name others several times.
  static func classes(_ rowCount: Int, _ classCount: Int) -> [Int] {
    (0..<rowCount).map { 2 * $0 % classCount }
  }

  /// The library's answer to the same problem.
  func answer<Scalar: EmbeddingScalar>(
    _ plain: PlainLoss, as scalar: Scalar.Type, of gradients: Gradients = .all,
    options: ComputeOptions = ComputeOptions()
  ) throws -> Answer {
    func rows(_ name: String) throws -> Matrix<Scalar> {
      try #require(plain.inputs[name]).converted()
    }
    let temperature = try Temperature(plain.temperature)
    switch self {
    case .inBatch, .shared, .paired, .inBatchAndShared:
      let negatives: Negatives<Scalar> =
        switch self {
        case .shared: .shared(try rows("negatives"))
        case .paired: .paired(try rows("negatives"))
        case .inBatchAndShared: .inBatchAndShared(try rows("negatives"))
        default: .inBatch
        }
      let step = try InfoNCE(temperature: temperature).valueWithGradient(
        queries: try rows("queries"), positives: try rows("positives"), negatives: negatives,
        of: gradients == .all ? .all : [.queries, .temperature], reduction: .mean,
        diagnostics: .all, options: options)
      return Answer(step)
    case .normFace:
      let (features, weights) = (try rows("features"), try rows("classWeights"))
      return Answer(
        try NormFaceSoftmax(temperature: temperature).valueWithGradient(
          features: features, classWeights: weights,
          labels: Self.classes(features.rowCount, weights.rowCount),
          of: gradients == .all ? .all : [.features, .temperature], options: options))
    case .clip:
      return Answer(
        try CLIP(temperature: temperature).valueWithGradient(
          images: try rows("images"), texts: try rows("texts"), options: options))
    case .sigLIP:
      let bias = try #require(plain.inputs["bias"])[0, 0]
      return Answer(
        try SigLIP(temperature: temperature, bias: bias).valueWithGradient(
          images: try rows("images"), texts: try rows("texts"), options: options))
    case .ntXent:
      return Answer(
        try NTXent(temperature: temperature).valueWithGradient(
          viewA: try rows("viewA"), viewB: try rows("viewB"), options: options))
    case .supCon:
      return Answer(
        try SupCon(temperature: temperature).valueWithGradient(
          embeddings: try rows("embeddings"),
          labels: Self.labels(plain.inputs["embeddings"]?.rowCount ?? 0), options: options))
    case .pairs:
      return Answer(
        try NTXentPairs(temperature: temperature).valueWithGradient(
          embeddings: try rows("embeddings"),
          labels: Self.labels(plain.inputs["embeddings"]?.rowCount ?? 0), of: .all,
          reduction: .mean, diagnostics: .all, options: options))
    case .debiased:
      return Answer(
        try DebiasedContrastive(temperature: temperature, positivePrior: 0.1).valueWithGradient(
          viewA: try rows("viewA"), viewB: try rows("viewB"), of: .all, reduction: .mean,
          diagnostics: .all, options: options))
    case .hardNegative:
      return Answer(
        try HardNegative(temperature: temperature, positivePrior: 0.1, concentration: 1.5)
          .valueWithGradient(
            viewA: try rows("viewA"), viewB: try rows("viewB"), of: .all, reduction: .mean,
            diagnostics: .all, options: options))
    case .cContrastive, .cTriplet:
      let (features, weights) = (try rows("features"), try rows("classWeights"))
      let labels = Self.classes(features.rowCount, weights.rowCount)
      let variables: AgentVariables = gradients == .all ? .all : .features
      return Answer(
        self == .cContrastive
          ? try CContrastive(margin: 1.5).valueWithGradient(
            features: features, classWeights: weights, labels: labels, of: variables,
            options: options)
          : try CTriplet(margin: 0.8).valueWithGradient(
            features: features, classWeights: weights, labels: labels, of: variables,
            options: options))
    case .tripletMargin:
      return Answer(
        try TripletMargin(margin: 0.5, distance: .cosine).valueWithGradient(
          anchors: try rows("anchors"), positives: try rows("positives"),
          negatives: try rows("negatives"), options: options))
    case .batchHard:
      let embeddings = try rows("embeddings")
      return Answer(
        try TripletMargin(margin: 0.5, distance: .cosine).valueWithGradient(
          embeddings: embeddings, labels: Self.labels(embeddings.rowCount), options: options))
    case .npidNCE:
      let (embeddings, memory) = (try rows("embeddings"), try rows("memory").normalized())
      let loss = NPIDNCE(
        temperature: temperature, normalization: try NormalizationConstant(logValue: 3),
        epsilon: 1e-3)
      return Answer(
        try loss.valueWithGradient(
          embeddings: embeddings, memory: memory,
          indices: Self.candidates(embeddings.rowCount, memory.rowCount), options: options))
    case .uniformity:
      return Answer(
        try Uniformity(t: 2).valueWithGradient(
          embeddings: try rows("embeddings"), of: .embeddings, options: options))
    }
  }
}
