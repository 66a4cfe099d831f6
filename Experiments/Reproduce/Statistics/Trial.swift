/// A comparison that a claim is decided by, before it is known of how many it is one.
struct Trial {
  /// What is less what: `accuracy on shifted digits at τ = 0.3 less that at 0.07`. The first is the one that is claimed
  /// to be larger.
  let name: String

  /// The difference, with 95 % for so many comparisons at once.
  let difference: (_ family: Int) -> Estimate

  /// Compares shares of the same test items.
  init(_ name: String, _ share: TestShare, less other: TestShare) {
    self.name = name
    difference = { ShareComparison(share, with: other, family: $0).estimate }
  }

  /// Compares what the same seeds came to.
  init(_ name: String, _ seeds: [Double], less others: [Double]) {
    self.name = name
    difference = { Estimate(seeds, less: others, family: $0) }
  }
}

extension Verdict {
  /// The verdict of a claim's comparisons, by intervals for all of them at once.
  ///
  /// - Parameter others: Those at settings of ours, which are as many of their own.
  init(_ trials: [Trial], others: [Trial] = []) {
    func comparisons(_ trials: [Trial]) -> [Comparison] {
      trials.map { trial in
        let difference = trial.difference(trials.count)
        return Comparison(
          name: trial.name, result: difference.differenceText, holds: difference.isPositive)
      }
    }
    self.init(comparisons(trials), others: comparisons(others))
  }
}

extension [Double] {
  /// Neighbours among settings: their places, those whose both settings are a source's apart from the others.
  ///
  /// - Parameter printed: The source's settings, whose neighbours among themselves are compared; then the neighbours of all
  ///   that are not both among them.
  func steps(printed: [Double]) -> (printed: [(Int, Int)], others: [(Int, Int)]) {
    let theirs = indices.filter { printed.contains(self[$0]) }
    let all = zip(indices, indices.dropFirst()).map { ($0, $1) }
    return (
      zip(theirs, theirs.dropFirst()).map { ($0, $1) },
      all.filter { !theirs.contains($0.0) || !theirs.contains($0.1) }
    )
  }
}
