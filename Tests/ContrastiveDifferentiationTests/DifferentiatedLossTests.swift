import Contrastive
import ContrastiveDifferentiation
import TestSupport
import Testing
import _Differentiation

/// Every loss by automatic differentiation against its own `valueWithGradient`, to the bit but for the
/// product with a cotangent of 3, which is one rounding.
@Suite("Differentiable losses have the gradients of their steps")
struct DifferentiatedLossTests {
  let x = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 1)
  let y = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 2)
  let z = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 3)
  let labels = [0, 1, 0, 2, 1, 0]

  @Test("InfoNCE, by its own positives")
  func infoNCE() throws {
    let loss = InfoNCE(temperature: 0.2)
    let (value, gradient) = valueWithGradient(at: loss, x, y) { loss, x, y in
      3 * loss(queries: x, positives: y)
    }
    let step = try loss.valueWithGradient(queries: x, positives: y)
    expect(
      value, [gradient.1, gradient.2], slope: gradient.0.logScale, equal: step,
      [step.gradient.queries, step.gradient.positives], slope: step.gradient.logScale)
  }

  @Test("InfoNCE against a queue, whose keys are constants")
  func queue() throws {
    var queue = try KeyQueue<Double>(capacity: 9, dimension: 4, prefill: .random(seed: 3))
    try queue.enqueue(z)
    let loss = InfoNCE(temperature: 0.2)
    let (value, gradient) = valueWithGradient(at: x) { x in
      3 * loss(queries: x, positives: y, negatives: .shared(queue.keys))
    }
    let step = try loss.valueWithGradient(
      queries: x, positives: y, negatives: .shared(queue.keys), of: .queries)
    expect(value, [gradient], equal: step, [step.gradient.queries])
  }

  @Test("InfoNCE by negatives that are shared, paired, and besides the batch")
  func negatives() throws {
    let loss = InfoNCE(temperature: 0.2)
    let shared = gradient(at: x, y, z) { x, y, z in
      loss(queries: x, positives: y, negatives: .shared(z))
    }
    let sharedStep = try loss.valueWithGradient(queries: x, positives: y, negatives: .shared(z))
    #expect(shared.0 == sharedStep.gradient.queries && shared.1 == sharedStep.gradient.positives)
    #expect(shared.2 == sharedStep.gradient.negatives && shared.2 != .zero)
    let paired = gradient(at: z) { z in loss(queries: x, positives: y, negatives: .paired(z)) }
    let pairedStep = try loss.valueWithGradient(queries: x, positives: y, negatives: .paired(z))
    #expect(paired == pairedStep.gradient.negatives && paired != shared.2)
    let both = gradient(at: z) { z in
      loss(queries: x, positives: y, negatives: .inBatchAndShared(z))
    }
    let bothStep = try loss.valueWithGradient(
      queries: x, positives: y, negatives: .inBatchAndShared(z))
    #expect(both == bothStep.gradient.negatives && both != shared.2)
  }

  @Test("InfoNCE with ids and reductions")
  func options() throws {
    let loss = InfoNCE(temperature: 0.2, hardness: 3)
    let excluded = FalseNegatives<Double>.equalIDs(labels)
    let (value, gradient) = valueWithGradient(at: x, y) { x, y in
      3 * loss(queries: x, positives: y, excluding: excluded, reduction: .sum)
    }
    let step = try loss.valueWithGradient(
      queries: x, positives: y, excluding: excluded, reduction: .sum)
    expect(
      value, [gradient.0, gradient.1], equal: step,
      [step.gradient.queries, step.gradient.positives])
  }

  @Test("MoCo v3, with and without constant keys")
  func mocoV3() throws {
    let loss = MoCoV3(temperature: 0.2)
    let step = try loss.valueWithGradient(queries: x, keys: y)
    let (value, all) = valueWithGradient(at: loss, x, y) { loss, x, y in
      3 * loss(queries: x, keys: y)
    }
    expect(
      value, [all.1, all.2], slope: all.0.logScale, equal: step,
      [step.gradient.queries, step.gradient.keys], slope: step.gradient.logScale)
    let constant = gradient(at: x) { x in 3 * loss(queries: x, keys: y) }
    let onePass = try loss.valueWithGradient(queries: x, keys: y, of: .queries)
    #expect(constant == onePass.gradient.queries?.multiplied(by: 3))
  }

  private func checkPairs<Loss: PairedLoss & TemperatureDifferentiable>(_ loss: Loss) throws {
    let (value, gradient) = valueWithGradient(at: loss, x, y) { loss, x, y in
      3 * loss(queries: x, keys: y)
    }
    let step = try loss.valueWithGradient(queries: x, keys: y, of: .all)
    expect(
      value, [gradient.1, gradient.2], slope: gradient.0.logScale, equal: step,
      [step.gradient.queries, step.gradient.keys], slope: step.gradient.logScale)
  }

  @Test("losses of pairs", arguments: LossSubject.ofPairs)
  func pairs(_ subject: LossSubject) throws {
    let loss = try #require(
      try subject.pairedLoss(temperature: 0.2, dimension: 4)
        as? any PairedLoss & TemperatureDifferentiable)
    try checkPairs(loss)
  }

  @Test("log-odds")
  func logOdds() throws {
    let loss = ArctanhInfoNCE()
    let (value, gradient) = valueWithGradient(at: x, y) { x, y in 3 * loss(queries: x, keys: y) }
    let step = try loss.valueWithGradient(queries: x, keys: y)
    expect(
      value, [gradient.0, gradient.1], equal: step, [step.gradient.queries, step.gradient.keys])
  }

  private func checkScores<Loss: ScoredPairLoss & TemperatureDifferentiable>(
    _ loss: Loss
  ) throws {
    let scores = LossSubject.scores(6)
    let (value, gradient) = valueWithGradient(at: loss, x, y) { loss, x, y in
      3 * loss(a: x, b: y, scores: scores)
    }
    let step = try loss.valueWithGradient(a: x, b: y, scores: scores)
    expect(
      value, [gradient.1, gradient.2], slope: gradient.0.logScale, equal: step,
      [step.gradient.a, step.gradient.b], slope: step.gradient.logScale)
  }

  @Test("scored pairs", arguments: LossSubject.ofScoredPairs)
  func scoredPairs(_ subject: LossSubject) throws {
    let loss = try #require(
      subject.scoredPairLoss(temperature: 0.2) as? any ScoredPairLoss & TemperatureDifferentiable)
    try checkScores(loss)
  }

  @Test("tokens", arguments: LossSubject.ofTokens)
  func tokens(_ subject: LossSubject) throws {
    let loss = try #require(
      subject.tokenLoss(temperature: 0.2) as? any TokenLoss & TemperatureDifferentiable)
    try checkTokens(loss)
  }

  private func checkTokens<Loss: TokenLoss & TemperatureDifferentiable>(_ loss: Loss) throws {
    let (lengths, others) = ([1, 3, 2], [2, 1, 3])
    let (value, gradient) = valueWithGradient(at: loss, x, y) { loss, x, y in
      3
        * loss(
          queries: x, queryLengths: lengths, documents: y, documentLengths: others)
    }
    let step = try loss.valueWithGradient(
      queries: TokenRows(x, lengths: lengths), documents: TokenRows(y, lengths: others))
    expect(
      value, [gradient.1, gradient.2], slope: gradient.0.logScale, equal: step,
      [step.gradient.queries, step.gradient.documents], slope: step.gradient.logScale)
  }

  @Test("a teacher's scores of tokens")
  func teachersScores() throws {
    let loss = MaxSimDistillation(temperature: 0.2, teacherTemperature: 0.5)
    let (lengths, others) = ([1, 3, 2], [2, 1, 3])
    let scores: Matrix<Double> = [[0.5, 1, -0.25], [2, 0, 1], [0.125, 0.5, 1.5]]
    let (value, gradient) = valueWithGradient(at: loss, x, y) { loss, x, y in
      3
        * loss(
          queries: x, queryLengths: lengths, documents: y, documentLengths: others,
          teacherScores: scores)
    }
    let step = try loss.valueWithGradient(
      queries: TokenRows(x, lengths: lengths), documents: TokenRows(y, lengths: others),
      teacherScores: scores)
    expect(
      value, [gradient.1, gradient.2], slope: gradient.0.logScale, equal: step,
      [step.gradient.queries, step.gradient.documents], slope: step.gradient.logScale)
  }

  @Test("CLIP and SigLIP, by all they learn")
  func imagesAndTexts() throws {
    let clip = CLIP(temperature: 0.2)
    let (value, gradient) = valueWithGradient(at: clip, x, y) { loss, x, y in
      3 * loss(images: x, texts: y)
    }
    let step = try clip.valueWithGradient(images: x, texts: y)
    expect(
      value, [gradient.1, gradient.2], slope: gradient.0.logScale, equal: step,
      [step.gradient.images, step.gradient.texts], slope: step.gradient.logScale)
    let sigLIP = SigLIP(temperature: 0.2, bias: -1)
    let (sigmoidValue, sigmoid) = valueWithGradient(at: sigLIP, x, y) { loss, x, y in
      3 * loss(images: x, texts: y)
    }
    let sigmoidStep = try sigLIP.valueWithGradient(images: x, texts: y)
    expect(
      sigmoidValue, [sigmoid.1, sigmoid.2], slope: sigmoid.0.logScale, equal: sigmoidStep,
      [sigmoidStep.gradient.images, sigmoidStep.gradient.texts],
      slope: sigmoidStep.gradient.logScale)
    #expect(sigmoid.0.bias == sigmoidStep.gradient.bias.map { 3 * $0 })
  }

  private func check<Loss: TwoViewLoss & TemperatureDifferentiable>(_ loss: Loss) throws {
    let (value, gradient) = valueWithGradient(at: loss, x, y) { loss, x, y in
      3 * loss(viewA: x, viewB: y)
    }
    let step = try loss.valueWithGradient(
      viewA: x, viewB: y, of: .all, reduction: .mean, diagnostics: .none,
      options: ComputeOptions())
    expect(
      value, [gradient.1, gradient.2], slope: gradient.0.logScale, equal: step,
      [step.gradient.viewA, step.gradient.viewB], slope: step.gradient.logScale)
  }

  @Test("two views", arguments: LossSubject.ofTwoViews)
  func twoViews(_ subject: LossSubject) throws {
    let loss = try #require(
      try subject.twoViewLoss(temperature: 0.2) as? any TwoViewLoss & TemperatureDifferentiable)
    try check(loss)
  }

  private func check<Loss: ClassWeightLoss & TemperatureDifferentiable>(_ loss: Loss) throws {
    let (value, gradient) = valueWithGradient(at: loss, x, y) { loss, x, y in
      3 * loss(features: x, classWeights: y, labels: labels)
    }
    let step = try loss.valueWithGradient(
      features: x, classWeights: y, labels: labels, of: .all, reduction: .mean,
      diagnostics: .none, options: ComputeOptions())
    expect(
      value, [gradient.1, gradient.2], slope: gradient.0.logScale, equal: step,
      [step.gradient.features, step.gradient.classWeights], slope: step.gradient.logScale)
  }

  private func check<Loss: ClassAgentLoss>(_ loss: Loss) throws {
    let (value, gradient) = valueWithGradient(at: x, y) { x, y in
      3 * loss(features: x, classWeights: y, labels: labels)
    }
    let step = try loss.valueWithGradient(
      features: x, classWeights: y, labels: labels, of: .all, reduction: .mean,
      diagnostics: .none, options: ComputeOptions())
    expect(
      value, [gradient.0, gradient.1], equal: step,
      [step.gradient.features, step.gradient.classWeights])
  }

  @Test("class weights", arguments: LossSubject.ofClassWeights)
  func classWeights(_ subject: LossSubject) throws {
    let loss = try #require(
      try subject.classWeightLoss(temperature: 0.2)
        as? any ClassWeightLoss & TemperatureDifferentiable)
    try check(loss)
  }

  @Test("class weights of several centres")
  func subCenters() throws {
    try check(try SubCenterArcFace(temperature: 0.2, margin: 0.3, subCenters: 1))
  }

  @Test("class agents", arguments: LossSubject.ofClassAgents)
  func classAgents(_ subject: LossSubject) throws {
    let loss = try #require(try subject.classAgentLoss())
    try check(loss)
  }

  private func check<Loss: UntemperedLabelledLoss>(_ loss: Loss) throws {
    let (value, gradient) = valueWithGradient(at: x) { x in 3 * loss(embeddings: x, labels: labels)
    }
    let step = try loss.valueWithGradient(
      embeddings: x, labels: labels, of: .all, reduction: .mean, diagnostics: .none,
      options: ComputeOptions())
    expect(value, [gradient], equal: step, [step.gradient.embeddings])
  }

  @Test("labels without a temperature", arguments: LossSubject.ofMetricLearning)
  func metricLearning(_ subject: LossSubject) throws {
    let loss = try #require(try subject.metricLoss())
    try check(loss)
  }

  @Test("labels, lists and a memory")
  func labelled() throws {
    var memory = try CrossBatchMemory<Double>(capacity: 12, dimension: 4)
    try memory.enqueue(y, labels: labels)
    let lists = Positives(rowCount: 6) { $0 < $1 }
    let supCon = SupCon(temperature: 0.2)
    let byLabel = valueWithGradient(at: supCon, x) { loss, x in
      3 * loss(embeddings: x, labels: labels, ignoring: 2)
    }
    let labelStep = try supCon.valueWithGradient(embeddings: x, labels: labels, ignoring: 2)
    expect(
      byLabel.value, [byLabel.gradient.1], slope: byLabel.gradient.0.logScale, equal: labelStep,
      [labelStep.gradient.embeddings], slope: labelStep.gradient.logScale)
    let byList = valueWithGradient(at: x) { x in 3 * supCon(embeddings: x, positives: lists) }
    let listStep = try supCon.valueWithGradient(embeddings: x, positives: lists)
    expect(byList.value, [byList.gradient], equal: listStep, [listStep.gradient.embeddings])
    let inMemory = valueWithGradient(at: x) { x in
      3 * supCon(embeddings: x, labels: labels, memory: memory)
    }
    let memoryStep = try supCon.valueWithGradient(embeddings: x, labels: labels, memory: memory)
    expect(inMemory.value, [inMemory.gradient], equal: memoryStep, [memoryStep.gradient.embeddings])

    let pairs = NTXentPairs(temperature: 0.2)
    let byPair = valueWithGradient(at: pairs, x) { loss, x in
      3 * loss(embeddings: x, labels: labels)
    }
    let pairStep = try pairs.valueWithGradient(embeddings: x, labels: labels)
    expect(
      byPair.value, [byPair.gradient.1], slope: byPair.gradient.0.logScale, equal: pairStep,
      [pairStep.gradient.embeddings], slope: pairStep.gradient.logScale)
    let pairsInMemory = valueWithGradient(at: x) { x in
      3 * pairs(embeddings: x, labels: labels, memory: memory)
    }
    let pairMemoryStep = try pairs.valueWithGradient(embeddings: x, labels: labels, memory: memory)
    expect(
      pairsInMemory.value, [pairsInMemory.gradient], equal: pairMemoryStep,
      [pairMemoryStep.gradient.embeddings])
  }

  @Test("instance discrimination")
  func instances() throws {
    let memory = try y.normalized()
    let softmax = NPIDSoftmax(temperature: 0.2)
    let bySoftmax = valueWithGradient(at: softmax, x) { loss, x in
      3 * loss(embeddings: x, memory: memory, targets: labels)
    }
    let softmaxStep = try softmax.valueWithGradient(embeddings: x, memory: memory, targets: labels)
    expect(
      bySoftmax.value, [bySoftmax.gradient.1], slope: bySoftmax.gradient.0.logScale,
      equal: softmaxStep, [softmaxStep.gradient.embeddings], slope: softmaxStep.gradient.logScale)
    let indices = (0..<6).map { [$0, 5 - $0, 3] }
    let noise = NPIDNCE(temperature: 0.2, normalization: try NormalizationConstant(40))
    let byNoise = valueWithGradient(at: noise, x) { loss, x in
      3 * loss(embeddings: x, memory: memory, indices: indices)
    }
    let noiseStep = try noise.valueWithGradient(embeddings: x, memory: memory, indices: indices)
    expect(
      byNoise.value, [byNoise.gradient.1], slope: byNoise.gradient.0.logScale, equal: noiseStep,
      [noiseStep.gradient.embeddings], slope: noiseStep.gradient.logScale)
  }

  @Test("logits")
  func logits() throws {
    let crossEntropy = SoftmaxCrossEntropy(temperature: 2)
    let byLabel = valueWithGradient(at: crossEntropy, x) { loss, x in
      3 * loss(logits: x, labels: [0, 1, 2, 3, 0, 1])
    }
    let labelStep = try crossEntropy.valueWithGradient(logits: x, labels: [0, 1, 2, 3, 0, 1])
    expect(
      byLabel.value, [byLabel.gradient.1], slope: byLabel.gradient.0.logScale, equal: labelStep,
      [labelStep.gradient.logits], slope: labelStep.gradient.logScale)
    let distillation = Distillation(temperature: 2)
    let both = valueWithGradient(at: distillation, x, y) { loss, x, y in
      3 * loss(studentLogits: x, teacherLogits: y)
    }
    let step = try distillation.valueWithGradient(studentLogits: x, teacherLogits: y)
    expect(
      both.value, [both.gradient.1, both.gradient.2], slope: both.gradient.0.logScale, equal: step,
      [step.gradient.studentLogits, step.gradient.teacherLogits], slope: step.gradient.logScale)
    let student = gradient(at: x) { x in 3 * distillation(studentLogits: x, teacherLogits: y) }
    #expect(student == both.gradient.1)
  }

  @Test("triplets")
  func triplets() throws {
    let loss = TripletMargin(margin: 2)
    let (value, gradient) = valueWithGradient(at: x, y, z) { x, y, z in
      3 * loss(anchors: x, positives: y, negatives: z)
    }
    let step = try loss.valueWithGradient(anchors: x, positives: y, negatives: z)
    expect(
      value, [gradient.0, gradient.1, gradient.2], equal: step,
      [step.gradient.anchors, step.gradient.positives, step.gradient.negatives])
    let hardest = valueWithGradient(at: x) { x in 3 * loss(embeddings: x, labels: labels) }
    let hardestStep = try loss.valueWithGradient(embeddings: x, labels: labels)
    expect(hardest.value, [hardest.gradient], equal: hardestStep, [hardestStep.gradient.embeddings])
  }

  @Test("measures of the representation")
  func representation() throws {
    let alignment = try Alignment()
    let aligned = valueWithGradient(at: x, y) { x, y in 3 * alignment(x: x, y: y) }
    let alignmentStep = try alignment.valueWithGradient(x: x, y: y)
    expect(
      aligned.value, [aligned.gradient.0, aligned.gradient.1], equal: alignmentStep,
      [alignmentStep.gradient.x, alignmentStep.gradient.y])
    let uniformity = try Uniformity()
    let uniform = valueWithGradient(at: x) { x in 3 * uniformity(embeddings: x) }
    let uniformityStep = try uniformity.valueWithGradient(embeddings: x)
    expect(
      uniform.value, [uniform.gradient], equal: uniformityStep,
      [uniformityStep.gradient.embeddings])
    let orthogonal = try GlobalOrthogonalRegularization()
    let spread = valueWithGradient(at: x) { x in 3 * orthogonal(embeddings: x) }
    let orthogonalStep = try orthogonal.valueWithGradient(embeddings: x)
    expect(
      spread.value, [spread.gradient], equal: orthogonalStep,
      [orthogonalStep.gradient.embeddings])
    let tolerance = Contrastive.Tolerance()
    let tolerant = valueWithGradient(at: x) { x in 3 * tolerance(embeddings: x, labels: labels) }
    let toleranceStep = try tolerance.valueWithGradient(embeddings: x, labels: labels)
    expect(
      tolerant.value, [tolerant.gradient], equal: toleranceStep,
      [toleranceStep.gradient.embeddings])
  }
}
