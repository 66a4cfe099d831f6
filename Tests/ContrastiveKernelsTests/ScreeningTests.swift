import ContrastiveEmbeddings
import ContrastiveKernels
import Foundation
import Testing

/// Against plain loops in double precision over the same approximations.
@Suite("Screening kernels")
struct ScreeningTests {
  static let columnCounts = [1, 7, 8, 15, 16, 17, 33, 255, 513, 1200]
  static let rowCount = 6

  /// A tile of approximations, all numbers of few bits, so that sums of three are exact and some
  /// tie with thresholds and intervals.
  struct Sample<Scalar: EmbeddingScalar> {
    var rows: [[Scalar]]
    let columnCount: Int
    let exponent: Double
    let shift: [Double]
    let hasRanks: Bool

    init(_ columnCount: Int, exponent: Double, hasRanks: Bool, seed: UInt64 = 21) {
      self.columnCount = columnCount
      self.exponent = exponent
      self.hasRanks = hasRanks
      rows = randomRows(rowCount, columnCount, in: -20...20, seed: seed, as: Scalar.self)
        .map { $0.map { ($0 * 2).rounded() / 2 } }
      for c in 0..<columnCount where c % 5 == 2 { rows[1][c] = -.infinity }
      // A row without a candidate, whose threshold nothing reaches.
      rows[3] = Array(repeating: -.infinity, count: columnCount)
      shift = (0..<rowCount).map { exponent * (20 + Double($0)) }
    }

    var block: Block<Scalar> { Block(fenced: rows, columnCount: columnCount) }

    /// - Parameter raise: How much higher than at first.
    func screening(raise: Double = 0) -> Screening<Scalar> {
      Screening(
        rowMargins: [0.25, 0, 1, 0.5, 0.25, 2],
        columnMargins: (0..<columnCount).map { Scalar($0 % 4) / 4 },
        thresholds: ([5, 18, -3, .greatestFiniteMagnitude, 100, 10] as [Double]).map {
          $0 == .greatestFiniteMagnitude ? $0 : $0 + raise
        }, negligible: 6.25)
    }

    /// Below the threshold, across it, above it, of one point; nowhere.
    var ranks: RankCounts? {
      guard hasRanks else { return nil }
      return RankCounts(low: [-1, 17.5, 0, 0, 3, -30], high: [1, 18.5, 1, 1, 3, -29])
    }

    /// Whether an element is to be listed.
    func isListed(_ row: Int, _ column: Int, _ screening: Screening<Scalar>) -> Bool {
      let z = Double(rows[row][column])
      let margin = screening.rowMargins[row] + Double(screening.columnMargins[column])
      guard let ranks, z + margin < screening.thresholds[row] else {
        return z + margin >= screening.thresholds[row]
      }
      return z + margin >= ranks.low[row] && z - margin <= ranks.high[row]
    }

    func listed(_ row: Int, _ screening: Screening<Scalar>) -> [Int] {
      (0..<columnCount).filter { isListed(row, $0, screening) }
    }

