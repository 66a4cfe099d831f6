extension TrainSweep {
  /// A temperature, and what its seeds have of recall@1.
  private struct Place {
    let temperature: Double
    let recall: Double
    let deviation: Double
  }

  /// At which temperature recall@1 is best, and to which sides it falls; nil of fewer than two temperatures.
  ///
  /// Two are alike whose recalls differ by no more than the larger of their seeds' standard deviations, or by one test
  /// query: such a difference tells them not apart.
  static func note(of means: Table, before: RetrievalMetrics, testCount: Int) -> String? {
    let places = zip(
      zip(means.numbers(in: "temperature"), means.numbers(in: "recallAt1")),
      means.numbers(in: "recallAt1Deviation")
    ).compactMap { pair, deviation -> Place? in
      guard let temperature = pair.0, let recall = pair.1, recall.isFinite else { return nil }
      return Place(temperature: temperature, recall: recall, deviation: deviation ?? 0)
    }
    guard places.count > 1, let most = places.map(\.recall).max() else { return nil }
    let equals = places.indices.filter { places[$0].recall == most }
    let best = equals[(equals.count - 1) / 2]
    // Means of shares differ by their rounding, too.
    let rounding = 1e-9
    let query = 1 / Double(max(1, testCount)) + rounding
    let like = places.indices.filter { index in
      let deviation = max(places[best].deviation, places[index].deviation)
      return most - places[index].recall <= max(deviation, query)
    }
    if like.count == places.count {
      let areEqual = places.allSatisfy { most - $0.recall <= rounding }
      let areUntrained = areEqual && abs(most - before.recallAt1) <= rounding
      return "recall@1 is the same at every τ that was tried"
        + (areEqual ? "" : ", to within the deviation of seeds or one test query")
        + (areUntrained ? ", and the same untrained" : "")
        + ": no τ can be chosen by it."
    }
    let others = like.filter { $0 != best }.map { "\(places[$0].temperature)" }
    let falls = (
      below: places.indices.contains { $0 < best && !like.contains($0) },
      above: places.indices.contains { $0 > best && !like.contains($0) }
    )
    return "recall@1 is best at τ = \(places[best].temperature)"
      + (others.isEmpty
        ? ""
        : ", and within the deviation of seeds or one test query of that at "
          + others.joined(separator: ", "))
      + (falls.below && falls.above
        ? "; it falls to both sides."
        : "; to the \(falls.below ? "large" : "small") end of what was tried it does not fall: add "
          + "\(falls.below ? "larger" : "smaller") temperatures.")
  }
}
