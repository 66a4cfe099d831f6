import Contrastive
import Foundation
import Synchronization
import Testing

@testable import Experiments

/// Queries that are found or not after trainings with seeds, at temperatures whose true shares are known.
///
/// A query is found if u + v + w < t: u is its own and common to all, v its own at a temperature, w that of one training.
/// Two temperatures then differ in about as many queries as the bundled pairs' do.
struct SimulatedTrainings {
  let shares: [Double]
  let seedCount: Int
  let rowCount: Int

  /// The thresholds t with these shares, of so many draws.
  let thresholds: [Double]

  private static let widths = (query: 1.0, temperature: 0.2, training: 0.15)

  /// The deviation of what a seed adds to a training's share.
  let seedDeviation: Double

  init(shares: [Double], seedCount: Int, rowCount: Int, seedDeviation: Double = 0.003) {
    (self.shares, self.seedCount, self.rowCount) = (shares, seedCount, rowCount)
    self.seedDeviation = seedDeviation
    var generator = SeededGenerator(seed: 99)
    let sums = (0..<100_000).map { _ in
      Self.widths.query * generator.share() + Self.widths.temperature * generator.share()
        + Self.widths.training * generator.share()
    }.sorted()
    thresholds = shares.map { sums[Int($0 * Double(sums.count))] }
  }

  func outcomes(seed: UInt64) -> [[[Double]]] {
    var generator = SeededGenerator(seed: seed)
    let queries = (0..<rowCount).map { _ in Self.widths.query * generator.share() }
    return thresholds.map { threshold in
      let own = queries.map { $0 + Self.widths.temperature * generator.share() }
      return (0..<seedCount).map { _ in
        // Uniform, of that deviation.
        let shift = (generator.share() - 0.5) * seedDeviation * 12.0.squareRoot()
        return own.map {
          $0 + Self.widths.training * generator.share() < threshold + shift ? 1 : 0
        }
      }
    }
  }
}

extension SeededGenerator {
  /// Uniform from 0 to 1.
  fileprivate mutating func share() -> Double { Double(next() >> 11) * 0x1p-53 }
}

@Suite("Paired comparisons")
struct PairedComparisonTests {
  /// How many of some simulations tell what they are asked.
  private func share(
    of count: Int, _ trainings: SimulatedTrainings, _ tells: @Sendable (PairedComparison) -> Bool
  ) throws -> Double {
    // Fewer than the command's 2000, whose time the 95 % of them would not repay here.
    let resamples = Resamples(of: trainings.rowCount, count: 500, seed: 1)
    let told = try (0..<count).map { UInt64($0 + 1) }.mapInParallel { seed in
      tells(try PairedComparison(trainings.outcomes(seed: seed), resamples: resamples))
    }
    return Double(told.count { $0 }) / Double(count)
  }

  @Test("of equal temperatures tell any two apart in 5 % of data sets at the most")
  func familyWiseError() throws {
    let trainings = SimulatedTrainings(
      shares: Array(repeating: 0.6, count: 6), seedCount: 5, rowCount: 300)
    let error = try share(of: 1000, trainings) { $0.tellsAny }
    // Of 1000 simulations 5 % have a standard error of 0.7 points; 1.5 are two of these.
    #expect(error <= 0.065, "\(error)")
  }

  @Test("of equal models tell any two apart in 5 % of draws of their queries, and not in none")
  func familyWiseErrorOfRows() throws {
    let trainings = SimulatedTrainings(
      shares: Array(repeating: 0.6, count: 6), seedCount: 1, rowCount: 300, seedDeviation: 0)
    let error = try share(of: 1000, trainings) { $0.tellsAny }
    #expect(error <= 0.065 && error >= 0.01, "\(error)")
  }

  /// The binomial two-sided chances are 0.5, 0.5, 0.25, 0.22, 0.25 and, of those told, 0.03 and 0.04.
  @Test(
    "of a handful of rows tell apart what their signs do",
    arguments: [
      (2, 0, 0, false), (2, 0, 1, false), (3, 0, 3, false), (5, 1, 0, false), (3, 0, 8, false),
      (6, 0, 0, true), (6, 0, 6, true), (9, 1, 0, true),
    ])
  func fewRows(better: Int, worse: Int, equal: Int, isTold: Bool) throws {
    let first = [Double](repeating: 0, count: better) + [Double](repeating: 1, count: worse + equal)
    let second = [Double](repeating: 1, count: better) + [Double](repeating: 0, count: worse)
    let comparison = try PairedComparison(
      [[first], [second + [Double](repeating: 1, count: equal)]],
      resamples: Resamples(of: better + worse + equal, count: 500, seed: 1))
    #expect(comparison.difference(1, 0).isToldFromZero == isTold)
    #expect(comparison.difference(1, 0).value > 0)
  }

  @Test("find a difference of 0.03 among 1000 queries in 80 % of data sets at the least")
  func power() throws {
    let trainings = SimulatedTrainings(
      shares: [0.6, 0.6, 0.63, 0.6, 0.6, 0.6, 0.6, 0.6], seedCount: 5, rowCount: 1000)
    let found = try share(of: 200, trainings) { comparison in
      [0, 1, 3, 4, 5, 6, 7].contains {
        let difference = comparison.difference(2, $0)
        return difference.isToldFromZero && difference.value > 0
      }
    }
    #expect(found >= 0.8, "\(found)")
  }

