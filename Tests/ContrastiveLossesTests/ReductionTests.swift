import Contrastive
import ContrastiveLosses
import TestSupport
import Testing

@Suite("Reductions")
struct ReductionTests {
  /// Every loss whose terms are weighted: its value and the gradient of its first array.
  static func step(
    _ loss: Int, _ reduction: Reduction
  ) throws -> (value: Double, terms: [Double], gradient: [Double]) {
    let a = Matrix<Double>.random(rowCount: 4, columnCount: 3, seed: 1)
    let b = Matrix<Double>.random(rowCount: 4, columnCount: 3, seed: 2)
    let c = Matrix<Double>.random(rowCount: 4, columnCount: 3, seed: 3)
    func results<Gradient>(
      _ step: LossStep<Double, Gradient>, _ matrix: Matrix<Double>?
    ) throws -> (value: Double, terms: [Double], gradient: [Double]) {
      (step.value, step.terms, try #require(matrix).elements)
    }
    switch loss {
    case 0:
      let step = try InfoNCE(temperature: 0.2).valueWithGradient(
        queries: a, positives: b, reduction: reduction)
      return try results(step, step.gradient.queries)
    case 1:
      let step = try InfoNCE(temperature: 0.2).valueWithGradient(
        queries: a, positives: b, negatives: .paired(b), reduction: reduction)
      return try results(step, step.gradient.queries)
    case 2:
      let step = try HardNegative(temperature: 0.2, positivePrior: 0.1, concentration: 1)
        .valueWithGradient(viewA: a, viewB: b, reduction: reduction)
      return try results(step, step.gradient.viewA)
    case 3:
      let step = try NTXentPairs(temperature: 0.2).valueWithGradient(
        embeddings: a, labels: [0, 1, 0, 0], reduction: reduction)
      return try results(step, step.gradient.embeddings)
    case 4:
      let step = try SoftmaxCrossEntropy().valueWithGradient(
        logits: a, labels: [0, 1, 2, 0], reduction: reduction)
      return try results(step, step.gradient.logits)
    case 5:
      let step = try Distillation(temperature: 2).valueWithGradient(
        studentLogits: a, teacherLogits: b, reduction: reduction)
      return try results(step, step.gradient.studentLogits)
    case 6:
      let step = try CLIP(temperature: 0.2).valueWithGradient(
        images: a, texts: b, reduction: reduction)
      return try results(step, step.gradient.images)
    case 7:
      let step = try NTXent(temperature: 0.2).valueWithGradient(
        viewA: a, viewB: b, reduction: reduction)
      return try results(step, step.gradient.viewA)
    case 8:
      let step = try SupCon(temperature: 0.2).valueWithGradient(
        embeddings: a, labels: [0, 1, 0, 1], reduction: reduction)
      return try results(step, step.gradient.embeddings)
    case 9:
      let step = try NormFaceSoftmax(temperature: 0.2).valueWithGradient(
        features: a, classWeights: b, labels: [3, 0, 3, 1], reduction: reduction)
      return try results(step, step.gradient.features)
    case 10:
      let step = try SigLIP(temperature: 0.2, bias: -1).valueWithGradient(
        images: a, texts: b, reduction: reduction)
      return try results(step, step.gradient.texts)
    case 11, 12:
      var memory = try CrossBatchMemory<Double>(capacity: 4, dimension: 3)
      try memory.enqueue(b, labels: [0, 1, 0, 1])
      let step =
        try loss == 11
        ? SupCon(temperature: 0.2).valueWithGradient(
          embeddings: a, labels: [1, 0, 0, 1], memory: memory, reduction: reduction)
        : NTXentPairs(temperature: 0.2).valueWithGradient(
          embeddings: a, labels: [1, 0, 0, 1], memory: memory, reduction: reduction)
      return try results(step, step.gradient.embeddings)
    case 13:
      let step = try CosFace(temperature: 0.2, margin: 0.3).valueWithGradient(
        features: a, classWeights: b, labels: [3, 0, 3, 1], reduction: reduction)
      return try results(step, step.gradient.features)
    case 14:
      let step = try ArcFace(temperature: 0.2, margin: 0.5).valueWithGradient(
        features: a, classWeights: b, labels: [3, 0, 3, 1], reduction: reduction)
      return try results(step, step.gradient.classWeights)
    case 15:
      let step = try MoCoV3(temperature: 0.2).valueWithGradient(
        queries: a, keys: b, reduction: reduction)
      return try results(step, step.gradient.keys)
    case 16:
      let step = try DecoupledContrastive(temperature: 0.2, weightTemperature: 0.5)
        .valueWithGradient(viewA: a, viewB: b, reduction: reduction)
      return try results(step, step.gradient.viewA)
    case 17:
      let step = try NPIDSoftmax(temperature: 0.2).valueWithGradient(
        embeddings: a, memory: try b.normalized(), targets: [3, 0, 3, 1], reduction: reduction)
      return try results(step, step.gradient.embeddings)
    case 18:
      let step = try Alignment().valueWithGradient(x: a, y: b, reduction: reduction)
      return try results(step, step.gradient.x)
    case 19:
      let step = try NPIDNCE(temperature: 0.2, normalization: try NormalizationConstant(20))
        .valueWithGradient(
          embeddings: a, memory: try b.normalized(), indices: [[0, 1], [1, 1], [3, 0], [2, 0]],
          reduction: reduction)
      return try results(step, step.gradient.embeddings)
    case 20:
      // Row 0 is at its class weight, and no other is near.
      let features = Matrix<Double>(rowCount: 4, columnCount: 3) { r, c in
        r == 0 ? b[3, c] : a[r, c]
      }
      let step = try CContrastive(margin: 0.01).valueWithGradient(
        features: features, classWeights: b, labels: [3, 0, 3, 1], reduction: reduction)
      return try results(step, step.gradient.features)
    case 21:
      let features = Matrix<Double>(rowCount: 4, columnCount: 3) { r, c in
        r == 0 ? b[3, c] : a[r, c]
      }
      let step = try CTriplet(margin: 0.01).valueWithGradient(
        features: features, classWeights: b, labels: [3, 0, 3, 1], reduction: reduction)
      return try results(step, step.gradient.classWeights)
    case 22:
      let step = try TripletMargin(margin: 0.1).valueWithGradient(
        anchors: a, positives: b, negatives: c,
        reduction: reduction)
      return try results(step, step.gradient.anchors)
    default:
      let step = try TripletMargin(margin: 0.1).valueWithGradient(
        embeddings: a, labels: [0, 1, 0, 1], reduction: reduction)
      return try results(step, step.gradient.embeddings)
    }
  }

  static let losses = 0...23
  static let lossesWithHinge = 20...23

  @Test("over the terms above 0 divide by their number", arguments: lossesWithHinge)
  func overNonZero(_ loss: Int) throws {
    let sum = try Self.step(loss, .sum)
    let count = sum.terms.count { $0 > 0 }
    #expect((1..<4).contains(count))
    let mean = try Self.step(loss, .meanOverNonZero)
    #expect(mean.terms == sum.terms)
    let expected = try Self.step(loss, .weighted(Array(repeating: 1 / Double(count), count: 4)))
    expectClose(mean.value, expected.value, size: 1, tolerance: 1e-15, "value")
    expectClose(mean.gradient, expected.gradient, size: 10, tolerance: 1e-15, "gradient")
  }

  @Test("over the terms above 0 are not for losses without a hinge", arguments: 0...19)
  func noHinge(_ loss: Int) {
    let error = #expect(throws: ContrastiveError.self) { try Self.step(loss, .meanOverNonZero) }
    #expect(
      error?.description == """
        reduction: expected mean, sum or weights, as terms of this loss are 0 by rounding alone, \
        found meanOverNonZero
        """)
  }

