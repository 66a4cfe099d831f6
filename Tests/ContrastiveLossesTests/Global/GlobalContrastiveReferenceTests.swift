import Contrastive
import Foundation
import TestSupport
import Testing

/// Steps of LibAUC's and FastCLIP's own code over one data set, by `global-contrastive.py`.
@Suite("Global contrastive losses equal LibAUC and FastCLIP")
struct GlobalContrastiveReferenceTests {
  @Test(
    "SogCLR in averages and gradients, of two towers and of two views",
    arguments: GlobalReference.cases("libauc-sogclr") + GlobalReference.cases("views-sogclr"),
    scalars)
  func sogCLR(_ reference: GlobalReference.Case, as scalar: any EmbeddingScalar.Type) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      let tolerance = try reference.tolerance(Scalar.self).gradient
      let loss = try GlobalContrastive(
        temperature: Temperature(reference.number("temperature")),
        gamma: reference.number("gamma"))
      for options in ComputeOptions.referenceVariants {
        var normalizers = try MovingNormalizers(sampleCount: 10)
        for (number, step) in reference.steps.enumerated() {
          let (x, y) = step.rows(as: Scalar.self)
          let gradient = try reference.form.step(
            of: loss, x, y, indices: step.indices, normalizers: &normalizers, options: options
          ).gradient
          step.expected.expect(normalizers, tolerance: tolerance, "step \(number)")
          try step.expected.expect(
            gradient, times: reference.gradientFactor(of: step), tolerance: tolerance,
            "step \(number)")
        }
      }
    }
    try check(scalar)
  }

  @Test(
    "iSogCLR in averages, temperatures and gradients, of two towers and of two views",
    arguments: GlobalReference.cases("libauc-isogclr") + GlobalReference.cases("views-isogclr"),
    scalars)
  func robust(_ reference: GlobalReference.Case, as scalar: any EmbeddingScalar.Type) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      let tolerance = try reference.tolerance(Scalar.self).gradient
      let loss = try RobustGlobalContrastive(
        gamma: reference.number("gamma"), rho: reference.number("rho"))
      var normalizers = try MovingNormalizers(sampleCount: 10)
      var temperatures = try IndividualTemperatures(
        sampleCount: 10, initial: Temperature(reference.number("temperature")),
        range: reference.number("tau_min")...reference.number("tau_max"),
        learningRate: reference.number("eta"), beta: reference.number("beta"))
      for (number, step) in reference.steps.enumerated() {
        let (x, y) = step.rows(as: Scalar.self)
        let gradient = try reference.form.step(
          of: loss, x, y, indices: step.indices, normalizers: &normalizers,
          temperatures: &temperatures
        ).gradient
        step.expected.expect(normalizers, tolerance: tolerance, "step \(number)")
        try step.expected.expect(temperatures, tolerance: tolerance, "step \(number)")
        try step.expected.expect(
          gradient, times: reference.gradientFactor(of: step), tolerance: tolerance,
          "step \(number)")
      }
      // A bound was met.
      let (all, range) = (temperatures.images + temperatures.texts, temperatures.range)
      #expect(all.contains(reference.form == .views ? range.upperBound : range.lowerBound))
    }
    try check(scalar)
  }

  /// Their code has the derivative by τ of what a batch shows, −mean exp(h)·h/u, once as of the own features and once as
  /// of the remote ones, and so twice; what else there is, log u + ρ, once.
  @Test(
    "FastCLIP of one temperature, of a constant and of a learned one",
    arguments: GlobalReference.cases("fastclip-v1") + GlobalReference.cases("fastclip-v0"))
  func fastCLIP(_ reference: GlobalReference.Case) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      let tolerance = try reference.tolerance(Scalar.self)
      let temperature = try Temperature(reference.number("temperature"))
      let (gamma, rho) = (try reference.number("gamma"), reference.parameters["rho"])
      let loss =
        if let rho {
          try GlobalContrastive(temperature: temperature, gamma: gamma, rho: rho)
        } else {
          try GlobalContrastive.unscaled(temperature: temperature, gamma: gamma)
        }
      var normalizers = try MovingNormalizers(sampleCount: 10)
      for (number, step) in reference.steps.enumerated() {
        let (images, texts) = step.rows(as: Scalar.self)
        let result = try loss.valueWithGradient(
          images: images, texts: texts, indices: step.indices, normalizers: &normalizers)
        step.expected.expect(normalizers, tolerance: tolerance.gradient, "step \(number)")
        try step.expected.expect(
          result.gradient, times: 1, tolerance: tolerance.gradient, "step \(number)")
        let own = try Double(#require(result.gradient.temperature))
        let outside = rho == nil ? 0 : Double(result.value) / temperature.value
        expectClose(
          2 * own - outside, try #require(step.expected.temperature),
          size: max(abs(outside), 1 / temperature.value), tolerance: tolerance.gradient,
          "step \(number): dL/dτ")
      }
    }
    try check(Double.self)
    try check(Float.self)
  }

  @Test(
    "FastCLIP of each sample's own temperature in its slopes",
    arguments: GlobalReference.cases("fastclip-v2"))
  func individual(_ reference: GlobalReference.Case) throws {
    let temperature = try reference.number("temperature")
    let loss = try RobustGlobalContrastive(
      gamma: reference.number("gamma"), rho: reference.number("rho"))
    var normalizers = try MovingNormalizers(sampleCount: 10)
    // Temperatures that stay: theirs move by another rule.
    var temperatures = try IndividualTemperatures(
      sampleCount: 10, initial: Temperature(temperature), range: 0.01...1, learningRate: 0)
    for (number, step) in reference.steps.enumerated() {
      let (images, texts) = step.rows(as: Double.self)
      let result = try loss.valueWithGradient(
        images: images, texts: texts, indices: step.indices, normalizers: &normalizers,
        temperatures: &temperatures)
      step.expected.expect(normalizers, tolerance: 1e-11, "step \(number)")
      let slopes = try #require(result.gradient.byTemperature.temperatures)
      expectClose(
        slopes.map { $0 * Double(slopes.count) },
        try #require(step.expected.slopes).flatMap { $0 }, size: 1 / temperature,
        tolerance: 1e-11, "step \(number): slopes")
    }
  }

  /// What L = ½(log u + log u′) is at a first visit, and its gradient at γ = 1, are the value's own.
  @Test("without the factor τ is the mean of the logarithms, its gradient 1/τ times the other's")
  func unscaled() throws {
    let (images, texts) = GlobalBatches.rows(3)
    let indices = GlobalBatches.indices[3]
    let fresh = try MovingNormalizers(sampleCount: GlobalBatches.sampleCount)
    let loss = try GlobalContrastive.unscaled(temperature: 0.2, gamma: 0.3)
    var (normalizers, others) = (fresh, fresh)
    let step = try loss.valueWithGradient(
      images: images, texts: texts, indices: indices, normalizers: &normalizers)
    let scaled = try GlobalContrastive(temperature: 0.2, gamma: 0.3).valueWithGradient(
      images: images, texts: texts, indices: indices, normalizers: &others)
    #expect(normalizers == others && loss.rho == nil)
    expectClose(
      step.terms, scaled.terms.map { $0 / 0.2 }, size: 10, tolerance: 1e-14, "terms")
    expectClose(step.value, scaled.value / 0.2, size: 10, tolerance: 1e-14, "value")
    expectClose(
      step.gradient.texts?.elements, try #require(scaled.gradient.texts).elements.map { $0 / 0.2 },
      size: 5, tolerance: 1e-13, "texts")
    let h = 0.2 * finiteDifferenceStep
    func value(_ temperature: Double) throws -> Double {
      try GlobalContrastive.unscaled(temperature: Temperature(temperature), gamma: 0.3).value(
        images: images, texts: texts, indices: indices, normalizers: fresh)
    }
    expectClose(
      step.gradient.temperature, try (value(0.2 + h) - value(0.2 - h)) / (2 * h), size: 25,
      tolerance: finiteDifferenceTolerance, "τ")
    #expect(throws: ContrastiveError.self) {
      _ = try GlobalContrastive.unscaled(temperature: 0.2, gamma: 0)
    }
  }
}
