import Foundation

/// Where the largest of some means stands, and whether that is more than chance: an inverted U.
struct Peak {
  /// Its place among the means.
  let index: Int

  /// Whether it is at neither end, and above both ends by more than errors; nil if it is between them and
  /// errors do not tell it from an end.
  let isInside: Bool?

  /// The places that errors do not tell from the peak, itself among them.
  let ties: [Int]

  /// - Parameters:
  ///   - means: One of each setting.
  ///   - error: Two standard errors of the difference of two means, by their places.
  init(of means: [Double], error: (Int, Int) -> Double) {
    let peak = means.indices.max { means[$0] < means[$1] } ?? 0
    func isBelow(_ place: Int) -> Bool { means[peak] - means[place] > error(peak, place) }
    index = peak
    let isBetween = means.count > 2 && peak > 0 && peak < means.count - 1
    isInside =
      !isBetween
      ? false : [0, means.count - 1].allSatisfy { isBelow($0) } ? true : nil
    ties = means.indices.filter { $0 == peak || !isBelow($0) }
  }

  /// Of means with standard errors of their own.
  init(of means: [Double], errors: [Double]) {
    self.init(of: means) { 2 * hypot(errors[$0], errors[$1]) }
  }

  /// Of shares of the same test items.
  init(of shares: [TestShare]) {
    self.init(of: shares.map(\.mean)) {
      ShareComparison(shares[$0], with: shares[$1]).margin
    }
  }

  /// Where it is: at one setting, or at one of several that cannot be told apart.
  ///
  /// - Parameter settings: What each mean belongs to.
  func text(of settings: [Double]) -> String {
    let best = settings.isEmpty ? "–" : settings[index].text(digits: 3)
    guard ties.count > 1 else { return "τ = \(best)" }
    return
      "τ = \(best), from which errors do not tell \(list(ties.filter { $0 != index }, of: settings))"
  }

  /// That it is at a setting in a range, as a part of a verdict: where it is, and what errors do not tell
  /// from it. Where some of that is in the range and some is not, the part is not told.
  ///
  /// - Parameters:
  ///   - range: Where it is claimed to be.
  ///   - settings: What each mean belongs to.
  ///   - what: What it is the peak of: `on shifted digits`.
  func part(
    at range: ClosedRange<Double>, of settings: [Double], _ what: String
  ) -> Verdict.Part {
    let inside = ties.count { range.contains(settings[$0]) }
    return Verdict.Part(
      "\(what) best at \(text(of: settings))",
      inside == ties.count ? true : inside == 0 ? false : nil)
  }

  /// That it is between the ends, as a part of a verdict.
  ///
  /// - Parameter what: What it is the peak of: `on shifted digits`.
  func insidePart(_ what: String) -> Verdict.Part {
    switch isInside {
    case true?: Verdict.Part("\(what) better in between than at both ends of the grid", true)
    case false?: Verdict.Part("\(what) best at an end of the grid", false)
    case nil:
      Verdict.Part("\(what) whether in between is better than at both ends of the grid", nil)
    }
  }

  private func list(_ places: [Int], of settings: [Double]) -> String {
    let names = places.map { settings[$0].text(digits: 3) }
    return names.count < 2
      ? names.joined() : "\(names.dropLast().joined(separator: ", ")) and \(names[names.count - 1])"
  }
}
