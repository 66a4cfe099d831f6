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
  /// - Parameter others: Those at settings outside the source's table, which are as many of their own.
  init(_ trials: [Trial], others: [Trial] = []) {
    self.init(trials.comparisons, others: others.comparisons)
  }

  /// The verdict of contrasts, each of which is one comparison of several trials, by intervals for all trials of all
  /// contrasts at once.
  ///
  /// - Parameter others: Trials at settings outside the source's table, which are as many of their own.
  init(contrasts: [(name: String, trials: [Trial])], others: [Trial] = []) {
    let family = contrasts.reduce(0) { $0 + $1.trials.count }
    self.init(
      contrasts.map { Comparison($0.name, contrast: $0.trials, family: family) },
      others: others.comparisons)
  }
}

extension Comparison {
  /// A comparison that holds only if each of several trials does, and is the opposite if one is.
  ///
  /// - Parameter family: Of how many trials each is one.
  fileprivate init(_ name: String, contrast trials: [Trial], family: Int) {
    let parts = trials.map { (name: $0.name, difference: $0.difference(family)) }
    let signs = parts.map(\.difference.isPositive)
    let outcomes: [(holds: Bool?, one: String, several: String)] = [
      (false, "is the opposite", "are the opposite"), (nil, "is not told", "are not told"),
      (true, "holds", "hold"),
    ]
    let texts = outcomes.compactMap { outcome -> String? in
      let own = parts.filter { $0.difference.isPositive == outcome.holds }
      return own.isEmpty
        ? nil
        : own.map { "\($0.name) \($0.difference.differenceText)" }.joined(separator: ", ")
          + " \(own.count == 1 ? outcome.one : outcome.several)"
    }
    self.init(
      name: name, result: texts.joined(separator: ", "),
      holds: signs.contains(false) ? false : signs.contains(nil) ? nil : true,
      differenceCount: parts.count)
  }
}

extension [Trial] {
  /// A comparison of each, by intervals for all of them at once.
  fileprivate var comparisons: [Comparison] {
    map { trial in
      let difference = trial.difference(count)
      return Comparison(
        name: trial.name, result: difference.differenceText, holds: difference.isPositive)
    }
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

  /// Those of a source's settings that are among these, from the first to the last: `0.05 over 0.1 and 0.5 to 1`. Nil of
  /// fewer than two.
  func course(of printed: [Double]) -> String? {
    let names = filter(printed.contains).map { $0.text(digits: 4) }
    guard let first = names.first, let last = names.last, names.count > 1 else { return nil }
    let between = names.dropFirst().dropLast()
    let over = [between.dropLast().joined(separator: ", "), between.last ?? ""].filter {
      !$0.isEmpty
    }
    return first + (over.isEmpty ? "" : " over \(over.joined(separator: " and "))") + " to \(last)"
  }

  /// What to add to a criterion of the settings that a source does not have: `; 0.02, 0.05 are outside the source's table
  /// and decide nothing`. Nothing if it has them all.
  func outsideText(of printed: [Double]) -> String {
    let outside = filter { !printed.contains($0) }.map { $0.text(digits: 3) }
    let isOne = outside.count == 1
    return outside.isEmpty
      ? ""
      : "; \(outside.joined(separator: ", ")) \(isOne ? "is" : "are") outside the source's table and \(isOne ? "decides" : "decide") nothing"
  }
}
