import Contrastive
import ContrastiveLosses
import TestSupport
import Testing

@Suite("The robust global contrastive loss of any reduction")
struct RobustGlobalReductionTests {
  @Test(
    "reports the value of a step that it does not make, by any reduction",
    arguments: GlobalForm.allCases)
  func value(_ form: GlobalForm) throws {
    let (x, y) = GlobalBatches.rows(1)
    let indices = GlobalBatches.indices[1]
    let loss = try RobustGlobalContrastive(gamma: 0.8, rho: 2)
    let weights = (0..<indices.count * (form == .towers ? 1 : 2)).map { Double($0) - 1.5 }
    for reduction in [Reduction.mean, .sum, .weighted(weights)] {
      var temperatures = try IndividualTemperatures(sampleCount: 10, initial: 0.03)
      var normalizers = try MovingNormalizers(sampleCount: 10)
      for _ in 0..<2 {
        let global = try GlobalContrastive(
          temperature: temperatures.temperature(of: indices), gamma: 0.8, rho: 2)
        let value = try form.value(
          of: loss, x, y, indices: indices, normalizers: normalizers, temperatures: temperatures,
          reduction: reduction)
        let globalValue = try form.value(
          of: global, x, y, indices: indices, normalizers: normalizers, reduction: reduction)
        var others = normalizers
        let expected = try form.step(
          of: global, x, y, indices: indices, normalizers: &others, reduction: reduction)
        let step = try form.step(
          of: loss, x, y, indices: indices, normalizers: &normalizers,
          temperatures: &temperatures, reduction: reduction)
        // Without gradients sums may be added up in another order.
        let size = step.terms.reduce(0) { $0 + abs($1) }
        expectClose(value, step.value, size: size, tolerance: 1e-12, "value alone")
        #expect(value == globalValue && step.value == expected.value)
        #expect(normalizers == others)
        #expect(
          step.gradient.byTemperature.temperatures == expected.gradient.byTemperature.temperatures)
        for (own, other) in zip(step.gradient.byArrays, expected.gradient.byArrays) {
          #expect(own.gradient == other.gradient, "\(own.name)")
        }
      }
    }
  }

  @Test(
    "moves temperatures by their terms' own slopes, whatever the weights",
    arguments: GlobalForm.allCases)
  func weights(_ form: GlobalForm) throws {
    let (x, y) = GlobalBatches.rows(1)
    let indices = GlobalBatches.indices[1]
    let loss = try RobustGlobalContrastive(gamma: 0.8, rho: 2)
    func moved(
      _ reduction: Reduction
    ) throws -> (MovingNormalizers, IndividualTemperatures) {
      // So slow that no bound is reached.
      var temperatures = try IndividualTemperatures(
        sampleCount: 10, initial: 0.03, learningRate: 0.001)
      var normalizers = try MovingNormalizers(sampleCount: 10)
      _ = try form.step(
        of: loss, x, y, indices: indices, normalizers: &normalizers, temperatures: &temperatures,
        reduction: reduction)
      return (normalizers, temperatures)
    }
    var weights = (0..<indices.count * (form == .towers ? 1 : 2)).map { 0.25 - Double($0) }
    let (normalizers, expected) = try moved(.mean)
    for reduction in [Reduction.sum, .weighted(weights)] {
      let (others, temperatures) = try moved(reduction)
      #expect(others == normalizers)
      expectClose(
        temperatures.images + temperatures.texts, expected.images + expected.texts, size: 1,
        tolerance: 1e-12, "\(reduction)")
    }
    // Of two views one term of no weight is enough.
    weights[2] = 0
    let (others, temperatures) = try moved(.weighted(weights))
    #expect(others == normalizers)
    for (row, index) in indices.enumerated() {
      #expect((temperatures.images[index] == 0.03) == (row == 2), "\(row)")
      #expect((temperatures.texts[index] == 0.03) == (row == 2), "\(row)")
      #expect(expected.images[index] != 0.03 && expected.texts[index] != 0.03)
    }
  }
}
