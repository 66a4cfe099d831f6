public import Contrastive
import Testing

/// The losses that run through the engines, under one interface.
public enum LossSubject: String, CaseIterable, Sendable {
  case inBatch, shared, paired, inBatchAndShared, normFace, clip, clipWithIDs, sigLIP, ntXent,
    supCon,
    supConLists
  case pairs, debiased, hardNegative, uniformity
  case cContrastive, cTriplet, tripletMargin, batchHard, npidNCE
  case cosFace, arcFace, mocoV3, decoupled, weightedDecoupled, npidSoftmax
  case equalIDs, guided, ownSimilarity, hardness, logWeights, allBlocks, weightedBlocks,
    supConMemory, pairsMemory
  case smoothed, rince, matryoshka, coSENT, angle, orthogonal, macl, maxSim
  case sigLIPWithIDs, mocoV3WithIDs, ntXentWithIDs, debiasedWithIDs, hardNegativeWithIDs,
    decoupledWithIDs
  case groupsOutside, groupsEach, groupsInside, softTargets, clipGroupsOutside, clipGroupsEach,
    clipGroupsInside, clipSoftTargets, sigLIPGroups
  case embeddingDistillation
  case multiSimilarity, circle, nca, proxyNCA, proxyAnchor, contrastive, contrastiveSquared, nPairs,
    subCenterArcFace, semiHard

  /// Whether pairs of one id are left out.
  var takesIDs: Bool {
    switch self {
    case .clipWithIDs, .sigLIPWithIDs, .mocoV3WithIDs, .ntXentWithIDs, .debiasedWithIDs,
      .hardNegativeWithIDs, .decoupledWithIDs:
      true
    default: false
    }
  }

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

  /// A loss of rows with several positives.
  public var positives: PositiveVariant? {
    switch self {
    case .groupsOutside: PositiveVariant(.queries, .meanOutside)
    case .groupsEach: PositiveVariant(.queries, .eachAgainstNegatives)
    case .groupsInside: PositiveVariant(.queries, .sumInside)
    case .softTargets: PositiveVariant(.queries, .meanOutside, isWeighted: true)
    case .clipGroupsOutside: PositiveVariant(.bothWays, .meanOutside)
    case .clipGroupsEach: PositiveVariant(.bothWays, .eachAgainstNegatives)
    case .clipGroupsInside: PositiveVariant(.bothWays, .sumInside)
    case .clipSoftTargets: PositiveVariant(.bothWays, .eachAgainstNegatives, isWeighted: true)
    case .sigLIPGroups: PositiveVariant(.pairs, .meanOutside)
    default: nil
    }
  }

  /// What to differentiate by: everything, or what leaves the keys constant.
  public enum Gradients {
    case all, queries
  }

  /// Whether the number of columns is not that of the rows.
  public var hasColumns: Bool {
    switch self {
    case .shared, .paired, .inBatchAndShared, .normFace, .cosFace, .arcFace, .npidSoftmax,
      .supConMemory, .pairsMemory, .cContrastive, .cTriplet, .npidNCE, .proxyNCA, .proxyAnchor,
      .subCenterArcFace:
      true
    default: variant?.hasNegatives == true || positives != nil
    }
  }

  /// Whether a part of the value takes no gradient.
  public var stopsGradients: Bool {
    [.hardness, .weightedDecoupled, .macl, .circle].contains(self)
  }

  public var hasTemperature: Bool {
    switch self {
    case .uniformity, .cContrastive, .cTriplet, .tripletMargin, .batchHard, .orthogonal: false
    default: !isOfMetricLearning
    }
  }

  /// Whether the loss is one number for all rows.
  public var hasOneTerm: Bool {
    switch self {
    case .uniformity, .coSENT, .angle, .orthogonal: true
    default: false
    }
  }

