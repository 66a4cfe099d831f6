import Contrastive
import ContrastiveEngine
import ContrastiveKernels
import Foundation
import TestSupport
import Testing

/// What tiles, panels and threads hand to each other is what they would have added up together.
@Suite("Statistics of rows")
struct RowStatisticsTests {
  /// Random logits of some rows, and how they are to be taken up.
  struct Problem<Scalar: EmbeddingScalar>: Sendable {
    var logits: [[Scalar]]
    var bias: [Scalar]?
    var exponents: [Double]
    var shift: Shift
    var ranks: RankCounts?
    var isa: InstructionSet

    var rowCount: Int { logits.count }
    var columnCount: Int { logits[0].count }

    init(seed: UInt64) {
      var generator = SeededGenerator(seed: seed)
      let rowCount = Int.random(in: 1...5, using: &generator)
      let columnCount = Int.random(in: 0...70, using: &generator)
      // Shifts are given only where exponentials stay in range all the same.
      let isGiven = seed % 3 == 0
      let sharpest = isGiven ? 0.7 : 3.0
      let scales = (0..<rowCount).map { _ in
        pow(10, Double.random(in: -3...sharpest, using: &generator))
      }
      let hasTies = seed % 2 == 0
      logits = scales.enumerated().map { row, scale in
        let isExcluded = Int.random(in: 0..<6, using: &generator) == 0
        return (0..<columnCount).map { _ in
          let isException = isExcluded || Int.random(in: 0..<8, using: &generator) == 0
          var cosine = Double.random(in: -1...1, using: &generator)
          if hasTies { cosine = (cosine * 4).rounded() / 4 }
          return isException ? -.infinity : Scalar(scale * cosine)
        }
      }
      switch seed % 5 {
      case 0, 1: exponents = [1]
      case 2, 3: exponents = [1, 2.3]
      // The first counts the candidates, or sums up their log-weights' exponentials.
      default: exponents = (0..<17).map { Double($0) * 0.23 }
      }
      if seed % 4 == 1 {
        bias = (0..<columnCount).map { _ in
          Scalar(Double.random(in: -9...9, using: &generator))
        }
      }
      if !isGiven {
        shift = .maxima
      } else if seed.isMultiple(of: 2) {
        shift = .shared(2)
      } else {
        shift = .each(scales.map { Double(Float($0 / 2)) })
      }
      if seed % 7 != 0 {
        // Intervals that begin and end in the scalar, and some that begin on a logit.
        let middles = logits.enumerated().map { row, logits -> Scalar in
          let own = logits.filter { $0 > -.infinity }.randomElement(using: &generator)
          return own ?? Scalar(scales[row] / 2)
        }
        ranks = RankCounts(
          low: middles.map { Double($0) },
          high: middles.indices.map { Double(middles[$0] + Scalar(scales[$0] / 8)) })
      }
      isa = InstructionSet.available[Int(seed) % InstructionSet.available.count]
    }

    /// The statistics of columns, which come in so many tiles.
    func statistics(
      of columns: Range<Int>, tileCount: Int, using generator: inout SeededGenerator
    ) -> RowStatistics {
      var result = RowStatistics(
        rowCount: rowCount, exponents: exponents, shift: shift, isBiased: bias != nil, ranks: ranks)
      for tile in cut(columns, into: tileCount, using: &generator).shuffled(using: &generator) {
        result.add(
          Block(logits, rows: 0..<rowCount, columns: tile), bias: bias.map { Array($0[tile]) },
          on: isa)
      }
      // As the engine does, which knows them without a pass over the tiles.
      for row in 0..<rowCount {
        let own = logits[row][columns].filter { $0 > -.infinity }
        result.counts[row] = own.count
        result.totals[row] = own.reduce(0) { $0 + Double($1) }
      }
      return result
    }

