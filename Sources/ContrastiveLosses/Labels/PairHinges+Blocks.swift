import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveSimilarity

/// Blocks of rows, which threads share.
extension PairHinges {
  /// The weights of pairs in the sum that is differentiated.
  struct PairWeights: Sendable {
    let rows: [Double]
    let positives: Double
    let negatives: Double

    func weight(_ row: Int, _ other: Int, isPositive: Bool) -> Double {
      (rows[row] + rows[other]) * (isPositive ? positives : negatives)
    }
  }

  /// What a thread needs.
  struct Scratch: Sendable {
    let tile: Block<Scalar>
    let anchors: Block<Scalar>
    let others: Block<Scalar>
  }

  func mapBlocks<Result: Sendable>(
    _ body: @Sendable (Range<Int>, Scratch) throws(ContrastiveError) -> Result
  ) throws(ContrastiveError) -> [Result] {
    let count = rows.rowCount
    let share = (count + 2 * options.threads - 1) / max(1, 2 * options.threads)
    let tileRows = max(1, min(options.tileRows ?? min(256, max(16, share)), count))
    let tileColumns = max(1, min(options.tileColumns ?? 512, count))
    let scratch = (0..<max(1, options.threads)).map { _ in
      func rows(_ count: Int) -> Block<Scalar> {
        options.block(rowCount: count, columnCount: self.rows.columnCount)
      }
      return Scratch(
        tile: options.block(rowCount: tileRows, columnCount: tileColumns, padded: true),
        anchors: rows(isEuclidean ? 64 : 0), others: rows(isEuclidean ? 64 : 0))
    }
    let blocks = (0..<count).parts(of: tileRows)
    return try Workers.withSingleThreadedBLAS { () throws(ContrastiveError) in
      try work.map(blocks.count) { worker, item throws(ContrastiveError) in
        try body(blocks[item], scratch[worker])
      }
    }
  }

  /// The sums of some rows, and their gradient where there are weights.
  //
  // Specialised, as its work on every pair is Swift's.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func pass(
    over block: Range<Int>, scratch: Scratch, weights: PairWeights? = nil,
    addingTo gradient: Block<Scalar>? = nil
  ) throws(ContrastiveError) -> [RowSums] {
    let roles = ColumnRoles.labels(groups)
    var sums = Array(repeating: RowSums(), count: block.count)
    var ownFactors = Array(repeating: 0.0, count: block.count)
    for columns in (0..<rows.rowCount).parts(of: scratch.tile.columnCount) {
      try work.checkCancellation()
      let tile = scratch.tile.rows(0..<block.count).columns(0..<columns.count)
      tile.setSimilarities(of: rows.rows(block), and: rows.rows(columns))
      for (row, anchor) in block.enumerated() {
        var (close, alike): ([(column: Int, isPositive: Bool)], [(place: Int, factor: Double)]) =
          ([], [])
        func factor(_ pair: Pair, _ column: Int, isPositive: Bool) -> Double {
          guard let weights, pair.slope != 0 else { return 0 }
          let factor = weights.weight(anchor, column, isPositive: isPositive) * pair.slope
          if isEuclidean { ownFactors[row] -= factor }
          return factor
        }
        roles.forEachException(ofRow: anchor, in: columns) { column, isPositive in
          let place = column - columns.lowerBound
          let product = Double(tile[row, place])
          // Outside of any margin that negatives have.
          tile[row, place] = -.infinity
          guard isPositive else { return }
          sums[row].positiveSimilarity += product
          guard let pair = self.pair(product, anchor, column, isPositive: true) else {
            close.append((column, true))
            return
          }
          sums[row].positives.add(pair.value)
          alike.append((place, factor(pair, column, isPositive: true)))
        }
        tile.withMutableRow(row) { products in
          for place in 0..<columns.count {
            let column = columns.lowerBound + place
            guard let pair = self.pair(Double(products[place]), anchor, column, isPositive: false)
            else {
              close.append((column, false))
              products[place] = 0
              continue
            }
            sums[row].negatives.add(pair.value)
            products[place] = Scalar(factor(pair, column, isPositive: false))
          }
        }
        for (place, factor) in alike { tile[row, place] = Scalar(factor) }
        addClose(
          close, to: anchor, sums: &sums[row], scratch: scratch, weights: weights,
          gradient: gradient?.rows(row..<row + 1))
      }
      gradient?.setProduct(tile, rows.rows(columns), accumulating: true)
    }
    gradient?.add(rows.rows(block), times: ownFactors, on: isa)
    return sums
  }

  /// A pair's hinge, and its slope by the inner product.
  private struct Pair {
    let value: Double
    let slope: Double

    static var none: Pair { Pair(value: 0, slope: 0) }
  }

  /// `nil` of rows that are close.
  private func pair(
    _ product: Double, _ row: Int, _ other: Int, isPositive: Bool
  ) -> Pair? {
    guard isEuclidean else {
      let hinge = loss.hinge(
        isPositive ? loss.positiveMargin - product : product - loss.negativeMargin)
      return Pair(value: hinge.value, slope: isPositive ? -hinge.slope : hinge.slope)
    }
    let size = squares[row] + squares[other]
    let square = size - 2 * product
    // Before any look at the margin: of close rows this square has no digits.
    guard square > Self.closeShare * size else { return nil }
    if !isPositive, square >= loss.negativeMargin * loss.negativeMargin { return Pair.none }
    let distance = square.squareRoot()
    let hinge = loss.hinge(
      isPositive ? distance - loss.positiveMargin : loss.negativeMargin - distance)
    return Pair(
      value: hinge.value, slope: (isPositive ? -hinge.slope : hinge.slope) / distance)
  }

  /// Adds pairs of close rows, by their differences.
  private func addClose(
    _ pairs: [(column: Int, isPositive: Bool)], to anchor: Int, sums: inout RowSums,
    scratch: Scratch, weights: PairWeights?, gradient: Block<Scalar>?
  ) {
    for part in pairs.indices.parts(of: max(1, scratch.others.rowCount)).map({ pairs[$0] }) {
      let others = scratch.others.rows(0..<part.count)
      let anchors = scratch.anchors.rows(0..<part.count)
      others.copy(rows, rows: part.map { $0.column })
      anchors.copy(rows, rows: Array(repeating: anchor, count: part.count))
      let distances = RowDistances(euclideanOf: anchors, others, on: isa)
      var factors: [Double] = []
      for (index, (column, isPositive)) in part.enumerated() {
        let distance = distances.values[index]
        let hinge = loss.hinge(
          isPositive ? distance - loss.positiveMargin : loss.negativeMargin - distance)
        if isPositive { sums.positives.add(hinge.value) } else { sums.negatives.add(hinge.value) }
        let slope = (isPositive ? hinge.slope : -hinge.slope) * distances.slopes[index]
        factors.append(
          (weights?.weight(anchor, column, isPositive: isPositive) ?? 0) * slope)
      }
      guard let gradient else { continue }
      anchors.add(others, times: factors.map { _ in -1 }, on: isa)
      anchors.scaleRows(by: factors, on: isa)
      var total = Array(repeating: 0.0, count: rows.columnCount)
      anchors.addColumnSums(to: &total, on: isa)
      for (column, slope) in total.enumerated() { gradient[0, column] += Scalar(slope) }
    }
  }
}
