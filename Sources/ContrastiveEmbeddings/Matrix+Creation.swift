import ContrastiveKernels

extension Matrix {
  /// Creates a matrix of zeros.
  public init(rowCount: Int, columnCount: Int) {
    self.init(Block(rowCount: rowCount, columnCount: columnCount))
  }

  /// Creates a matrix whose elements a closure computes, row by row.
  @inlinable
  public init<Failure: Error>(
    rowCount: Int, columnCount: Int,
    _ element: (_ row: Int, _ column: Int) throws(Failure) -> Scalar
  ) throws(Failure) {
    self.init(rowCount: rowCount, columnCount: columnCount)
    for r in 0..<rowCount {
      for c in 0..<columnCount { block[r, c] = try element(r, c) }
    }
  }

  /// Creates a matrix from its elements, row by row.
  ///
  /// - Throws: `ContrastiveError` unless there are `rowCount · columnCount` of them.
  public init(
    _ elements: [Scalar], rowCount: Int, columnCount: Int
  ) throws(ContrastiveError) {
    try self.init(copying: elements.span, rowCount: rowCount, columnCount: columnCount)
  }

  /// Creates a matrix from a copy of a span's elements.
  ///
  /// - Parameters:
  ///   - elements: The numbers, row by row.
  ///   - rowCount: How many rows to take.
  ///   - columnCount: How many elements of each.
  ///   - rowStride: The distance between the beginnings of two rows; `columnCount` if it is left
  ///     out.
  /// - Throws: `ContrastiveError` unless the rows fit the span; without a stride they have to
  ///   fill it.
  public init(
    copying elements: Span<Scalar>, rowCount: Int, columnCount: Int, rowStride: Int? = nil
  ) throws(ContrastiveError) {
    try Self.check(
      elements.count, rowCount: rowCount, columnCount: columnCount, rowStride: rowStride)
    let block = Block<Scalar>(rowCount: rowCount, columnCount: columnCount)
    block.copy(elements, rowStride: rowStride ?? columnCount)
    self.init(block)
  }

  /// Creates a matrix from rows of equal length.
  ///
  /// - Throws: `ContrastiveError` naming the first row of another length.
  public init(rows: [[Scalar]]) throws(ContrastiveError) {
    let columnCount = rows.first?.count ?? 0
    if let ragged = rows.firstIndex(where: { $0.count != columnCount }) {
      throw .init(
        .rows, row: ragged,
        .count(
          .element, found: rows[ragged].count, expected: .exactly(columnCount, .because("as row 0"))
        ))
    }
    self.init(rowCount: rows.count, columnCount: columnCount) { rows[$0][$1] }
  }

  /// Calls `body` with a matrix that borrows the memory of a span: nothing is copied.
  ///
  /// The matrix, and matrices that share its rows or columns, must not outlive the call; if one
  /// does, the program stops with a message at the end of the call.
  ///
  /// - Throws: `ContrastiveError` as `init(copying:rowCount:columnCount:rowStride:)`.
  public static func withRows<Result>(
    borrowing elements: Span<Scalar>, rowCount: Int, columnCount: Int, rowStride: Int? = nil,
    _ body: (Matrix) throws(ContrastiveError) -> Result
  ) throws(ContrastiveError) -> Result {
    try check(elements.count, rowCount: rowCount, columnCount: columnCount, rowStride: rowStride)
    return try unsafe elements.withUnsafeBufferPointer {
      memory throws(ContrastiveError) in
      var storage = unsafe Storage(borrowing: memory, owner: nil)
      defer {
        precondition(
          isKnownUniquelyReferenced(&storage), "a matrix of borrowed rows outlived its loan")
      }
      return try body(
        Matrix(
          Block(
            storage, rowCount: rowCount, columnCount: columnCount,
            rowStride: rowStride ?? columnCount)))
    }
  }

  /// Creates a matrix that borrows memory without a copy.
  ///
  /// - Parameters:
  ///   - memory: Must stay valid and unchanged as long as this matrix, or one that shares its
  ///     rows or columns, lives.
  ///   - rowCount: How many rows to take.
  ///   - columnCount: How many elements of each.
  ///   - rowStride: The distance between the beginnings of two rows; `columnCount` if it is left
  ///     out.
  ///   - owner: An object that keeps the memory, and is kept in turn.
  /// - Throws: `ContrastiveError` as `init(copying:rowCount:columnCount:rowStride:)`.
  @unsafe public init(
    unsafelyBorrowing memory: UnsafeBufferPointer<Scalar>, rowCount: Int, columnCount: Int,
    rowStride: Int? = nil, owner: AnyObject? = nil
  ) throws(ContrastiveError) {
    try Self.check(
      memory.count, rowCount: rowCount, columnCount: columnCount, rowStride: rowStride)
    self.init(
      Block(
        unsafe Storage(borrowing: memory, owner: owner), rowCount: rowCount,
        columnCount: columnCount, rowStride: rowStride ?? columnCount))
  }

  private static func check(
    _ count: Int, rowCount: Int, columnCount: Int, rowStride: Int?
  ) throws(ContrastiveError) {
    let fits = Block<Scalar>.fits(
      in: count, offset: 0, rowCount: rowCount, columnCount: columnCount,
      rowStride: rowStride ?? columnCount)
    // Once it fits, the product cannot overflow.
    guard fits, rowStride != nil || rowCount * columnCount == count else {
      throw .init(
        .elements,
        .elementCount(found: count, expected: .init(rowCount, columnCount), rowStride: rowStride))
    }
  }
}

extension Matrix: ExpressibleByArrayLiteral {
  /// Creates a matrix from rows, which must be of equal length.
  public init(arrayLiteral rows: [Scalar]...) {
    let columnCount = rows.first?.count ?? 0
    precondition(rows.allSatisfy { $0.count == columnCount }, "rows of unequal length")
    self.init(rowCount: rows.count, columnCount: columnCount) { rows[$0][$1] }
  }
}
