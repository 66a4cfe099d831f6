public import Contrastive
import Testing

extension LossSubject {
  /// The library's answer to the same problem.
  ///
  /// - Parameter reduction: Of the terms; uniformity has but one.
  public func answer<Scalar: EmbeddingScalar>(
    _ plain: PlainLoss, as scalar: Scalar.Type, of gradients: Gradients = .all,
    reduction: Reduction = .mean, options: ComputeOptions = ComputeOptions()
  ) throws -> Answer {
    if let loss = withoutLogWeights {
      return try loss.answerWithLogWeights(
        plain, as: scalar, of: gradients, reduction: reduction, options: options)
    }
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
    if isOfTokens {
      return try answerOfTokens(plain, as: scalar, reduction: reduction, options: options)
    }
    if isOfClasses {
      return try answerOfClasses(
        plain, as: scalar, of: gradients, reduction: reduction, options: options)
    }
    if let variant {
      return try variant.answer(
        queries: try rows("queries"), positives: try rows("positives"),
        negatives: plain.inputs["negatives"].map { $0.converted() }, temperature: temperature,
        of: gradients == .all ? .all : [.queries, .temperature], reduction: reduction,
        options: options)
    }
    if let positives {
      return try positives.answer(
        plain, as: scalar, ofKeys: gradients == .all, reduction: reduction, options: options)
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
    case .embeddingDistillation, .embeddingDistillationWithIDs:
      let images = try rows("images")
      let teacher = PlainLoss.Teacher(rowCount: images.rowCount)
      return Answer(
        try EmbeddingDistillation(
          temperature: temperature, teacherTemperature: Temperature(teacher.temperature)
        ).valueWithGradient(
          images: images, texts: try rows("texts"), teacherImages: teacher.images.converted(),
          teacherTexts: teacher.texts.converted(), excluding: excluded(images),
          reduction: reduction, options: options))
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
    case .multiSimilarity, .circle, .nca, .contrastive, .contrastiveSquared, .nPairs, .semiHard:
      return try labelled(try #require(try metricLoss(temperature: plain.temperature)))
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
    default: preconditionFailure("a loss of a family that has a file of its own")
    }
  }
}

extension PlainLoss {
  /// Its temperature, or those of its rows.
  public var libraryTemperature: Temperature {
    get throws { try temperatures.map { try Temperature(rows: $0) } ?? Temperature(temperature) }
  }
}
