import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("Distillation of embeddings")
struct EmbeddingDistillationTests: ReferenceSuite {
  static let cases = Reference.named("embedding-distillation").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    let loss = EmbeddingDistillation(
      temperature: try Temperature(scale: try reference.number("scale")),
      teacherTemperature: try Temperature(scale: try reference.number("teacherScale")))
    return Answer(
      try loss.valueWithGradient(
        images: try reference.matrix("images", as: scalar), texts: try reference.matrix("texts"),
        teacherImages: try reference.matrix("teacherImages"),
        teacherTexts: try reference.matrix("teacherTexts"), options: options))
  }

  private let images = Matrix<Double>.random(rowCount: 7, columnCount: 4, seed: 1)
  private let texts = Matrix<Double>.random(rowCount: 7, columnCount: 4, seed: 2)

  private func loss(_ scale: Double, teacher: Double) throws -> EmbeddingDistillation {
    EmbeddingDistillation(
      temperature: try Temperature(scale: scale),
      teacherTemperature: try Temperature(scale: teacher))
  }

  @Test(
    "of a student that equals its teacher is the teacher's entropy, its floor",
    arguments: [1, 10, 60])
  func floor(scale: Double) throws {
    let step = try loss(scale, teacher: scale).valueWithGradient(
      images: images, texts: texts, teacherImages: images, teacherTexts: texts)
    let diagnostics = try #require(step.diagnostics)
    expectClose(diagnostics.floor, step.value, size: step.value, tolerance: 1e-12, "floor")
    expectClose(diagnostics.floorShare, 1, size: 1, tolerance: 1e-12, "share")
    #expect(diagnostics.floorAttainable == true)
    for gradient in [step.gradient.images, step.gradient.texts] {
      let largest = try #require(gradient).elements.reduce(0) { max($0, abs($1)) }
      #expect(largest < 1e-14 * scale)
    }
    let masked = try loss(scale, teacher: scale).valueWithGradient(
      images: images, texts: texts, teacherImages: images, teacherTexts: texts,
      excluding: .equalIDs([0, 0, 1, 2, 3, 3, 3]))
    expectClose(
      masked.diagnostics?.floor, masked.value, size: masked.value, tolerance: 1e-12, "masked")
    #expect(masked.diagnostics?.floorAttainable == true)
    let alone = try loss(scale / 2, teacher: scale).valueWithGradient(
      images: images.rows(0..<1), texts: texts.rows(0..<1), teacherImages: images.rows(0..<1),
      teacherTexts: texts.rows(0..<1))
    #expect(alone.value == 0 && alone.diagnostics?.floorAttainable == true)
    // A larger scale needs smaller cosines: a coordinate that only one side has makes them so.
    let share = 0.5
    func shortened(_ rows: Matrix<Double>, _ own: Int) throws -> Matrix<Double> {
      let unit = try rows.normalized().matrix
      return Matrix(rowCount: 7, columnCount: 6) { row, column in
        column < 4
          ? unit[row, column] * share.squareRoot() : column == own ? (1 - share).squareRoot() : 0
      }
    }
    let sharper = try loss(scale / share, teacher: scale).valueWithGradient(
      images: try shortened(images, 4), texts: try shortened(texts, 5), teacherImages: images,
      teacherTexts: texts)
    expectClose(sharper.value, step.value, size: step.value, tolerance: 1e-12, "sharper")
    #expect(sharper.diagnostics?.floorAttainable == true)
    let softer = try loss(scale / 2, teacher: scale).valueWithGradient(
      images: images, texts: texts, teacherImages: images, teacherTexts: texts)
    #expect(softer.diagnostics?.floorAttainable == false)
    let floor = try #require(softer.diagnostics?.floor)
    #expect(softer.value > floor)
  }

  @Test("of equal rows is log N, its chance, and of one pair 0", arguments: [0.1, 20])
  func collapsed(scale: Double) throws {
    let rows = Matrix<Double>(rowCount: 7, columnCount: 3) { _, c in [1, 2, -2][c] }
    let step = try loss(scale, teacher: 5).valueWithGradient(
      images: rows, texts: rows, teacherImages: images, teacherTexts: texts)
    expectClose(step.value, log(7), size: 1, tolerance: 1e-13, "loss")
    expectClose(step.diagnostics?.chance, log(7), size: 1, tolerance: 1e-14, "chance")
    let one = try loss(scale, teacher: 5).valueWithGradient(
      images: rows.rows(0..<1), texts: rows.rows(3..<4), teacherImages: images.rows(0..<1),
      teacherTexts: texts.rows(0..<1))
    #expect(one.value == 0 && one.diagnostics?.floor == 0)
    #expect(one.gradient.images?.elements == [0, 0, 0] && one.gradient.logScale == 0)
  }

  /// 1 − p and 1 − q of 1e-27 and of 1e-35 are 0 in either scalar where p and q are formed.
  @Test("keeps the digits of what teacher and student are all but sure of", arguments: scalars)
  func certain(_ scalar: any EmbeddingScalar.Type) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      let rows: Matrix<Scalar> = [[1, 0], [-1, 0]]
      let step = try loss(40, teacher: 31).valueWithGradient(
        images: rows, texts: rows, teacherImages: rows, teacherTexts: rows)
      let (p, q) = (1 / (1 + exp(62.0)), 1 / (1 + exp(80.0)))
      let expected = (1 - p) * log1p(exp(-80)) + p * (80 + log1p(exp(-80)))
      let tolerance = 64 * Double(Scalar.ulpOfOne)
      expectClose(
        Double(step.value), expected, size: expected, tolerance: tolerance, "loss")
      // By s: a pair's logits are 2s apart, and each of the two rows and columns wants p − q more of the other.
      expectClose(
        step.gradient.scale.map { Double($0) }, 2 * (p - q), size: 2 * p, tolerance: tolerance,
        "slope by s")
    }
    try check(scalar)
  }

  @Test("is the same where the teacher's dimension is another, and has no gradient by it")
  func dimensions() throws {
    let loss = try loss(10, teacher: 20)
    let plain = try loss.valueWithGradient(
      images: images, texts: texts, teacherImages: texts, teacherTexts: images)
    func wider(_ rows: Matrix<Double>) -> Matrix<Double> {
      Matrix(rowCount: 7, columnCount: 9) { $1 < 4 ? rows[$0, $1] : 0 }
    }
    let wide = try loss.valueWithGradient(
      images: images, texts: texts, teacherImages: wider(texts), teacherTexts: wider(images))
    expectClose(wide.value, plain.value, size: 1, tolerance: 1e-14, "value")
    #expect(wide.gradient.bias == nil)
    let terms = try loss.perTerm(
      images: images, texts: texts, teacherImages: texts, teacherTexts: images)
    #expect(terms.values == plain.terms)
    let gradient = try terms.pullback(Array(repeating: 1.0 / 7, count: 7), of: .texts)
    #expect(gradient.images == nil)
    expectClose(
      gradient.texts?.elements, try #require(plain.gradient.texts).elements, size: 10,
      tolerance: 1e-14, "texts")
  }

  @Test("says in one line what does not fit")
  func errors() throws {
    func line(
      teacherImages: Matrix<Double>? = nil, teacherTexts: Matrix<Double>? = nil,
      teacher: Temperature = 0.1
    ) -> String {
      do {
        _ = try EmbeddingDistillation(temperature: 0.1, teacherTemperature: teacher).value(
          images: images, texts: texts, teacherImages: teacherImages ?? images,
          teacherTexts: teacherTexts ?? texts)
        return "done"
      } catch { return error.description }
    }
    #expect(
      line(teacherImages: images.rows(0..<3))
        == "teacherImages: expected 7 rows, as images, found 3 rows")
    #expect(
      line(teacherTexts: Matrix(rowCount: 7, columnCount: 2) { _, _ in 1 })
        == "teacherTexts: expected 4 columns, as teacherImages, found 2 columns")
    #expect(
      line(teacherTexts: texts.replacing(2, 1, by: .nan))
        == "teacherTexts: row 2 holds a NaN or an infinity; every number must be finite")
    #expect(
      try line(teacher: Temperature(rows: Array(repeating: 1, count: 7)))
        == "teacherTemperature: expected one: the teacher is what it is, found temperatures of rows"
    )
    #expect(line(teacher: -0.1).hasPrefix("teacherTemperature: expected a positive finite number"))
  }
}
