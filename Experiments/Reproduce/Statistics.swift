import Foundation

extension Collection<Double> {
  /// The mean; NaN of nothing.
  var mean: Double { reduce(0, +) / Double(count) }

  /// The standard deviation of what they are a sample of; nil of one number.
  var deviation: Double? {
    guard count > 1 else { return nil }
    let mean = mean
    let squares = reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(count - 1)).squareRoot()
  }

  /// The standard error of the mean: that of one number is not known, and 0 here.
  var standardError: Double { (deviation ?? 0) / Double(Swift.max(1, count)).squareRoot() }

  /// Whether each number is above the one before it.
  var isRising: Bool { zip(self, dropFirst()).allSatisfy { $0 < $1 } }

  /// Whether each number is below the one before it.
  var isFalling: Bool { zip(self, dropFirst()).allSatisfy { $0 > $1 } }
}

/// Where the largest of some means stands, and whether that is more than chance: an inverted U.
struct Peak {
  /// Its place among the means.
  let index: Int

  /// Whether it is at neither end, and above both ends by two standard errors of the difference, and
  /// by the margin that is asked for.
  let isInside: Bool

  /// Of every place, whether two standard errors do not tell it from the peak.
  private let isAsGood: [Bool]

  init(of means: [Double], errors: [Double], margin: Double = 0) {
    let peak = means.indices.max { means[$0] < means[$1] } ?? 0
    func isBelow(_ place: Int, by margin: Double) -> Bool {
      means[peak] - means[place] > max(margin, 2 * hypot(errors[peak], errors[place]))
    }
    index = peak
    isInside =
      means.count > 2 && peak > 0 && peak < means.count - 1
      && [0, means.count - 1].allSatisfy { isBelow($0, by: margin) }
    isAsGood = means.indices.map { $0 == peak || !isBelow($0, by: 0) }
  }

  /// Whether it is at a setting in a range, or not to be told from one there.
  ///
  /// - Parameter settings: What each mean belongs to.
  func isIn(_ range: ClosedRange<Double>, of settings: [Double]) -> Bool {
    zip(settings, isAsGood).contains { range.contains($0) && $1 }
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
