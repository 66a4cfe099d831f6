import Contrastive
import ContrastiveLosses
import TestSupport
import Testing

/// Where products of 8-bit codes tell which logits to compute: against the dense way, and Double.
@Suite("Losses of screened logits")
struct ScreeningLossTests {
  @Test(
    "are the dense ones, and Double's, in value, gradients and diagnostics",
    arguments: ScreeningProblem.Candidates.allCases, ScreeningProblem.Data.allCases)
  func dense(_ candidates: ScreeningProblem.Candidates, _ data: ScreeningProblem.Data) throws {
    let inputs = ScreeningProblem.inputs(candidates, data)
    let doubles = inputs.double
    let all = InstructionSet.available
    for (turn, temperature) in ([0.01, 0.02, 0.005] as [Temperature]).enumerated() {
      let options = ScreeningProblem.options(screens: false, strategy: .kept, threads: 2)
      let double = try doubles.step(temperature: temperature, options: options)
      let kept = try inputs.step(temperature: temperature, options: options)
      // All instruction sets at one temperature, and one at each of the others.
      for (place, isa) in (turn == 0 ? all[...] : [all[turn % all.count]]).enumerated() {
        let options = ScreeningProblem.options(
          screens: true, threads: 1 + (turn + place) % 2, isa: isa)
        let what = "\(candidates) \(data) τ = \(temperature.value) \(isa) \(options.threads)"
        let screened = try inputs.step(temperature: temperature, options: options)
        try ScreeningProblem.expectClose(
          screened, to: double, scale: temperature.scale, "\(what), Double")
        try ScreeningProblem.expectClose(
          screened, to: kept, scale: temperature.scale, "\(what), dense")
      }
    }
  }

  @Test(
    "are those of values without a gradient", arguments: ScreeningProblem.Candidates.allCases,
    [ScreeningProblem.Data.clustered, .tied, .zeroRows])
  func valueOnly(_ candidates: ScreeningProblem.Candidates, _ data: ScreeningProblem.Data) throws {
    let inputs = ScreeningProblem.inputs(candidates, data)
    let double = try inputs.double.step(
      temperature: 0.01, of: [], options: ScreeningProblem.options(screens: false, strategy: .kept))
    for (place, isa) in InstructionSet.available.enumerated() {
      let screened = try inputs.step(
        temperature: 0.01, of: [],
        options: ScreeningProblem.options(screens: true, threads: 1 + place % 2, isa: isa))
      try ScreeningProblem.expectClose(
        screened, to: double, scale: 100, "\(candidates) \(data) \(isa)")
    }
  }

  @Test("are the dense ones in Double too", arguments: ScreeningProblem.Candidates.allCases)
  func doublePrecision(_ candidates: ScreeningProblem.Candidates) throws {
    let inputs = ScreeningProblem.inputs(candidates, .clustered).double
    for variables in [candidates.variables, []] as [InfoNCE.Variables] {
      let kept = try inputs.step(
        temperature: 0.005, of: variables,
        options: ScreeningProblem.options(screens: false, strategy: .kept))
      let screened = try inputs.step(
        temperature: 0.005, of: variables, options: ScreeningProblem.options(screens: true))
      try ScreeningProblem.expectClose(screened, to: kept, scale: 200, "\(candidates)")
    }
  }

  // An inner product by itself is summed in another order than in a product of matrices: terms of
  // which all bits are those of the unscreened way were computed that way.
  // (Log-weights make codes coarse, and may not be worth it.)
  @Test(
    "come of screening, on clustered rows",
    arguments: ScreeningProblem.Candidates.allCases.filter { $0 != .logWeights })
  func isScreened(_ candidates: ScreeningProblem.Candidates) throws {
    let inputs = ScreeningProblem.inputs(candidates, .clustered)
    for isa in InstructionSet.available {
      for variables in [candidates.variables, []] as [InfoNCE.Variables] {
        let screened = try inputs.step(
          temperature: 0.01, of: variables,
          options: ScreeningProblem.options(screens: true, isa: isa))
        let plain = try inputs.step(
          temperature: 0.01, of: variables,
          options: ScreeningProblem.options(screens: false, isa: isa))
        #expect(screened.terms != plain.terms, "\(candidates) \(isa), \(variables)")
        guard !variables.isEmpty else { continue }
        let density = try #require(screened.diagnostics?.gradientDensity)
        #expect(density > 0 && density < 0.7)
      }
    }
  }

  @Test("have the same bits run after run", arguments: ScreeningProblem.Candidates.allCases, 1...3)
  func sameBits(_ candidates: ScreeningProblem.Candidates, threads: Int) throws {
    let inputs = ScreeningProblem.inputs(candidates, .clustered)
    for variables in [candidates.variables, []] as [InfoNCE.Variables] {
      let options = ScreeningProblem.options(screens: true, threads: threads)
      let first = try inputs.step(
        temperature: 0.01, of: variables, options: options)
      for _ in 0..<3 {
        let again = try inputs.step(
          temperature: 0.01, of: variables, options: options)
        #expect(Answer(again) == Answer(first))
        #expect(again.diagnostics == first.diagnostics)
      }
    }
  }

  // The margin of logits grows with s. Above some 88 of them exp would overflow in Float.
  @Test(
    "stay right where the codes' errors are too large an exponent",
    arguments: [ScreeningProblem.Candidates.inBatch, .queue, .queueWithoutEqualIDs, .hardness],
    [1e-3, 1e-4, 1e-5, 1e-6] as [Temperature])
  func largeScales(_ candidates: ScreeningProblem.Candidates, temperature: Temperature) throws {
    let inputs = ScreeningProblem.inputs(candidates, .clustered)
    let doubles = inputs.double
    for variables in [candidates.variables, []] as [InfoNCE.Variables] {
      let double = try doubles.step(
        temperature: temperature, of: variables,
        options: ScreeningProblem.options(screens: false, strategy: .kept))
      let screened = try inputs.step(
        temperature: temperature, of: variables,
        options: ScreeningProblem.options(screens: true))
      let tolerance = ScreeningProblem.Tolerance(scale: temperature.scale)
      let terms = zip(screened.terms, double.terms)
      for (row, (actual, expected)) in terms.enumerated() {
        #expect(
          abs(Double(actual) - expected)
            <= tolerance.term + Double(Float.ulpOfOne) * abs(expected), "row \(row)")
      }
    }
  }
}
