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

  var format: SixteenBitFormat? { narrow?.format }

  /// The first rows, without a copy.
  func unitRows(count: Int) -> UnitRows<Scalar> {
    if let narrow { return UnitRows(trusting: RowSource(narrow).rows(0..<count)) }
    return UnitRows(trusting: (scalars ?? Matrix(rowCount: 0, columnCount: 0)).rows(0..<count))
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