    func check(_ statistics: RowStatistics, _ what: String) {
      for (row, logits) in logits.enumerated() {
        let logits = logits.map { Double($0) }
        for (t, exponent) in exponents.enumerated() {
          let plain = PlainStatistics(
            logits, bias: bias?.map { Double($0) }, exponent: exponent)
          var given: Double?
          switch shift {
          case .maxima: break
          case .shared(let shift): given = exponent * shift
          case .each(let shifts): given = exponent * shifts[row]
          }
          plain.expectClose(
            to: statistics, row: row, exponent: t, epsilon: Double(Scalar.ulpOfOne), shift: given,
            what)
          guard t == 0 else { continue }
          #expect(statistics.counts[row] == plain.count, "\(what)")
          // A sum of n numbers in Double, in two orders.
          let size = logits.filter(\.isFinite).reduce(0) { $0 + abs($1) }
          expectClose(
            statistics.totals[row], plain.total, size: size, tolerance: 140 * 0x1p-53, what)
        }
        guard let ranks else { continue }
        let above = logits.count { $0 > ranks.high[row] }
        let tied = logits.count { (ranks.low[row]...ranks.high[row]).contains($0) }
        #expect(
          statistics.positiveRanks?[row] == 1 + Double(above) + Double(tied) / 2, "\(what)")
      }
    }
  }

  @Test("of any blocks of keys, merged in any order, are those of all keys and of plain loops")
  func merge() throws {
    // Every combination of what the seed chooses.
    for seed in 0..<420 as Range<UInt64> {
      try check(Problem<Double>(seed: seed), seed)
      try check(Problem<Float>(seed: seed), seed)
    }
  }

  private func check<Scalar>(_ problem: Problem<Scalar>, _ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed &+ 1 << 32)
    let all = 0..<problem.columnCount
    let whole = problem.statistics(of: all, tileCount: 1, using: &generator)
    problem.check(whole, "\(Scalar.self) \(seed), at once")
    let blockCount = Int.random(in: 1...7, using: &generator)
    let parts = cut(all, into: blockCount, using: &generator).map { columns in
      problem.statistics(
        of: columns, tileCount: Int.random(in: 1...3, using: &generator), using: &generator)
    }
    let merged = try mergedAtRandom(parts, using: &generator)
    problem.check(merged, "\(Scalar.self) \(seed), in \(blockCount) blocks")

    // Some of the rows of what was merged, and what is merged of some of the rows.
    let rows = cut(0..<problem.rowCount, into: 2, using: &generator)[0]
    var some = parts[0][rows]
    for part in parts.dropFirst() { try some.merge(part[rows]) }
    var inOrder = parts[0]
    for part in parts.dropFirst() { try inOrder.merge(part) }
    #expect(some == inOrder[rows], "\(Scalar.self) \(seed)")
    #expect(some.rowCount == rows.count)
  }

  /// A sum of n exponentials, times factors: each rounding is relative.
  @Test("say by what a sum relative to the old shifts has to be multiplied")
  func factors() {
    for seed in 0..<100 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      var problem = Problem<Double>(seed: seed)
      problem.exponents = [1]
      var statistics = RowStatistics(
        rowCount: problem.rowCount, shift: problem.shift, isBiased: problem.bias != nil)
      var sums = Array(repeating: 0.0, count: problem.rowCount)
      for columns in cut(0..<problem.columnCount, into: 5, using: &generator) {
        let tile = Block(problem.logits, rows: 0..<problem.rowCount, columns: columns)
        let factors = statistics.add(
          tile, bias: problem.bias.map { Array($0[columns]) }, storing: true, on: problem.isa)
        for row in sums.indices {
          sums[row] *= factors?[row] ?? 1
          for column in 0..<columns.count { sums[row] += tile[row, column] }
        }
      }
      for row in sums.indices {
        let sum = statistics.sums[0].sum[row]
        expectClose(sums[row], sum, size: sum, tolerance: 1e-13, "seed \(seed), row \(row)")
      }
    }
  }

  /// 1000 and −1000 apart, a sum relative to the smaller shift would overflow.
  @Test("merge where one side's terms vanish beside the other's")
  func distant() throws {
    func statistics(_ logits: [Double]) -> RowStatistics {
      var result = RowStatistics(rowCount: 1)
      result.add(Block([logits], rows: 0..<1, columns: 0..<logits.count), on: .best)
      result.counts = [logits.count]
      return result
    }
    let (high, low) = (statistics([1000, 1000]), statistics([-1000, -1001, -1002]))
    for pair in [(high, low), (low, high)] {
      var merged = pair.0
      try merged.merge(pair.1)
      #expect(merged.logSumExp() == [1000 + log(2.0)])
      #expect(merged.means() == [1000])
      #expect(merged.entropies() == high.entropies())
      #expect(merged.counts == [5])
    }
  }

  @Test("of no candidates change nothing, and are −∞ and 0")
  func empty() throws {
    let none = RowStatistics(rowCount: 2, exponents: [1, 2])
    #expect(none.logSumExp() == [-.infinity, -.infinity])
    #expect(none.means(exponent: 1) == [0, 0] && none.entropies() == [0, 0])
    #expect(none.biasMeans() == [0, 0] && none.positiveRanks == nil)
    var some = none
    let block = Block([[1.0, 2], [3, -1]], rows: 0..<2, columns: 0..<2)
    some.add(block, on: .best)
    let before = some
    try some.merge(none)
    #expect(some == before)
    var other = none
    try other.merge(before)
    #expect(other == before)
  }

  @Test("merge of candidates with log-weights and of others without")
  func partlyBiased() throws {
    let logits = [[0.5, -1, 3, 2, -2, 0.25]]
    let bias = [1.5, -0.5, 2, 0, 0, 0]
    func statistics(_ columns: Range<Int>, isBiased: Bool) -> RowStatistics {
      var result = RowStatistics(rowCount: 1, isBiased: isBiased)
      result.add(
        Block(logits, rows: 0..<1, columns: columns),
        bias: isBiased ? Array(bias[columns]) : nil, on: .best)
      return result
    }
    let (with, without) = (
      statistics(0..<3, isBiased: true), statistics(3..<6, isBiased: false)
    )
    for (first, second) in [(with, without), (without, with)] {
      var merged = first
      try merged.merge(second)
      PlainStatistics(logits[0], bias: bias).expectClose(
        to: merged, row: 0, exponent: 0, epsilon: .ulpOfOne, shift: nil, "in parts")
    }
  }

  @Test("refuse to merge what does not go together, in one line")
  func refusals() {
    func line(_ a: RowStatistics, _ b: RowStatistics) -> String {
      var a = a
      do {
        try a.merge(b)
        return "merged"
      } catch {
        return error.description
      }
    }
    let three = RowStatistics(rowCount: 3)
    #expect(
      line(three, RowStatistics(rowCount: 4)) == "statistics: expected 3 rows, found 4 rows")
    #expect(
      line(three, RowStatistics(rowCount: 3, exponents: [1, 2]))
        == "exponents: expected [1.0], to merge, found [1.0, 2.0]")
    let ranked = RowStatistics(
      rowCount: 1, ranks: RankCounts(around: [0.5], margins: [0.1]))
    let otherwise =
      "ranks: expected counts against the same positives' logits, to merge, "
      + "found counts against other positives"
    for other in [
      RowStatistics(rowCount: 1),
      RowStatistics(rowCount: 1, ranks: RankCounts(around: [0.5], margins: [0.2])),
      RowStatistics(rowCount: 1, ranks: RankCounts(around: [0.6], margins: [0.1])),
    ] {
      #expect(line(ranked, other) == otherwise)
      #expect(line(other, ranked) == otherwise)
    }
    #expect(line(ranked, ranked) == "merged")
  }
}
