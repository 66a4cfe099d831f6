import Contrastive
import ContrastiveEngine
import ContrastiveKernels
import TestSupport
import Testing

/// One tile of logits serves the anchors of its rows and those of its columns.
@Suite("Statistics of rows and columns")
struct MutualStatisticsTests {
  enum Kind: CaseIterable, Sendable {
    case sharedShift, maxima, scales
  }

  struct Problem<Scalar: EmbeddingScalar> {
    let kind: Kind
    /// Logits, or cosines where rows and columns have scales.
    var elements: [[Scalar]]
    var rowScales: [Double]
    var columnScales: [Double]
    var rowRanks: RankCounts
    var columnRanks: RankCounts

    init(_ kind: Kind, seed: UInt64) {
      self.kind = kind
      var generator = SeededGenerator(seed: seed)
      let rowCount = Int.random(in: 1...40, using: &generator)
      let columnCount = Int.random(in: 1...40, using: &generator)
      func scales(_ count: Int) -> [Double] {
        (0..<count).map { _ in
          // What both scalars hold, so that rounding it is no error of the sums.
          kind == .scales ? Double(Float(Double.random(in: 0.001...1000, using: &generator))) : 1
        }
      }
      (rowScales, columnScales) = (scales(rowCount), scales(columnCount))
      // A given shift suits logits of a limited size.
      let size: Double =
        switch kind {
        case .sharedShift: 10
        case .maxima: [0.01, 1, 1000].randomElement(using: &generator) ?? 1
        case .scales: 1
        }
      let (emptyRow, emptyColumn) = (
        Int.random(in: 0..<2 * rowCount, using: &generator),
        Int.random(in: 0..<2 * columnCount, using: &generator)
      )
      elements = (0..<rowCount).map { row in
        (0..<columnCount).map { column in
          let isException =
            row == emptyRow || column == emptyColumn
            || Int.random(in: 0..<7, using: &generator) == 0
          var element = Double.random(in: -1...1, using: &generator)
          if seed.isMultiple(of: 2) { element = (element * 4).rounded() / 4 }
          return isException ? -.infinity : Scalar(size * element)
        }
      }
      func ranks(_ count: Int) -> RankCounts {
        let middles = (0..<count).map { _ in
          Double((Double.random(in: -1...1, using: &generator) * 8).rounded()) / 8 * size
        }
        return RankCounts(around: middles, margins: middles.map { _ in size / 4 })
      }
      (rowRanks, columnRanks) = (ranks(rowCount), ranks(columnCount))
    }

    var shift: Shift { kind == .sharedShift ? .shared(5) : .maxima }

    func check(_ statistics: RowStatistics, areRows: Bool, _ what: String) {
      let (scales, ranks) = areRows ? (rowScales, rowRanks) : (columnScales, columnRanks)
      for (anchor, scale) in scales.enumerated() {
        let own = (areRows ? elements[anchor] : elements.map { $0[anchor] }).map { Double($0) }
        PlainStatistics(own.map { scale * $0 }).expectClose(
          to: statistics, row: anchor, exponent: 0, epsilon: Double(Scalar.ulpOfOne),
          shift: kind == .sharedShift ? 5 : nil, "\(what), \(areRows ? "rows" : "columns")")
        // Kernels compare in the scalar.
        let (low, high) = (
          Double(Scalar(ranks.low[anchor])), Double(Scalar(ranks.high[anchor]))
        )
        let above = own.count { $0 > high }
        let tied = own.count { (low...high).contains($0) }
        #expect(
          statistics.positiveRanks?[anchor] == 1 + Double(above) + Double(tied) / 2, "\(what)")
      }
    }
  }

  @Test("of tiles in any order are those of plain loops", arguments: Kind.allCases)
  func tiles(_ kind: Kind) throws {
    for seed in 0..<150 as Range<UInt64> {
      try check(Problem<Double>(kind, seed: seed), seed)
      try check(Problem<Float>(kind, seed: seed), seed)
    }
  }

  private func check<Scalar>(_ problem: Problem<Scalar>, _ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed &+ 1 << 32)
    let (rowCount, columnCount) = (problem.rowScales.count, problem.columnScales.count)
    let rowBlocks = cut(
      0..<rowCount, into: Int.random(in: 1...4, using: &generator), using: &generator)
    let columnBlocks = cut(
      0..<columnCount, into: Int.random(in: 1...4, using: &generator), using: &generator)
    // Shares of the work, as threads have them: each with statistics of all columns, and of the rows
    // of the tiles that came to it.
    let shareCount = Int.random(in: 1...3, using: &generator)
    func statistics(_ ranks: RankCounts) -> RowStatistics {
      RowStatistics(rowCount: ranks.low.count, shift: problem.shift, ranks: ranks)
    }
    let shares = 0..<shareCount
    var columns = shares.map { _ in statistics(problem.columnRanks) }
    var rows = shares.map { _ in rowBlocks.map { statistics(problem.rowRanks[$0]) } }
    let tiles = rowBlocks.indices.flatMap { block in columnBlocks.map { (block, $0) } }
    for (block, tile) in tiles.shuffled(using: &generator) {
      let share = Int.random(in: shares, using: &generator)
      let own = rowBlocks[block]
      RowStatistics.add(
        Block(problem.elements, rows: own, columns: tile), rows: &rows[share][block],
        columns: &columns[share], from: tile.lowerBound,
        scales: problem.kind == .scales
          ? MutualScales(
            rows: Array(problem.rowScales[own]), columns: Array(problem.columnScales[tile]))
          : nil, storing: seed.isMultiple(of: 3),
        on: InstructionSet.available[Int(seed) % InstructionSet.available.count])
    }
    let what = "\(Scalar.self) \(problem.kind) \(seed)"
    problem.check(
      try mergedAtRandom(columns, using: &generator), areRows: false, what)
    for (block, own) in rowBlocks.enumerated() {
      let merged = try mergedAtRandom(shares.map { rows[$0][block] }, using: &generator)
      // The block's rows among all, so that one check does for both.
      var part = problem
      part.elements = Array(problem.elements[own])
      part.rowScales = Array(problem.rowScales[own])
      part.rowRanks = problem.rowRanks[own]
      part.check(merged, areRows: true, what)
    }
  }
}