  @Test("know how many rows tell a difference in four of five data sets")
  func neededRows() throws {
    let shares = [0.6, 0.64, 0.6]
    let few = SimulatedTrainings(shares: shares, seedCount: 5, rowCount: 200, seedDeviation: 0)
    let resamples = Resamples(of: 200, count: 300, seed: 1)
    let counts = try (0..<20).map { seed in
      try PairedComparison(few.outcomes(seed: UInt64(seed + 1)), resamples: resamples)
        .rowCount(toTell: 0.04, 0, 1)
    }
    let needed = Int(counts.mean)
    let many = SimulatedTrainings(
      shares: shares, seedCount: 5, rowCount: needed, seedDeviation: 0)
    let found = try share(of: 100, many) { $0.difference(0, 1).isToldFromZero }
    // 80 %, with a standard error of 4 points; and what is reckoned from 20 samples of 200 rows is off by as much.
    #expect(found > 0.65 && found < 0.95, "\(found) with \(needed)")
  }

  @Test("are antisymmetric, and say nothing of what is the same")
  func pairs() throws {
    let a = [1.0, 0, 1, 0, 1, 1, 0, 1], b = [0.0, 0, 1, 0, 1, 0, 0, 1]
    let comparison = try PairedComparison([[a], [b], [a]], resamples: Resamples(of: 8, seed: 1))
    #expect(comparison.difference(0, 1).value == 0.25)
    #expect(comparison.difference(1, 0).value == -0.25)
    #expect(comparison.difference(1, 0).halfWidth == comparison.difference(0, 1).halfWidth)
    #expect(comparison.difference(0, 2).value == 0)
    #expect(!comparison.difference(0, 2).isToldFromZero)
    #expect(comparison.means.map(\.value) == [0.625, 0.375, 0.625])
  }

  @Test("of 20 successes in 20 have the rule of three's interval")
  func ruleOfThree() throws {
    let comparison = try PairedComparison(
      [[Array(repeating: 1, count: 20)]], resamples: Resamples(of: 20, seed: 1))
    // 1 − 0.05^(1/20) is 0.139, and −log(0.05)/20 its bound.
    #expect(abs(comparison.means[0].halfWidth - 0.1498) < 1e-4)
  }
}

@Suite("Resamples")
struct ResamplesTests {
  @Test("draw as many rows as there are, with equal chances")
  func draws() throws {
    let resamples = Resamples(of: 5, count: 4000, seed: 3)
    let values = Matrix<Double>(rowCount: 6, columnCount: 5) { $0 == 5 ? 1 : $0 == $1 ? 1 : 0 }
    let means = try resamples.means(of: values)
    for b in 0..<means.rowCount { #expect(abs(means[b, 5] - 1) < 1e-12) }
    for row in 0..<5 {
      let shares = (0..<means.rowCount).map { means[$0, row] }
      // A share of 1/5 of 5 draws has the deviation √(0.16/5); the mean of 4000 a 63rd of it, times 5 for chance.
      #expect(abs(shares.mean - 0.2) < 5 * (0.16 / 5 / 4000).squareRoot())
      #expect(abs((shares.deviation ?? 0) / (0.16 / 5).squareRoot() - 1) < 0.06)
    }
  }

  @Test("have nothing in common, of whatever part of the sequence or neighbouring seed")
  func independence() throws {
    var generator = SeededGenerator(seed: 7)
    let values = Matrix<Double>(rowCount: 1, columnCount: 1000) { _, _ in
      Double(generator.next() >> 11)
    }
    let means = try [1, 2].map {
      try Resamples(of: 1000, count: 2000, seed: $0).means(of: values).elements
    }
    // What is independent is correlated by 1/√1000 of chance, and by six of these once in 10⁹ times.
    for lag in 1..<1000 {
      #expect(abs(Self.correlation(means[0].prefix(1000), means[0][lag..<lag + 1000])) < 0.19)
    }
    #expect(abs(Self.correlation(means[0][...], means[1][...])) < 0.14)
  }

  private static func correlation(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double {
    let (meanA, meanB) = (Array(a).mean, Array(b).mean)
    let products = zip(a, b).map { ($0 - meanA, $1 - meanB) }
    let (squaresA, squaresB) = products.reduce((0.0, 0.0)) {
      ($0.0 + $1.0 * $1.0, $0.1 + $1.1 * $1.1)
    }
    return products.reduce(0) { $0 + $1.0 * $1.1 } / (squaresA * squaresB).squareRoot()
  }

  @Test("are the same for the same seed, kept or drawn again")
  func repeatable() throws {
    let values = Matrix<Double>(rowCount: 1, columnCount: 700) { Double($1) }
    let few = try Resamples(of: 700, count: 8, seed: 5).means(of: values)
    #expect(try few == Resamples(of: 700, count: 8, seed: 5).means(of: values))
    let large = Matrix<Double>(rowCount: 1, columnCount: 300_000) { Double($1 % 7) }
    let many = Resamples(of: 300_000, count: 8, seed: 5)
    #expect(try many.means(of: large) == many.means(of: large))
  }
}

@Suite("Student's t")
struct StudentTTests {
  // Abramowitz & Stegun, table 26.10, to its three decimals.
  @Test(
    "has the table's quantiles",
    arguments: [
      (0.95, 1, 12.706), (0.95, 2, 4.303), (0.95, 4, 2.776), (0.99, 4, 4.604), (0.95, 9, 2.262),
      (0.999, 30, 3.646), (0.95, 120, 1.980),
    ])
  func quantiles(probability: Double, degrees: Int, expected: Double) {
    #expect(
      abs(StudentT.quantile(twoSided: probability, degrees: degrees) - expected) <= 0.0005)
  }
}