    /// Expects sums and ranks over columns of every row to be what was added up.
    func expect(
      _ sums: ScreenedSums?, of columns: (Int) -> [Int], _ screening: Screening<Scalar>,
      _ comment: Comment, sourceLocation: SourceLocation = #_sourceLocation
    ) {
      guard let sums else {
        Issue.record("there are no sums", sourceLocation: sourceLocation)
        return
      }
      for row in 0..<rowCount {
        let counted = columns(row).filter { column in
          let margin = screening.rowMargins[row] + Double(screening.columnMargins[column])
          return Double(rows[row][column]) + margin >= screening.thresholds[row]
            - screening.negligible
        }
        ScreeningTests.expect(
          sums.sums, row, of: counted.map { Double(rows[row][$0]) }, exponent: exponent,
          shift: shift[row], as: Scalar.self, comment, sourceLocation: sourceLocation)
        #expect((sums.ranks == nil) == (ranks == nil), sourceLocation: sourceLocation)
        guard let ranks else { continue }
        let values = columns(row).map { Double(rows[row][$0]) }
        #expect(
          sums.ranks?.above[row] == Int64(values.filter { $0 > ranks.high[row] }.count), comment,
          sourceLocation: sourceLocation)
        #expect(
          sums.ranks?.notBelow[row] == Int64(values.filter { $0 >= ranks.low[row] }.count),
          comment, sourceLocation: sourceLocation)
      }
    }
  }

  /// As of `BlockSoftmaxTests`: u has half an ε of |exponent·z| and of |u|; exp has 2, a lane's sum
  /// of 32 terms and the lanes' 18 at most.
  static func expect<Scalar: EmbeddingScalar>(
    _ sums: ExponentialSums, _ row: Int, of values: [Double], exponent: Double, shift: Double,
    as _: Scalar.Type, _ comment: Comment, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let x = values.map { Double(Scalar(exponent)) * $0 }
    let u = x.map { $0 - Double(Scalar(shift)) }
    let tolerance = zip(x, u).reduce(0) {
      let relative = (abs($1.0) + abs($1.1) + 20) * Double(Scalar.ulpOfOne)
      return $0 + exp($1.1) * (1 + abs($1.1)) * relative
    }
    #expect(
      abs(sums.sum[row] - compensatedSum(u.map { exp($0) })) <= tolerance,
      "\(comment), row \(row)", sourceLocation: sourceLocation)
    #expect(
      abs(sums.weighted[row] - compensatedSum(u.map { $0 * exp($0) })) <= tolerance,
      "\(comment), row \(row)", sourceLocation: sourceLocation)
  }

  static func weights<Scalar>(_ count: Int, of _: Scalar.Type) -> SparseWeights<Scalar> {
    SparseWeights(capacity: count, from: Workspace(retaining: 0))
  }

  /// Expects the elements of a tile to be those of the listed columns.
  static func expectElements<Scalar: EmbeddingScalar>(
    _ sparse: SparseWeights<Scalar>, tile: Int, _ sample: Sample<Scalar>,
    _ columns: (Int) -> [Int], on isa: InstructionSet, _ comment: Comment,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for row in 0..<rowCount {
      var seen: [Int] = []
      sparse.forEachColumn(tile: tile, row: row) { seen.append(Int($0)) }
      #expect(seen == columns(row), "\(comment), row \(row)", sourceLocation: sourceLocation)
    }
    // Every value with its own column: sums of numbers of few bits are exact.
    let keys = Block<Scalar>(rowCount: sample.columnCount, columnCount: 2)
    for c in 0..<sample.columnCount { (keys[c, 0], keys[c, 1]) = (1, Scalar(c % 61)) }
    let sums = Block<Scalar>(rowCount: rowCount, columnCount: 2)
    sparse.add(tile: tile, factors: nil, keys: keys, to: sums, on: isa)
    for row in 0..<rowCount {
      let (plain, weighted) = columns(row).reduce((0 as Scalar, 0 as Scalar)) { sum, c in
        (sum.0 + sample.rows[row][c], sum.1 + sample.rows[row][c] * Scalar(c % 61))
      }
      #expect(sums[row, 0] == plain && sums[row, 1] == weighted, sourceLocation: sourceLocation)
    }
  }

  /// Calls `check` for both scalars and exponents, with ranks and without.
  static func forEachSample(
    _ columnCount: Int, seed: UInt64 = 21, _ check: (any AnySample) -> Void
  ) {
    for hasRanks in [false, true] {
      for exponent in [1, 1.7] {
        check(
          Sample<Float>(
            columnCount, exponent: exponent, hasRanks: hasRanks, seed: seed))
        check(
          Sample<Double>(columnCount, exponent: exponent, hasRanks: hasRanks, seed: seed))
      }
    }
  }

  protocol AnySample {
    func checkAppend(on isa: InstructionSet)
    func checkReselect(on isa: InstructionSet)
  }

  @Test(
    "list what may matter, and add up the rest", arguments: InstructionSet.available,
    columnCounts)
  func append(on isa: InstructionSet, columnCount: Int) {
    Self.forEachSample(columnCount) { $0.checkAppend(on: isa) }
  }

  @Test(
    "leave of what was listed what may matter to larger sums",
    arguments: InstructionSet.available, columnCounts)
  func reselect(on isa: InstructionSet, columnCount: Int) {
    Self.forEachSample(columnCount) { $0.checkReselect(on: isa) }
  }

  @Test(
    "change nothing where there is no room, or too many elements",
    arguments: InstructionSet.available)
  func noRoom(on isa: InstructionSet) {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) {
      let (columnCount, rowCount) = (40, Self.rowCount)
      let sample = Sample<Scalar>(columnCount, exponent: 1, hasRanks: true)
      let screening = sample.screening()
      func columns(_ row: Int) -> [Int] { sample.listed(row, screening) }
      let total = (0..<rowCount).reduce(0) { $0 + columns($1).count }
      func append(
        _ sparse: SparseWeights<Scalar>, limit: Int, _ screening: Screening<Scalar>
      ) -> ScreenedSums? {
        sparse.append(
          sample.block, screening: screening, exponent: 1, shift: sample.shift,
          ranks: sample.ranks, limit: limit, on: isa)
      }
      var everything = screening
      everything.thresholds = Array(repeating: -100, count: rowCount)
      let finite = sample.rows.reduce(0) { $0 + $1.filter(\.isFinite).count }

      // Room for one tile, its last row and a vector, and not for another.
      let sparse = Self.weights(total + columnCount + 16, of: Scalar.self)
      #expect(append(sparse, limit: 1, everything) == nil)
      #expect(append(sparse, limit: finite, everything) == nil)
      #expect(sparse.count == 0)
      #expect(append(sparse, limit: total, screening) != nil)
      #expect(sparse.count == total)
      #expect(append(sparse, limit: finite, everything) == nil)
      #expect(append(sparse, limit: 10 * finite, screening) == nil)
      #expect(sparse.count == total)
      Self.expectElements(sparse, tile: 0, sample, columns, on: isa, "after none fitted")
      sparse.reset()
      #expect(append(sparse, limit: total, screening) != nil)
      #expect(sparse.count == total)

      // What cannot be gathered leaves nothing to append to.
      let full = Self.weights(3, of: Scalar.self)
      full.append(
        sample.block, threshold: Array(repeating: -100, count: rowCount), on: isa)
      #expect(full.count == nil)
      #expect(append(full, limit: finite, screening) == nil)
    }
    check(Float.self)
    check(Double.self)
  }

  @Test(
    "replace what is listed by exponentials of the exact logits",
    arguments: InstructionSet.available, [1, 4, 16, 33])
  func exponentials(on isa: InstructionSet, depth: Int) {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type, exponent: Double, hasRanks: Bool) {
      let rowCount = Self.rowCount
      let sparse = Self.weights(2000, of: Scalar.self)
      for (tile, columnCount) in [17, 40].enumerated() {
        let sample = Sample<Scalar>(columnCount, exponent: exponent, hasRanks: hasRanks)
        let screening = sample.screening()
        #expect(
          sparse.append(
            sample.block, screening: screening, exponent: exponent, shift: sample.shift,
            ranks: sample.ranks, limit: 1000, on: isa) != nil)
        // Few bits, so that inner products are exact in any order, and ties are.
        func vectors(_ count: Int, seed: UInt64) -> [[Scalar]] {
          randomRows(count, depth, in: -2...2, seed: seed, as: Scalar.self)
            .map { $0.map { ($0 * 2).rounded() / 2 } }
        }
        let queries = vectors(rowCount, seed: 31)
        let keys = vectors(columnCount, seed: 32)
        let scale = 0.5
        let sums = sparse.setExponentials(
          tile: tile, queries: Block(fenced: queries, columnCount: depth),
          keys: Block(fenced: keys, columnCount: depth), scale: scale, exponent: exponent,
          shift: sample.shift, ranks: sample.ranks, on: isa)
        let ones = Block<Scalar>(rowCount: columnCount, columnCount: 2)
        for c in 0..<columnCount { (ones[c, 0], ones[c, 1]) = (1, Scalar(c % 3) - 1) }
        let stored = Block<Scalar>(rowCount: rowCount, columnCount: 2)
        sparse.add(tile: tile, factors: nil, keys: ones, to: stored, on: isa)
        for row in 0..<rowCount {
          let columns = sample.listed(row, screening)
          let exact = columns.map { c in
            scale * zip(queries[row], keys[c]).reduce(0) { $0 + Double($1.0 * $1.1) }
          }
          Self.expect(
            sums.sums, row, of: exact, exponent: exponent, shift: sample.shift[row],
            as: Scalar.self, "exact")
          if let ranks = sample.ranks {
            #expect(
              sums.ranks?.above[row]
                == Int64(exact.filter { $0 > ranks.high[row] }.count))
            #expect(
              sums.ranks?.notBelow[row]
                == Int64(exact.filter { $0 >= ranks.low[row] }.count))
          } else {
            #expect(sums.ranks == nil)
          }
          let u = exact.map { Double(Scalar(exponent)) * $0 - Double(Scalar(sample.shift[row])) }
          let expected = zip(columns, u).reduce((0.0, 0.0)) { sum, element in
            let value = exp(element.1)
            return (sum.0 + value, sum.1 + value * (Double(element.0 % 3) - 1))
          }
          // Roundings of exp's argument, below 64·2, and of as many additions as there are columns.
          let tolerance =
            Double(200 + columnCount) * Double(Scalar.ulpOfOne) * expected.0
            + Double(columnCount) * Double(Scalar.leastNormalMagnitude)
          #expect(abs(Double(stored[row, 0]) - expected.0) <= tolerance)
          #expect(abs(Double(stored[row, 1]) - expected.1) <= tolerance)
        }
      }
    }
    for hasRanks in [false, true] {
      check(Float.self, exponent: hasRanks ? 1 : 1.7, hasRanks: hasRanks)
      check(Double.self, exponent: hasRanks ? 1.7 : 1, hasRanks: hasRanks)
    }
  }

  @Test(
    "estimate a row's sum from below, and no less than what is near its largest",
    arguments: InstructionSet.available, columnCounts)
  func estimates(on isa: InstructionSet, columnCount: Int) {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type, exponent: Double) {
      let samples = (0..<3).map {
        Sample<Scalar>(columnCount, exponent: exponent, hasRanks: false, seed: 40 + UInt64($0))
      }
      // No element lies at the limit itself.
      let least = -8.1
      var estimates = SumEstimates(rowCount: Self.rowCount)
      for (last, sample) in samples.enumerated() {
        estimates.add(sample.block, exponent: exponent, least: least, on: isa)
        for row in 0..<Self.rowCount {
          let all = samples[...last].flatMap { $0.rows[row] }
          let most = all.max() ?? -.infinity
          #expect(estimates.reference[row] == Double(most))
          guard most.isFinite else {
            #expect(estimates.sum[row] == 0)
            continue
          }
          let u = all.filter(\.isFinite).map {
            Double(Scalar(exponent)) * (Double($0) - Double(most))
          }
          let whole = compensatedSum(u.map { exp($0) })
          let near = compensatedSum(u.filter { $0 >= least }.map { exp($0) })
          // exp's 2 ulp and the rounding of its argument, below 70, of every term and of two
          // rescalings, and a lane's additions.
          let tolerance = Double(220 + columnCount / 8) * Double(Scalar.ulpOfOne) * whole
          #expect(estimates.sum[row] <= whole + tolerance)
          #expect(estimates.sum[row] >= near - tolerance)
          #expect(near >= 1)
        }
      }
    }
    for exponent in [1, 1.7] {
      check(Float.self, exponent: exponent)
      check(Double.self, exponent: exponent)
    }
  }
}

