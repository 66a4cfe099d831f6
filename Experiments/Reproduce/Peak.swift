import Foundation

/// Where the largest of some means stands, and whether that is more than chance: an inverted U.
struct Peak {
  /// Its place among the means.
  let index: Int

  /// Whether it is at neither end, and above both ends by two standard errors of the difference, and
  /// by the margin that is asked for.
  let isInside: Bool

  /// The places that two standard errors of the difference do not tell from the peak, itself among them.
  let ties: [Int]

  init(of means: [Double], errors: [Double], margin: Double = 0) {
    let peak = means.indices.max { means[$0] < means[$1] } ?? 0
    func isBelow(_ place: Int, by margin: Double) -> Bool {
      means[peak] - means[place] > max(margin, 2 * hypot(errors[peak], errors[place]))
    }
    index = peak
    isInside =
      means.count > 2 && peak > 0 && peak < means.count - 1
      && [0, means.count - 1].allSatisfy { isBelow($0, by: margin) }
    ties = means.indices.filter { $0 == peak || !isBelow($0, by: 0) }
  }

  /// Whether it is at a setting in a range, or not to be told from one there.
  ///
  /// - Parameter settings: What each mean belongs to.
  func isIn(_ range: ClosedRange<Double>, of settings: [Double]) -> Bool {
    ties.contains { $0 < settings.count && range.contains(settings[$0]) }
  }

  /// Where it is: at one setting, or at one of several that cannot be told apart, and by what.
  ///
  /// - Parameters:
  ///   - settings: What each mean belongs to.
  ///   - seeds: Of how many seeds the errors are.
  func text(of settings: [Double], seeds: Int) -> String {
    let places = ties.map { settings[$0].text(digits: 3) }
    guard places.count > 1 else { return "τ = \(places.joined())" }
    return
      "τ = \(places.dropLast().joined(separator: ", ")) or \(places[places.count - 1]), which two standard "
      + "errors of \(seeds) seeds do not tell apart"
  }

  /// That it is at a setting in a range, as a part of a verdict: as such, or as what cannot be told
  /// from the peak.
  ///
  /// - Parameters:
  ///   - name: The range in words: `0.2 or 0.3`.
  ///   - settings: What each mean belongs to.
  func part(
    at range: ClosedRange<Double>, named name: String, of settings: [Double]
  ) -> (phrase: String, holds: Bool) {
    let holds = isIn(range, of: settings)
    guard holds, !range.contains(settings[index]) else { return ("best at \(name)", holds) }
    let best = settings[index].text(digits: 3)
    return ("\(best) is best and cannot be told from \(name)", true)
  }
}