  /// Whether rows may have temperatures of their own. A hardness, which makes the exponent one of τ, may not, and
  /// several tokens' rows have one.
  public var takesRowTemperatures: Bool {
    hasTemperature && self != .hardness && self != .maxSim
  }

  /// How many rows there are to a pair, which may share its temperature or have one each.
  public var sides: Int {
    switch self {
    case .clip, .clipWithIDs, .ntXent, .debiased, .hardNegative, .decoupled, .weightedDecoupled,
      .macl, .ntXentWithIDs, .debiasedWithIDs, .hardNegativeWithIDs, .decoupledWithIDs,
      .embeddingDistillation:
      2
    default: 1
    }
  }

  /// How many temperatures there are where there is more than one: a class has one, otherwise a row of every side.
  public func temperatureCount(rows: Int, columns: Int, sides: Int = 1) -> Int {
    switch self {
    case .normFace, .cosFace, .arcFace, .subCenterArcFace: columns
    case _ where positives?.kind == .bothWays: rows + columns
    default: sides * rows
    }
  }

  /// Inputs that take no gradient.
  public var constants: Set<String> {
    switch self {
    case .supConMemory, .pairsMemory: ["keys"]
    case .npidSoftmax, .npidNCE: ["memory"]
    default: []
    }
  }

  public var fewestRows: Int {
    switch self {
    case .uniformity, .decoupled, .weightedDecoupled, .decoupledWithIDs: 2
    default: 1
    }
  }

  public var fewestColumns: Int {
    switch self {
    case .normFace, .cosFace, .arcFace, .npidSoftmax, .cContrastive, .cTriplet, .npidNCE,
      .proxyNCA, .proxyAnchor, .subCenterArcFace:
      1
    case _ where positives != nil: 1
    default: 0
    }
  }

  /// Whether the loss is a difference that may come near 0, of terms as large as logits.
  public var isDifference: Bool {
    [.decoupled, .weightedDecoupled, .decoupledWithIDs, .rince, .orthogonal].contains(self)
  }

  /// Whether terms are 0 unless a margin is missed.
  public var hasHinge: Bool {
    switch self {
    case .cContrastive, .cTriplet, .tripletMargin, .batchHard, .contrastive, .contrastiveSquared,
      .semiHard:
      true
    default: false
    }
  }

