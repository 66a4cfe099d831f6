import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("The triplet loss of given triplets")
struct TripletMarginTests: ReferenceSuite {
  static let cases = Reference.named("triplet-margin").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    #expect(try reference.text("reduction") == "mean")
    let loss = TripletMargin(
      margin: try reference.number("margin"),
      distance: try reference.text("distance") == "cosine" ? .cosine : .squaredEuclidean,
      isNormalized: try reference.flag("normalized"))
    return Answer(
      try loss.valueWithGradient(
        anchors: try reference.matrix("anchors", as: scalar),
        positives: try reference.matrix("positives"),
        negatives: try reference.matrix("negatives"), options: options))
  }

  @Test(
    "gradients equal central differences", arguments: TripletMargin.Distance.allCases,
    [true, false])
  func finiteDifferences(_ distance: TripletMargin.Distance, isNormalized: Bool) throws {
    let loss = TripletMargin(margin: 0.05, distance: distance, isNormalized: isNormalized)
    let a = Matrix<Double>.random(rowCount: 6, columnCount: 3, seed: 1)
    let p = Matrix<Double>.random(rowCount: 6, columnCount: 3, seed: 2)
    let n = Matrix<Double>.random(rowCount: 6, columnCount: 3, seed: 3)
    func value(_ a: Matrix<Double>, _ p: Matrix<Double>, _ n: Matrix<Double>) throws -> Double {
      try loss.valueWithGradient(anchors: a, positives: p, negatives: n, of: []).value
    }
    let step = try loss.valueWithGradient(anchors: a, positives: p, negatives: n)
    #expect((1..<6).contains(step.terms.count { $0 > 0 }))
    let (h, size) = (finiteDifferenceStep, max(1, step.value))
    for (name, actual, expected) in [
      (
        "anchors", step.gradient.anchors,
        try TestSupport.finiteDifferences(of: a, step: h) { try value($0, p, n) }
      ),
      (
        "positives", step.gradient.positives,
        try TestSupport.finiteDifferences(of: p, step: h) { try value(a, $0, n) }
      ),
      (
        "negatives", step.gradient.negatives,
        try TestSupport.finiteDifferences(of: n, step: h) { try value(a, p, $0) }
      ),
    ] {
      expectClose(
        actual?.elements, expected, size: size, tolerance: finiteDifferenceTolerance, name)
    }
    let one = try loss.valueWithGradient(
      anchors: a, positives: p, negatives: n, of: .positives, diagnostics: .none)
    #expect(one.gradient.positives == step.gradient.positives && one.diagnostics == nil)
    #expect(one.gradient.anchors == nil && one.gradient.negatives == nil)
  }

  @Test(
    "of equal rows is the margin, with gradient 0", arguments: TripletMargin.Distance.allCases,
    [true, false])
  func collapsed(_ distance: TripletMargin.Distance, isNormalized: Bool) throws {
    let rows = Matrix<Float>(rowCount: 3, columnCount: 2) { _, c in [1, -2][c] }
    let step = try TripletMargin(margin: 0.5, distance: distance, isNormalized: isNormalized)
      .valueWithGradient(anchors: rows, positives: rows, negatives: rows)
    #expect(step.value == 0.5 && step.terms == [0.5, 0.5, 0.5])
    let zeros = Matrix<Float>(rowCount: 3, columnCount: 2)
    #expect(step.gradient.anchors == zeros && step.gradient.positives == zeros)
    #expect(step.gradient.negatives == zeros)
    // Neither is nearer.
    #expect(step.diagnostics?.top1Accuracy == 0)
  }

  @Test("is 0 at the kink, with gradient 0, and positive above it")
  func kink() throws {
    let a: Matrix<Double> = [[0, 0]]
    let p: Matrix<Double> = [[1, 0]]
    let n: Matrix<Double> = [[0, 2]]
    func step(_ margin: Double) throws -> LossStep<Double, TripletMargin.Gradient<Double>> {
      try TripletMargin(margin: margin, distance: .squaredEuclidean, isNormalized: false)
        .valueWithGradient(anchors: a, positives: p, negatives: n)
    }
    let at = try step(3)
    #expect(at.value == 0 && at.gradient.anchors?.elements == [0, 0])
    #expect(at.gradient.positives?.elements == [0, 0])
    let above = try step(4)
    #expect(above.value == 1 && above.gradient.positives?.elements == [2, 0])
    #expect(above.gradient.negatives?.elements == [0, -4])
    #expect(above.gradient.anchors?.elements == [-2, 4])
  }

  @Test("keeps the digits of close rows in Float", arguments: TripletMargin.Distance.allCases)
  func close(_ distance: TripletMargin.Distance) throws {
    // Angles of 2e-4 and 1e-4, where a Float cosine is 1.
    let (far, near) = (Float(2e-4), Float(1e-4))
    let step = try TripletMargin(margin: 0, distance: distance).valueWithGradient(
      anchors: [[1, 0]] as Matrix<Float>, positives: [[1, far]] as Matrix<Float>,
      negatives: [[1, near]] as Matrix<Float>)
    func exact(_ x: Float) -> Double {
      let chord = 2 * sin(atan(Double(x)) / 2)
      return switch distance {
      case .cosine: chord * chord / 2
      case .euclidean: chord
      case .squaredEuclidean: chord * chord
      }
    }
    // The rows' last elements are good to ½ε of themselves, the first to ½ε of 1: 6e-4 of a chord,
    // at right angles to it.
    #expect(abs(Double(step.value) / (exact(far) - exact(near)) - 1) < 4e-6)
  }

  @Test("takes a zero row's cosine for 0, and its gradient", arguments: scalars)
  func zeroRows(_ scalar: any EmbeddingScalar.Type) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      let zero: Matrix<Scalar> = [[0, 0], [0, 0]]
      let step = try TripletMargin(margin: 0.5, distance: .cosine).valueWithGradient(
        anchors: zero, positives: [[1, 0], [0, 0]] as Matrix<Scalar>,
        negatives: [[0, 3], [1, 1]] as Matrix<Scalar>)
      #expect(step.terms == [0.5, 0.5])
      for gradient in [step.gradient.anchors, step.gradient.positives, step.gradient.negatives] {
        #expect(gradient == Matrix(rowCount: 2, columnCount: 2))
      }
    }
    try check(scalar)
  }

  @Test("uses unit rows, and rows that are not to be normalised, as they are")
  func given() throws {
    let a = Matrix<Double>.random(rowCount: 5, columnCount: 3, seed: 1)
    let p = Matrix<Double>.random(rowCount: 5, columnCount: 3, seed: 2)
    let n = Matrix<Double>.random(rowCount: 5, columnCount: 3, seed: 3)
    let normalising = TripletMargin(margin: 1)
    let raw = try normalising.valueWithGradient(anchors: a, positives: p, negatives: n)
    let (unitA, unitP, unitN) = (try a.normalized(), try p.normalized(), try n.normalized())
    let unit = try normalising.valueWithGradient(
      anchors: unitA, positives: unitP, negatives: unitN)
    let asGiven = try TripletMargin(margin: 1, isNormalized: false).valueWithGradient(
      anchors: unitA.matrix, positives: unitP.matrix, negatives: unitN.matrix)
    #expect(unit.terms == raw.terms && asGiven.terms == raw.terms)
    #expect(unit.gradient.anchors == asGiven.gradient.anchors)
    let pulled = try a.pullBackNormalization(try #require(unit.gradient.anchors))
    #expect(pulled == raw.gradient.anchors)
    #expect(asGiven.diagnostics?.meanPositiveSimilarity == nil)
    let cosines = (0..<5).map { row in
      (0..<3).reduce(0.0) { $0 + unitA.matrix[row, $1] * unitP.matrix[row, $1] }
    }
    expectClose(
      raw.diagnostics?.meanPositiveSimilarity, cosines.reduce(0, +) / 5, size: 1,
      tolerance: 1e-15, "similarity")
    let nearer = (0..<5).count { row in
      (0..<3).reduce(0.0) {
        $0 + unitA.matrix[row, $1] * (unitP.matrix[row, $1] - unitN.matrix[row, $1])
      } > 0
    }
    #expect(raw.diagnostics?.top1Accuracy == Double(nearer) / 5)
  }
}
