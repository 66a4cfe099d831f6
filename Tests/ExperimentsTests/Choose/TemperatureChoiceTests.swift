import Contrastive
import Foundation
import TestSupport
import Testing

@testable import Experiments

/// Ranks of test queries that are made up, and what is said of them.
@Suite("The choice of a temperature")
struct TemperatureChoiceTests {
  private static let rowCount = 400

  /// Runs whose queries are found by chances that a function gives, each query's luck being the same at all of them.
  private func recalls(
    _ temperatures: [Double], untrained: Double = 0.3, seeds: Int = 5,
    _ share: (Double) -> Double
  ) throws -> TrainedRecalls {
    var outcomes: [SweepRun: SweepOutcome] = [:]
    var runs: [SweepRun] = []
    var generator = SeededGenerator(seed: 4)
    let luck = (0..<Self.rowCount).map { _ in Double.random(in: 0..<1, using: &generator) }
    func ranks(_ share: Double, _ jitter: Double) -> [Double] {
      luck.map { $0 + jitter * Double.random(in: -1...1, using: &generator) < share ? 1 : 7 }
    }
    for temperature in temperatures {
      for seed in 1...seeds {
        let run = SweepRun(temperature: temperature, seed: UInt64(seed))
        let own = ranks(share(temperature), 0.05)
        runs.append(run)
        outcomes[run] = .finished(result(own))
      }
    }
    return try #require(
      try TrainedRecalls(
        outcomes, of: runs, untrained: ranks(untrained, 0),
        resamples: Resamples(of: Self.rowCount, seed: 1)))
  }

  private func result(_ ranks: [Double]) -> SweepResult {
    SweepResult(
      metrics: RetrievalMetrics(recallAt1: 0, recallAt10: 0, meanReciprocalRank: 0), loss: 1,
      lastLoss: 1, seconds: 0, ranks: ranks)
  }

  private func sentence(_ choice: TemperatureChoice, _ recalls: TrainedRecalls) -> String {
    choice.sentence(
      ChoiceContext(
        pairCount: 2000, testCount: Self.rowCount, temperatures: recalls.temperatures,
        seedCount: recalls.seeds.count, untrained: 0.3,
        recall: Dictionary(
          uniqueKeysWithValues: zip(
            recalls.temperatures, recalls.comparison.means.map(\.value)))))
  }

  @Test("names the one that is above all others")
  func best() throws {
    let recalls = try recalls([0.01, 0.05, 0.2]) { $0 == 0.05 ? 0.7 : 0.5 }
    let choice = TemperatureChoice(recalls)
    #expect(choice == .best(0.05))
    #expect(sentence(choice, recalls).hasPrefix("Use 0.05: recall@1 of 0."))
    #expect(sentence(choice, recalls).contains("these 400 test pairs and 5 seeds"))
  }

  @Test("says so where the best is an end of the grid")
  func end() throws {
    let recalls = try recalls([0.01, 0.05, 0.2]) { $0 == 0.2 ? 0.7 : 0.5 }
    #expect(sentence(TemperatureChoice(recalls), recalls).hasSuffix("add temperatures beyond it."))
  }

  @Test("names those that cannot be told apart")
  func alike() throws {
    let recalls = try recalls([0.01, 0.02, 0.05, 0.1, 1]) { $0 < 0.02 || $0 > 0.1 ? 0.5 : 0.7 }
    let choice = TemperatureChoice(recalls)
    guard case .alike([0.02, 0.05, 0.1], let use) = choice else {
      Issue.record("\(choice)")
      return
    }
    #expect(
      sentence(choice, recalls)
        == "0.02 to 0.1 cannot be told apart on these 400 test pairs; use \(use.text(digits: 3)).")
  }

  @Test("lists those that are no neighbours")
  func list() throws {
    let recalls = try recalls([0.01, 0.02, 0.05, 1]) { $0 == 0.02 || $0 == 1 ? 0.7 : 0.5 }
    #expect(
      sentence(TemperatureChoice(recalls), recalls).hasPrefix("0.02 and 1 cannot be told apart"))
  }

  @Test("says that the data cannot tell")
  func undecided() throws {
    let recalls = try recalls([0.01, 0.05, 0.2]) { _ in 0.6 }
    let choice = TemperatureChoice(recalls)
    guard case .undecided([0.01, 0.05, 0.2], _) = choice else {
      Issue.record("\(choice)")
      return
    }
    #expect(sentence(choice, recalls).hasPrefix("Your data cannot tell: 0.01 to 0.2 cannot"))
  }

  @Test("says that training does harm")
  func harmful() throws {
    let recalls = try recalls([0.01, 0.05], untrained: 0.9) { _ in 0.6 }
    let choice = TemperatureChoice(recalls)
    guard case .harmful = choice else {
      Issue.record("\(choice)")
      return
    }
    #expect(sentence(choice, recalls).contains("is training as good as none"))
  }

  @Test("says that trained rows are too easy")
  func separable() throws {
    let recalls = try recalls([0.01, 0.05, 1]) { $0 < 1 ? 2 : 0.5 }
    let choice = TemperatureChoice(recalls)
    #expect(choice == .separable(among: [0.01, 0.05], use: 0.01))
    #expect(sentence(choice, recalls).contains("all 400 test queries find their key first"))
  }

  @Test("leaves a temperature out whose training diverged")
  func diverged() throws {
    let whole = try recalls([0.01, 0.05]) { _ in 0.6 }
    var outcomes: [SweepRun: SweepOutcome] = [:]
    var runs: [SweepRun] = []
    for (temperature, ranks) in zip(whole.temperatures, whole.ranks) {
      for (seed, own) in ranks.enumerated() {
        runs.append(SweepRun(temperature: temperature, seed: UInt64(seed)))
        outcomes[runs[runs.count - 1]] = .finished(result(own))
      }
    }
    outcomes[runs[0]] = .diverged(Divergence(step: 3, learningRate: 9, symptom: "the loss is nan"))
    let recalls = try #require(
      try TrainedRecalls(
        outcomes, of: runs, untrained: whole.untrained,
        resamples: Resamples(of: Self.rowCount, seed: 1)))
    #expect(recalls.temperatures == [0.05] && recalls.diverged == [0.01: 1])
  }

  @Test("is not made of a seed that not all temperatures have")
  func unfinished() throws {
    let runs = [0.01, 0.05].map { SweepRun(temperature: $0, seed: 1) }
    let outcomes: [SweepRun: SweepOutcome] = [
      runs[0]: .finished(result(Array(repeating: 1, count: Self.rowCount)))
    ]
    #expect(
      try TrainedRecalls(
        outcomes, of: runs, untrained: [], resamples: Resamples(of: Self.rowCount, seed: 1)) == nil)
  }

  @Test("knows ranks of chance")
  func random() {
    var generator = SeededGenerator(seed: 8)
    let chance = (0..<500).map { _ in Double(Int.random(in: 1...500, using: &generator)) }
    #expect(TrainedRecalls.areRandom(chance))
    #expect(!TrainedRecalls.areRandom(chance.map { max(1, $0 - 60) }))
  }
}
