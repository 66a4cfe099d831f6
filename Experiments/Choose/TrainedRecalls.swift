import Contrastive

/// Which test queries found their keys after training, at every temperature with every seed, and untrained.
struct TrainedRecalls: Sendable {
  /// Those at which all seeds below were trained to the end, in order.
  let temperatures: [Double]

  /// Those trained to the end at all of the temperatures.
  let seeds: [UInt64]

  /// Temperatures at which a training diverged, and how many did.
  let diverged: [Double: Int]

  /// Of the share of queries that rank their key first: of every temperature, and last of the untrained rows.
  let comparison: PairedComparison

  /// By temperature, seed and row; and untrained.
  let ranks: [[[Double]]]
  let untrained: [Double]

  /// Takes what is done of some runs.
  ///
  /// - Returns: nil if no seed was trained at every temperature at which none diverged.
  /// - Parameter resamples: Of the test rows.
  init?(
    _ outcomes: [SweepRun: SweepOutcome], of runs: [SweepRun], untrained: [Double],
    resamples: Resamples
  ) throws(ContrastiveError) {
    var diverged: [Double: Int] = [:]
    for (run, outcome) in outcomes where outcome.divergence != nil {
      diverged[run.temperature, default: 0] += 1
    }
    let temperatures = Set(runs.map(\.temperature)).subtracting(diverged.keys).sorted()
    let seeds = Set(runs.map(\.seed)).sorted().filter { seed in
      temperatures.allSatisfy {
        outcomes[SweepRun(temperature: $0, seed: seed)]?.result?.ranks != nil
      }
    }
    guard !temperatures.isEmpty, !seeds.isEmpty else { return nil }
    (self.temperatures, self.seeds, self.diverged) = (temperatures, seeds, diverged)
    self.untrained = untrained
    ranks = temperatures.map { temperature in
      seeds.compactMap { outcomes[SweepRun(temperature: temperature, seed: $0)]?.result?.ranks }
    }
    comparison = try PairedComparison(
      (ranks + [[untrained]]).map { $0.map(Self.hits) }, resamples: resamples)
  }

  static func hits(_ ranks: [Double]) -> [Double] { ranks.map { $0 <= 1 ? 1 : 0 } }

  /// Where the untrained rows are among the comparison's treatments.
  var untrainedIndex: Int { temperatures.count }

  /// The temperature of the greatest mean; of several the one nearest to their middle.
  var best: Int {
    let means = comparison.means.dropLast().map(\.value)
    let greatest = means.max() ?? 0
    let ties = means.indices.filter { means[$0] >= greatest }
    return ties[(ties.count - 1) / 2]
  }

  /// The temperature to name: the middle one of those within a standard error of the best; of two in the middle the better.
  ///
  /// The best itself is often at an end of its like by chance; and the middle of all that are not told apart from it lies
  /// on a plateau below it where these go farther to one side.
  var middleOfBest: Int {
    let near = temperatures.indices.filter {
      comparison.difference(best, $0).value <= comparison.standardError(best, $0)
    }
    let (low, high) = (near[(near.count - 1) / 2], near[near.count / 2])
    return comparison.means[high].value > comparison.means[low].value ? high : low
  }

  /// Whether every query ranks its key first, with every seed.
  func isPerfect(_ temperature: Int) -> Bool {
    ranks[temperature].allSatisfy { $0.allSatisfy { $0 <= 1 } }
  }

  /// Whether ranks are what chance makes, trained at every temperature and untrained.
  var areAllRandom: Bool {
    (ranks.flatMap(\.self) + [untrained]).allSatisfy(Self.areRandom)
  }

  /// Whether ranks among as many keys are not better than chance: of n keys a random one is at (n + 1)/2 on average, with
  /// a variance of (n² − 1)/12, and the first in about one row of all. The best of some dozens of chances is not better by
  /// four standard errors, nor has seven or more first ranks. Four are more than few rows can show, and two their measure.
  static func areRandom(_ ranks: [Double]) -> Bool {
    let errors = ranks.count < TemperatureChoice.fewTests ? 2.0 : 4
    return (Double(ranks.count) + 1) / 2 - ranks.mean <= errors * randomError(count: ranks.count)
      && ranks.count { $0 <= 1 } < 7
  }

  /// Whether they are as much worse than chance.
  static func areWorseThanRandom(_ ranks: [Double]) -> Bool {
    ranks.mean - (Double(ranks.count) + 1) / 2 > 4 * randomError(count: ranks.count)
  }

  /// Whether ranks among so many keys can be better than chance by four standard errors: of fewer nothing is said.
  static func canTellRandom(count: Int) -> Bool {
    (Double(count) + 1) / 2 - 1 > 4 * randomError(count: count)
  }

  /// The standard error of the mean of as many random ranks.
  private static func randomError(count: Int) -> Double {
    let n = Double(count)
    return ((n * n - 1) / 12 / n).squareRoot()
  }
}
