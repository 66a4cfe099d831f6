import Foundation

/// A probability that is logistic in a score: σ(a·x + b).
///
/// - Source: Platt 1999, with his targets, which keep separable data finite; fitted by Newton's method as in Lin, Lin &
///   Weng 2007.
struct PlattScaling: Hashable, Sendable {
  let slope: Double
  let offset: Double

  func callAsFunction(_ score: Double) -> Double { 1 / (1 + exp(-(slope * score + offset))) }

  /// The formula with its numbers.
  var words: String {
    let minus = slope < 0 ? "−" : ""
    return "1/(1 + exp(−(\(minus)\(abs(slope).text(digits: 4))·cos \(offset < 0 ? "−" : "+") "
      + "\(abs(offset).text(digits: 4)))))"
  }

  /// Fits scores and whether each is a match; of no scores it is ½ throughout.
  init(scores: [Double], matches: [Bool]) {
    let positives = Double(matches.count { $0 })
    let negatives = Double(matches.count) - positives
    // (n₊ + 1)/(n₊ + 2) and 1/(n₋ + 2): what a uniform prior makes of all matches, and of none.
    let (high, low) = ((positives + 1) / (positives + 2), 1 / (negatives + 2))
    // Scores about their mean: slope and offset hardly depend on each other.
    let centre = scores.isEmpty ? 0 : scores.mean
    var (a, b) = (0.0, log((positives + 1) / (negatives + 1)))
    func objective(_ a: Double, _ b: Double) -> Double {
      zip(scores, matches).reduce(0) { sum, pair in
        let z = a * (pair.0 - centre) + b
        let target = pair.1 ? high : low
        // −t log σ(z) − (1 − t) log σ(−z) = log(1 + e^−|z|) + max(z, 0) − t·z.
        return sum + log1p(exp(-abs(z))) + max(z, 0) - target * z
      }
    }
    var value = objective(a, b)
    for _ in 0..<100 {
      var (ga, gb, haa, hab, hbb) = (0.0, 0.0, 1e-12, 0.0, 1e-12)
      for (score, isMatch) in zip(scores, matches) {
        let x = score - centre
        let p = 1 / (1 + exp(-(a * x + b)))
        let (d, w) = (p - (isMatch ? high : low), p * (1 - p))
        ga += d * x
        gb += d
        haa += w * x * x
        hab += w * x
        hbb += w
      }
      let determinant = haa * hbb - hab * hab
      guard determinant > 0 else { break }
      let (stepA, stepB) = (
        (hbb * ga - hab * gb) / determinant, (haa * gb - hab * ga) / determinant
      )
      // Half of a step, and so on, where the whole does not lower the sum.
      var share = 1.0
      var next = objective(a - stepA, b - stepB)
      while next > value, share > 1e-10 {
        share /= 2
        next = objective(a - share * stepA, b - share * stepB)
      }
      guard next < value else { break }
      (a, b) = (a - share * stepA, b - share * stepB)
      defer { value = next }
      if value - next < 1e-12 * max(1, value) { break }
    }
    (slope, offset) = (a, b - a * centre)
  }
}
