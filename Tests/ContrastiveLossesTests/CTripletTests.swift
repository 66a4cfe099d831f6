import Contrastive
import ContrastiveLosses
import TestSupport
import Testing

@Suite("NormFace's C-triplet loss")
struct CTripletTests: ClassWeightReferenceSuite {
  static let cases = Reference.named("c-triplet").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func loss(of reference: Reference.Case) throws -> CTriplet {
    CTriplet(margin: try reference.number("margin"))
  }

  @Test("gradients equal central differences", arguments: [0.3, 1.5])
  func finiteDifferences(margin: Double) throws {
    let loss = CTriplet(margin: margin)
    try AgentTests.finiteDifferences { features, weights, labels, variables in
      try loss.valueWithGradient(
        features: features, classWeights: weights, labels: labels, of: variables)
    }
  }

  @Test("of equal rows is (C − 1)·m, of one class and beyond the margin 0")
  func closedForms() throws {
    let equal = Matrix<Double>(rowCount: 5, columnCount: 3) { _, c in [1, 2, -2][c] }
    let collapsed = try CTriplet().valueWithGradient(
      features: equal.rows(0..<2), classWeights: equal, labels: [4, 1])
    #expect(abs(collapsed.value - 4 * 0.8) < 1e-14)
    let one = try CTriplet().valueWithGradient(
      features: equal, classWeights: equal.rows(0..<1), labels: [0, 0, 0, 0, 0])
    #expect(one.value == 0 && one.terms == [0, 0, 0, 0, 0])

    // Nearer by exactly m = 2: the kink, with gradient 0, under every reduction.
    let apart: Matrix<Double> = [[1, 0], [0, 2], [-3, 0]]
    for reduction in [.mean, .sum, .meanOverNonZero] as [Reduction] {
      let right = try CTriplet(margin: 2).valueWithGradient(
        features: apart, classWeights: apart, labels: [0, 1, 2], reduction: reduction)
      #expect(right.value == 0)
      #expect(right.gradient.features == Matrix(rowCount: 3, columnCount: 2))
      #expect(right.gradient.classWeights == Matrix(rowCount: 3, columnCount: 2))
    }
  }

  @Test("takes a zero row for the centre of the sphere", arguments: scalars)
  func zeroRows(_ scalar: any EmbeddingScalar.Type) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      let weights: Matrix<Scalar> = [[1, 0], [0, 0], [0, 1]]
      let step = try CTriplet(margin: 0.5).valueWithGradient(
        features: [[0, 0], [2, 0]] as Matrix<Scalar>, classWeights: weights, labels: [0, 1])
      // Row 0: m + 1 − 0 to the zero weight, and m to the last. Row 1, 1 from its zero weight: m + 1 − 0 to the first,
      // and none to the last, at 2.
      #expect(step.terms == [2, 1.5])
      #expect(step.gradient.features?.rows(0..<1).elements == [0, 0])
      #expect(step.gradient.classWeights?.rows(1..<2).elements == [0, 0])
    }
    try check(scalar)
  }

  @Test("observes the mean similarities", arguments: scalars)
  func diagnostics(_ scalar: any EmbeddingScalar.Type) throws {
    let (weights, near) = DiagnosticsTests.nearPairs
    let labels = (0..<20).map { $0 * 5 % 13 }
    let features = Matrix<Double>(rowCount: 20, columnCount: 3) { near[labels[$0], $1] }
    let expected = try DiagnosticsTests.expected(
      features, Matrix(rowCount: 20, columnCount: 3) { weights[labels[$0], $1] },
      negatives: { i in (0..<13).filter { $0 != labels[i] }.map { (weights, $0) } },
      temperature: 1)
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      for options in ComputeOptions.referenceVariants {
        let step = try CTriplet().valueWithGradient(
          features: features.converted(to: Scalar.self), classWeights: weights.converted(),
          labels: labels, of: [], options: options)
        let diagnostics = try #require(step.diagnostics)
        for path in [\Diagnostics.meanPositiveSimilarity, \.meanNegativeSimilarity] {
          expectClose(
            diagnostics[keyPath: path], try #require(expected[keyPath: path]), size: 1,
            tolerance: 8 * Double(Scalar.ulpOfOne), "similarity")
        }
        #expect(diagnostics.top1Accuracy == nil && diagnostics.chance == nil)
      }
    }
    try check(scalar)
    let silent = try CTriplet().valueWithGradient(
      features: features, classWeights: weights, labels: labels, diagnostics: .none)
    #expect(silent.diagnostics == nil)
  }
}
