import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("SigLIP of several positives")
struct SigLIPPositivesTests: ReferenceSuite {
  static let cases = Reference.named("siglip-groups").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    let loss = SigLIP(
      temperature: try Temperature(scale: try reference.number("scale")),
      bias: try reference.number("bias"))
    return Answer(
      try loss.valueWithGradient(
        images: try reference.matrix("images", as: scalar), texts: try reference.matrix("texts"),
        positives: try PairPositives(reference), options: options))
  }

  private let images = Matrix<Double>.random(rowCount: 5, columnCount: 4, seed: 1)
  private let texts = Matrix<Double>.random(rowCount: 8, columnCount: 4, seed: 2)
  private let loss = SigLIP(temperature: 0.1, bias: -2)

  private func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }

  @Test("with one text an image is SigLIP")
  func onePositive() throws {
    let order = [3, 1, 4, 0, 5]
    let expected = try loss.valueWithGradient(images: images, texts: texts.rows(0..<5))
    let step = try loss.valueWithGradient(
      images: images, texts: texts.rows(0..<5),
      positives: .equalIDs(queries: order, keys: order))
    #expect(step.value == expected.value && step.terms == expected.terms)
    #expect(step.gradient.images == expected.gradient.images)
    #expect(step.gradient.texts == expected.gradient.texts)
    #expect(step.gradient.bias == expected.gradient.bias)
    #expect(step.diagnostics == expected.diagnostics)
  }

  @Test("of equal rows is the right answers and the wrong ones, over the images")
  func collapsed() throws {
    let rows = Matrix<Double>(rowCount: 8, columnCount: 3) { _, c in [1, 2, -2][c] }
    let step = try loss.valueWithGradient(
      images: rows.rows(0..<3), texts: rows,
      positives: .lists([[0, 1, 2, 3], [], [7]]))
    // An image without a positive is counted.
    let expected = [4, 0, 1].map { Double($0) * softplus(-8) + Double(8 - $0) * softplus(8) }
    expectClose(step.terms, expected, size: 64, tolerance: 1e-14, "terms")
    expectClose(
      step.value, expected.reduce(0, +) / 3, size: 64, tolerance: 1e-14, "the mean over images")
    #expect(step.diagnostics?.floor == nil && step.diagnostics?.chance == nil)
  }

  @Test(
    "comes as near to 0 as one likes, which is all that is known of a floor", arguments: scalars)
  func separated(_ scalar: any EmbeddingScalar.Type) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      let (images, texts): (Matrix<Scalar>, Matrix<Scalar>) = (
        [[1, 0], [-1, 0]], [[1, 0], [1, 0], [-1, 0]]
      )
      let step = try SigLIP(temperature: try Temperature(scale: 30), bias: 0).valueWithGradient(
        images: images, texts: texts, positives: .equalIDs(queries: [0, 1], keys: [0, 0, 1]))
      // Three right or wrong answers an image, each log(1 + e⁻³⁰).
      let expected = 3 * log1p(exp(-30.0))
      expectClose(
        Double(step.value), expected, size: expected, tolerance: 16 * Double(Scalar.ulpOfOne),
        "loss")
    }
    try check(scalar)
  }

  @Test(
    "observes the mean similarities of both kinds of pairs, less those left out", arguments: scalars
  )
  func diagnostics(_ scalar: any EmbeddingScalar.Type) throws {
    let (ids, keys) = ([0, 1, 0, 2, 5], [0, 0, 1, 2, 2, 7, 1, 0])
    let (excludedRows, excludedKeys) = ([1, 2, 3, 4, 5], [9, 2, 3, 3, 4, 5, 1, 1])
    let (x, y) = (try images.normalized().matrix, try texts.normalized().matrix)
    var (positive, negative): ([Double], [Double]) = ([], [])
    for i in 0..<5 {
      for j in 0..<8 {
        let cosine = (0..<4).reduce(0) { $0 + x[i, $1] * y[j, $1] }
        if ids[i] == keys[j] {
          positive.append(cosine)
        } else if excludedRows[i] != excludedKeys[j] {
          negative.append(cosine)
        }
      }
    }
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      for options in ComputeOptions.referenceVariants {
        let diagnostics = try #require(
          try loss.valueWithGradient(
            images: images.converted(to: Scalar.self), texts: texts.converted(),
            positives: .equalIDs(queries: ids, keys: keys),
            excluding: .equalIDs(rows: excludedRows, keys: excludedKeys), options: options
          ).diagnostics)
        let tolerance = 8 * Double(Scalar.ulpOfOne)
        expectClose(
          diagnostics.meanPositiveSimilarity,
          positive.reduce(0, +) / Double(positive.count), size: 1, tolerance: tolerance, "positives"
        )
        expectClose(
          diagnostics.meanNegativeSimilarity,
          negative.reduce(0, +) / Double(negative.count), size: 1, tolerance: tolerance, "negatives"
        )
      }
    }
    try check(scalar)
  }

  @Test("leaves pairs out that are nothing to each other")
  func exclusions() throws {
    let (ids, keys) = ([0, 1, 0, 2, 5], [0, 0, 1, 2, 2, 7, 1, 0])
    let (rows, others) = ([1, 2, 3, 4, 5], [9, 2, 3, 3, 4, 5, 1, 1])
    let step = try loss.valueWithGradient(
      images: images, texts: texts, positives: .equalIDs(queries: ids, keys: keys),
      excluding: .equalIDs(rows: rows, keys: others))
    let plain = PlainLoss.sigLIPPositives(
      ["images": images, "texts": texts, "bias": [[-2]]], temperature: 0.1
    ) {
      ids[$0] == keys[$1]
        ? .positive(weight: 1) : rows[$0] == others[$1] ? .nothing : .negative
    }
    Answer(step).expectClose(
      to: plain.answer(), tolerance: TestSupport.Tolerance(temperature: 0.1, scalar: Double.self),
      "left out")
  }

  @Test("has no weights, neither of positives nor of candidates")
  func errors() {
    func line(_ positives: PairPositives, _ logWeights: PairLogWeights? = nil) -> String {
      do {
        _ = try loss.value(
          images: images, texts: texts, positives: positives, logWeights: logWeights)
        return "done"
      } catch { return error.description }
    }
    let lists = [[0], [1], [2], [3], [4]]
    #expect(
      line(.weighted(lists, by: lists.map { _ in [1] }))
        == "positives: expected ids or lists: a pair is one or none, found weighted ones")
    #expect(line(.lists(lists), PairLogWeights()).hasPrefix("logWeights: expected nil"))
  }
}
