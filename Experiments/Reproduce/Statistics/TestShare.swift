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

  /// The standard error over seeds and items.
  var standardError: Double { (squareError + Self.squareError(of: items)).squareRoot() }

  /// Over seeds alone.
  fileprivate var squareError: Double { Self.squareError(of: seeds) }

  fileprivate static func squareError(of numbers: [Double]) -> Double {
    numbers.standardError * numbers.standardError
  }
}

/// One share less another of the same items.
///
/// Items are compared one by one, so that those that both get right, or wrong, do not count: the standard
/// error is that of the mean difference over items, and those of both over seeds.
struct ShareComparison: Hashable, Sendable {
  let share: TestShare
  let other: TestShare

  init(_ share: TestShare, with other: TestShare) {
    precondition(share.items.count == other.items.count, "both are of the same items")
    (self.share, self.other) = (share, other)
  }

  var difference: Double { share.mean - other.mean }

  /// Two standard errors of the difference.
  var margin: Double {
    let items = zip(share.items, other.items).map { $0 - $1 }
    return 2
      * (TestShare.squareError(of: items) + share.squareError + other.squareError).squareRoot()
  }

  /// Whether the first is larger; nil if two standard errors do not tell.
  var isLarger: Bool? {
    difference > margin ? true : difference < -margin ? false : nil
  }

  /// Both numbers, and their difference with two standard errors: `0.929 to 0.948, −0.019 ± 0.012`.
  var text: String {
    "\(share.mean.text(digits: 3)) to \(other.mean.text(digits: 3)), \(differenceText)"
  }

  /// The difference with two standard errors: `−0.019 ± 0.012`.
  var differenceText: String {
    let sign = difference < 0 ? "−" : "+"
    return "\(sign)\(abs(difference).text(digits: 2)) ± \(margin.text(digits: 2))"
  }

  /// What came out: `better than`, `worse than`, or `not to be told from`.
  var words: String {
    switch isLarger {
    case true?: "better than"
    case false?: "worse than"
    case nil: "not to be told from"
    }
  }

  /// What came out, as a part of the claim that the first is better.
  ///
  /// - Parameters:
  ///   - name: What the first is called, and its verb.
  ///   - otherName: What the other is called.
  func part(_ name: String, betterThan otherName: String) -> Verdict.Part {
    Verdict.Part("\(name) \(words) \(otherName) (\(text))", isLarger)
  }
}
