import ContrastiveEmbeddings
import ContrastiveKernels

/// The unit rows of a memory: scalars, or numbers of 16 bits.
struct KeyStorage<Scalar: EmbeddingScalar>: Sendable {
  let rowCount: Int
  let columnCount: Int

  // One of the two; both are changed where they are.
  private var scalars: Matrix<Scalar>?
  private var narrow: NarrowRows?

  /// Rows of zeros.
  init(rowCount: Int, columnCount: Int, format: SixteenBitFormat?) {
    self.rowCount = rowCount
    self.columnCount = columnCount
    if let format {
      narrow = NarrowRows(rowCount: rowCount, columnCount: columnCount, format: format)
    } else {
      scalars = Matrix(rowCount: rowCount, columnCount: columnCount)
    }
  }

  /// Given unit rows: themselves, without a copy, or rounded.
  init(_ rows: UnitRows<Scalar>, format: SixteenBitFormat?) {
    let matrix = rows.matrix
    (rowCount, columnCount) = (matrix.rowCount, matrix.columnCount)
    if let format {
      narrow = NarrowRows(rounding: matrix.block, format: format)
    } else {
      scalars = matrix
    }
  }

  var format: SixteenBitFormat? { narrow?.format }

  /// The first rows, without a copy.
  func unitRows(count: Int) -> UnitRows<Scalar> {
    if let narrow { return UnitRows(trusting: RowSource(narrow).rows(0..<count)) }
    return UnitRows(trusting: (scalars ?? Matrix(rowCount: 0, columnCount: 0)).rows(0..<count))
  }

  /// Copies of some rows, one after another.
  func copy(at indices: [Int]) -> Block<Scalar> {
    let result = Block<Scalar>(rowCount: indices.count, columnCount: columnCount)
    if let narrow {
      let rows = RowSource<Scalar>(narrow)
      for (place, index) in indices.enumerated() {
        rows.read(index..<index + 1, into: result.rows(place..<place + 1))
      }
    } else if let scalars {
      result.copy(scalars.block, rows: indices)
    }
    return result
  }

  /// Changes a row, in place or by way of a copy that is rounded.
  mutating func update(_ row: Int, _ body: (Block<Scalar>) -> Void) {
    if narrow != nil {
      let copy = copy(at: [row])
      body(copy)
      narrow?.round(copy, at: row)
    } else {
      scalars?.makeUnique()
      if let target = scalars?.block.rows(row..<row + 1) { body(target) }
    }
  }

  /// Replaces some rows by as many of a batch, normalised.
  mutating func set(
    _ own: Range<Int>, to batch: AnyEmbeddings<Scalar>, rows: Range<Int>
  ) {
    if narrow != nil {
      let scratch = Block<Scalar>(rowCount: rows.count, columnCount: columnCount)
      narrow?.round(batch.unit(rows, into: scratch), at: own.lowerBound)
      return
    }
    scalars?.makeUnique()
    guard let target = scalars?.block.rows(own) else { return }
    let unit = batch.unit(rows, into: target)
    if !batch.unitRowsNeedRoom { target.copy(unit) }
  }
}
