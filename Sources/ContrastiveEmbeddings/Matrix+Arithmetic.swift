import ContrastiveKernels

extension Matrix {
  /// Adds a multiple of another matrix: `weights.add(gradient, times: -learningRate)` is a step of
  /// gradient descent.
  ///
  /// - Throws: `ContrastiveError` if the other has another shape.
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
  /// if let queries = step.gradient.queries {
  ///   try gradient.copyElements(of: queries)
  /// }
  /// ```
  ///
  /// - Throws: `ContrastiveError` if the other has another shape.
  public mutating func copyElements(of other: Matrix) throws(ContrastiveError) {
    try requireShape(of: other)
    makeUnique()
    block.copy(other.block)
  }

  /// Adds a row to every row: a layer's bias.
  ///
  /// - Throws: `ContrastiveError` unless there is a number for each column.
  public mutating func addRow(_ row: [Scalar]) throws(ContrastiveError) {
    guard row.count == columnCount else {
      throw .init(
        .row, .count(.number, found: row.count, expected: .exactly(columnCount, .onePer(.column))))
    }
    withMutableRows { _, elements in
      for column in row.indices { elements[column] += row[column] }
    }
  }

  private func requireShape(of other: Matrix) throws(ContrastiveError) {
    guard other.rowCount == rowCount, other.columnCount == columnCount else {
      throw .init(.other, .shape(found: other.shape, expected: shape))
    }
  }

  /// The matrix times a number.
  public func multiplied(by factor: Scalar) -> Matrix {
    let result = Block<Scalar>(rowCount: rowCount, columnCount: columnCount)
    result.copy(block)
    result.scaleRows(by: Array(repeating: Double(factor), count: rowCount))
    return Matrix(result)
  }

  /// The matrix of what a function makes of each element.
  ///
  /// ```swift
  /// let active = hidden.map { max($0, 0) }
  /// ```
  @inlinable
  public func map<Failure: Error>(
    _ transform: (Scalar) throws(Failure) -> Scalar
  ) throws(Failure) -> Matrix {
    var result = self
    try result.withMutableRows { _, elements throws(Failure) in
      for column in elements.indices { elements[column] = try transform(elements[column]) }
    }
    return result
  }

  /// The sum of each column, in `Double`: the gradient by a bias that was added to every row.
  public var columnSums: [Double] {
    var sums = Array(repeating: 0.0, count: columnCount)
    block.addColumnSums(to: &sums)
    return sums
  }

  /// The matrix whose rows are this one's columns.
  public var transposed: Matrix {
    let result = Block<Scalar>(rowCount: columnCount, columnCount: rowCount, zeroed: false)
    result.setTransposed(block)
    return Matrix(result)
  }
}

extension Matrix: CustomStringConvertible {
  /// The shape, and as many of the first elements as fit a line or two.
  public var description: String {
    func list<Element>(_ count: Int, _ element: (Int) -> Element) -> String {
      (0..<min(count, 4)).map { "\(element($0))" }.joined(separator: ", ")
        + (count > 4 ? ", …" : "")
    }
    let rows = list(min(rowCount, 4)) { row in "[\(list(columnCount) { self[row, $0] })]" }
    return "\(rowCount) × \(columnCount) \(Scalar.self) [\(rows)\(rowCount > 4 ? ", …" : "")]"
  }
}
