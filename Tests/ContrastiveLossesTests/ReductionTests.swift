import Contrastive
import ContrastiveLosses
import TestSupport
import Testing

@Suite("Reductions")
struct ReductionTests {
  /// Every loss whose terms are weighted.
  enum Subject: CustomTestStringConvertible, Sendable {
    case engine(LossSubject)
    case crossEntropy, distillation, alignment
    /// Of rows some of which are within their margins.
    case cContrastive, cTriplet, triplets, batchHard

    static let withHinge: [Subject] = [.cContrastive, .cTriplet, .triplets, .batchHard]

    // One term is no more than a weight, and lists may leave anchors without a positive, which a mean leaves out.
    static let withoutHinge: [Subject] =
      [.crossEntropy, .distillation, .alignment]
      + LossSubject.allCases.filter {
        !$0.hasHinge && !$0.hasOneTerm && $0 != .supConLists
          && $0.positives?.leavesRowsOut != true
      }.map { .engine($0) }

    var testDescription: String {
      if case .engine(let subject) = self { "\(subject)" } else { "\(self)" }
    }
  }

  /// A loss's value and gradients by arrays, one after the other.
  private func step(
    _ loss: Subject, _ reduction: Reduction
  ) throws -> (value: Double, terms: [Double], gradient: [Double]) {
    let a = Matrix<Double>.random(rowCount: 4, columnCount: 3, seed: 1)
    let b = Matrix<Double>.random(rowCount: 4, columnCount: 3, seed: 2)
    let c = Matrix<Double>.random(rowCount: 4, columnCount: 3, seed: 3)
    // Row 0 is at its class weight, and no other is near.
    let features = Matrix<Double>(rowCount: 4, columnCount: 3) { $0 == 0 ? b[3, $1] : a[$0, $1] }
    func results<Gradient>(
      _ step: LossStep<Double, Gradient>, _ matrix: Matrix<Double>?
    ) throws -> (value: Double, terms: [Double], gradient: [Double]) {
      (step.value, step.terms, try #require(matrix).elements)
    }
    switch loss {
    case .engine(let subject):
      let plain = subject.plain(rows: 7, columns: subject == .paired ? 2 : 5)
      let answer = try subject.answer(plain, as: Double.self, reduction: reduction)
      let gradients = plain.inputs.keys.sorted().compactMap { answer.gradients[$0] }
      #expect(!gradients.isEmpty)
      return (answer.loss, answer.terms, gradients.flatMap(\.self))
    case .crossEntropy:
      let step = try SoftmaxCrossEntropy().valueWithGradient(
        logits: a, labels: [0, 1, 2, 0], reduction: reduction)
      return try results(step, step.gradient.logits)
    case .distillation:
      let step = try Distillation(temperature: 2).valueWithGradient(
        studentLogits: a, teacherLogits: b, reduction: reduction)
      return try results(step, step.gradient.studentLogits)
    case .alignment:
      let step = try Alignment().valueWithGradient(x: a, y: b, reduction: reduction)
      return try results(step, step.gradient.x)
    case .cContrastive:
      let step = try CContrastive(margin: 0.01).valueWithGradient(
        features: features, classWeights: b, labels: [3, 0, 3, 1], reduction: reduction)
      return try results(step, step.gradient.features)
    case .cTriplet:
      let step = try CTriplet(margin: 0.01).valueWithGradient(
        features: features, classWeights: b, labels: [3, 0, 3, 1], reduction: reduction)
      return try results(step, step.gradient.classWeights)
    case .triplets:
      let step = try TripletMargin(margin: 0.1).valueWithGradient(
        anchors: a, positives: b, negatives: c,
        reduction: reduction)
      return try results(step, step.gradient.anchors)
    case .batchHard:
      let step = try TripletMargin(margin: 0.1).valueWithGradient(
        embeddings: a, labels: [0, 1, 0, 1], reduction: reduction)
      return try results(step, step.gradient.embeddings)
    }
  }

  @Test("over the terms above 0 divide by their number", arguments: Subject.withHinge)
  func overNonZero(_ loss: Subject) throws {
    let sum = try step(loss, .sum)
    let count = sum.terms.count { $0 > 0 }
    #expect((1..<4).contains(count))
    let mean = try step(loss, .meanOverNonZero)
    #expect(mean.terms == sum.terms)
    let expected = try step(loss, .weighted(Array(repeating: 1 / Double(count), count: 4)))
    expectClose(mean.value, expected.value, size: 1, tolerance: 1e-15, "value")
    expectClose(mean.gradient, expected.gradient, size: 10, tolerance: 1e-15, "gradient")
  }

  @Test(
    "over the terms above 0 are not for losses without a hinge", arguments: Subject.withoutHinge)
  func noHinge(_ loss: Subject) {
    let error = #expect(throws: ContrastiveError.self) { try step(loss, .meanOverNonZero) }
    #expect(
      error?.description == """
        reduction: expected mean, sum or weights, as terms of this loss are 0 by rounding alone, \
        found meanOverNonZero
        """)
  }

  @Test(
    "weigh values and gradients alike",
    arguments: Subject.withHinge + Subject.withoutHinge
      + [.engine(.contrastive), .engine(.contrastiveSquared)])
  func consistent(_ loss: Subject) throws {
    let mean = try step(loss, .mean)
    let sum = try step(loss, .sum)
    let count = Double(mean.terms.count)
    #expect(count > 1)
    #expect(mean.terms == sum.terms)
    expectClose(
      sum.value, sum.terms.reduce(0, +), size: count, tolerance: 1e-14, "the sum of the terms")
    expectClose(mean.value, sum.value / count, size: 1, tolerance: 1e-14, "the mean")
    expectClose(
      mean.gradient.map { $0 * count }, sum.gradient, size: 10, tolerance: 1e-14, "its gradient")

    let weights = mean.terms.indices.map { [0.5, -2, 0, 1.25][$0 % 4] }
    let weighted = try step(loss, .weighted(weights))
    expectClose(
      weighted.value, zip(weights, sum.terms).reduce(0) { $0 + $1.0 * $1.1 }, size: count,
      tolerance: 1e-14, "the weighted sum")
    #expect(weighted.terms == sum.terms)
    // Gradients are linear in the weights.
    var total = Array(repeating: 0.0, count: sum.gradient.count)
    for (index, weight) in weights.enumerated() where weight != 0 {
      let one = try step(loss, .weighted(weights.indices.map { $0 == index ? 1 : 0 }))
      for (c, slope) in one.gradient.enumerated() { total[c] += weight * slope }
    }
    expectClose(
      weighted.gradient, total, size: 10, tolerance: 1e-13, "the weighted sum of the gradients")
  }
}
