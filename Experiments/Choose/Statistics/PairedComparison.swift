import Contrastive
import Foundation

/// Treatments that were tried on the same rows, some of them several times, and which of them differ.
///
/// Outcomes differ by row and by training. The rows are resampled against a fixed pool of keys, conditional on the
/// trained models. In every one of B resamples each difference d* has a standard error e* of its own, and c is the number
/// that the largest |d* − d|/e* over all pairs stays below in 95 % of them (max-t; studentised, since the error e of a
/// few hundred rows is itself uncertain, which a fixed e leaves out). Trainings are few: of R seeds a difference has the
/// standard error eₛ, and Student's t of R − 1 degrees of freedom, shared among the P pairs by Bonferroni. Rows and
/// seeds being independent, their parts add as squares:
/// ```
/// h² = (c·e)² + (t·eₛ)²,     t = t₍R₋₁₎ at 1 − 0.05/P
/// ```
/// |d| > h tells two treatments apart, unless at most 20 rows differ and the signs of these may be chance: few rows have
/// few resamples, which say too little of the tails, and the signs' own distribution is exact. Where all are equal, one
/// pair or more is told apart in 5 % of data sets, and not 5 % of the pairs in each. With fewer than 5 seeds nothing is
/// said of other seeds, and h = c·e.
///
/// - Source: Westfall & Young 1993 (max-t); Romano & Wolf 2005, §4.2 (studentised).
struct PairedComparison: Sendable {
  /// Below this many, an error over seeds says next to nothing: t of 3 degrees is 3.2 at 95 %, of 4 it is 2.8.
  static let leastSeedCount = 5

  private static let confidence = 0.95

  let rowCount: Int
  let seedCount: Int

  /// The mean outcome of every treatment, with 95 % for all of them at once.
  let means: [Estimate]

  private let differences: [Estimate]

  /// The standard error of each.
  private let errors: [Double]

  /// Compares treatments.
  ///
  /// - Parameters:
  ///   - outcomes: By treatment, seed and row: shares of 1. As many seeds of each, or one of what no seed changes.
  ///   - resamples: Of the rows.
  init(_ outcomes: [[[Double]]], resamples: Resamples) throws(ContrastiveError) {
    let count = outcomes.count
    let seedCount = outcomes.map(\.count).max() ?? 0
    let rowCount = resamples.rowCount
    (self.rowCount, self.seedCount) = (rowCount, seedCount)
    // By treatment, the mean over seeds of every row; and over rows of every seed.
    var values: [Double] = []
    var bySeed: [[Double]] = []
    for seeds in outcomes {
      var sums = [Double](repeating: 0, count: rowCount)
      for rows in seeds { for row in rows.indices { sums[row] += rows[row] } }
      values += sums.map { $0 / Double(seeds.count) }
      let means = seeds.map(\.mean)
      bySeed.append(
        means.count == 1 ? Array(repeating: means[0], count: seedCount) : means)
    }
    let own = (0..<count).map { t in values[t * rowCount..<(t + 1) * rowCount].mean }
    let moments = try Moments(values, count: count, resamples: resamples)

    func seedPart(_ numbers: [Double], of family: Int) -> Double {
      guard seedCount >= Self.leastSeedCount else { return 0 }
      return numbers.standardError
        * StudentT.quantile(
          twoSided: 1 - (1 - Self.confidence) / Double(max(1, family)), degrees: seedCount - 1)
    }
    func spreads(of terms: [Term], least: Double) -> [(halfWidth: Double, error: Double)] {
      let (errors, critical) = moments.resampled(terms)
      return terms.indices.map { index in
        let term = terms[index]
        let seeds = bySeed[term.first].indices.map { seed in
          bySeed[term.first][seed] - (term.second.map { bySeed[$0][seed] } ?? 0)
        }
        let part = seedPart(seeds, of: terms.count)
        return (
          max(least, hypot(critical * errors[index], part)),
          hypot(errors[index], part > 0 ? seeds.standardError : 0)
        )
      }
    }
    let single = (0..<count).map { Term(first: $0, second: nil) }
    // Where no row differs resampling shows nothing: of n successes the share may be 1 − 3/n as well, since
    // (1 − 3/n)ⁿ is 5 %.
    let least = -log(1 - Self.confidence) / Double(max(1, rowCount))
    means = zip(own, spreads(of: single, least: least)).map {
      Estimate(value: $0, halfWidth: $1.halfWidth)
    }
    let pairs = Self.pairs(of: count)
    let spreads = spreads(of: pairs, least: 0)
    differences = zip(pairs, spreads).map { pair, spread in
      let value = pair.value(in: own[...])
      let rows = [pair.first, pair.second ?? pair.first].map {
        values[$0 * rowCount..<($0 + 1) * rowCount]
      }
      let isChance = Self.areFewAndChance(zip(rows[0], rows[1]).map(-), family: pairs.count)
      return Estimate(
        value: value, halfWidth: isChance ? max(abs(value), spread.halfWidth) : spread.halfWidth)
    }
    errors = spreads.map(\.error)
  }

  /// Whether so few rows differ that their signs are counted, and are such that chance explains them: of m rows, k of the
  /// rarer sign, with 2·Σ C(m, 0…k)/2ᵐ above 5 %, shared among the pairs by Bonferroni.
  private static func areFewAndChance(_ differences: [Double], family: Int) -> Bool {
    let (more, less) = (differences.count { $0 > 0 }, differences.count { $0 < 0 })
    let count = more + less
    guard count <= 20 else { return false }
    var (term, tail) = (exp2(-Double(count)), 0.0)
    for rarer in 0...min(more, less) {
      tail += term
      term *= Double(count - rarer) / Double(rarer + 1)
    }
    return 2 * tail > (1 - confidence) / Double(max(1, family))
  }

