public import ContrastiveEmbeddings

/// How alike two embeddings are.
public enum Similarity: Hashable, Sendable, CaseIterable {
  /// The cosine of their angle, ⟨x̂, ŷ⟩: from −1 to 1, and 0 with a zero row.
  case cosine
  /// Their inner product ⟨x, y⟩.
  case dot
}

extension Similarity {
  /// The similarities of every row of `x` with every row of `y`, by one GEMM.
  ///
  /// ```
  /// S = X̂·Ŷᵀ  (cosine),   S = X·Yᵀ  (dot)
  /// ```
  /// - Parameters:
  ///   - x: `N × d`. For cosines a `Matrix` is normalised, `UnitRows` are not.
  ///   - y: `M × d`.
  /// - Returns: `N × M`. Where that is too much to hold, `forEachTile` streams it.
  /// - Throws: `ContrastiveError` if the dimensions differ, or a raw row holds a NaN or an infinity.
  /// - Complexity: 2NMd flops, and a normalised copy of raw rows.
  public func matrix<X: Embeddings, Y: Embeddings>(
    _ x: X, _ y: Y
  ) throws(ContrastiveError) -> Matrix<X.Scalar> where Y.Scalar == X.Scalar {
    let (x, y) = try pair(x, y)
    let result = Block<X.Scalar>(rowCount: x.rowCount, columnCount: y.rowCount)
    result.setSimilarities(
      of: x.unit(0..<x.rowCount, into: x.unitScratch()),
      and: y.unit(0..<y.rowCount, into: y.unitScratch()))
    return Matrix(result)
  }

  /// Streams the similarities of every row of `x` with every row of `y`, tile by tile.
  ///
  /// - Parameters:
  ///   - x: `N × d`. For cosines a `Matrix` is normalised, `UnitRows` are not.
  ///   - y: `M × d`.
  ///   - tileRows: The most rows of a tile.
  ///   - tileColumns: The most columns of a tile.
  ///   - body: Called once for every tile, with the rows of x, the rows of y, and their
  ///     similarities. What it throws ends the stream.
  /// - Throws: `ContrastiveError` if the dimensions differ, a tile is empty, or a raw row holds a
  ///   NaN or an infinity.
  /// - Complexity: 2NMd flops; memory for a tile and its rows.
  public func forEachTile<X: Embeddings, Y: Embeddings>(
    _ x: X, _ y: Y, tileRows: Int = 256, tileColumns: Int = 512,
    _ body: (_ rows: Range<Int>, _ columns: Range<Int>, _ tile: Matrix<X.Scalar>)
      throws(ContrastiveError) -> Void
  ) throws(ContrastiveError) where Y.Scalar == X.Scalar {
    for (name, size) in [
      (ContrastiveError.Argument.tileRows, tileRows), (.tileColumns, tileColumns),
    ] where size < 1 {
      throw .init(name, .integer(found: size, expected: .positive))
    }
    let (x, y) = try pair(x, y)
    let rowScratch = x.unitScratch(rowCount: min(tileRows, x.rowCount))
    let columnScratch = y.unitScratch(rowCount: min(tileColumns, y.rowCount))
    for start in stride(from: 0, to: x.rowCount, by: tileRows) {
      let rows = start..<min(start + tileRows, x.rowCount)
      let left = x.unit(rows, into: rowScratch)
      for start in stride(from: 0, to: y.rowCount, by: tileColumns) {
        let columns = start..<min(start + tileColumns, y.rowCount)
        let tile = Block<X.Scalar>(rowCount: rows.count, columnCount: columns.count)
        tile.setSimilarities(of: left, and: y.unit(columns, into: columnScratch))
        try body(rows, columns, Matrix(tile))
      }
    }
  }

  /// The gradients by `x` and `y`, from the gradient by their similarities.
  ///
  /// ```
  /// dL/dX̂ = G·Ŷ,   dL/dŶ = Gᵀ·X̂,
  /// and through the normalisation for raw rows
  /// ```
  /// - Parameters:
  ///   - x: `N × d`, as for `matrix`.
  ///   - y: `M × d`, as for `matrix`.
  ///   - gradient: G = dL/dS, `N × M`.
  /// - Throws: `ContrastiveError` if shapes do not fit, or a row of x or y holds a NaN or an infinity.
  /// - Complexity: 4NMd flops.
  public func pullback<X: Embeddings, Y: Embeddings>(
    _ x: X, _ y: Y, _ gradient: Matrix<X.Scalar>
  ) throws(ContrastiveError) -> (x: Matrix<X.Scalar>, y: Matrix<X.Scalar>)
  where Y.Scalar == X.Scalar {
    let (x, y) = try pair(x, y)
    guard gradient.rowCount == x.rowCount, gradient.columnCount == y.rowCount else {
      throw .init(.gradient, .shape(found: gradient.shape, expected: .init(x.rowCount, y.rowCount)))
    }
    let (unitX, unitY) = (
      x.unit(0..<x.rowCount, into: x.unitScratch()), y.unit(0..<y.rowCount, into: y.unitScratch())
    )
    let slopeX = Block<X.Scalar>(rowCount: x.rowCount, columnCount: x.columnCount)
    let slopeY = Block<X.Scalar>(rowCount: y.rowCount, columnCount: y.columnCount)
    slopeX.setProduct(gradient.block, unitY)
    slopeY.setProduct(gradient.block, unitX, transposingLeft: true)
    for (rows, slope) in [(x, slopeX), (y, slopeY)] where !rows.areUnit {
      slope.pullBackNormalization(of: rows.matrix.block)
    }
    return (Matrix(slopeX), Matrix(slopeY))
  }

  /// The two sides; for inner products, as if their rows were unit rows already.
  private func pair<X: Embeddings, Y: Embeddings>(
    _ x: X, _ y: Y
  ) throws(ContrastiveError) -> (x: AnyEmbeddings<X.Scalar>, y: AnyEmbeddings<X.Scalar>)
  where Y.Scalar == X.Scalar {
    let left = try AnyEmbeddings(x, named: .x)
    let right = try AnyEmbeddings(y, named: .y)
    try right.requireColumnCount(as: left)
    return self == .dot ? (left.takenAsGiven, right.takenAsGiven) : (left, right)
  }
}

extension AnyEmbeddings {
  /// Room for normalised rows, if any are needed.
  fileprivate func unitScratch(rowCount: Int? = nil) -> Block<Scalar> {
    Block(rowCount: unitRowsNeedRoom ? rowCount ?? self.rowCount : 0, columnCount: columnCount)
  }
}
