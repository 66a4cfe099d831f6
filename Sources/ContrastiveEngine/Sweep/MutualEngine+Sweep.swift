package import ContrastiveBounds
package import ContrastiveEmbeddings
import ContrastiveKernels
import ContrastiveSimilarity

extension MutualEngine {
  /// What a loss of images and texts, both ways, is at several temperatures, from one product.
  ///
  /// A tile of cosines and its transpose: sums of a row's exponentials are the only ones there have to be.
  package static func sweep(
    _ problem: MutualProblem<Scalar>, temperatures: [Temperature], keepingTerms: Bool,
    options: ComputeOptions,
    floor: (Temperature) throws(ContrastiveError) -> LossBound?
  ) throws(ContrastiveError) -> [SweepPoint<Scalar>] {
    let scales = try temperatures.scales(for: Scalar.self)
    var floors: [LossBound?] = []
    for temperature in temperatures { floors.append(try floor(temperature)) }
    guard !scales.isEmpty else { return [] }
    var problem = problem
    problem.rowsNeedGradient = false
    problem.columnsNeedGradient = false
    problem.scales = .one(1)
    let sums = temperatures.map {
      SweepSums(problem.function, at: $0, keepsTerms: keepingTerms)
    }
    guard problem.sharesTiles else {
      return zip(try sweepEachWay(problem, scales, sums, options: options), floors).map {
        $0.point(floor: $1, hasSinglePositive: true, as: Scalar.self)
      }
    }
    let engine = MutualEngine(problem, options: options)
    let (rows, columns) = try Workers.withSingleThreadedBLAS { () throws(ContrastiveError) in
      try engine.sweepStatistics(scales)
    }
    let (rowCount, columnAnchors) = (problem.rows.rowCount, problem.columnAnchors)
    let points = try engine.work.map(sums.count) { _, t in
      var own = sums[t]
      for (anchors, statistics) in [
        (0..<rowCount, rows), (columnAnchors, columns),
      ] {
        own.add(
          anchors, statistics, exponent: t, products: engine.positives.logits(ofAnchors: anchors),
          hasSinglePositive: true)
      }
      own.joinSides()
      return own
    }
    return zip(points, floors).map {
      $0.point(floor: $1, hasSinglePositive: true, as: Scalar.self)
    }
  }

  /// One direction after the other, a product each.
  private static func sweepEachWay(
    _ problem: MutualProblem<Scalar>, _ scales: [Double], _ sums: [SweepSums],
    options: ComputeOptions
  ) throws(ContrastiveError) -> [SweepSums] {
    var sums = sums
    for var direction in [problem.rowsToColumns, problem.columnsToRows] {
      direction.function = Exponents(exponents: scales)
      direction.observes = true
      try OneWayEngine(direction, options: options).statistics { rows, statistics, products in
        for t in sums.indices {
          sums[t].add(
            rows, statistics, exponent: t, products: products, hasSinglePositive: true)
        }
        return true
      }
    }
    for t in sums.indices { sums[t].joinSides() }
    return sums
  }

  private func sweepStatistics(
    _ scales: [Double]
  ) throws(ContrastiveError) -> (rows: RowStatistics, columns: RowStatistics) {
    let (rowCount, columnCount) = (problem.rows.rowCount, problem.candidates.rowCount)
    let ranks = RankCounts(
      around: (0..<problem.anchorCount).map { Double(positives[$0]) }, scales: .one(1),
      dimension: problem.rows.columnCount, as: Scalar.self)
    @Sendable func empty(_ anchors: Range<Int>) -> RowStatistics {
      RowStatistics(rowCount: anchors.count, exponents: scales, ranks: ranks[anchors])
    }
    var columns = empty(problem.columnAnchors)
    var rows: RowStatistics?
    let rowTotals = totals(of: problem.rows, with: problem.candidates)
    let columnTotals = totals(of: problem.candidates, with: problem.rows)
    for block in rowBlocks {
      let anchors = problem.rows.rows(block.range)
      // Threads share a row block's tiles: a tile's columns are its thread's alone.
      let groups = block.tiles.groups(options.shareCount)
      let parts = try work.map(groups.count) { worker, item throws(ContrastiveError) in
        var own = empty(block.range)
        var ofColumns: [(Range<Int>, RowStatistics)] = []
        let transposed: Block<Scalar> = options.block(
          rowCount: groups[item].map(\.count).max() ?? 0, columnCount: block.range.count,
          padded: true)
        for tile in groups[item] {
          try work.checkCancellation()
          let cosines = block.logits(of: tile, scratch: scratch[worker])
          cosines.setSimilarities(of: anchors, and: problem.candidates.rows(tile))
          let first = problem.columnAnchors.lowerBound
          var statistics = empty(first + tile.lowerBound..<first + tile.upperBound)
          forEachException(in: tile, of: block) { row, column, _ in
            own.totals[row] -= Double(cosines[row, column])
            statistics.totals[column] -= Double(cosines[row, column])
            cosines[row, column] = -.infinity
          }
          own.add(cosines, on: isa)
          let other = transposed.rows(0..<tile.count)
          other.setTransposed(cosines, on: isa)
          statistics.add(other, on: isa)
          ofColumns.append((tile, statistics))
        }
        return (rows: own, columns: ofColumns)
      }
      var own = parts[0].rows
      for part in parts.dropFirst() { own.merge(matching: part.rows) }
      rows = rows.map { $0.appending(own) } ?? own
      for (tile, statistics) in parts.flatMap(\.columns) {
        columns.merge(matching: statistics, into: tile)
      }
    }
    var all = rows ?? empty(0..<0)
    for row in 0..<rowCount {
      all.counts[row] = problem.negativeCount(ofAnchor: row)
      all.totals[row] += rowTotals[row]
    }
    for column in 0..<columnCount {
      columns.counts[column] = problem.negativeCount(
        ofAnchor: problem.columnAnchors.lowerBound + column)
      columns.totals[column] += columnTotals[column]
    }
    return (all, columns)
  }

  /// Σ cos over all of the others, of every row.
  private func totals(of rows: Block<Scalar>, with others: Block<Scalar>) -> [Double] {
    let sums = others.columnSums(threads: options.threads, on: isa)
    let sum = Block<Scalar>(rowCount: 1, columnCount: rows.columnCount)
    for column in sums.indices { sum[0, column] = Scalar(sums[column]) }
    let totals = Block<Scalar>(rowCount: rows.rowCount, columnCount: 1)
    totals.setSimilarities(of: rows, and: sum)
    return (0..<rows.rowCount).map { Double(totals[$0, 0]) }
  }
}
