import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("The global contrastive loss")
struct GlobalContrastiveTests {
  typealias Plain = PlainGlobalContrastive

  /// How the temperatures of a batch are given.
  enum Temperatures: CaseIterable {
    case one, ofPairs, ofBothSides

    /// Those of images and then of texts.
    func values(count: Int) -> [Double] {
      let all = (0..<2 * count).map { 0.1 + 0.3 * Double(7 * $0 % 11) / 11 }
      return switch self {
      case .one: Array(repeating: 0.2, count: 2 * count)
      case .ofPairs: Array(all[..<count] + all[..<count])
      case .ofBothSides: all
      }
    }

    func temperature(count: Int) throws -> Temperature {
      let values = values(count: count)
      return switch self {
      case .one: 0.2
      case .ofPairs: try Temperature(rows: Array(values[..<count]))
      case .ofBothSides: try Temperature(rows: values)
      }
    }
  }

  @Test(
    "averages and reports like a plain loop over several batches, u in linear space",
    arguments: Temperatures.allCases, [0.3, 0.9, 1])
  func plainLoop(_ temperatures: Temperatures, gamma: Double) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type, paired: Bool) throws {
      var plain = Plain(sampleCount: GlobalBatches.sampleCount, gamma: gamma, rho: 0.5)
      var normalizers = try MovingNormalizers(sampleCount: GlobalBatches.sampleCount)
      let tolerance = TestSupport.Tolerance(temperature: 0.1, scalar: Scalar.self)
      for (batch, indices) in GlobalBatches.indices.enumerated() {
        let (images, texts) = GlobalBatches.rows(batch)
        let ids = GlobalBatches.ids(batch, paired: paired)
        let values = temperatures.values(count: indices.count)
        let expected = plain.step(
          images, texts, indices: indices, temperatures: values, ids: ids)
        let loss = try GlobalContrastive(
          temperature: temperatures.temperature(count: indices.count), gamma: gamma, rho: 0.5)
        let (x, y) = (images.converted(to: Scalar.self), texts.converted(to: Scalar.self))
        let excluded: FalseNegatives<Scalar> = paired ? .equalIDs(ids) : .none
        let before = normalizers
        let value = try loss.value(
          images: x, texts: y, indices: indices, normalizers: normalizers, excluding: excluded)
        #expect(normalizers == before)
        let step = try loss.valueWithGradient(
          images: x, texts: y, indices: indices, normalizers: &normalizers, excluding: excluded)
        expectClose(
          Double(value), Double(step.value), size: 2, tolerance: tolerance.loss, "value alone")
        expectClose(
          Double(step.value), expected.value, size: 2, tolerance: tolerance.loss, "value")
        expectClose(
          step.terms.map { Double($0) }, expected.terms, size: 2, tolerance: tolerance.loss, "terms"
        )
        for (side, logs) in [normalizers.images, normalizers.texts].enumerated() {
          // log 0 = −∞ of those that have not been visited.
          expectClose(
            logs.map { exp($0) }, plain.u[side], size: plain.u[side].max() ?? 1,
            tolerance: tolerance.gradient, "u of side \(side)")
          #expect(logs.map { $0 == -.infinity } == plain.u[side].map { $0 == 0 })
        }
        #expect(step.diagnostics?.chance == nil && step.diagnostics?.floor == nil)
      }
    }
    for paired in [false, true] {
      try check(Double.self, paired: paired)
      try check(Float.self, paired: paired)
    }
  }

  @Test(
    "has the gradient of the estimator, by central differences of the surrogate at fixed u",
    arguments: Temperatures.allCases, [false, true])
  func surrogate(_ temperatures: Temperatures, paired: Bool) throws {
    var plain = Plain(sampleCount: GlobalBatches.sampleCount, gamma: 0.6, rho: 0.5)
    var normalizers = try MovingNormalizers(sampleCount: GlobalBatches.sampleCount)
    var floatNormalizers = normalizers
    for (batch, indices) in GlobalBatches.indices.enumerated() {
      let count = indices.count
      let (images, texts) = GlobalBatches.rows(batch)
      let ids = GlobalBatches.ids(batch, paired: paired)
      let values = temperatures.values(count: count)
      let step = plain.step(images, texts, indices: indices, temperatures: values, ids: ids)
      let loss = try GlobalContrastive(
        temperature: temperatures.temperature(count: count), gamma: 0.6, rho: 0.5)
      // Weights of one's own at the second batch.
      let weights = (0..<count).map { batch == 1 ? Double($0) - 1 : 1 / Double(count) }
      let reduction: Reduction = batch == 1 ? .weighted(weights) : .mean
      let gradient = try loss.valueWithGradient(
        images: images, texts: texts, indices: indices, normalizers: &normalizers,
        excluding: paired ? .equalIDs(ids) : .none, reduction: reduction
      ).gradient
      func surrogate(
        _ images: Matrix<Double>, _ texts: Matrix<Double>, _ temperatures: [Double]
      ) -> Double {
        plain.surrogate(
          images, texts, temperatures: temperatures, ids: ids, held: (step.u, values),
          weights: weights)
      }
      // c is 10, and F a weighted sum of terms of at most 1.
      let (h, size) = (0.1 * finiteDifferenceStep, 10 * weights.reduce(0) { $0 + abs($1) })
      expectClose(
        gradient.images?.elements,
        finiteDifferences(of: images, step: h) { surrogate($0, texts, values) }, size: size,
        tolerance: finiteDifferenceTolerance, "images of batch \(batch)")
      expectClose(
        gradient.texts?.elements,
        finiteDifferences(of: texts, step: h) { surrogate(images, $0, values) }, size: size,
        tolerance: finiteDifferenceTolerance, "texts of batch \(batch)")
      let slopes = finiteDifferences(
        of: Matrix(rowCount: 1, columnCount: 2 * count) { values[$1] }, step: 0.1 * h
      ) { surrogate(images, texts, $0.elements) }
      // Exponents move by h/τ², ten times as fast again.
      let tolerance = 100 * finiteDifferenceTolerance
      switch temperatures {
      case .one:
        expectClose(
          gradient.temperature, slopes.reduce(0, +), size: size,
          tolerance: tolerance, "τ")
      case .ofPairs:
        expectClose(
          gradient.byTemperature.temperatures, (0..<count).map { slopes[$0] + slopes[count + $0] },
          size: size,
          tolerance: tolerance, "τ of pairs")
      case .ofBothSides:
        expectClose(
          gradient.byTemperature.temperatures, slopes, size: size, tolerance: tolerance, "all τ")
      }
      let single = try loss.valueWithGradient(
        images: images.converted(to: Float.self), texts: texts.converted(to: Float.self),
        indices: indices, normalizers: &floatNormalizers,
        excluding: paired ? .equalIDs(ids) : .none, reduction: reduction
      ).gradient
      let float = TestSupport.Tolerance(temperature: 0.1, scalar: Float.self)
      expectClose(
        single.images?.doubles, gradient.images?.elements ?? [], size: size,
        tolerance: float.gradient, "images in Float")
      expectClose(
        single.texts?.doubles, gradient.texts?.elements ?? [], size: size,
        tolerance: float.gradient, "texts in Float")
    }
  }

  @Test("is at a first visit a loss of the batch, whose gradient is the value's own")
  func firstVisit() throws {
    let (images, texts) = GlobalBatches.rows(3)
    let indices = GlobalBatches.indices[3]
    let loss = try GlobalContrastive(temperature: 0.2, gamma: 0.3, rho: 0.7)
    let fresh = try MovingNormalizers(sampleCount: GlobalBatches.sampleCount)
    var normalizers = fresh
    let step = try loss.valueWithGradient(
      images: images, texts: texts, indices: indices, normalizers: &normalizers)
    func value(_ images: Matrix<Double>, _ texts: Matrix<Double>) throws -> Double {
      try loss.value(images: images, texts: texts, indices: indices, normalizers: fresh)
    }
    let h = 0.2 * finiteDifferenceStep
    expectClose(
      step.gradient.images?.elements,
      try finiteDifferences(of: images, step: h) { try value($0, texts) }, size: 5,
      tolerance: finiteDifferenceTolerance, "images")
    expectClose(
      step.gradient.texts?.elements,
      try finiteDifferences(of: texts, step: h) { try value(images, $0) }, size: 5,
      tolerance: finiteDifferenceTolerance, "texts")
    let slope =
      try
      (GlobalContrastive(temperature: Temperature(0.2 + h), gamma: 0.3, rho: 0.7).value(
        images: images, texts: texts, indices: indices, normalizers: fresh)
      - GlobalContrastive(temperature: Temperature(0.2 - h), gamma: 0.3, rho: 0.7).value(
        images: images, texts: texts, indices: indices, normalizers: fresh)) / (2 * h)
    expectClose(
      step.gradient.temperature, slope, size: 25, tolerance: finiteDifferenceTolerance, "τ")
    // γ = 1 keeps nothing: a second visit is a first one.
    let forgetful = try GlobalContrastive(temperature: 0.2, gamma: 1, rho: 0.7)
    let again = try forgetful.valueWithGradient(
      images: images, texts: texts, indices: indices, normalizers: &normalizers)
    #expect(again.value == step.value && again.gradient.images == step.gradient.images)
  }

  /// eᵢ against eⱼ: every exponent is −1/τ = −200, and exp(−200) 1e-87, 0 in Float.
  @Test("keeps what linear space loses at τ = 0.005")
  func underflow() throws {
    #expect(Float(exp(-200.0)) == 0)
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      let count = 5
      let identity = Matrix<Scalar>(rowCount: count, columnCount: count) { $0 == $1 ? 1 : 0 }
      let loss = try GlobalContrastive(temperature: 0.005, gamma: 0.75)
      var normalizers = try MovingNormalizers(sampleCount: count)
      let indices = Array(0..<count)
      let first = try loss.valueWithGradient(
        images: identity, texts: identity, indices: indices, normalizers: &normalizers)
      let tolerance = 20 * Double(Scalar.ulpOfOne)
      expectClose(
        normalizers.images + normalizers.texts, Array(repeating: -200, count: 2 * count),
        size: 200, tolerance: tolerance, "log u")
      expectClose(Double(first.value), -1, size: 1, tolerance: tolerance, "τ·log u")
      // 1/N of the mean of the others, whatever τ is: off an image's own direction nothing else is left.
      let expected = Matrix<Double>(rowCount: count, columnCount: count) {
        $0 == $1 ? 0 : 1 / Double(count * (count - 1))
      }
      expectClose(
        first.gradient.images?.doubles, expected.elements, size: 1, tolerance: tolerance,
        "gradient at the first visit")

      // At 60° apart, of which the cosine is ½, exponents are −100: e¹⁰⁰ times as large, and γ of u all of it.
      let nearer = Matrix<Scalar>(rowCount: count, columnCount: count + 1) {
        $0 == $1 || $1 == count ? 1 : 0
      }
      _ = try loss.valueWithGradient(
        images: nearer, texts: nearer, indices: indices, normalizers: &normalizers)
      expectClose(
        normalizers.images, Array(repeating: -100 + log(0.75), count: count), size: 200,
        tolerance: tolerance, "log u of near rows")
      // Back again, what is kept outweighs what is seen, by e¹⁰⁰: 1 − γ of it, and a gradient of e⁻¹⁰⁰.
      let third = try loss.valueWithGradient(
        images: identity, texts: identity, indices: indices, normalizers: &normalizers)
      expectClose(
        normalizers.texts, Array(repeating: -100 + log(0.75 * 0.25), count: count), size: 200,
        tolerance: tolerance, "log u of what was kept")
      let slope = third.gradient.images.map { Double($0[0, 1]) }
      // 1e-44, of which Float has but the last bits.
      let size = exp(-100) / (0.75 * 0.25) / Double(count * (count - 1))
      expectClose(
        slope, size, size: size, tolerance: Scalar.self == Double.self ? 1e-10 : 1,
        "a gradient of the size of what the batch shows")
    }
    try check(Double.self)
    try check(Float.self)
  }
}
