/// Rows in memory, or such as are read whenever they are needed.
enum StoredRows<Scalar: EmbeddingScalar>: Sendable {
  case matrix(Matrix<Scalar>)
  case source(RowSource<Scalar>)

  /// All of them: a copy of those that are read.
  var matrix: Matrix<Scalar> {
    switch self {
    case .matrix(let matrix): matrix
    case .source(let source): source.matrix
    }
  }

  var rowCount: Int {
    switch self {
    case .matrix(let matrix): matrix.rowCount
    case .source(let source): source.rowCount
    }
  }

  var columnCount: Int {
    switch self {
    case .matrix(let matrix): matrix.columnCount
    case .source(let source): source.columnCount
    }
  }
}