  /// What the first of two treatments has above the second.
  func difference(_ first: Int, _ second: Int) -> Estimate {
    guard first != second else { return Estimate(value: 0, halfWidth: 0) }
    let estimate = differences[place(first, second)]
    return first < second
      ? estimate : Estimate(value: -estimate.value, halfWidth: estimate.halfWidth)
  }

  /// The standard error of a difference, by rows and seeds; 0 of a treatment from itself.
  func standardError(_ first: Int, _ second: Int) -> Double {
    first == second ? 0 : errors[place(first, second)]
  }

  /// About how many rows would tell two treatments apart in four of five data sets, if they differed by so much.
  ///
  /// A difference d is then seen with the error e and told from 0 where it is above h; both fall as 1/√n:
  /// ```
  /// n′ = n·((h + 0.84·e)/d)²,     n′ ≥ (t + 0.84)²·(1 − d)/d
  /// ```
  /// Of seeds' errors that holds where seeds differ in single rows, as they do on the bundled pairs: a part that seeds
  /// have in common over all rows would stay.
  ///
  /// The second is what d takes by itself, with t = t₍n₋₁₎ at 1 − 0.05/P: where all rows that differ do so one way, their
  /// variance is d − d². Of rows among which next to none differ, h and e show less than that.
  func rowCount(toTell difference: Double, _ first: Int, _ second: Int) -> Double {
    let place = place(first, second)
    let t = StudentT.quantile(
      twoSided: 1 - (1 - Self.confidence) / Double(differences.count),
      degrees: max(1, rowCount - 1))
    // 80 % of normal numbers are above −0.84.
    let power = 0.84
    let needed = (differences[place].halfWidth + power * errors[place]) / difference
    let least = (t + power) * (t + power) * (1 - difference) / difference
    return max(least, Double(rowCount) * needed * needed)
  }

  private func place(_ first: Int, _ second: Int) -> Int {
    let (a, b) = (min(first, second), max(first, second))
    return a * means.count - a * (a + 1) / 2 + b - a - 1
  }

  /// Whether any two differ by more than chance explains.
  var tellsAny: Bool { differences.contains(where: \.isToldFromZero) }

  private static func pairs(of count: Int) -> [Term] {
    (0..<count).flatMap { a in (a + 1..<max(a + 1, count)).map { Term(first: a, second: $0) } }
  }

  /// A treatment's mean, or its difference from another's.
  private struct Term {
    let first: Int
    let second: Int?

    func value(in means: ArraySlice<Double>) -> Double {
      means[means.startIndex + first] - (second.map { means[means.startIndex + $0] } ?? 0)
    }
  }

  /// Means of treatments, and of products of two, over all rows and over resamples: what variances of differences
  /// follow from.
  private struct Moments {
    private let count: Int
    private let rowCount: Int

    /// The first line is of all rows, the others of resamples.
    private let lines: [Double]

    private var width: Int { count + count * (count + 1) / 2 }

    init(
      _ values: [Double], count: Int, resamples: Resamples
    ) throws(ContrastiveError) {
      let rowCount = resamples.rowCount
      (self.count, self.rowCount) = (count, rowCount)
      var all = values
      for a in 0..<count {
        for b in a..<count {
          for row in 0..<rowCount {
            all.append(values[a * rowCount + row] * values[b * rowCount + row])
          }
        }
      }
      let width = count + count * (count + 1) / 2
      let own = (0..<width).map { all[$0 * rowCount..<($0 + 1) * rowCount].mean }
      lines =
        try own
        + resamples.means(of: Matrix(all, rowCount: width, columnCount: rowCount)).elements
    }

    /// The place of the mean product of two treatments.
    private func product(_ a: Int, _ b: Int) -> Int {
      let (a, b) = (min(a, b), max(a, b))
      return count + a * count - a * (a - 1) / 2 + b - a
    }

    /// A term's value on a line, and its standard error by the rows there: not below what one row's whole outcome makes,
    /// where a resample has few rows that differ or none.
    private func value(_ term: Term, line: Int) -> (value: Double, error: Double) {
      let means = lines[line * width..<(line + 1) * width]
      let value = term.value(in: means)
      var square = means[means.startIndex + product(term.first, term.first)]
      if let second = term.second {
        square += means[means.startIndex + product(second, second)]
        square -= 2 * means[means.startIndex + product(term.first, second)]
      }
      let variance = max(0, square - value * value) / Double(rowCount)
      return (value, max(variance.squareRoot(), 1 / Double(rowCount)))
    }

    /// The standard errors of terms, and what the greatest of their deviations stays below in resamples.
    func resampled(_ terms: [Term]) -> (errors: [Double], critical: Double) {
      let resampleCount = lines.count / width - 1
      guard resampleCount > 0, !terms.isEmpty else { return (terms.map { _ in 0 }, 0) }
      var maxima = [Double](repeating: 0, count: resampleCount)
      var errors: [Double] = []
      for term in terms {
        let own = value(term, line: 0)
        errors.append(own.error)
        for resample in 0..<resampleCount {
          let drawn = value(term, line: resample + 1)
          maxima[resample] = max(maxima[resample], abs(drawn.value - own.value) / drawn.error)
        }
      }
      maxima.sort()
      let place = Int((PairedComparison.confidence * Double(resampleCount)).rounded(.up)) - 1
      return (errors, maxima[place])
    }
  }
}
