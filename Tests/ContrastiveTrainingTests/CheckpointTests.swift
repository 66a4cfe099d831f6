import Contrastive
import ContrastiveTraining
import TestSupport
import Testing

@Suite("Checkpoints")
struct CheckpointTests {
  /// A training run of everything that there is to keep.
  struct Run<Scalar: EmbeddingScalar & ArrayElement> {
    var encoder: MLPEncoder<Scalar>
    var momentumEncoder: Parameters<Scalar>
    var optimizer = Adam<Scalar>.adamW(learningRate: 0.01)
    var momentumOptimizer = SGD<Scalar>(learningRate: 0.01, momentum: 0.9, weightDecay: 0.1)
    var temperature = LearnableTemperature<Scalar>(0.3)
    var temperatureOptimizer = Adam<Scalar>(learningRate: 0.01)
    var batches: MiniBatches
    var noise = SeededGenerator(seed: 9)
    var step = 0

    init() throws {
      var generator = SeededGenerator(seed: 1)
      encoder = try .random(dimensions: [5, 8, 4], using: &generator)
      momentumEncoder = encoder.parameters
      batches = try MiniBatches(rowCount: 17, batchSize: 5, seed: 2)
    }

    /// Trains until `step` is `end`, and returns the losses.
    mutating func train(to end: Int) throws -> [Scalar] {
      let inputs = Matrix<Scalar>.random(rowCount: 17, columnCount: 5, seed: 3)
      let schedule = CosineLearningRate(peak: 0.01, warmUpSteps: 3, totalSteps: 20)
      var losses: [Scalar] = []
      while step < end {
        let batch = inputs.rows(at: batches.next().rows)
        let view = Matrix<Scalar>(rowCount: batch.rowCount, columnCount: 5) {
          batch[$0, $1] + Scalar(Double.random(in: -0.1...0.1, using: &noise))
        }
        var keyEncoder = encoder
        keyEncoder.parameters = momentumEncoder
        let (queries, pass) = try encoder.forward(batch)
        let result = try InfoNCE(temperature: temperature.value).valueWithGradient(
          queries: queries, positives: keyEncoder(view), of: [.queries, .logScale])
        let gradient = try encoder.backward(result.gradient.queries, through: pass)
        optimizer.learningRate = schedule.learningRate(at: step)
        try optimizer.update(&encoder.parameters, by: gradient)
        try momentumOptimizer.update(&momentumEncoder, by: gradient)
        try momentumEncoder.update(toward: encoder.parameters, momentum: 0.9)
        try temperature.update(by: result.gradient.logScale, with: &temperatureOptimizer)
        losses.append(result.value)
        step += 1
      }
      return losses
    }

    func save(to path: String) throws {
      var checkpoint = Checkpoint()
      checkpoint.metadata["what"] = "a test"
      checkpoint.store(encoder.parameters, as: "encoder")
      checkpoint.store(momentumEncoder, as: "momentum")
      checkpoint.store(optimizer, as: "optimizer")
      checkpoint.store(momentumOptimizer, as: "momentumOptimizer")
      checkpoint.store(temperature, as: "temperature")
      checkpoint.store(temperatureOptimizer, as: "temperatureOptimizer")
      checkpoint.store(batches, as: "batches")
      checkpoint.store(noise, as: "noise")
      checkpoint.store(step, as: "step")
      try checkpoint.write(to: path)
    }

    mutating func restore(from path: String) throws {
      let checkpoint = try Checkpoint(reading: path)
      #expect(checkpoint.metadata == ["what": "a test"])
      try checkpoint.restore(&encoder.parameters, from: "encoder")
      try checkpoint.restore(&momentumEncoder, from: "momentum")
      try checkpoint.restore(&optimizer, from: "optimizer")
      try checkpoint.restore(&momentumOptimizer, from: "momentumOptimizer")
      try checkpoint.restore(&temperature, from: "temperature")
      try checkpoint.restore(&temperatureOptimizer, from: "temperatureOptimizer")
      try checkpoint.restore(&batches, from: "batches")
      try checkpoint.restore(&noise, from: "noise")
      try checkpoint.restore(&step, from: "step")
    }
  }

  // An epoch has three batches: these lie at its beginning, inside it, and before any step.
  @Test("go on to the bit", arguments: [0, 1, 3, 7])
  func resume(after stop: Int) throws {
    func check<Scalar: EmbeddingScalar & ArrayElement>(_: Scalar.Type) throws {
      let directory = try TemporaryDirectory()
      let path = directory("run.safetensors")
      var whole = try Run<Scalar>()
      let losses = try whole.train(to: 12)

      var first = try Run<Scalar>()
      var resumed = try first.train(to: stop)
      try first.save(to: path)
      // The run itself is not disturbed by being saved.
      #expect(try first.train(to: 12) == Array(losses[stop...]))

      var second = try Run<Scalar>()
      if stop > 0 { _ = try second.train(to: 2) }
      try second.restore(from: path)
      resumed += try second.train(to: 12)
      #expect(resumed == losses)
      #expect(second.encoder.parameters == whole.encoder.parameters)
      #expect(second.momentumEncoder == whole.momentumEncoder)
      #expect(second.temperature.logScale == whole.temperature.logScale)
      #expect(second.batches == whole.batches && second.noise == whole.noise)

      // All that was not compared, and the file it came from, which was only mapped.
      try second.save(to: directory("second"))
      try whole.save(to: directory("whole"))
      #expect(try contents(of: directory("second")) == contents(of: directory("whole")))
      var third = try Run<Scalar>()
      try third.restore(from: path)
      #expect(try third.train(to: 12) == Array(losses[stop...]))
    }
    try check(Float.self)
    try check(Double.self)
  }

  @Test("change nothing if they do not fit")
  func errors() throws {
    let directory = try TemporaryDirectory()
    let path = directory("run.safetensors")
    var run = try Run<Float>()
    _ = try run.train(to: 2)
    try run.save(to: path)
    let checkpoint = try Checkpoint(reading: path)
    func text(_ part: some Checkpointable, _ name: String) -> String? {
      var part = part
      do {
        try checkpoint.restore(&part, from: name)
        return nil
      } catch {
        return error.description
      }
    }
    var generator = SeededGenerator(seed: 1)
    let larger = try MLPEncoder<Float>.random(dimensions: [5, 9, 4], using: &generator)
    let double = try MLPEncoder<Double>.random(dimensions: [5, 8, 4], using: &generator)
    #expect(text(larger.parameters, "encoder")?.contains("expected 9 × 5") == true)
    #expect(text(double.parameters, "encoder")?.contains("expected a matrix of Double") == true)
    #expect(text(run.encoder.parameters, "nothing")?.contains("nothing.0.weight") == true)
    #expect(text(0, "encoder.0.weight")?.contains("expected a whole number") == true)
    #expect(
      text(try MiniBatches(rowCount: 17, batchSize: 4, seed: 1), "batches")?
        .hasSuffix("batches.batchSize: cannot be read: it is 5, expected 4") == true)

    let before = larger.parameters
    var after = before
    #expect(throws: ArrayFileError.self) { try checkpoint.restore(&after, from: "encoder") }
    #expect(after == before)

    try SafetensorsFile.write(
      ["x": WritableArray([1, 2] as [Float], shape: [2])], to: directory("other.safetensors"))
    #expect(throws: ArrayFileError.self) {
      try Checkpoint(reading: directory("other.safetensors"))
    }
    #expect(throws: ArrayFileError.self) { try Checkpoint(reading: directory("missing")) }
  }
}
