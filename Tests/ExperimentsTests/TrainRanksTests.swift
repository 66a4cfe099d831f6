import Contrastive
import ContrastiveDistributed
import ContrastiveTraining
import Foundation
import TestSupport
import Testing

@testable import Experiments

@Suite("training over ranks")
struct TrainRanksTests {
  private let options: AdapterOptions
  private let data: AdapterData

  init() throws {
    let folder = try TemporaryFolder()
    options = try Self.options(
      try TurnedPairs(rowCount: 160).write(to: folder) + [
        "--epochs", "2", "--batch", "32", "--learning-rate", "0.02",
      ])
    data = try options.data()
  }

  private static func options(_ arguments: [String]) throws -> AdapterOptions {
    try #require(
      try ExperimentsCommand.parseAsRoot(["train", "adapter"] + arguments) as? TrainAdapter
    ).adapter
  }

  private func training(
    _ loss: PairLoss = .clip, across group: LocalGroup? = nil
  ) throws -> AdapterTraining {
    var adapter = options
    adapter.loss = loss
    let temperature = TrainedTemperature.learned(
      LearnableTemperature(0.1), Adam(learningRate: 0.02))
    return try AdapterTraining(
      adapter, data: data, temperature: temperature, seed: 1, options: ComputeOptions(threads: 1),
      across: group)
  }

  /// What every rank's body returns.
  private func run<Result: Sendable>(
    ranks: Int, _ body: @escaping @Sendable (LocalGroup) throws -> Result
  ) throws -> [Result] {
    try LocalGroup.run(count: ranks, limit: .seconds(60)) { group in
      Swift.Result { try body(group) }
    }.map { try $0.get().get() }
  }

  private static func train(_ training: inout AdapterTraining, epochs: Int) throws {
    for _ in 0..<epochs { while try !training.step() {} }
  }

  private func expectClose(_ actual: AdapterTraining, _ expected: AdapterTraining, _ what: String) {
    // Adam divides gradients by their size: their roundings, 1e-5 of it, make as much of a step of 0.02.
    for (own, other) in [(actual.queries, expected.queries), (actual.keys, expected.keys)] {
      for (a, b) in zip(own.parameters[0].values.elements, other.parameters[0].values.elements) {
        #expect(abs(a - b) < 1e-4, "\(what)")
      }
    }
    let (own, other) = (actual.presentTemperature.value, expected.presentTemperature.value)
    #expect(abs(own - other) < 1e-4 * other, "\(what)")
    #expect(actual.stepCount == expected.stepCount)
  }

  @Test("is that of one process, with equal bits on all ranks", arguments: PairLoss.allCases)
  func equalsOneProcess(_ loss: PairLoss) throws {
    var alone = try training(loss)
    try Self.train(&alone, epochs: 1)
    let all = try run(ranks: 3) { group in
      var training = try training(loss, across: group)
      try Self.train(&training, epochs: 1)
      return training
    }
    for training in all {
      expectClose(training, alone, "\(loss)")
      #expect(training.queries.parameters == all[0].queries.parameters)
      #expect(training.keys.parameters == all[0].keys.parameters)
    }
  }

  @Test("goes on with another number of ranks")
  func resumes() throws {
    var alone = try training()
    try Self.train(&alone, epochs: 2)
    let folder = try TemporaryFolder()
    let file = folder.path("run.safetensors")
    _ = try run(ranks: 4) { group in
      var training = try training(across: group)
      try Self.train(&training, epochs: 1)
      if group.rank == 0 { try training.save(to: file, settings: 7) }
    }
    let resumed = try run(ranks: 2) { group in
      var training = try training(across: group)
      try training.resume(from: file, settings: 7)
      try Self.train(&training, epochs: 1)
      return training
    }
    for training in resumed { expectClose(training, alone, "resumed") }
    var other = try training()
    #expect(throws: CommandFailure.self) { try other.resume(from: file, settings: 8) }
  }

  @Test("is refused where ranks have found checkpoints of other steps, or none")
  func unequalCheckpoints() throws {
    let folder = try TemporaryFolder()
    let file = folder.path("run.safetensors")
    var alone = try training()
    try Self.train(&alone, epochs: 1)
    try alone.save(to: file, settings: 7)
    let steps = alone.stepCount
    for found in [[true, true, false], [false, true, true], [true, true, true]] {
      let errors = try run(ranks: 3) { group in
        var training = try training(across: group)
        if found[group.rank] { try training.resume(from: file, settings: 7) }
        do {
          try training.requireOneStep(of: "run")
          return "none"
        } catch {
          return "\(error)"
        }
      }
      #expect(errors.allSatisfy { $0 == errors[0] }, "\(errors)")
      guard let other = found.firstIndex(where: { $0 != found[0] }) else {
        #expect(errors[0] == "none")
        continue
      }
      let after = found.map { $0 ? steps : 0 }
      #expect(errors[0].contains("--checkpoint run"))
      #expect(errors[0].contains("\(after[0]) steps on rank 0"), "\(errors[0])")
      #expect(errors[0].contains("\(after[other]) on rank \(other)"), "\(errors[0])")
    }
  }

  @Test("ends when ranks have parameters of their own")
  func unequal() throws {
    let errors = try run(ranks: 3) { group in
      var weight = Matrix<Float>(rowCount: 2, columnCount: 2)
      if group.rank == 2 { weight[1, 1] = 1e-30 }
      do {
        try Parameters([Parameter("weight", weight)]).requireEqual(named: "keys", across: group)
        return "no error"
      } catch {
        return "\(error)"
      }
    }
    #expect(errors.allSatisfy { $0 == errors[0] && $0.contains("rank 2") }, "\(errors)")
  }

  @Test("refuses batches of too few pairs")
  func refusals() throws {
    let refused = try run(ranks: 2) { group in
      var adapter = options
      adapter.batch = 1
      #expect(throws: CommandFailure.self) {
        try AdapterTraining(
          adapter, data: data, temperature: .scheduled(.constant(0.1)), seed: 1,
          options: ComputeOptions(), across: group)
      }
      return true
    }
    #expect(refused.count == 2)
  }

  @Test("deals a sweep's runs, and every rank knows all outcomes")
  func sweep() throws {
    let runs = [0.05, 0.1, 0.2].flatMap { temperature in
      (1...2).map { SweepRun(temperature: temperature, seed: $0, epochs: 1) }
    }
    @Sendable func trainer(_ group: LocalGroup?) -> SweepTrainer {
      SweepTrainer(
        adapter: options, data: data, threads: 1, group: group, keepsRanks: true)
    }
    /// Without times, which differ.
    @Sendable func told(_ outcomes: [SweepRun: SweepOutcome]) -> [SweepRun: [Double]] {
      outcomes.mapValues { $0.result?.ranks ?? [] }
    }
    let alone = told(try trainer(nil).outcomes(of: runs, progress: ProgressLine(write: nil)))
    #expect(alone.count == runs.count && alone.values.allSatisfy { $0.count == 32 })
    let all = try run(ranks: 4) { group in
      told(try trainer(group).outcomes(of: runs, progress: ProgressLine(write: nil)))
    }
    for outcomes in all { #expect(outcomes == alone) }
  }
}
