import Contrastive
import Foundation
import TestSupport
import Testing

@testable import Experiments

/// Ranks of test queries that are made up, and what is said of them.
@Suite("The choice of a temperature")
struct TemperatureChoiceTests {
  static let rowCount = 400

  /// Runs whose queries are found by chances that a function gives, each query's luck being the same at all of them.
  static func recalls(
    _ temperatures: [Double], untrained: Double = 0.3, seeds: Int = 5,
    _ share: (Double) -> Double
  ) throws -> TrainedRecalls {
    var outcomes: [SweepRun: SweepOutcome] = [:]
    var runs: [SweepRun] = []
    var generator = SeededGenerator(seed: 4)
    let luck = (0..<rowCount).map { _ in Double.random(in: 0..<1, using: &generator) }
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
        resamples: Resamples(of: rowCount, seed: 1)))
  }

  private func recalls(
    _ temperatures: [Double], untrained: Double = 0.3, _ share: (Double) -> Double
  ) throws -> TrainedRecalls {
    try Self.recalls(temperatures, untrained: untrained, share)
  }

  static func result(_ ranks: [Double]) -> SweepResult {
    SweepResult(
      metrics: RetrievalMetrics(recallAt1: 0, recallAt10: 0, meanReciprocalRank: 0), loss: 1,
      lastLoss: 1, seconds: 0, ranks: ranks)
  }

  static let length = TrainingLength(epochs: 10, steps: 60, batch: 512, learningRate: 5e-4)

  static func sentence(
    _ choice: TemperatureChoice, recall: [Double: Double],
    needed: [TrainedRecalls.NeededPairs] = [], change: ConvergenceCheck.Change? = nil
  ) -> String {
    choice.sentence(
      ChoiceContext(
        pairCount: 2000, testCount: rowCount, temperatures: recall.keys.sorted(), seedCount: 5,
        untrained: 0.3, recall: recall, needed: needed, length: length, change: change))
  }

  private func sentence(
    _ choice: TemperatureChoice, _ recalls: TrainedRecalls,
    _ change: ConvergenceCheck.Change? = nil
  ) -> String {
    Self.sentence(
      choice,
      recall: Dictionary(
        uniqueKeysWithValues: zip(recalls.temperatures, recalls.comparison.means.map(\.value))),
      needed: recalls.needed(toTell: Array(recalls.temperatures.indices)), change: change)
  }

  @Test("compares nothing where one temperature alone was trained to the end")
  func one() throws {
    let recalls = try recalls([0.05]) { _ in 0.7 }
    let text = sentence(TemperatureChoice(recalls), recalls)
    #expect(text.hasPrefix("0.05 is the only one of 1 temperature at which no training diverged"))
  }

  @Test("says what matters more: that training is worth nothing, or is too long")
  func training() {
    func sentence(_ choice: TemperatureChoice, isNoBetterThanNone: Bool, falling: [Double])
      -> String
    {
      choice.sentence(
        ChoiceContext(
          pairCount: 2000, testCount: 400, temperatures: [0.05, 0.1], seedCount: 5,
          untrained: 0.332, recall: [0.05: 0.33, 0.1: 0.34], needed: [], length: Self.length,
          isNoBetterThanNone: isNoBetterThanNone, falling: falling))
    }
    let choice = TemperatureChoice.alike(among: [0.05, 0.1], use: 0.1)
    let plain = sentence(choice, isNoBetterThanNone: false, falling: [])
    let worthless = sentence(choice, isNoBetterThanNone: true, falling: [])
    #expect(
      worthless == plain
        + " But not even the best, 0.34, is told apart from no training at all, 0.332.")
    let long = sentence(choice, isNoBetterThanNone: false, falling: [0.1])
    #expect(long.hasPrefix(plain + " Trained twice as long, recall@1 falls at τ = 0.1: "))
    #expect(long.hasSuffix("; try --epochs 5."))
    let both = sentence(choice, isNoBetterThanNone: true, falling: [0.05, 0.1])
    #expect(both.hasPrefix(worthless + " Trained twice as long, recall@1 falls everywhere: "))
    #expect(
      !sentence(.random, isNoBetterThanNone: true, falling: [0.1]).contains("no training at all"))
  }

  @Test("names the one that is above all others")
  func best() throws {
    let recalls = try recalls([0.01, 0.05, 0.2]) { $0 == 0.05 ? 0.7 : 0.5 }
    let choice = TemperatureChoice(recalls)
    #expect(choice == .best(0.05))
    #expect(sentence(choice, recalls).hasPrefix("Use 0.05: recall@1 of 0."))
    #expect(sentence(choice, recalls).contains("these 400 test pairs and 5 seeds"))
    #expect(sentence(choice, recalls).contains(" after 10 epochs (60 steps) "))
    let rise = Estimate(value: 0.05, halfWidth: 0.02)
    #expect(
      sentence(choice, recalls, .rise(at: 0.05, by: rise)).hasSuffix(
        "But these epochs are too few: recall@1 at 0.05 rises by 0.05 (0.03 to 0.07) in 10 more. Train longer: "
          + "--epochs 40."))
  }

  @Test(
    "says what to add where the best is an end of the grid, unless no more can come of it",
    arguments: [
      ([0.01, 0.05, 0.2], 0.2, "The largest that was tried is best: add larger ones, up to 1."),
      ([0.01, 0.05, 0.2], 0.01, "The smallest that was tried is best: add smaller ones."),
      ([0.01, 0.05, 0.2], 0.05, "leave open."), ([0.01, 0.05, 1], 1, "leave open."),
    ])
  func end(temperatures: [Double], best: Double, ending: String) throws {
    let recalls = try recalls(temperatures) { $0 == best ? 0.7 : 0.5 }
    let choice = TemperatureChoice(recalls)
    #expect(sentence(choice, recalls).hasSuffix(ending))
    // First things first: more epochs may move it away from the end.
    let rise = Estimate(value: 0.05, halfWidth: 0.02)
    #expect(sentence(choice, recalls, .rise(at: best, by: rise)).hasSuffix("--epochs 40."))
  }

  @Test("names those that cannot be told apart")
  func alike() throws {
    let recalls = try recalls([0.01, 0.02, 0.05, 0.1, 0.2]) {
      $0 == 0.05 ? 0.71 : $0 == 0.02 || $0 == 0.1 ? 0.7 : 0.5
    }
    let choice = TemperatureChoice(recalls)
    #expect(choice == .alike(among: [0.02, 0.05, 0.1], use: 0.05))
    let start =
      "0.02 to 0.1 cannot be told apart by recall@1 on these 400 test pairs after 10 epochs (60 steps)"
    #expect(sentence(choice, recalls) == start + "; use 0.05, the best on average.")
    let rise = Estimate(value: 0.05, halfWidth: 0.02)
    #expect(
      sentence(choice, recalls, .rise(at: 0.1, by: rise))
        == start
        + ", which are too few: recall@1 at 0.1 rises by 0.05 (0.03 to 0.07) in 10 more. Train longer: --epochs 40. "
        + "If 10 epochs are how long you will train, use 0.05, the best on average.")
    #expect(
      sentence(choice, recalls, .order(ahead: 0.1, of: 0.05, by: rise)).contains(
        ", which do not settle it: after 10 more, recall@1 at 0.1 is above that at 0.05 by 0.05 (0.03 to 0.07). Give "
          + "--epochs, as many as you will train for."))
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
    #expect(
      sentence(choice, recalls).contains("To tell apart what differs by 0.01 would take about "))
    // Nobody is told to use it, by the table neither.
    let verdicts = Choose.reasonsTable(recalls, choice: choice, length: Self.length)
      .cells(in: "verdict")
    #expect(verdicts.contains(.string("best on average")))
    #expect(!verdicts.contains(.string("use this")))
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
        outcomes[runs[runs.count - 1]] = .finished(Self.result(own))
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
      runs[0]: .finished(Self.result(Array(repeating: 1, count: Self.rowCount)))
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
