import Contrastive
import TestSupport
import Testing

/// What every loss gives: a value, a step, and terms with a way back.
@Suite("One shape for losses")
struct LossShapeTests {
  /// A loss with its arrays, whichever they are.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String

    /// The value at a reduction.
    let value: @Sendable (Reduction) throws -> Double
    /// The value, the terms and the gradient by the first array.
    let step: @Sendable (Reduction) throws -> (value: Double, terms: [Double], slopes: [Double])
    /// The terms one by one, and the gradient by the first array for a cotangent.
    let perTerm: @Sendable () throws -> (terms: [Double], pullback: ([Double]) throws -> [Double])

    init<Variables: Sendable, Gradient: Sendable>(
      _ name: String, all: Variables, first: @escaping @Sendable (Gradient) -> Matrix<Double>?,
      value: @escaping @Sendable (Reduction) throws -> Double,
      step: @escaping @Sendable (Reduction) throws -> LossStep<Double, Gradient>,
      perTerm: @escaping @Sendable () throws -> LossTerms<Double, Variables, Gradient>
    ) {
      testDescription = name
      self.value = value
      self.step = {
        let step = try step($0)
        return (step.value, step.terms, try #require(first(step.gradient)).elements)
      }
      self.perTerm = {
        let terms = try perTerm()
        return (
          terms.values, { try #require(first(terms.pullback($0, of: all))).elements }
        )
      }
    }

    static func pairs(_ loss: some PairedLoss, excluding ids: [Int]? = nil) -> Case {
      let excluded: FalseNegatives<Double> = ids.map { .equalIDs($0) } ?? .none
      return Case("pairs of \(loss)", all: PairVariables.all) {
        $0.queries
      } value: {
        try loss.value(queries: x, keys: y, excluding: excluded, reduction: $0)
      } step: {
        try loss.valueWithGradient(queries: x, keys: y, excluding: excluded, reduction: $0)
      } perTerm: {
        try loss.perTerm(queries: x, keys: y, excluding: excluded)
      }
    }

    static func towers(_ loss: some TwoTowerLoss) -> Case {
      Case("\(loss)", all: TwoTowerVariables.all) {
        $0.images
      } value: {
        try loss.value(images: x, texts: y, reduction: $0)
      } step: {
        try loss.valueWithGradient(images: x, texts: y, reduction: $0)
      } perTerm: {
        try loss.perTerm(images: x, texts: y)
      }
    }

    static func views(_ loss: some TwoViewLoss) -> Case {
      Case("\(loss)", all: TwoViewVariables.all) {
        $0.viewA
      } value: {
        try loss.value(viewA: x, viewB: y, reduction: $0)
      } step: {
        try loss.valueWithGradient(viewA: x, viewB: y, reduction: $0)
      } perTerm: {
        try loss.perTerm(viewA: x, viewB: y)
      }
    }

    static func classes(_ loss: some ClassWeightLoss) -> Case {
      Case("\(loss)", all: ClassWeightVariables.all) {
        $0.features
      } value: {
        try loss.value(features: x, classWeights: y, labels: classLabels, reduction: $0)
      } step: {
        try loss.valueWithGradient(
          features: x, classWeights: y, labels: classLabels, reduction: $0)
      } perTerm: {
        try loss.perTerm(features: x, classWeights: y, labels: classLabels)
      }
    }

    static func batch(_ loss: some LabelledLoss) -> Case {
      Case("\(loss)", all: EmbeddingVariables.all) {
        $0.embeddings
      } value: {
        try loss.value(embeddings: x, labels: labels, reduction: $0)
      } step: {
        try loss.valueWithGradient(embeddings: x, labels: labels, reduction: $0)
      } perTerm: {
        try loss.perTerm(embeddings: x, labels: labels)
      }
    }

    static func scored(_ loss: some ScoredPairLoss) -> Case {
      let scores = LossSubject.scores(6)
      return Case("\(loss)", all: ScoredPairVariables.all) {
        $0.a
      } value: {
        try loss.value(a: x, b: y, scores: scores, reduction: $0)
      } step: {
        try loss.valueWithGradient(a: x, b: y, scores: scores, reduction: $0)
      } perTerm: {
        try loss.perTerm(a: x, b: y, scores: scores)
      }
    }

    static func tokens(_ loss: some TokenLoss) throws -> Case {
      let queries = try TokenRows(x, lengths: [1, 3, 2])
      let documents = try TokenRows(y, lengths: [2, 1, 3])
      return Case("\(loss)", all: TokenVariables.all) {
        $0.queries
      } value: {
        try loss.value(queries: queries, documents: documents, reduction: $0)
      } step: {
        try loss.valueWithGradient(queries: queries, documents: documents, reduction: $0)
      } perTerm: {
        try loss.perTerm(queries: queries, documents: documents)
      }
    }

    static func memory(_ loss: some CrossBatchLoss) -> Case {
      Case("\(loss) with a memory", all: EmbeddingVariables.all) {
        $0.embeddings
      } value: {
        try loss.value(embeddings: x, labels: labels, memory: keys(), reduction: $0)
      } step: {
        try loss.valueWithGradient(embeddings: x, labels: labels, memory: keys(), reduction: $0)
      } perTerm: {
        try loss.perTerm(embeddings: x, labels: labels, memory: keys())
      }
    }
  }

  static let x = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 1)
  static let y = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 2)
  static let z = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 3)
  /// Every row has another of its label, so that all have a term.
  static let labels = [0, 1, 0, 2, 1, 2]
  static let classLabels = [0, 5, 2, 2, 3, 1]

  static func keys() throws -> CrossBatchMemory<Double> {
    var memory = try CrossBatchMemory<Double>(capacity: 6, dimension: 4)
    try memory.enqueue(y, labels: [0, 1, 2, 0, 1, 2])
    return memory
  }

  static func cases() throws -> [Case] {
    let (x, y, z) = (x, y, z)
    let unit = try y.normalized()
    let indices = (0..<6).map { [$0, ($0 + 2) % 6, ($0 + 5) % 6] }
    let positives = Positives(rowCount: 6) { labels[$0] == labels[$1] }
    let infoNCE = InfoNCE(temperature: 0.3)
    let triplet = TripletMargin(margin: 0.7)
    let candidates = try Candidates(y)
    let oneWay = OneWayLoss(PositiveCrossEntropy(), temperature: 0.3)
    let softmax = NPIDSoftmax(temperature: 0.3)
    let nce = NPIDNCE(temperature: 0.3, normalization: try NormalizationConstant(6))
    let entropy = SoftmaxCrossEntropy(temperature: 2)
    let distillation = Distillation(temperature: 2)
    let (alignment, uniformity) = (try Alignment(), try Uniformity())
    let supCon = SupCon(temperature: 0.3)
    let twoViews: [any TwoViewLoss] = [
      NTXent(temperature: 0.3), DecoupledContrastive(temperature: 0.3),
      DecoupledContrastive(temperature: 0.3, weightTemperature: 0.5),
      try DebiasedContrastive(temperature: 0.3, positivePrior: 0.1),
      try HardNegative(temperature: 0.3, positivePrior: 0.1, concentration: 1),
      try MACL(temperature: 0.3),
    ]
    let towers: [any TwoTowerLoss] = [
      CLIP(temperature: 0.3), SigLIP(temperature: 0.3, bias: -1),
      BothWaysLoss(PositiveCrossEntropy(), temperature: 0.3),
    ]
    let pairs: [any PairedLoss] = [
      infoNCE, MoCoV3(temperature: 0.3), alignment, ArctanhInfoNCE(),
      try SmoothedInfoNCE(temperature: 0.3), try RINCE(temperature: 0.3),
      try Matryoshka(CLIP(temperature: 0.3), dimensions: [2, 4], weights: [0.5, 1]),
    ]
    let scored: [any ScoredPairLoss] = [CoSENT(), AnglE()]
    let late: [any TokenLoss] = try LossSubject.ofTokens.map {
      try #require($0.tokenLoss(temperature: 0.3))
    }
    let divergence = MaxSimDistillation(temperature: 0.3)
    let teacherScores = z.columns(0..<4).rows(0..<3)
    let sequences = try TokenRows(x, lengths: [1, 3, 2])
    let others = try TokenRows(y, lengths: [2, 1, 2, 1])
    let orthogonal = try GlobalOrthogonalRegularization()
    var classes: [any ClassWeightLoss] = [
      try SubCenterArcFace(temperature: 0.3, margin: 0.2, subCenters: 1)
    ]
    classes += try LossSubject.ofClassWeights.map {
      try #require(try $0.classWeightLoss(temperature: 0.3, margin: 0.2))
    }
    classes += try LossSubject.ofClassAgents.compactMap { try $0.classAgentLoss() }
    var batches: [any LabelledLoss] = [
      supCon, NTXentPairs(temperature: 0.3), triplet, Tolerance(),
      BatchLoss(PositiveCrossEntropy(), temperature: 0.3),
    ]
    batches += try LossSubject.ofMetricLearning.compactMap { try $0.metricLoss() }
    let memories: [any CrossBatchLoss] = [supCon, NTXentPairs(temperature: 0.3)]
    let ids = [0, 1, 1, 2, 0, 3]
    return twoViews.map { Case.views($0) } + towers.map { Case.towers($0) }
      + (pairs + twoViews + towers).map { Case.pairs($0) }
      + (pairs + twoViews + towers).map { Case.pairs($0, excluding: ids) }
      + classes.map { Case.classes($0) } + batches.map { Case.batch($0) }
      + memories.map { Case.memory($0) } + scored.map { Case.scored($0) }
      + (try late.map { try Case.tokens($0) }) + [
        Case("MaxSimDistillation", all: TokenVariables.all) {
          $0.queries
        } value: {
          try divergence.value(
            queries: sequences, documents: others, teacherScores: teacherScores, reduction: $0)
        } step: {
          try divergence.valueWithGradient(
            queries: sequences, documents: others, teacherScores: teacherScores, reduction: $0)
        } perTerm: {
          try divergence.perTerm(
            queries: sequences, documents: others, teacherScores: teacherScores)
        },
        Case("GlobalOrthogonalRegularization", all: EmbeddingVariables.all) {
          $0.embeddings
        } value: {
          try orthogonal.value(embeddings: x, reduction: $0)
        } step: {
          try orthogonal.valueWithGradient(embeddings: x, of: .all, reduction: $0)
        } perTerm: {
          try orthogonal.perTerm(embeddings: x)
        },
        Case("InfoNCE with negatives", all: InfoNCE.Variables.all) {
          $0.queries
        } value: {
          try infoNCE.value(queries: x, positives: y, negatives: .shared(z), reduction: $0)
        } step: {
          try infoNCE.valueWithGradient(
            queries: x, positives: y, negatives: .shared(z), reduction: $0)
        } perTerm: {
          try infoNCE.perTerm(queries: x, positives: y, negatives: .shared(z))
        },
        Case("SupCon by lists", all: EmbeddingVariables.all) {
          $0.embeddings
        } value: {
          try supCon.value(embeddings: x, positives: positives, reduction: $0)
        } step: {
          try supCon.valueWithGradient(embeddings: x, positives: positives, reduction: $0)
        } perTerm: {
          try supCon.perTerm(embeddings: x, positives: positives)
        },
        Case("SupCon without a label", all: EmbeddingVariables.all) {
          $0.embeddings
        } value: {
          try supCon.value(embeddings: x, labels: labels, ignoring: 9, reduction: $0)
        } step: {
          try supCon.valueWithGradient(embeddings: x, labels: labels, ignoring: 9, reduction: $0)
        } perTerm: {
          try supCon.perTerm(embeddings: x, labels: labels, ignoring: 9)
        },
        Case("triplets", all: TripletMargin.Variables.all) {
          $0.anchors
        } value: {
          try triplet.value(anchors: x, positives: y, negatives: z, reduction: $0)
        } step: {
          try triplet.valueWithGradient(anchors: x, positives: y, negatives: z, reduction: $0)
        } perTerm: {
          try triplet.perTerm(anchors: x, positives: y, negatives: z)
        },
        Case("OneWayLoss", all: OneWayLoss.Variables.all) {
          $0.queries
        } value: {
          try oneWay.value(queries: x, candidates: candidates, reduction: $0)
        } step: {
          try oneWay.valueWithGradient(queries: x, candidates: candidates, reduction: $0)
        } perTerm: {
          try oneWay.perTerm(queries: x, candidates: candidates)
        },
        Case("NPIDSoftmax", all: EmbeddingVariables.all) {
          $0.embeddings
        } value: {
          try softmax.value(embeddings: x, memory: unit, targets: classLabels, reduction: $0)
        } step: {
          try softmax.valueWithGradient(
            embeddings: x, memory: unit, targets: classLabels, reduction: $0)
        } perTerm: {
          try softmax.perTerm(embeddings: x, memory: unit, targets: classLabels)
        },
        Case("NPIDNCE", all: EmbeddingVariables.all) {
          $0.embeddings
        } value: {
          try nce.value(embeddings: x, memory: unit, indices: indices, reduction: $0)
        } step: {
          try nce.valueWithGradient(embeddings: x, memory: unit, indices: indices, reduction: $0)
        } perTerm: {
          try nce.perTerm(embeddings: x, memory: unit, indices: indices)
        },
        Case("SoftmaxCrossEntropy", all: SoftmaxCrossEntropy.Variables.all) {
          $0.logits
        } value: {
          try entropy.value(logits: x, labels: [0, 1, 2, 3, 0, 1], reduction: $0)
        } step: {
          try entropy.valueWithGradient(logits: x, labels: [0, 1, 2, 3, 0, 1], reduction: $0)
        } perTerm: {
          try entropy.perTerm(logits: x, labels: [0, 1, 2, 3, 0, 1])
        },
        Case("Distillation", all: Distillation.Variables.all) {
          $0.studentLogits
        } value: {
          try distillation.value(studentLogits: x, teacherLogits: y, reduction: $0)
        } step: {
          try distillation.valueWithGradient(studentLogits: x, teacherLogits: y, reduction: $0)
        } perTerm: {
          try distillation.perTerm(studentLogits: x, teacherLogits: y)
        },
        Case("Alignment", all: Alignment.Variables.all) {
          $0.x
        } value: {
          try alignment.value(x: x, y: y, reduction: $0)
        } step: {
          try alignment.valueWithGradient(x: x, y: y, reduction: $0)
        } perTerm: {
          try alignment.perTerm(x: x, y: y)
        },
        Case("Uniformity", all: EmbeddingVariables.all) {
          $0.embeddings
        } value: {
          try uniformity.value(embeddings: x, reduction: $0)
        } step: {
          try uniformity.valueWithGradient(embeddings: x, of: .all, reduction: $0)
        } perTerm: {
          try uniformity.perTerm(embeddings: x)
        },
      ]
  }

  // A gradient pulled back by 1/n is that of the mean, by the same operations: weights that are all
  // equal are a factor of the whole, others of rows, which is a rounding or two apart.
  @Test("value, step and terms are one loss", arguments: try cases())
  func agreement(_ item: Case) throws {
    let step = try item.step(.mean)
    let (terms, pullback) = try item.perTerm()
    let count = Double(terms.count)
    let size = max(1, abs(step.value))
    #expect(try abs(item.value(.mean) - step.value) <= 1e-14 * size)
    #expect(terms == step.terms)
    #expect(abs(terms.reduce(0, +) / count - step.value) <= 1e-14 * count * size)
    let sum = try item.step(.sum)
    #expect(abs(terms.reduce(0, +) - sum.value) <= 1e-14 * count * count * size)
    let slopes = try pullback(terms.map { _ in 1 / count })
    let largest = step.slopes.reduce(1e-3) { max($0, abs($1)) }
    for (slope, expected) in zip(slopes, step.slopes) {
      #expect(abs(slope - expected) <= 1e-13 * largest)
    }
    // A cotangent of one's own is the weights of a reduction.
    let weights = terms.indices.map { Double($0 % 3) - 0.5 }
    #expect(try pullback(weights) == item.step(.weighted(weights)).slopes)
  }

  private func trained<Loss: PairedLoss & TemperedLoss>(_ loss: Loss) throws -> (Double, Double) {
    var cooler = loss
    cooler.temperature = 0.1
    return (
      try loss.value(queries: Self.x, keys: Self.y),
      try cooler.valueWithGradient(queries: Self.x, keys: Self.y).value
    )
  }

  @Test("is the same in generic code, and by other names of the arguments")
  func names() throws {
    let (x, y) = (Self.x, Self.y)
    let clip = CLIP(temperature: 0.3)
    #expect(try trained(clip).0 == clip.value(images: x, texts: y))
    #expect(try trained(clip).1 == CLIP(temperature: 0.1).value(images: x, texts: y))
    #expect(
      try trained(InfoNCE(temperature: 0.3)).0
        == InfoNCE(temperature: 0.3).value(queries: x, positives: y))
    let views = try NTXent(temperature: 0.3).valueWithGradient(viewA: x, viewB: y)
    let pairs = try NTXent(temperature: 0.3).valueWithGradient(queries: x, keys: y)
    #expect(views.gradient.viewA == pairs.gradient.queries)
    #expect(views.gradient.viewB == pairs.gradient.keys)
    #expect(views.gradient.logScale == pairs.gradient.logScale)
    #expect(views.diagnostics == pairs.diagnostics)
  }

  @Test("names in errors what the caller passed")
  func errors() throws {
    let losses: [any PairedLoss] = [
      InfoNCE(temperature: 1), MoCoV3(temperature: 1), CLIP(temperature: 1), NTXent(temperature: 1),
      SigLIP(temperature: 1, bias: 0), try Alignment(), ArctanhInfoNCE(),
      try SmoothedInfoNCE(temperature: 1), try RINCE(temperature: 1),
      try Matryoshka(CLIP(temperature: 1), dimensions: [2]),
    ]
    for loss in losses {
      let error = #expect(throws: ContrastiveError.self) {
        try loss.value(queries: Self.x, keys: Self.y.rows(0..<5))
      }
      #expect(error?.description == "keys: expected 6 rows, as queries, found 5 rows", "\(loss)")
    }
    // One tile serves both sides: no rule that is not the same from both.
    let symmetric: [any PairedLoss] = [NTXent(temperature: 1), SigLIP(temperature: 1, bias: 0)]
    for loss in symmetric {
      let error = #expect(throws: ContrastiveError.self) {
        try loss.value(queries: Self.x, keys: Self.y, excluding: .moreSimilar())
      }
      #expect(error?.argument == .falseNegatives, "\(loss)")
    }
  }
}
