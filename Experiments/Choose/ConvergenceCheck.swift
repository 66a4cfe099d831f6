import Contrastive

/// What twice as many epochs change of a choice: whether it was trained for long enough to be one.
///
/// With one seed each, the choice's first, and on the same test queries. A training of twice as many epochs begins as the
/// shorter one, so that the two differ by the further epochs alone.
struct ConvergenceCheck: Sendable {
  /// Of the choice; here twice as many.
  let epochs: Int
  let seed: UInt64

  /// Those that were trained to the end both times, in order.
  let temperatures: [Double]

  /// Of the share of queries that rank their key first: of every temperature after the epochs of the choice, and then of
  /// every one after twice as many.
  private let comparison: PairedComparison

  /// How a choice changes.
  enum Change: Hashable, Sendable {
    /// recall@1 goes on rising at a temperature that may be the best.
    case rise(at: Double, by: Estimate)

    /// Another temperature is then above the one to use.
    case order(ahead: Double, of: Double, by: Estimate)
  }

  /// Takes what is done of some runs.
  ///
  /// - Returns: nil where there is nothing to compare.
  /// - Parameters:
  ///   - runs: Of twice as many epochs as the recalls' trainings had.
  ///   - resamples: Of the test rows.
  init?(
    _ outcomes: [SweepRun: SweepOutcome], of runs: [SweepRun], epochs: Int,
    recalls: TrainedRecalls, resamples: Resamples
  ) throws(ContrastiveError) {
    guard let seed = runs.first?.seed, let place = recalls.seeds.firstIndex(of: seed) else {
      return nil
    }
    var temperatures: [Double] = []
    var (short, long): ([[Double]], [[Double]]) = ([], [])
    for run in runs.sorted() {
      guard let index = recalls.temperatures.firstIndex(of: run.temperature),
        let ranks = outcomes[run]?.result?.ranks
      else { continue }
      temperatures.append(run.temperature)
      short.append(TrainedRecalls.hits(recalls.ranks[index][place]))
      long.append(TrainedRecalls.hits(ranks))
    }
    guard !temperatures.isEmpty else { return nil }
    (self.epochs, self.seed, self.temperatures) = (epochs, seed, temperatures)
    comparison = try PairedComparison((short + long).map { [$0] }, resamples: resamples)
  }

  /// The runs that show whether some temperatures were trained for long enough: theirs and their neighbours' on the grid,
  /// which may yet overtake them.
  static func runs(
    for among: [Double], of recalls: TrainedRecalls, epochs: Int
  ) -> [SweepRun] {
    guard let seed = recalls.seeds.first else { return [] }
    let tried = recalls.temperatures
    return tried.indices.filter { index in
      tried[max(0, index - 1)...min(tried.count - 1, index + 1)].contains { among.contains($0) }
    }.map { SweepRun(temperature: tried[$0], seed: seed, epochs: 2 * epochs) }
  }

  /// recall@1 after the epochs of the choice, and after twice as many.
  func recalls(_ index: Int) -> (short: Double, long: Double) {
    (comparison.means[index].value, comparison.means[temperatures.count + index].value)
  }

  /// How much more there is after twice as many epochs.
  func rise(_ index: Int) -> Estimate {
    comparison.difference(temperatures.count + index, index)
  }

  /// What changes by more than chance explains, if anything does.
  ///
  /// - Parameters:
  ///   - among: Those that may be the best.
  ///   - use: The one of them to use.
  func change(among: [Double], use: Double) -> Change? {
    let rises = temperatures.indices.filter { index in
      among.contains(temperatures[index]) && rise(index).isToldFromZero && rise(index).value > 0
    }
    if let most = rises.max(by: { rise($0).value < rise($1).value }) {
      return .rise(at: temperatures[most], by: rise(most))
    }
    guard let used = temperatures.firstIndex(of: use),
      let ahead = temperatures.indices.max(by: { recalls($0).long < recalls($1).long })
    else { return nil }
    let lead = comparison.difference(temperatures.count + ahead, temperatures.count + used)
    return lead.isToldFromZero
      ? .order(ahead: temperatures[ahead], of: use, by: lead) : nil
  }

  /// Where recall@1 falls by more than chance explains.
  var falling: [Double] {
    temperatures.indices.filter { rise($0).isToldFromZero && rise($0).value < 0 }
      .map { temperatures[$0] }
  }

  /// A row for each temperature.
  func table(_ name: String) -> Table {
    var table = Table(
      name, title: "The same trained twice as long, with seed \(seed)",
      columns: [
        Column("temperature", heading: "τ"),
        Column("recallAt1", heading: "\(epochs.words("epoch"))", format: .fixed(3)),
        Column("longerRecallAt1", heading: "\((2 * epochs).words("epoch"))", format: .fixed(3)),
        Column("rise", format: .signed(3)), Column("low", format: .signed(3)),
        Column("high", format: .signed(3)), Column("verdict"),
      ])
    for index in temperatures.indices {
      let (recalls, rise) = (recalls(index), rise(index))
      table.append(
        temperatures[index], recalls.short, recalls.long, rise.value, rise.low, rise.high,
        rise.isToldFromZero ? rise.value > 0 ? "rises" : "falls" : "not told apart")
    }
    return table
  }
}
