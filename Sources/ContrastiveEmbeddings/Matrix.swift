package import ContrastiveKernels

/// Rows of numbers: one embedding a row, `rowCount × columnCount`.
///
/// Row-major, with a row stride that may be longer than a row, so that a prefix of the columns
/// (a Matryoshka embedding) or every tenth row of somebody's tensor is a matrix without a copy.
/// A value: copies share memory until one of them is written.
///
/// ```swift
/// let a: Matrix<Float> = [[1, 2, 3], [4, 5, 6]]
/// let b = try Matrix(numbers, rowCount: 256, columnCount: 128)
/// let c = Matrix<Float>(rowCount: 256, columnCount: 128) {
///   row, column in .random(in: -1...1)
/// }
/// let half = b.columns(0..<64)                  // shares b's memory
/// ```
/// Memory of another library is borrowed by `withRows(borrowing:rowCount:columnCount:_:)`, for
/// the length of a call, or by `init(unsafelyBorrowing:rowCount:columnCount:rowStride:owner:)`.
///
/// Shapes that do not fit throw a `ContrastiveError`; indices out of range trap.
public struct Matrix<Scalar: EmbeddingScalar>: Sendable {
  @usableFromInline package internal(set) var block: Block<Scalar>

  package init(_ block: Block<Scalar>) {
    self.block = block
  }

  /// The number of rows.
  public var rowCount: Int { block.rowCount }

  /// The number of elements of a row.
  public var columnCount: Int { block.columnCount }

  /// The distance between the beginnings of two rows, in elements.
  public var rowStride: Int { block.rowStride }

  /// The elements, row by row, in a new array.
  public var elements: [Scalar] { block.elements }

  /// The element in a row and a column.
  ///
  /// Writing copies the elements first if they are shared or borrowed. A loop over many is faster over
  /// `row(_:)` and `withMutableRows(_:)`, whose elements are checked once a row.
  @inlinable
  public subscript(row: Int, column: Int) -> Scalar {
    get { block[row, column] }
    set {
      makeUnique()
      block[row, column] = newValue
    }
  }

  /// The elements of a row.
  @_lifetime(borrow self)
  public func row(_ index: Int) -> Span<Scalar> {
    let span = block.row(index)
    return unsafe _overrideLifetime(span, borrowing: self)
  }

  /// The rows in a range, without a copy.
  public func rows(_ range: Range<Int>) -> Matrix { Matrix(block.rows(range)) }

  /// A copy of the rows of a list, in its order: a mini-batch, say.
  public func rows(at indices: [Int]) -> Matrix {
    // The shared workspace: new memory would be handed over page by page, at every step of a loop.
    let result = Block<Scalar>(
      rowCount: indices.count, columnCount: columnCount, zeroed: false, from: .shared)
    result.copy(block, rows: indices)
    return Matrix(result)
  }

  /// The columns in a range, without a copy.
  public func columns(_ range: Range<Int>) -> Matrix { Matrix(block.columns(range)) }

  /// Calls `body` with the elements of each row, to be changed where they are.
  ///
  /// Elements that are shared or borrowed are copied first.
  public mutating func withMutableRows<Failure: Error>(
    _ body: (_ row: Int, inout MutableSpan<Scalar>) throws(Failure) -> Void
  ) throws(Failure) {
    makeUnique()
    for row in 0..<rowCount {
      try block.withMutableRow(row) { span throws(Failure) in try body(row, &span) }
    }
  }

  /// Makes sure that nobody else sees what is written from here on.
  @inlinable
  package mutating func makeUnique() {
    if !block.isUniquelyWritable() { copyElements() }
  }

  @usableFromInline
  mutating func copyElements() {
    let copy = Block<Scalar>(rowCount: rowCount, columnCount: columnCount)
    copy.copy(block)
    block = copy
  }
}

extension Matrix: Equatable {
  /// Whether two matrices have the same shape and equal elements.
  public static func == (a: Matrix, b: Matrix) -> Bool {
    guard a.rowCount == b.rowCount, a.columnCount == b.columnCount else { return false }
    for r in 0..<a.rowCount {
      for c in 0..<a.columnCount where a[r, c] != b[r, c] { return false }
    }
    return true
  }
}
