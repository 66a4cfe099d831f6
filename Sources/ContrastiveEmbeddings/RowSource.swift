public import ContrastiveFiles
package import ContrastiveKernels

/// Rows that are read when they are needed, a tile at a time, and never held whole: keys larger than memory, or
/// stored in 16 bits.
///
/// ```swift
/// let keys = try RowSource<Float>(FileArray(reading: "keys-float16.npy"))
/// let points = try InfoNCE(temperature: 0.07).sweep(queries: q, positives: p, negatives: .shared(keys), …)
/// ```
/// It is a loss's argument like a `Matrix`, and is normalised like one, tile by tile. Rows are read again whenever a
/// tile is: twice for a gradient by the keys. A gradient by its rows is as large as they are.
public struct RowSource<Scalar: EmbeddingScalar>: Sendable {
  /// The number of rows.
  public let rowCount: Int

  /// The number of elements of a row.
  public let columnCount: Int

  private let read: @Sendable (Range<Int>, inout MutableSpan<Scalar>) -> Void

  /// The rows where they lie, if they need not be read.
  private var mapped: Matrix<Scalar>?

  /// Rows that a closure reads.
  ///
  /// - Parameters:
  ///   - rowCount: The number of rows.
  ///   - columnCount: The number of elements of a row.
  ///   - read: Sets the elements of some neighbouring rows, row after row. Threads call it at the same time, and it
  ///     gives the same rows every time.
  public init(
    rowCount: Int, columnCount: Int,
    read: @escaping @Sendable (_ rows: Range<Int>, _ elements: inout MutableSpan<Scalar>) -> Void
  ) {
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.read = read
  }

  /// The first rows.
  public func prefix(_ count: Int) -> RowSource {
    let count = min(count, rowCount)
    var result = RowSource(rowCount: count, columnCount: columnCount, read: read)
    result.mapped = mapped?.rows(0..<count)
    return result
  }

  /// Sets a block to some rows.
  package func read(_ rows: Range<Int>, into target: Block<Scalar>) {
    target.withMutableRows { first, elements in
      let count = elements.count / max(1, columnCount)
      read(rows.lowerBound + first..<rows.lowerBound + first + count, &elements)
    }
  }
}

extension RowSource where Scalar: ArrayElement {
  /// The rows of an array in a file, of whatever floating-point or integer type; used where they lie if it is this one.
  ///
  /// - Parameter array: `N × d`.
  /// - Throws: `ArrayFileError.wrongRank` for an array that is no matrix.
  public init(_ array: FileArray) throws(ArrayFileError) {
    try array.requireRank(2)
    self.init(rowCount: array.shape[0], columnCount: array.shape[1]) { rows, elements in
      array.copyRows(rows, into: &elements)
    }
    if array.elementType == Scalar.elementType { mapped = try Matrix(array) }
  }
}

extension RowSource: Embeddings {
  /// All rows, read at once.
  public var matrix: Matrix<Scalar> {
    if let mapped { return mapped }
    let result = Block<Scalar>(rowCount: rowCount, columnCount: columnCount)
    read(0..<rowCount, into: result)
    return Matrix(result)
  }

  public static var areUnit: Bool { false }

  public var source: RowSource? { mapped == nil ? self : nil }
}
