import Contrastive
import TestSupport
import Testing

/// What cannot be refused where it is made, and is where it is used.
@Suite("Options that losses refuse")
struct RefusedOptionsTests {
  static let x = Matrix<Float>.random(rowCount: 4, columnCount: 3, seed: 1)
  static let y = Matrix<Float>.random(rowCount: 4, columnCount: 3, seed: 2)

  @Test("fewer threads than one", arguments: try ShapedLoss.all())
  func threads(_ loss: ShapedLoss) throws {
    let rows = (0..<3).map { Matrix<Float>.random(rowCount: 6, columnCount: 2, seed: $0 + 1) }
    let calls = try loss.calls(rows[0], rows[1], rows[2], options: ComputeOptions(threads: 0))
    let line = "threads: expected a positive whole number, found 0"
    for reduction in [.mean, .sum] as [Reduction] {
      expectRefusal(line) { _ = try calls.value(reduction) }
      expectRefusal(line) { _ = try calls.step(reduction) }
    }
    expectRefusal(line) { _ = try calls.perTerm() }
  }

  @Test("temperatures of rows, or of a sweep, whose logits are rounded by more than an exponent")
  func smallTemperatures() throws {
    let tiny: Temperature = 3e-10
    for refuses in [
      {
        _ = try InfoNCE(temperature: 1).sweep(
          queries: Self.x, positives: Self.y, temperatures: [tiny])
      },
      {
        _ = try CLIP(temperature: Temperature(rows: Array(repeating: 3e-10, count: 4))).value(
          images: Self.x, texts: Self.y)
      },
    ] as [() throws -> Void] {
      let error = #expect(throws: ContrastiveError.self, performing: refuses)
      #expect(error?.description.contains("in Float arithmetic, beside others") == true)
    }
    // One temperature for all has its logits rounded first.
    #expect(try CLIP(temperature: tiny).value(images: Self.x, texts: Self.y).isFinite)
  }

  @Test("a hardness that leaves no room for logits")
  func hardness() {
    let error = #expect(throws: ContrastiveError.self) {
      try InfoNCE(temperature: 1, hardness: 1e39).value(queries: Self.x, keys: Self.y)
    }
    #expect(error?.argument == .hardness)
  }

  @Test("fewer threads than one, where it is no loss")
  func otherThreads() throws {
    let (x, y) = (Self.x, Self.y)
    var none = ComputeOptions(threads: 0)
    #expect(throws: ContrastiveError.self) {
      try InfoNCE(temperature: 1).sweep(
        queries: x, positives: y, temperatures: [1], options: none)
    }
    expectRefusal("threads: expected a positive whole number, found 0") {
      _ = try NormalizationConstant(
        estimating: x, memory: try y.normalized(), indices: (0..<4).map { [$0] }, temperature: 1,
        options: none)
    }
    none.threads = -3
    let error = #expect(throws: ContrastiveError.self) {
      try CLIP(temperature: 1).value(images: x, texts: y, options: none)
    }
    #expect(error?.description == "threads: expected a positive whole number, found -3")
    none.threads = 1
    #expect(try CLIP(temperature: 1).value(images: x, texts: y, options: none) > 0)
  }

  @Test("a literal that is no temperature")
  func temperatures() throws {
    let losses: [any PairedLoss] = [
      InfoNCE(temperature: -0.1), MoCoV3(temperature: -0.1), CLIP(temperature: -0.1),
      NTXent(temperature: -0.1), SigLIP(temperature: -0.1, bias: 0),
      DecoupledContrastive(temperature: 0.1, weightTemperature: -0.1),
      try HardNegative(temperature: -0.1, positivePrior: 0.1, concentration: 1),
    ]
    for loss in losses {
      let error = #expect(throws: ContrastiveError.self) {
        try loss.value(queries: Self.x, keys: Self.y)
      }
      #expect(error?.problem == .number(found: -0.1, expected: .positive), "\(loss)")
    }
    #expect(throws: ContrastiveError.self) {
      try Distillation(temperature: 0).value(studentLogits: Self.x, teacherLogits: Self.y)
    }
    #expect(throws: ContrastiveError.self) {
      try CandidateSet.inBatch(size: 4).floor(temperature: -1)
    }
    #expect(throws: ContrastiveError.self) {
      try NegativeWeights(similarities: [0, 1], temperature: 0)
    }
  }
}
