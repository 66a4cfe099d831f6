import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

/// Both losses of scored pairs, which differ in the similarity alone.
@Suite("Losses of scored pairs")
struct ScoredPairTests {
  static let x = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 1)
  static let y = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 2)

  private func loss(_ subject: LossSubject, _ temperature: Temperature = 0.05) throws
    -> any ScoredPairLoss
  {
    try #require(subject.scoredPairLoss(temperature: temperature))
  }

  @Test("are exactly 0 without two scores", arguments: LossSubject.ofScoredPairs)
  func equalScores(_ subject: LossSubject) throws {
    let loss = try loss(subject)
    for count in [1, 6] {
      let step = try loss.valueWithGradient(
        a: Self.x.rows(0..<count), b: Self.y.rows(0..<count),
        scores: Array(repeating: 0.5, count: count))
      #expect(step.value == 0 && step.terms == [0])
      #expect(step.gradient.a?.elements.allSatisfy { $0 == 0 } == true)
      #expect(step.gradient.b?.elements.allSatisfy { $0 == 0 } == true)
      #expect(step.gradient.logScale == 0)
    }
  }

  @Test(
    "are log(1 + M) of equal rows, M pairs of different scores",
    arguments: LossSubject.ofScoredPairs)
  func collapsed(_ subject: LossSubject) throws {
    let equal = Matrix<Double>(rowCount: 7, columnCount: 4) { _, c in [1, 2, -2, 4][c] }
    // Of 21 pairs three tie, and one more.
    let step = try loss(subject).valueWithGradient(
      a: equal, b: equal, scores: [3, 1, 1, 2, 3, 1, 0])
    expectClose(step.value, log(18), size: 1, tolerance: 1e-14, "loss")
  }

  @Test("take nothing of scores but their order", arguments: LossSubject.ofScoredPairs)
  func order(_ subject: LossSubject) throws {
    let scores = [0.3, -0.2, 0.9, 0.3, 0.1, 0.9]
    let loss = try loss(subject)
    let step = try loss.valueWithGradient(a: Self.x, b: Self.y, scores: scores)
    let other = try loss.valueWithGradient(
      a: Self.x, b: Self.y, scores: scores.map { 1e300 * exp($0) })
    #expect(step.value == other.value && step.gradient.a == other.gradient.a)
    // With the pairs in another order it is the same to rounding.
    let places = [4, 2, 0, 5, 1, 3]
    let moved = try loss.valueWithGradient(
      a: Self.x.rows(at: places), b: Self.y.rows(at: places), scores: places.map { scores[$0] })
    expectClose(moved.value, step.value, size: step.value, tolerance: 1e-14, "loss")
  }

  /// Sums of 4096² exponentials, in no order: what the sorted sweep is to equal.
  @Test("equal all differences at a size where they are many", arguments: LossSubject.ofScoredPairs)
  func many(_ subject: LossSubject) throws {
    let plain = subject.plain(rows: 1500, columns: 0, dimension: 4, temperature: 0.02)
    let answer = try subject.answer(plain, as: Double.self)
    let expected = plain.value(temperatureSlopes: [1])
    expectClose(answer.loss, expected.value, size: expected.value, tolerance: 1e-13, "loss")
    expectClose(
      answer.gradients["temperature"], [expected.slope], size: abs(expected.slope),
      tolerance: 1e-12, "τ")
  }

  @Test("keep a loss that no single exponential would leave", arguments: LossSubject.ofScoredPairs)
  func smallLosses(_ subject: LossSubject) throws {
    // Similarities of 1 and 0 in the right order: softplus(−s), to all digits.
    let a: Matrix<Double> = [[1, 0, 0, 0], [1, 0, 0, 0]]
    let b: Matrix<Double> = [[0, 1, 0, 0], [1, 0, 0, 0]]
    let step = try loss(subject, 0.01).valueWithGradient(a: a, b: b, scores: [0, 1])
    expectClose(step.value, exp(-100), size: exp(-100), tolerance: 1e-13, "loss")
    expectClose(
      step.gradient.scale, -exp(-100), size: exp(-100), tolerance: 1e-13, "slope by the scale")
  }

  @Test("say what does not fit", arguments: LossSubject.ofScoredPairs)
  func errors(_ subject: LossSubject) throws {
    let loss = try loss(subject)
    let scores = LossSubject.scores(6)
    func expect(_ line: String, b: Matrix<Double> = Self.y, scores: [Double]) {
      let error = #expect(throws: ContrastiveError.self) {
        try loss.value(a: Self.x, b: b, scores: scores)
      }
      #expect(error?.description == line)
    }
    expect("b: expected 6 rows, as a, found 5 rows", b: Self.y.rows(0..<5), scores: scores)
    expect("b: expected 4 columns, as a, found 3 columns", b: Self.y.columns(0..<3), scores: scores)
    expect("scores: expected 6, one per row of a, found 5", scores: Array(scores.dropLast()))
    let ending = "holds a NaN or an infinity; every number must be finite"
    expect("scores: row 1 \(ending)", scores: [0, .nan, 1, 2, 3, 4])
    expect("b: row 2 \(ending)", b: Self.y.replacing(2, 0, by: .nan), scores: scores)
    let error = #expect(throws: ContrastiveError.self) {
      try loss.value(a: Self.x, b: Self.y, scores: scores, reduction: .weighted([1, 2]))
    }
    #expect(error?.description == "weights: expected 1, one per term, found 2")
  }
}

@Suite("CoSENT")
struct CoSENTTests: PlainReferenceSuite {
  static let cases = Reference.named("cosent").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    Answer(
      try CoSENT(temperature: Temperature(scale: try reference.number("scale")))
        .valueWithGradient(
          a: try reference.matrix("a", as: scalar), b: try reference.matrix("b"),
          scores: try reference.numbers("scores"), options: options))
  }
}

@Suite("AnglE")
struct AnglETests: PlainReferenceSuite {
  static let cases = Reference.named("angle").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    Answer(
      try AnglE(temperature: Temperature(scale: try reference.number("scale")))
        .valueWithGradient(
          a: try reference.matrix("a", as: scalar), b: try reference.matrix("b"),
          scores: try reference.numbers("scores"), options: options))
  }

  @Test("counts an opposite pair as an equal one, and tells a from b")
  func symmetries() throws {
    let (x, y) = (ScoredPairTests.x, ScoredPairTests.y)
    let scores = LossSubject.scores(6)
    let loss = AnglE()
    let step = try loss.valueWithGradient(a: x, b: y, scores: scores)
    let opposite = try loss.valueWithGradient(
      a: x.multiplied(by: -1), b: y, scores: scores)
    #expect(opposite.value == step.value)
    #expect(opposite.gradient.b == step.gradient.b)
    #expect(try loss.value(a: y, b: x, scores: scores) != step.value)
  }
}
