import Foundation

extension Sweep {
  /// Where the loss is least, which is where dL/dlog s changes its sign; nil of a single temperature.
  ///
  /// - Parameter countsFound: Whether a query has one right answer, so that chance is known of how many find theirs.
  static func sentence(of table: Table, countsFound: Bool = true) -> String? {
    let temperatures = table.numbers(in: "temperature").compactMap(\.self)
    let slopes = table.numbers(in: "logitScaleGradient").compactMap(\.self)
    let losses = table.numbers(in: "loss").compactMap(\.self)
    // One point has no ends.
    guard temperatures.count == slopes.count, losses.count == slopes.count, slopes.count > 1
    else { return nil }
    if let least = losses.min(), let most = losses.max(), most - least <= LossSweep.rounding * most
    {
      return
        "The loss is the same at every τ: no key is nearer to its query than the others are, as with rows of zeros or of "
        + "one direction, or every τ is the same. No temperature can be chosen by it."
    }
    if isAtChance(table, countsFound: countsFound) {
      return
        "No τ has a loss below chance by more than its error: queries find their own keys no better than by chance. "
        + "Check that row i of one file belongs to row i of the other, and that no sign is turned."
    }
    let trough = LossSweep.trough(of: LossSweep.withoutRounding(slopes, losses: losses))
    func text(_ place: Int) -> String { temperatures[place].text(digits: 3) }
    switch trough.end {
    case .some(let end):
      return
        "The loss is least at the \(end.rawValue) end of the grid, and still falling there: widen it by "
        + "--\(end == .small ? "minimum" : "maximum")."
    case nil:
      let ends =
        trough.flat.count > 1
        ? (low: trough.flat.lowerBound, high: trough.flat.upperBound - 1) : trough.ends
      return
        "The loss is least between τ = \(text(ends.low)) and \(text(ends.high)), where "
        + (trough.flat.count > 1
          ? "it is the same to rounding: a learned temperature would settle anywhere there"
          : "dL/dlog s changes its sign: a learned temperature would settle there")
        + " while the embeddings stay as they are."
    }
  }

  /// Whether the loss is nowhere below what embeddings that know nothing have, by the 95 % that its terms leave open, nor
  /// more keys found: at a small τ confident errors cost more than chance, whatever is found. Of N queries chance finds the
  /// keys of about one, and six or more in one case of 1700.
  ///
  /// - Parameter countsFound: Whether one answer is right: with ids chance finds as many as a query has.
  private static func isAtChance(_ table: Table, countsFound: Bool) -> Bool {
    let rows = zip(
      zip(table.numbers(in: "lossHigh"), table.numbers(in: "chance")),
      table.numbers(in: "top1Accuracy"))
    return rows.allSatisfy { loss, accuracy in
      guard let high = loss.0, let chance = loss.1 else { return false }
      return high >= chance && (!countsFound || (accuracy ?? 0) * exp(chance) < 6)
    }
  }
}
