/// The share of test items that something gets right, with what it would take to tell it from another.
///
/// Several trainings by different seeds are tested on the same items. Their mean varies for two reasons: other
/// seeds would have come out otherwise, and so would other items.
struct TestShare: Hashable, Sendable {
  /// The share of every seed.
  let seeds: [Double]

  /// How often each item is right, from 0 to 1: the mean over seeds, and over whatever is asked of an item.
  let items: [Double]

  /// - Parameter scores: Of every seed, how often each item is right; as many items of each.
  init(_ scores: [[Double]]) {
    precondition(Set(scores.map(\.count)).count == 1, "all seeds are tested on the same items")
    seeds = scores.map(\.mean)
    items = scores[0].indices.map { item in scores.map { $0[item] }.mean }
  }

  var mean: Double { seeds.mean }

  /// The mean with 95 %, over seeds and items; over items alone of one seed.
  var estimate: Estimate {
    Estimate(mean, errorParts: [seeds, items].compactMap(Estimate.ErrorPart.init(ofMean:)))
  }
}

/// One share less another of the same items.
///
/// Items are compared one by one, so that those that both get right, or wrong, do not count; and as many seeds
/// seed by seed, since of the same seed trainings begin alike.
struct ShareComparison: Hashable, Sendable {
  let share: TestShare
  let other: TestShare

  /// The difference with 95 %, over seeds and items; over items alone where both are of one seed.
  let estimate: Estimate

  /// Of how many comparisons at once the interval is.
  let family: Int

  /// - Parameter family: Of how many comparisons this one is picked.
  init(_ share: TestShare, with other: TestShare, family: Int = 1) {
    precondition(share.items.count == other.items.count, "both are of the same items")
    (self.share, self.other, self.family) = (share, other, family)
    let differences = zip(share.items, other.items).map { $0 - $1 }
    let ofSeeds =
      share.seeds.count == other.seeds.count
      ? [zip(share.seeds, other.seeds).map { $0 - $1 }] : [share.seeds, other.seeds]
    estimate = Estimate(
      share.mean - other.mean,
      errorParts: (ofSeeds + [differences]).compactMap(Estimate.ErrorPart.init(ofMean:)),
      family: family)
  }

  /// The best of several less the best of others.
  ///
  /// The best of several is picked by its errors, too: that it wins takes an interval for all of them at once, and that it
  /// loses one for all of the others, of which it was the best that was picked.
  ///
  /// - Parameters:
  ///   - count: How many it is the best of.
  ///   - rivalCount: How many the other is the best of.
  ///   - family: Of how many such comparisons this one is.
  init(
    best share: TestShare, of count: Int, with other: TestShare, ofRivals rivalCount: Int,
    family: Int = 1
  ) {
    let alone = ShareComparison(share, with: other, family: family)
    self = ShareComparison(
      share, with: other, family: (alone.difference < 0 ? rivalCount : count) * family)
  }

  var difference: Double { estimate.value }

  /// Whether the first is larger; nil if the interval does not tell.
  var isLarger: Bool? { estimate.isPositive }

  /// The difference with its interval: `−0.019 ± 0.012`.
  var differenceText: String { estimate.differenceText }

  /// What came out: `better than`, `worse than`, or `not to be told from`.
  var words: String {
    switch isLarger {
    case true?: "better than"
    case false?: "worse than"
    case nil: "not to be told from"
    }
  }

  /// What came out, of something that was trained beside something that was not.
  ///
  /// - Parameters:
  ///   - name: What the first is called: `on shifted digits the best trained, at τ = 0.2,`.
  ///   - otherName: What the other is called.
  func contest(_ name: String, with otherName: String) -> Baseline.Contest {
    Baseline.Contest(
      sentence:
        "\(name) has \(share.mean.text(digits: 3)), \(words) the \(other.mean.text(digits: 3)) of \(otherName) "
        + "(\(differenceText)\(family > 1 ? ", for \(family) comparisons at once" : ""))",
      isWon: isLarger)
  }
}
