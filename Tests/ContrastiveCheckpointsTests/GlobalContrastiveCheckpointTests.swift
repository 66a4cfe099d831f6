import Contrastive
import ContrastiveCheckpoints
import TestSupport
import Testing

@Suite("Normalizers and individual temperatures in a checkpoint")
struct GlobalContrastiveCheckpointTests {
  /// A run of iSogCLR on given rows.
  struct Run {
    var normalizers: MovingNormalizers
    var temperatures: IndividualTemperatures

    init(sampleCount: Int = 9, learningRate: Double = 0.01) throws {
      normalizers = try MovingNormalizers(sampleCount: sampleCount)
      temperatures = try IndividualTemperatures(
        sampleCount: sampleCount, initial: 0.02, learningRate: learningRate, beta: 0.3)
    }

    mutating func parts(_ parts: inout CheckpointParts) {
      parts.include(&normalizers, as: "normalizers")
      parts.include(&temperatures, as: "temperatures")
    }

    /// The values and the gradients by images of some batches.
    mutating func train<Scalar: EmbeddingScalar>(
      _ steps: Range<Int>, as scalar: Scalar.Type
    ) throws -> [[Scalar]] {
      let loss = try RobustGlobalContrastive(gamma: 0.6, rho: 2)
      return try steps.map { step in
        let images = Matrix<Scalar>.random(rowCount: 4, columnCount: 3, seed: UInt64(2 * step))
        let texts = Matrix<Scalar>.random(rowCount: 4, columnCount: 3, seed: UInt64(2 * step + 1))
        let result = try loss.valueWithGradient(
          images: images, texts: texts, indices: (0..<4).map { (2 * $0 + step) % 8 },
          normalizers: &normalizers, temperatures: &temperatures)
        return try [result.value] + #require(result.gradient.images).elements
      }
    }
  }

  @Test("are restored to the bit, and go on alike", arguments: [0, 1, 5])
  func resume(after steps: Int) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      let directory = try TemporaryDirectory()
      var run = try Run()
      _ = try run.train(0..<steps, as: Scalar.self)
      try Checkpoint(at: directory("a")).save { run.parts(&$0) }
      // Nothing of what was there before is left, of constants neither.
      var restored = try Run(learningRate: 0.5)
      _ = try restored.train(20..<23, as: Scalar.self)
      try Checkpoint(at: directory("a")).restore { restored.parts(&$0) }
      #expect(restored.normalizers == run.normalizers)
      #expect(restored.temperatures == run.temperatures)
      try Checkpoint(at: directory("b")).save { restored.parts(&$0) }
      #expect(try contents(of: directory("a")) == contents(of: directory("b")))
      let expected = try run.train(steps..<steps + 4, as: Scalar.self)
      #expect(try restored.train(steps..<steps + 4, as: Scalar.self) == expected)
      #expect(restored.normalizers == run.normalizers)
      #expect(restored.temperatures == run.temperatures)
    }
    try check(Float.self)
    try check(Double.self)
  }

  @Test("are not restored from those of another data set")
  func sizes() throws {
    let directory = try TemporaryDirectory()
    let checkpoint = Checkpoint(at: directory("a"))
    var run = try Run(sampleCount: 9)
    try checkpoint.save { run.parts(&$0) }
    var other = try Run(sampleCount: 8)
    let error = #expect(throws: CheckpointError.self) {
      try checkpoint.restore { other.parts(&$0) }
    }
    #expect(error?.part == "normalizers")
  }
}
