import Contrastive
import TestSupport
import Testing

@Suite("A global contrastive loss, of two towers and of two views")
struct GlobalFormTests {
  @Test(
    "is the same with any tiles, threads, strategy and instruction set, and one way after the other",
    arguments: GlobalForm.allCases)
  func variants(_ form: GlobalForm) throws {
    let x = Matrix<Double>.random(rowCount: 23, columnCount: 6, seed: 1)
    let noise = Matrix<Double>.random(rowCount: 23, columnCount: 6, seed: 2)
    let y = x + noise
    let indices = (0..<23).map { 5 * $0 % 29 }
    let loss = try GlobalContrastive(temperature: 0.1, gamma: 0.4)
    // Samples of different pasts, those of images not those of texts.
    var past = try MovingNormalizers(sampleCount: 29)
    _ = try form.step(
      of: loss, noise, x, indices: indices.map { ($0 + 3) % 29 }, normalizers: &past)
    func run(
      _ excluded: FalseNegatives<Double>, _ options: ComputeOptions
    ) throws -> (GlobalForm.Step<Double>, MovingNormalizers) {
      var normalizers = past
      let step = try form.step(
        of: loss, x, y, indices: indices, normalizers: &normalizers, excluding: excluded,
        options: options)
      return (step, normalizers)
    }
    // Of towers a margin that leaves nothing out has each direction computed by itself; of views no rule may be other
    // from one side than from the other.
    let nothing: FalseNegatives<Double> =
      form == .towers ? .moreSimilar(margin: .absolute(-3)) : .equalIDs(Array(0..<23))
    let (expected, moved) = try run(.none, ComputeOptions(threads: 1))
    let tolerance = TestSupport.Tolerance(temperature: 0.1, scalar: Double.self)
    for options in ComputeOptions.referenceVariants {
      for excluded in [FalseNegatives<Double>.none, nothing] {
        let (step, normalizers) = try run(excluded, options)
        expectClose(
          step.terms, expected.terms, size: 1, tolerance: tolerance.loss, "\(options): terms")
        for (own, other) in zip(step.gradient.byArrays, expected.gradient.byArrays) {
          expectClose(
            own.gradient?.elements, try #require(other.gradient).elements, size: 1,
            tolerance: tolerance.gradient, "\(options): \(own.name)")
        }
        expectClose(
          step.gradient.byTemperature.logScale,
          try #require(expected.gradient.byTemperature.logScale), size: 1,
          tolerance: tolerance.gradient, "\(options): log s")
        for (own, other) in [
          (normalizers.images, moved.images), (normalizers.texts, moved.texts),
        ] {
          expectClose(
            own.filter(\.isFinite), other.filter(\.isFinite), size: 10, tolerance: 1e-12, "log u")
        }
      }
    }
  }

  @Test("is τ·ρ when all embeddings are equal and have been", arguments: GlobalForm.allCases)
  func collapse(_ form: GlobalForm) throws {
    let equal = Matrix<Double>(rowCount: 4, columnCount: 3) { _, c in [1, 2, -2][c] }
    let loss = try GlobalContrastive(temperature: 0.05, rho: 6)
    var normalizers = try MovingNormalizers(sampleCount: 4)
    for _ in 0..<3 {
      let step = try form.step(
        of: loss, equal, equal, indices: [2, 1, 0, 3], normalizers: &normalizers)
      expectClose(step.value, 0.3, size: 1, tolerance: 1e-13, "loss")
      #expect(step.diagnostics?.chance == nil && step.diagnostics?.floor == nil)
    }
  }

  @Test(
    "moves no normalizer of a row without negatives, whose term is 0",
    arguments: GlobalForm.allCases)
  func noNegatives(_ form: GlobalForm) throws {
    let (x, y) = GlobalBatches.rows(0)
    let loss = try GlobalContrastive(temperature: 0.1, rho: 2)
    var normalizers = try MovingNormalizers(sampleCount: 8)
    for isVisited in [false, true] {
      let before = normalizers
      let step = try form.step(
        of: loss, x, y, indices: [3, 0, 7, 4], normalizers: &normalizers,
        excluding: .equalIDs([1, 1, 1, 1]))
      #expect(step.value == 0 && step.terms.allSatisfy { $0 == 0 })
      #expect(step.gradient.byTemperature.temperature == 0)
      for (name, gradient) in step.gradient.byArrays {
        #expect(gradient?.elements.allSatisfy { $0 == 0 } == true, "\(name)")
      }
      #expect(normalizers == before)
      guard !isVisited else { continue }
      _ = try form.step(of: loss, x, y, indices: [3, 0, 7, 4], normalizers: &normalizers)
      #expect(normalizers != before)
    }
  }

  @Test("says what does not fit, and moves nothing then", arguments: GlobalForm.allCases)
  func errors(_ form: GlobalForm) throws {
    let rows = Matrix<Double>.random(rowCount: 3, columnCount: 2, seed: 1)
    let loss = try GlobalContrastive(temperature: 0.1)
    var normalizers = try MovingNormalizers(sampleCount: 5)
    _ = try form.step(of: loss, rows, rows, indices: [4, 0, 2], normalizers: &normalizers)
    let before = normalizers
    func check(
      _ line: String, _ indices: [Int], x: Matrix<Double>? = nil, y: Matrix<Double>? = nil,
      of other: GlobalContrastive? = nil, reduction: Reduction = .mean,
      sourceLocation: SourceLocation = #_sourceLocation
    ) {
      expectRefusal(line, sourceLocation: sourceLocation) {
        _ = try form.step(
          of: other ?? loss, x ?? rows, y ?? rows, indices: indices, normalizers: &normalizers,
          reduction: reduction)
      }
      #expect(normalizers == before, sourceLocation: sourceLocation)
    }
    let (first, second) = form.names
    check(
      "indices: expected a row of the normalizers, from 0 to 4, found 5 in row 1", [0, 5, 2])
    check(
      "indices: expected a row of the normalizers, from 0 to 4, found -1 in row 2", [0, 1, -1])
    check("indices: expected every sample once in a batch, found 3 again in row 2", [3, 1, 3])
    check("indices: expected 3, one per row of \(first), found 2", [0, 1])
    let one = rows.rows(0..<1)
    check(
      "\(first): expected at least two rows, which are each other's negatives, found 1 row", [0],
      x: one, y: one)
    check("\(second): expected 3 rows, as \(first), found 1 row", [0, 1, 2], y: one)
    check(
      "\(second): row 1 holds a NaN or an infinity; every number must be finite", [0, 1, 2],
      y: rows.replacing(1, 0, by: .nan))
    check(
      "weights: expected \(form == .towers ? 3 : 6), one per term, found 2", [0, 1, 2],
      reduction: .weighted([1, 2]))
    guard form == .views else { return }
    check(
      "loss: expected one that is multiplied by τ, found the unscaled one", [0, 1, 2],
      of: try GlobalContrastive.unscaled(temperature: 0.1))
  }

  @Test("refuses parameters out of range")
  func parameters() {
    for gamma in [0, -0.5, 1.5, .nan] {
      expectRefusal("gamma: expected a number above 0 and up to 1, found \(gamma)") {
        _ = try GlobalContrastive(temperature: 0.1, gamma: gamma)
      }
    }
    expectRefusal("rho: expected a finite number, 0 or more, found -1.0") {
      _ = try GlobalContrastive(temperature: 0.1, rho: -1)
    }
    expectRefusal("sampleCount: expected a positive whole number, found 0") {
      _ = try MovingNormalizers(sampleCount: 0)
    }
  }
}
