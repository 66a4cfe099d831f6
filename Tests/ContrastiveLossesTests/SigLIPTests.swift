import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("SigLIP's loss")
struct SigLIPTests: TwoTowerReferenceSuite {
  static let cases = Reference.named("siglip").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func loss(of reference: Reference.Case) throws -> SigLIP {
    SigLIP(
      temperature: try reference.temperatureOfScale, bias: try reference.number("bias"))
  }

  private func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }

  @Test("of one pair is its own term, with its slopes", arguments: [-10, 0, 30] as [Double])
  func onePair(bias: Double) throws {
    let scale = 5.0
    let step = try SigLIP(temperature: try Temperature(scale: scale), bias: bias)
      .valueWithGradient(
        images: try Matrix<Double>([3, 4], rowCount: 1, columnCount: 2).normalized(),
        texts: [[2, 0]] as Matrix<Double>)
    let logit = scale * 0.6 + bias
    #expect(abs(step.value / softplus(-logit) - 1) < 1e-14)
    let slope = -1 / (1 + exp(logit))
    expectClose(step.gradient.bias, slope, size: abs(slope), tolerance: 1e-14, "by the bias")
    expectClose(step.gradient.scale, slope * 0.6, size: abs(slope), tolerance: 1e-14, "by s")
    // Unit rows take the slope as it is; the raw text's length of 2 halves what is left of it.
    expectClose(
      step.gradient.images?.elements, [slope * scale, 0], size: abs(slope * scale),
      tolerance: 1e-14, "image")
    expectClose(
      step.gradient.texts?.elements, [0, slope * scale * 0.8 / 2], size: abs(slope * scale),
      tolerance: 1e-14, "text")
    expectClose(
      step.diagnostics?.meanPositiveSimilarity, 0.6, size: 1, tolerance: 1e-15, "similarity")
    #expect(step.diagnostics?.meanNegativeSimilarity == nil)
  }

  @Test("of equal rows is one right answer and N − 1 wrong ones", arguments: [0.01, 1])
  func collapsed(temperature: Double) throws {
    let rows = Matrix<Double>(rowCount: 7, columnCount: 3) { _, c in [1, 2, -2][c] }
    let scale = 1 / temperature
    let step = try SigLIP(temperature: try Temperature(temperature), bias: -10)
      .valueWithGradient(images: rows, texts: rows)
    let expected = softplus(10 - scale) + 6 * softplus(scale - 10)
    #expect(abs(step.value / expected - 1) < 1e-14)
  }

  @Test("keeps the digits of a tiny loss and its gradients", arguments: scalars)
  func separated(_ scalar: any EmbeddingScalar.Type) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      // Pairs at +1, all others at −1, s = 30: every term is log(1 + e⁻³⁰).
      let rows: Matrix<Scalar> = [[1, 0], [-1, 0]]
      let step = try SigLIP(temperature: try Temperature(scale: 30), bias: 0)
        .valueWithGradient(images: rows, texts: rows)
      let (term, slope) = (log1p(exp(-30.0)), 1 / (1 + exp(30.0)))
      let tolerance = 16 * Double(Scalar.ulpOfOne)
      #expect(abs(Double(step.value) / (2 * term) - 1) < tolerance)
      expectClose(
        step.gradient.scale.map { Double($0) }, -2 * slope, size: slope, tolerance: tolerance, "s")
      // What the pairs and the others want of the bias is opposite.
      expectClose(
        step.gradient.bias.map { Double($0) }, 0, size: slope, tolerance: tolerance, "bias")
    }
    try check(scalar)
  }

  @Test("observes the mean similarities, and what was asked for", arguments: scalars)
  func diagnostics(_ scalar: any EmbeddingScalar.Type) throws {
    let (images, texts) = DiagnosticsTests.nearPairs
    let expected = try DiagnosticsTests.expected(
      images, texts, negatives: { i in (0..<13).filter { $0 != i }.map { (texts, $0) } },
      temperature: 1)
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      for options in ComputeOptions.referenceVariants {
        let step = try SigLIP(temperature: 0.1, bias: -3).valueWithGradient(
          images: images.converted(to: Scalar.self), texts: texts.converted(), of: .bias,
          options: options)
        let diagnostics = try #require(step.diagnostics)
        let tolerance = 8 * Double(Scalar.ulpOfOne)
        for path in [\Diagnostics.meanPositiveSimilarity, \.meanNegativeSimilarity] {
          expectClose(
            diagnostics[keyPath: path], try #require(expected[keyPath: path]), size: 1,
            tolerance: tolerance, "similarity")
        }
        #expect(diagnostics.top1Accuracy == nil && diagnostics.gradientEntropy == nil)
        #expect(diagnostics.chance == nil && diagnostics.floor == nil)
        #expect(step.gradient.images == nil && step.gradient.texts == nil)
        #expect(step.gradient.bias != nil && step.gradient.scale == nil)
      }
    }
    try check(scalar)
    let silent = try SigLIP(temperature: 0.1, bias: -3).valueWithGradient(
      images: images, texts: texts, of: .images, diagnostics: .none)
    #expect(silent.diagnostics == nil && silent.gradient.images != nil)
    #expect(silent.gradient.texts == nil && silent.gradient.bias == nil)
  }
}