  /// The loss, of features and class weights.
  public func classWeightLoss(
    temperature: Temperature, margin: Double? = nil
  ) throws -> (any ClassWeightLoss)? {
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

  /// The loss, of two views.
  public func twoViewLoss(temperature: Temperature) throws -> (any TwoViewLoss)? {
    switch self {
    case .ntXent, .ntXentWithIDs: NTXent(temperature: temperature)
    case .decoupled, .decoupledWithIDs: DecoupledContrastive(temperature: temperature)
    case .weightedDecoupled:
      DecoupledContrastive(temperature: temperature, weightTemperature: 0.5)
    case .debiased, .debiasedWithIDs:
      try DebiasedContrastive(temperature: temperature, positivePrior: 0.1)
    case .hardNegative, .hardNegativeWithIDs:
      try HardNegative(temperature: temperature, positivePrior: 0.1, concentration: 1.5)
    case .macl: try MACL(temperature: temperature, alpha: 0.5, threshold: 0.2)
    default: nil
    }
  }

  public static let ofClassWeights = allCases.filter {
    (try? $0.classWeightLoss(temperature: 1)) != nil
  }
  public static let withMargins = allCases.filter { $0.ownCosine(margin: 0) != nil }
  public static let ofClassAgents = allCases.filter { (try? $0.classAgentLoss()) != nil }
  public static let ofTwoViews = allCases.filter {
    (try? $0.twoViewLoss(temperature: 1)) != nil && !$0.takesIDs
  }

  private var margin: Double { self == .cosFace ? 0.35 : 0.5 }

  /// The plain loop over seeded rows.
  public func plain(
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
    if let positives {
      return positives.plain(random(rows, 1), random(columns, 2), temperature: temperature)
    }
    return switch self {
    case .inBatch: .inBatch(pair, temperature: temperature)
    case .shared: .shared(negatives(columns), temperature: temperature)
    case .paired: .paired(negatives(rows * columns), temperature: temperature)
    case .inBatchAndShared: .inBatchAndShared(negatives(columns), temperature: temperature)
    case .normFace, .cosFace, .arcFace:
      .normFace(
        classes, labels: Self.classes(rows, columns), temperature: temperature,
        target: ownCosine(margin: margin) ?? { $0 })
    case .clip, .clipWithIDs:
      .clip(
        ["images": random(rows, 1), "texts": random(rows, 2)], ids: ids, temperature: temperature)
    case .embeddingDistillation:
      .embeddingDistillation(
        ["images": random(rows, 1), "texts": random(rows, 2)],
        teacher: PlainLoss.Teacher(rowCount: rows), temperature: temperature)
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
    case .subCenterArcFace:
      .normFace(
        ["features": random(rows, 1), "classWeights": random(2 * columns, 2)],
        labels: Self.classes(rows, columns), temperature: temperature, subCenters: 2,
        target: PlainLoss.angularMargin(0.5))
    case .multiSimilarity, .circle, .nca, .proxyNCA, .proxyAnchor, .contrastive,
      .contrastiveSquared, .nPairs, .semiHard:
      plainOfMetricLearning(batch: batch, classes: classes, temperature: temperature)
    case .equalIDs, .guided, .ownSimilarity, .hardness, .logWeights, .allBlocks, .weightedBlocks:
      preconditionFailure("a variant of InfoNCE")
    case .smoothed, .rince, .matryoshka, .coSENT, .angle, .orthogonal, .maxSim:
      preconditionFailure("a loss of pairs")
    case .groupsOutside, .groupsEach, .groupsInside, .softTargets, .clipGroupsOutside,
      .clipGroupsEach, .clipGroupsInside, .clipSoftTargets, .sigLIPGroups:
      preconditionFailure("a loss of several positives")
    }
  }

  /// Not mutual, and for some rows nobody.
  @Sendable public static func isPositive(_ anchor: Int, _ other: Int) -> Bool {
    anchor % 4 != 3 && (anchor * 5 + other * 3) % 7 < 3
  }

  public static func labels(_ count: Int) -> [Int] { (0..<count).map { $0 % 3 } }

  /// Labels of which one is no row's, and ids of which every other is a row's, of any label.
  public static func keyLabels(_ count: Int) -> [Int] { (0..<count).map { $0 % 4 } }
  public static func keyIDs(_ count: Int) -> [Int] {
    (0..<count).map { $0 % 2 == 0 ? $0 / 2 : -$0 }
  }

  /// Three rows of a memory each, or one of a memory of one, in no order.
  public static func candidates(_ rowCount: Int, _ memoryCount: Int) -> [[Int]] {
    (0..<rowCount).map { row in
      (0..<min(3, memoryCount)).map { (5 * row + 7 * $0) % memoryCount }
    }
  }

  /// Class indices that leave out some classes, and name others several times.
  public static func classes(_ rowCount: Int, _ classCount: Int) -> [Int] {
    (0..<rowCount).map { 2 * $0 % classCount }
  }

  /// The library's answer to the same problem.
  ///
  /// - Parameter reduction: Of the terms; uniformity has but one.
  public func answer<Scalar: EmbeddingScalar>(
    _ plain: PlainLoss, as scalar: Scalar.Type, of gradients: Gradients = .all,
    reduction: Reduction = .mean, options: ComputeOptions = ComputeOptions()
  ) throws -> Answer {
    func rows(_ name: String) throws -> Matrix<Scalar> {
      try #require(plain.inputs[name]).converted()
    }
    func excluded(_ rows: Matrix<Scalar>) -> FalseNegatives<Scalar> {
      takesIDs ? .equalIDs(Self.labels(rows.rowCount)) : .none
    }
    func labelled(_ loss: any LabelledLoss) throws -> Answer {
      let embeddings = try rows("embeddings")
      return Answer(
        try loss.valueWithGradient(
          embeddings: embeddings, labels: Self.labels(embeddings.rowCount), reduction: reduction,
          options: options))
    }
    let temperature = try plain.libraryTemperature
    if let answer = try answerOfPairs(
      plain, as: scalar, of: gradients, reduction: reduction, options: options)
    {
      return answer
    }
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
        of: gradients == .all ? .all : [.queries, .temperature], reduction: reduction,
        diagnostics: .all, options: options)
      return Answer(step)
    case .normFace, .cosFace, .arcFace:
      let (features, weights) = (try rows("features"), try rows("classWeights"))
      let loss = try #require(try classWeightLoss(temperature: temperature))
      return Answer(
        try loss.valueWithGradient(
          features: features, classWeights: weights,
          labels: Self.classes(features.rowCount, weights.rowCount),
          of: gradients == .all ? .all : [.features, .temperature], reduction: reduction,
          diagnostics: .all, options: options))
    case .mocoV3, .mocoV3WithIDs:
      let queries = try rows("queries")
      return Answer(
        try MoCoV3(temperature: temperature).valueWithGradient(
          queries: queries, keys: try rows("keys"), excluding: excluded(queries),
          of: gradients == .all ? .all : [.queries, .temperature], reduction: reduction,
          options: options))
    case .ntXent, .decoupled, .weightedDecoupled, .debiased, .hardNegative, .macl, .ntXentWithIDs,
      .decoupledWithIDs, .debiasedWithIDs, .hardNegativeWithIDs:
      let loss = try #require(try twoViewLoss(temperature: temperature))
      let view = try rows("viewA")
      return Answer(
        try loss.valueWithGradient(
          viewA: view, viewB: try rows("viewB"), excluding: excluded(view), reduction: reduction,
          options: options))
    case .npidSoftmax:
      let (embeddings, memory) = (try rows("embeddings"), try rows("memory").normalized())
      return Answer(
        try NPIDSoftmax(temperature: temperature).valueWithGradient(
          embeddings: embeddings, memory: memory,
          targets: Self.classes(embeddings.rowCount, memory.rowCount), reduction: reduction,
          options: options))
    case .clip, .clipWithIDs, .sigLIP, .sigLIPWithIDs:
      let images = try rows("images")
      let loss: any TwoTowerLoss =
        if let bias = plain.inputs["bias"] {
          SigLIP(temperature: temperature, bias: bias[0, 0])
        } else {
          CLIP(temperature: temperature)
        }
      return Answer(
        try loss.valueWithGradient(
          images: images, texts: try rows("texts"), excluding: excluded(images),
          reduction: reduction, options: options))
    case .embeddingDistillation:
      let images = try rows("images")
      let teacher = PlainLoss.Teacher(rowCount: images.rowCount)
      return Answer(
        try EmbeddingDistillation(
          temperature: temperature, teacherTemperature: Temperature(teacher.temperature)
        ).valueWithGradient(
          images: images, texts: try rows("texts"), teacherImages: teacher.images.converted(),
          teacherTexts: teacher.texts.converted(), reduction: reduction, options: options))
    case .supCon: return try labelled(SupCon(temperature: temperature))
    case .pairs: return try labelled(NTXentPairs(temperature: temperature))
    case .batchHard: return try labelled(TripletMargin(margin: 0.5, distance: .cosine))
    case .supConLists:
      let embeddings = try rows("embeddings")
      return Answer(
        try SupCon(temperature: temperature).valueWithGradient(
          embeddings: embeddings,
          positives: Positives(rowCount: embeddings.rowCount, where: Self.isPositive),
          reduction: reduction, options: options))
    case .subCenterArcFace:
      let (features, weights) = (try rows("features"), try rows("classWeights"))
      let loss = try SubCenterArcFace(temperature: temperature, margin: 0.5, subCenters: 2)
      return Answer(
        try loss.valueWithGradient(
          features: features, classWeights: weights,
          labels: Self.classes(features.rowCount, weights.rowCount / 2),
          of: gradients == .all ? .all : [.features, .temperature], reduction: reduction,
          options: options))
    case .multiSimilarity, .circle, .nca, .contrastive, .contrastiveSquared, .nPairs, .semiHard:
      return try labelled(try #require(try metricLoss(temperature: plain.temperature)))
    case .cContrastive, .cTriplet, .proxyNCA, .proxyAnchor:
      let (features, weights) = (try rows("features"), try rows("classWeights"))
      return Answer(
        try #require(try classAgentLoss(temperature: plain.temperature)).valueWithGradient(
          features: features, classWeights: weights,
          labels: Self.classes(features.rowCount, weights.rowCount),
          of: gradients == .all ? .all : [.features], reduction: reduction, diagnostics: .all,
          options: options))
    case .tripletMargin:
      return Answer(
        try TripletMargin(margin: 0.5, distance: .cosine).valueWithGradient(
          anchors: try rows("anchors"), positives: try rows("positives"),
          negatives: try rows("negatives"), reduction: reduction, options: options))
    case .npidNCE:
      let (embeddings, memory) = (try rows("embeddings"), try rows("memory").normalized())
      let loss = NPIDNCE(
        temperature: temperature, normalization: try NormalizationConstant(logValue: 3),
        epsilon: 1e-3)
      return Answer(
        try loss.valueWithGradient(
          embeddings: embeddings, memory: memory,
          indices: Self.candidates(embeddings.rowCount, memory.rowCount), reduction: reduction,
          options: options))
    case .equalIDs, .guided, .ownSimilarity, .hardness, .logWeights, .allBlocks, .weightedBlocks:
      return try #require(variant).answer(
        queries: try rows("queries"), positives: try rows("positives"),
        negatives: plain.inputs["negatives"].map { $0.converted() }, temperature: temperature,
        of: gradients == .all ? .all : [.queries, .temperature], reduction: reduction,
        options: options)
    case .smoothed, .rince, .matryoshka, .coSENT, .angle, .orthogonal, .maxSim:
      preconditionFailure("a loss of pairs")
    case .groupsOutside, .groupsEach, .groupsInside, .softTargets, .clipGroupsOutside,
      .clipGroupsEach, .clipGroupsInside, .clipSoftTargets, .sigLIPGroups:
      return try #require(positives).answer(
        plain, as: scalar, ofKeys: gradients == .all, reduction: reduction, options: options)
    case .uniformity:
      return Answer(
        try Uniformity(t: 2).valueWithGradient(
          embeddings: try rows("embeddings"), of: .embeddings, options: options))
    case .supConMemory, .pairsMemory:
      let (rows, keys) = (try rows("embeddings"), try rows("keys"))
      var memory = try CrossBatchMemory<Scalar>(
        capacity: max(1, keys.rowCount), dimension: keys.columnCount)
      try memory.enqueue(
        keys, labels: Self.keyLabels(keys.rowCount), ids: Self.keyIDs(keys.rowCount))
      let (labels, ids) = (Self.labels(rows.rowCount), Array(0..<rows.rowCount))
      let loss: any CrossBatchLoss =
        self == .supConMemory
        ? SupCon(temperature: temperature) : NTXentPairs(temperature: temperature)
      return Answer(
        try loss.valueWithGradient(
          embeddings: rows, labels: labels, ids: ids, memory: memory, reduction: reduction,
          options: options))
    }
  }
}

extension PlainLoss {
  /// Its temperature, or those of its rows.
  public var libraryTemperature: Temperature {
    get throws { try temperatures.map { try Temperature(rows: $0) } ?? Temperature(temperature) }
  }
}
