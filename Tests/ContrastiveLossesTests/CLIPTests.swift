import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("CLIP's loss")
struct CLIPTests: TwoTowerReferenceSuite {
  static let cases = Reference.named("clip").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func loss(of reference: Reference.Case) throws -> CLIP {
    CLIP(temperature: try reference.temperatureOfScale)
  }

  @Test("of one pair is 0, with zero gradients", arguments: [0.01, 1])
  func onePair(temperature: Double) throws {
    let step = try CLIP(temperature: try Temperature(temperature)).valueWithGradient(
      images: Matrix<Float>.random(rowCount: 1, columnCount: 3, seed: 1),
      texts: Matrix<Float>.random(rowCount: 1, columnCount: 3, seed: 2))
    #expect(step.value == 0)
    #expect(step.gradient.images?.elements == [0, 0, 0])
    #expect(step.gradient.texts?.elements == [0, 0, 0])
    #expect(step.gradient.logScale == 0)
    #expect(step.diagnostics?.top1Accuracy == 1)
    #expect(step.diagnostics?.meanNegativeSimilarity == nil)
  }

  @Test("of equal rows is log N, ranked like chance", arguments: [0.01, 1])
  func collapsed(temperature: Double) throws {
    let rows = Matrix<Double>(rowCount: 7, columnCount: 3) { _, c in [1, 2, -2][c] }
    let temperature = try Temperature(temperature)
    let step = try CLIP(temperature: temperature).valueWithGradient(images: rows, texts: rows)
    #expect(abs(step.value - log(7)) < 1e-14 * temperature.scale)
    let diagnostics = try #require(step.diagnostics)
    expectClose(diagnostics.chance, log(7), size: 1, tolerance: 1e-15, "chance")
    #expect(diagnostics.top1Accuracy == 0)
    let floor = try CandidateSet.inBatch(size: 7).floor(temperature: temperature, dimension: 3)
    #expect(diagnostics.floor == floor.value)
    expectClose(
      diagnostics.floorShare, floor.value / step.value, size: floor.value, tolerance: 1e-15,
      "share")
  }

