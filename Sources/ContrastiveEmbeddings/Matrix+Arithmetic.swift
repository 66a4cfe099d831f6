import ContrastiveKernels

extension Matrix {
  /// Adds a multiple of another matrix: `weights.add(gradient, times: -learningRate)` is a step of
  /// gradient descent.
  ///
  /// - Throws: `ContrastiveError.shape` if the other has another shape.
  public mutating func add(
    _ other: Matrix, times factor: Scalar = 1
  ) throws(ContrastiveError) {
    try requireShape(of: other)
    makeUnique()
    block.add(other.block, times: Array(repeating: Double(factor), count: rowCount))
  }

  /// Takes another matrix's elements in the place of its own, in the memory that it has.
  ///
  /// For a loop that holds its gradients in matrices of its own, such as those an optimiser reads:
  /// the loss's gradient goes back to its workspace when the step is dropped, and neither costs an
  /// allocation from the third step on.
  ///
  /// ```swift
  /// if let queries = step.gradient.queries { try gradient.copyElements(of: queries) }
  /// ```
  ///
  /// - Throws: `ContrastiveError.shape` if the other has another shape.
  public mutating func copyElements(of other: Matrix) throws(ContrastiveError) {
    try requireShape(of: other)
    makeUnique()
    block.copy(other.block)
  }

  private func requireShape(of other: Matrix) throws(ContrastiveError) {
    guard other.rowCount == rowCount, other.columnCount == columnCount else {
      throw .shape(
        array: "other", expected: "\(rowCount) × \(columnCount)",
        actual: "\(other.rowCount) × \(other.columnCount)")
    }
  }

  /// The matrix times a number.
  public func multiplied(by factor: Scalar) -> Matrix {
    let result = Block<Scalar>(rowCount: rowCount, columnCount: columnCount)
    result.copy(block)
    result.scaleRows(by: Array(repeating: Double(factor), count: rowCount))
    return Matrix(result)
  }
}