extension ScreeningTests.Sample: ScreeningTests.AnySample {
  func checkAppend(on isa: InstructionSet) {
    let comment: Comment = "\(Scalar.self), exponent \(exponent), ranks \(hasRanks)"
    let screening = screening()
    let sparse = ScreeningTests.weights(5000, of: Scalar.self)
    func columns(_ row: Int) -> [Int] { listed(row, screening) }
    // A second tile goes behind the first.
    for tile in 0..<2 {
      let tileBlock = block
      let sums = sparse.append(
        tileBlock, screening: screening, exponent: exponent, shift: shift, ranks: ranks,
        limit: 4000, on: isa)
      #expect(tileBlock.isFenceIntact)
      ScreeningTests.expectElements(sparse, tile: tile, self, columns, on: isa, comment)
      let listedCount = rows.indices.reduce(0) { $0 + columns($1).count }
      #expect(sparse.count == (tile + 1) * listedCount)
      expect(
        sums, of: { row in (0..<columnCount).filter { !isListed(row, $0, screening) } },
        screening, comment)
    }
  }

  func checkReselect(on isa: InstructionSet) {
    let comment: Comment = "\(Scalar.self), exponent \(exponent), ranks \(hasRanks)"
    let sparse = ScreeningTests.weights(5000, of: Scalar.self)
    let first = screening()
    func append() {
      #expect(
        sparse.append(
          block, screening: first, exponent: exponent, shift: shift, ranks: ranks, limit: 4000,
          on: isa) != nil)
    }
    append()
    append()
    // The last first: the others' elements stay where they are.
    for (tile, raise) in [(1, 4), (0, 2.5), (0, 9), (1, 4)] as [(Int, Double)] {
      let before = (0..<2).map { tile in
        rows.indices.map { row -> [Int] in
          var columns: [Int] = []
          sparse.forEachColumn(tile: tile, row: row) { columns.append(Int($0)) }
          return columns
        }
      }
      let higher = screening(raise: raise)
      let sums = sparse.reselect(
        tile: tile, screening: higher, exponent: exponent, shift: shift, ranks: ranks, on: isa)
      ScreeningTests.expectElements(
        sparse, tile: tile, self, { row in before[tile][row].filter { isListed(row, $0, higher) } },
        on: isa, comment)
      ScreeningTests.expectElements(
        sparse, tile: 1 - tile, self, { before[1 - tile][$0] }, on: isa, comment)
      expect(
        sums, of: { row in before[tile][row].filter { !isListed(row, $0, higher) } }, higher,
        comment)
      let left = before[tile].indices.reduce(0) { count, row in
        count + before[1 - tile][row].count
          + before[tile][row].filter { isListed(row, $0, higher) }.count
      }
      #expect(sparse.count == left)
    }
  }
}
