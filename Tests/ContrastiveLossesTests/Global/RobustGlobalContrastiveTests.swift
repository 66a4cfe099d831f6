import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("The robust global contrastive loss")
struct RobustGlobalContrastiveTests {
  @Test("learns the temperatures of a plain loop over several batches", arguments: [0.4, 1])
  func plainLoop(beta: Double) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type, paired: Bool) throws {
      let (count, rho) = (GlobalBatches.sampleCount, 0.5)
      let range = 0.1...0.4
      var plain = PlainGlobalContrastive(sampleCount: count, gamma: 0.7, rho: rho)
      // Of images and of texts.
      var taus = [[Double]](repeating: Array(repeating: 0.2, count: count), count: 2)
      var averages = [[Double]](repeating: Array(repeating: 0, count: count), count: 2)
      var normalizers = try MovingNormalizers(sampleCount: count)
      var temperatures = try IndividualTemperatures(
        sampleCount: count, initial: 0.2, range: range, learningRate: 0.05, beta: beta)
      let loss = try RobustGlobalContrastive(gamma: 0.7, rho: rho)
      let tolerance = TestSupport.Tolerance(temperature: 0.1, scalar: Scalar.self)
      for (batch, indices) in GlobalBatches.indices.enumerated() {
        let (images, texts) = GlobalBatches.rows(batch)
        let ids = GlobalBatches.ids(batch, paired: paired)
        let values = indices.map { taus[0][$0] } + indices.map { taus[1][$0] }
        let expected = plain.step(
          images, texts, indices: indices, temperatures: values, ids: ids)
        let step = try loss.valueWithGradient(
          images: images.converted(to: Scalar.self), texts: texts.converted(to: Scalar.self),
          indices: indices, normalizers: &normalizers, temperatures: &temperatures,
          excluding: paired ? .equalIDs(ids) : .none)
        for (anchor, slope) in expected.slopes.enumerated() {
          guard let slope else { continue }
          let (side, index) = (anchor / indices.count, indices[anchor % indices.count])
          averages[side][index] = (1 - beta) * averages[side][index] + beta * slope
          taus[side][index] = min(
            range.upperBound,
            max(range.lowerBound, taus[side][index] - 0.05 * averages[side][index]))
        }
        expectClose(
          Double(step.value), expected.value, size: 2, tolerance: tolerance.loss, "value")
        expectClose(
          step.gradient.byTemperature.temperatures?.map { Double($0) },
          expected.slopes.map { ($0 ?? 0) / Double(2 * indices.count) }, size: 1,
          tolerance: tolerance.gradient, "dL/dτ")
        expectClose(
          temperatures.images + temperatures.texts, taus[0] + taus[1], size: 1,
          tolerance: tolerance.gradient, "τ after batch \(batch)")
      }
      // They went up and down, and apart.
      let all = Set(taus[0] + taus[1])
      #expect(all.contains { $0 > 0.2 } && all.contains { $0 < 0.2 } && all.count > 8)
    }
    for paired in [false, true] {
      try check(Double.self, paired: paired)
      try check(Float.self, paired: paired)
    }
  }

  /// The slope is ρ less a divergence of at most log 7 from equal weights.
  @Test("drives temperatures to a bound and no further")
  func bounds() throws {
    let (images, texts) = GlobalBatches.rows(3)
    for (rho, bound) in [(8.0, 0.005), (0, 0.05)] {
      var normalizers = try MovingNormalizers(sampleCount: 8)
      var temperatures = try IndividualTemperatures(
        sampleCount: 8, initial: 0.02, learningRate: 0.05)
      let loss = try RobustGlobalContrastive(gamma: 1, rho: rho)
      for _ in 0..<20 {
        let step = try loss.valueWithGradient(
          images: images, texts: texts, indices: Array(0..<8), normalizers: &normalizers,
          temperatures: &temperatures)
        #expect(step.value.isFinite && step.gradient.images?.isFinite == true)
      }
      #expect(temperatures.images == Array(repeating: bound, count: 8))
      #expect(temperatures.texts == Array(repeating: bound, count: 8))
    }
  }

  @Test("is the global contrastive loss at the temperatures as they are")
  func global() throws {
    let (images, texts) = GlobalBatches.rows(1)
    let indices = GlobalBatches.indices[1]
    var temperatures = try IndividualTemperatures(sampleCount: 10, initial: 0.03)
    var normalizers = try MovingNormalizers(sampleCount: 10)
    let loss = try RobustGlobalContrastive(gamma: 0.8, rho: 2)
    for _ in 0..<3 {
      let temperature = try temperatures.temperature(of: indices)
      var (others, still) = (normalizers, temperatures)
      let expected = try GlobalContrastive(temperature: temperature, gamma: 0.8, rho: 2)
        .valueWithGradient(
          images: images, texts: texts, indices: indices, normalizers: &others)
      let step = try loss.valueWithGradient(
        images: images, texts: texts, indices: indices, normalizers: &normalizers,
        temperatures: &temperatures)
      #expect(step.value == expected.value && step.gradient.texts == expected.gradient.texts)
      #expect(normalizers == others && temperatures != still)
      // Samples of other batches stay.
      still = try IndividualTemperatures(sampleCount: 10, initial: 0.03)
      for index in [7, 8, 9] { #expect(temperatures.images[index] == still.images[index]) }
    }
  }

  @Test("says what does not fit, and moves nothing then")
  func errors() throws {
    let x = Matrix<Float>.random(rowCount: 3, columnCount: 2, seed: 1)
    let loss = try RobustGlobalContrastive()
    func check(
      _ line: String, _ indices: [Int], normalizerCount: Int = 4, temperatureCount: Int = 4,
      rows: Matrix<Float>? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      var normalizers = try MovingNormalizers(sampleCount: normalizerCount)
      var temperatures = try IndividualTemperatures(sampleCount: temperatureCount, initial: 0.01)
      let (normalizersBefore, temperaturesBefore) = (normalizers, temperatures)
      expectRefusal(line, sourceLocation: sourceLocation) {
        _ = try loss.valueWithGradient(
          images: rows ?? x, texts: rows ?? x, indices: indices, normalizers: &normalizers,
          temperatures: &temperatures)
      }
      #expect(normalizers == normalizersBefore, sourceLocation: sourceLocation)
      #expect(temperatures == temperaturesBefore, sourceLocation: sourceLocation)
    }
    try check(
      "indices: expected a row of the temperatures, from 0 to 2, found 3 in row 0", [3, 0, 1],
      temperatureCount: 3)
    try check(
      "indices: expected a row of the normalizers, from 0 to 2, found 3 in row 0", [3, 0, 1],
      normalizerCount: 3)
    try check("indices: expected every sample once in a batch, found 1 again in row 2", [1, 0, 1])
    try check("indices: expected 3, one per row of images, found none", [])
    try check(
      "images: expected at least one row, found none", [],
      rows: Matrix(rowCount: 0, columnCount: 2))
    try check(
      "images: row 2 holds a NaN or an infinity; every number must be finite", [0, 1, 2],
      rows: x.replacing(2, 1, by: .infinity))

    func temperatures(
      count: Int = 2, initial: Temperature = 0.01, range: ClosedRange<Double> = 0.005...0.05,
      learningRate: Double = 0.01, beta: Double = 0.9
    ) throws {
      _ = try IndividualTemperatures(
        sampleCount: count, initial: initial, range: range, learningRate: learningRate, beta: beta)
    }
    expectRefusal("sampleCount: expected a positive whole number, found 0") {
      try temperatures(count: 0)
    }
    expectRefusal("temperature: expected a number from 0.005 to 0.05, found 0.07") {
      try temperatures(initial: 0.07)
    }
    expectRefusal("temperature: expected a number from 0.005 to 0.05, found 0.001") {
      try temperatures(initial: 0.001)
    }
    expectRefusal("temperature: expected a positive finite number, found -0.01") {
      try temperatures(initial: -0.01)
    }
    expectRefusal("temperature: expected one for all samples, found 2 temperatures") {
      try temperatures(initial: Temperature(rows: [0.01, 0.01]))
    }
    expectRefusal("minimum: expected a positive finite number, found 0.0") {
      try temperatures(range: 0...0.05)
    }
    expectRefusal("maximum: expected a positive finite number, found inf") {
      try temperatures(range: 0.005 ... .infinity)
    }
    expectRefusal("learningRate: expected a finite number, 0 or more, found -1.0") {
      try temperatures(learningRate: -1)
    }
    expectRefusal("beta: expected a number above 0 and up to 1, found 0.0") {
      try temperatures(beta: 0)
    }
    expectRefusal("gamma: expected a number above 0 and up to 1, found 2.0") {
      _ = try RobustGlobalContrastive(gamma: 2)
    }
  }
}