  @Test("keeps a mismatched pair at s = 100 (−∞, if exp is kept in Float)", arguments: scalars)
  func mismatchedPair(_ scalar: any EmbeddingScalar.Type) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      // At s = 100, four aligned pairs, and one whose text is at cosine −0.45 from every image:
      // 145 below the other rows' maxima, and 95 below half of s.
      let noise = Matrix<Float>.random(rowCount: 5, columnCount: 6, seed: 1)
      let images = Matrix<Float>(rowCount: 5, columnCount: 6) {
        ($0 == $1 ? 1 : 0) + noise[$0, $1] / 32
      }
      let texts = Matrix<Float>(rowCount: 5, columnCount: 6) {
        $0 == 2 ? ($1 < 5 ? -1 : 0) : images[$0, $1] + noise[($0 + 1) % 5, $1] / 64
      }
      let plain = PlainLoss.clip(
        ["images": images.converted(), "texts": texts.converted()], temperature: 0.01)
      let expected = plain.answer()
      for options in ComputeOptions.referenceVariants {
        let step = try CLIP(temperature: 0.01).valueWithGradient(
          images: images.converted(to: Scalar.self), texts: texts.converted(), options: options)
        Answer(step).expectClose(
          to: expected, tolerance: TestSupport.Tolerance(temperature: 0.01, scalar: Scalar.self),
          "\(options)")
      }
    }
    try check(scalar)
  }

  @Test("observes both directions, as plain sums do", arguments: [0.05, 0.5])
  func diagnostics(temperature: Double) throws {
    let (images, texts) = DiagnosticsTests.nearPairs
    let both = images.followed(by: texts)
    let expected = try DiagnosticsTests.expected(
      both, texts.followed(by: images),
      negatives: { i in
        let others = (0..<13).filter { $0 != i % 13 }
        return others.map { i < 13 ? (texts, $0) : (images, $0) }
      }, temperature: try Temperature(temperature))
    let loss = CLIP(temperature: try Temperature(temperature))
    for options in ComputeOptions.referenceVariants {
      let double = try loss.valueWithGradient(images: images, texts: texts, options: options)
      let float = try loss.valueWithGradient(
        images: images.converted(to: Float.self), texts: texts.converted(), options: options)
      DiagnosticsTests.check(try #require(double.diagnostics), expected, tolerance: 1e-12)
      DiagnosticsTests.check(try #require(float.diagnostics), expected, tolerance: 2e-5)
    }
  }

  @Test("returns nothing that was not asked for")
  func variables() throws {
    let (images, texts) = (
      Matrix<Double>.random(rowCount: 5, columnCount: 3, seed: 1),
      Matrix<Double>.random(rowCount: 5, columnCount: 3, seed: 2)
    )
    let loss = CLIP(temperature: 0.1)
    for strategy in [ComputeOptions.Strategy.kept, .recomputed] {
      let options = ComputeOptions(strategy: strategy, isa: .best)
      func gradient(_ variables: CLIP.Variables) throws -> CLIP.Gradient<Double> {
        try loss.valueWithGradient(
          images: images, texts: texts, of: variables, options: options
        ).gradient
      }
      let all = try gradient(.all)
      let (ofImages, ofTexts) = (try gradient(.images), try gradient([.texts, .logScale]))
      #expect(ofImages.images == all.images && ofImages.texts == nil)
      #expect(ofImages.temperature == nil && ofImages.logScale == nil)
      #expect(ofTexts.images == nil && ofTexts.texts == all.texts)
      #expect(ofTexts.logScale == all.logScale && ofTexts.scale == nil)
    }
  }

  @Test("stays finite with weights that no sum of exponentials relative to one shift can divide")
  func extremeWeights() throws {
    // At s = 40 and the other pair at −1 a factor is the weight times 6e25.
    let rows = try Matrix<Float>(rows: [[1, 0], [-1, 0]])
    let loss = CLIP(temperature: try Temperature(scale: 40))
    for weight in [1e-25, 1, 1e13] {
      let step = try loss.valueWithGradient(
        images: rows, texts: rows, reduction: .weighted([weight, weight]))
      let expected = 2 * weight * exp(-80.0)
      // 3.6e-60 is 0 in Float.
      let smallest = Double(Float.leastNormalMagnitude)
      #expect(abs(Double(step.value) - expected) <= 1e-4 * expected + smallest)
      for gradient in [step.gradient.images, step.gradient.texts] {
        let elements = try #require(gradient).elements
        #expect(elements.allSatisfy { $0.isFinite })
      }
    }
  }

  /// Four captions of each of five images, equal but for rounding: without ids each is one of four that fit best,
  /// and nothing is learned by pushing the other three away.
  @Test("of several captions an image is log 4 above the loss with their ids", arguments: scalars)
  func captions(_ scalar: any EmbeddingScalar.Type) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      let images = Matrix<Scalar>(rowCount: 20, columnCount: 5) { $0 / 4 == $1 ? 1 : 0 }
      let ids = (0..<20).map { $0 / 4 }
      let loss = CLIP(temperature: 0.1)
      let plain = try loss.valueWithGradient(images: images, texts: images, of: [])
      let step = try loss.valueWithGradient(
        images: images, texts: images, excluding: .equalIDs(ids), of: .logScale)
      // 16 negatives at cosine 0.
      let expected = log(1 + 16 * exp(-10.0))
      expectClose(
        Double(step.value), expected, size: expected,
        tolerance: Scalar.ulpOfOne == 0x1p-23 ? 1e-5 : 1e-11,
        "loss")
      expectClose(
        Double(plain.value), log(4 + 16 * exp(-10.0)), size: 1, tolerance: 2e-6, "without ids")
      let diagnostics = try #require(step.diagnostics)
      #expect(diagnostics.top1Accuracy == 1)
      expectClose(diagnostics.chance, log(17), size: 1, tolerance: 1e-14, "chance")
      #expect(diagnostics.floor == nil)
      expectClose(diagnostics.meanNegativeSimilarity, 0, size: 1, tolerance: 1e-6, "negatives")
    }
    try check(scalar)
  }

  @Test("whose pairs are all of one id is 0, with zero gradients")
  func oneID() throws {
    let rows = Matrix<Float>.random(rowCount: 5, columnCount: 3, seed: 1)
    let step = try CLIP(temperature: 0.1).valueWithGradient(
      images: rows, texts: Matrix.random(rowCount: 5, columnCount: 3, seed: 2),
      excluding: .equalIDs([7, 7, 7, 7, 7]))
    #expect(step.value == 0)
    #expect(step.gradient.images?.elements.allSatisfy { $0 == 0 } == true)
    #expect(step.diagnostics?.meanNegativeSimilarity == nil)
  }

  @Test("refuses ids that are no pairs'")
  func refusals() {
    let rows = Matrix<Float>.random(rowCount: 3, columnCount: 2, seed: 1)
    func message(_ rule: FalseNegatives<Float>) -> String {
      do {
        _ = try CLIP(temperature: 1).valueWithGradient(images: rows, texts: rows, excluding: rule)
        return ""
      } catch { return error.description }
    }
    #expect(message(.equalIDs([1, 2])) == "ids: expected 3, one per row of images, found 2")
    #expect(
      message(.equalIDs([1, 2, 3], negatives: [1]))
        .hasPrefix("falseNegatives: expected ids of the pairs: there are no other candidates")
    )
    #expect(
      message(.moreSimilar(margin: .relative(.nan)))
        == "margin: expected a finite number, found nan"
    )
  }
}
