import Contrastive
import ContrastiveCheckpoints
import ContrastiveTraining
import TestSupport
import Testing

@Suite("Checkpoints")
struct CheckpointTests {
  // An epoch has three batches: these lie at its beginning, inside it, and before any step.
  @Test("go on to the bit", arguments: [0, 1, 3, 7])
  func resume(after stop: Int) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      let directory = try TemporaryDirectory()
      let path = directory("run.safetensors")
      var whole = try TrainingRun<Scalar>()
      let losses = try whole.train(to: 12)

      var first = try TrainingRun<Scalar>()
      var resumed = try first.train(to: stop)
      try first.save(to: path)
      // The run itself is not disturbed by being saved.
      #expect(try first.train(to: 12) == Array(losses[(2 * stop)...]))

      var second = try TrainingRun<Scalar>()
      if stop > 0 { _ = try second.train(to: 2) }
      try second.restore(from: path)
      resumed += try second.train(to: 12)
      #expect(resumed == losses)
      #expect(second.encoder.parameters == whole.encoder.parameters)
      #expect(second.queue.keys == whole.queue.keys && second.bank.rows == whole.bank.rows)

      // All bits, and those of the file it came from, which training did not change.
      try second.save(to: directory("second"))
      try whole.save(to: directory("whole"))
      #expect(try contents(of: directory("second")) == contents(of: directory("whole")))
      var third = try TrainingRun<Scalar>()
      try third.restore(from: path)
      #expect(try third.train(to: 12) == Array(losses[(2 * stop)...]))
      #expect(try directory.contents == ["run.safetensors", "second", "whole"])
    }
    try check(Float.self)
    try check(Double.self)
  }

  @Test("are files that other programs read")
  func tensors() throws {
    let directory = try TemporaryDirectory()
    var run = try TrainingRun<Float>()
    try run.save(to: directory("run.safetensors"))
    let file = try SafetensorsFile(directory("run.safetensors"))
    #expect(
      try Matrix<Float>(file.tensor("encoder.2.weight")) == run.encoder.parameters[2].values)
    #expect(file.metadata["part optimizer"]?.hasPrefix("Adam<Float>, CRC-32 ") == true)
  }

  @Test("keep constants that a loop changes, and clamps")
  func constants() throws {
    let directory = try TemporaryDirectory()
    let checkpoint = Checkpoint(at: directory("c"))
    let clamps: [LearnableTemperature<Float>.Clamp] = [
      .clip, .none, .logScale(-1...2), .logScale(0 ... .infinity), .logScale(-.infinity...3),
    ]
    for clamp in clamps {
      var temperature = LearnableTemperature<Float>(0.5, clamp: clamp)
      var sgd = SGD<Float>(learningRate: 0.25, momentum: 0.5, weightDecay: 0.125, isNesterov: true)
      var adam = Adam<Float>(
        learningRate: 0.25, betas: (0.5, 0.75), epsilon: 0.125, weightDecay: .decoupled(0.5))
      try checkpoint.save {
        $0.include(&temperature, as: "temperature")
        $0.include(&sgd, as: "sgd")
        $0.include(&adam, as: "adam")
      }
      temperature = LearnableTemperature()
      (sgd, adam) = (SGD(learningRate: 1), Adam(learningRate: 1, weightDecay: .coupled(1)))
      try checkpoint.restore {
        $0.include(&temperature, as: "temperature")
        $0.include(&sgd, as: "sgd")
        $0.include(&adam, as: "adam")
      }
      #expect(temperature.clamp == clamp)
      #expect(sgd.learningRate == 0.25 && sgd.momentum == 0.5)
      #expect(sgd.weightDecay == 0.125 && sgd.isNesterov)
      #expect(adam.learningRate == 0.25 && adam.betas == (0.5, 0.75) && adam.epsilon == 0.125)
      #expect(adam.weightDecay == .decoupled(0.5))
    }
  }

  @Test("are not written if they could not be restored, and leave the earlier one")
  func unrestorable() throws {
    let directory = try TemporaryDirectory()
    let checkpoint = Checkpoint(at: directory("c"))
    #expect(!checkpoint.exists)
    var run = try TrainingRun<Float>()
    try run.save(to: checkpoint.path)
    #expect(checkpoint.exists)
    let before = try contents(of: checkpoint.path)
    func line(_ change: (inout TrainingRun<Float>) -> Void) throws -> String? {
      var changed = run
      change(&changed)
      let error = #expect(throws: CheckpointError.self) { try changed.save(to: checkpoint.path) }
      #expect(try contents(of: checkpoint.path) == before)
      return error.map { String($0.description.dropFirst(checkpoint.path.count)) }
    }
    #expect(
      try line { $0.encoder.parameters[0].values[3, 1] = .nan }
        == ": part 'encoder': 0.weight: row 3 holds a NaN or an infinity; every number must be finite"
    )
    #expect(
      try line { $0.step = -1 }
        == ": part 'step': count: expected a number from 0 to \(Int.max / 2), found -1")
    #expect(try line { $0.lossSum = .nan }?.hasPrefix(": part 'lossSum': number: expected") == true)
    #expect(
      try line { $0.optimizer.betas.second = 1 }?
        .hasPrefix(": part 'optimizer': betas.second: expected a number from 0.0 to 0.99") == true)
    #expect(
      try line { $0.momentumOptimizer.learningRate = .infinity }?
        .hasPrefix(": part 'momentumOptimizer': learningRate: expected") == true)
    var step = 0
    for (name, text) in [
      ("a.b", "expected a name without dots and control characters"),
      ("", "expected a name without dots and control characters"),
      ("a\nb", "expected a name without dots and control characters"),
    ] {
      let error = #expect(throws: CheckpointError.self) {
        try checkpoint.save { $0.include(&step, as: name) }
      }
      #expect(error?.description.hasSuffix(text) == true)
      #expect(error?.description.contains("\n") == false)
    }
    let twice = #expect(throws: CheckpointError.self) {
      try checkpoint.save {
        $0.include(&step, as: "step")
        $0.include(&step, as: "step")
      }
    }
    #expect(twice?.problem == .includedTwice && twice?.part == "step")
    #expect(throws: CheckpointError.self) {
      try Checkpoint(at: directory("none/c")).save { $0.include(&step, as: "step") }
    }
    #expect(try contents(of: checkpoint.path) == before)
    #expect(try directory.contents == ["c"])
  }
}
