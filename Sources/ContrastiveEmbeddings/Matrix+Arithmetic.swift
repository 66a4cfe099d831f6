import ContrastiveKernels

extension Matrix {
  /// Adds a multiple of another matrix: `weights.add(gradient, times: -learningRate)` is a step of
  /// gradient descent.
  ///
  /// - Throws: `ContrastiveError.shape` if the other has another shape.
  public mutating func add(
    _ other: Matrix, times factor: Scalar = 1
  ) throws(ContrastiveError) {
    guard other.rowCount == rowCount, other.columnCount == columnCount else {
      throw .shape(
        array: "other", expected: "\(rowCount) × \(columnCount)",
        actual: "\(other.rowCount) × \(other.columnCount)")
    }
    makeUnique()
    block.add(other.block, times: Array(repeating: factor, count: rowCount))
  }

  /// The matrix times a number.
  public func multiplied(by factor: Scalar) -> Matrix {
    let result = Block<Scalar>(rowCount: rowCount, columnCount: columnCount)
    result.copy(block)
    result.scaleRows(by: Array(repeating: factor, count: rowCount))
    return Matrix(result)
  }
}