  @Test("weigh values and gradients alike", arguments: losses)
  func consistent(_ loss: Int) throws {
    let mean = try Self.step(loss, .mean)
    let sum = try Self.step(loss, .sum)
    let count = Double(mean.terms.count)
    #expect(count > 1)
    #expect(mean.terms == sum.terms)
    expectClose(
      sum.value, sum.terms.reduce(0, +), size: count, tolerance: 1e-14, "the sum of the terms")
    expectClose(mean.value, sum.value / count, size: 1, tolerance: 1e-14, "the mean")
    expectClose(
      mean.gradient.map { $0 * count }, sum.gradient, size: 10, tolerance: 1e-14, "its gradient")

    let weights = mean.terms.indices.map { [0.5, -2, 0, 1.25][$0 % 4] }
    let weighted = try Self.step(loss, .weighted(weights))
    expectClose(
      weighted.value, zip(weights, sum.terms).reduce(0) { $0 + $1.0 * $1.1 }, size: count,
      tolerance: 1e-14, "the weighted sum")
    #expect(weighted.terms == sum.terms)
    // Gradients are linear in the weights.
    var total = Array(repeating: 0.0, count: sum.gradient.count)
    for (index, weight) in weights.enumerated() where weight != 0 {
      let one = try Self.step(loss, .weighted(weights.indices.map { $0 == index ? 1 : 0 }))
      for (c, slope) in one.gradient.enumerated() { total[c] += weight * slope }
    }
    expectClose(
      weighted.gradient, total, size: 10, tolerance: 1e-13, "the weighted sum of the gradients")
  }
}
