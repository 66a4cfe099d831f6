extension ContrastiveError {
  /// What can be wrong with an argument, and what would do.
  public enum Problem: Hashable, Sendable {
    /// The row holds a NaN or an infinity.
    case notFinite

    /// The row was promised to have length 1, and has another.
    case notUnitLength(Double)

    /// There are more or fewer rows, columns or other things than fit.
    case count(Item? = nil, found: Int, expected: Count)

    /// A matrix has another shape than it has to have.
    case shape(found: Shape, expected: Shape, as: Argument? = nil)

    /// A span has not the elements of a matrix, rows of which lie a stride apart.
    case elementCount(found: Int, expected: Shape, rowStride: Int? = nil)

    /// A number lies outside its range.
    case number(found: Double, expected: Numbers)

    /// A whole number lies outside its range.
    case integer(found: Int, expected: Integers)

    /// A row's whole numbers lie outside their range, or are not in ascending order.
    case ascending(found: [Int], expected: Integers)

    /// The gradient by an argument is `nil`, because the loss was not asked for it.
    case missingGradient(by: Argument, Shape? = nil)

    /// A choice that this computation has no meaning for.
    case choice(found: String, expected: String)

    /// The task that called was cancelled, before there was a result. No argument is wrong.
    case cancelled
  }

  /// What is counted.
  public enum Item: String, Hashable, Sendable {
    case column, element, index, key, list, negative, number, query, row, term
  }

  /// Rows and columns of a matrix.
  public struct Shape: Hashable, Sendable {
    public var rowCount: Int
    public var columnCount: Int

    public init(_ rowCount: Int, _ columnCount: Int) {
      self.rowCount = rowCount
      self.columnCount = columnCount
    }
  }
}

extension ContrastiveError.Shape: CustomStringConvertible {
  public var description: String { "\(rowCount) × \(columnCount)" }
}

extension Matrix {
  package var shape: ContrastiveError.Shape { .init(rowCount, columnCount) }
}
