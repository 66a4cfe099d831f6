public import ContrastiveEmbeddings
public import ContrastiveFiles

extension WritableArray {
  /// The rows of a matrix, which are not copied, as an array of `rowCount × columnCount`.
  public init<Scalar: EmbeddingScalar & ArrayElement>(_ matrix: Matrix<Scalar>) {
    self.init(Scalar.self, shape: [matrix.rowCount, matrix.columnCount]) {
      output throws(ArrayFileError) in
      for r in 0..<matrix.rowCount { try output.append(matrix.row(r)) }
    }
  }
}
