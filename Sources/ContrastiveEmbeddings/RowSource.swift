package import ContrastiveKernels

/// Rows that are read when they are needed, a tile at a time, and never held whole: keys larger than memory, or
/// stored in 16 bits.
///
/// ```swift
/// let keys = try RowSource<Float>(
///   FileArray(reading: "keys-float16.npy"))
/// let points = try InfoNCE(temperature: 0.07).sweep(
///   queries: q, positives: p, negatives: .shared(keys), …)
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

  /// Rows in 16 bits.
  package init(_ rows: NarrowRows) {
    self.init(rowCount: rows.rowCount, columnCount: rows.columnCount) {
      rows.read($0, into: &$1)
    }
  }

  /// Rows that a closure reads, or that lie in memory as they are.
  ///
  /// - Parameter mapped: The rows where they lie, if they need not be read.
  package init(
    rowCount: Int, columnCount: Int, mapped: Matrix<Scalar>?,
    read: @escaping @Sendable (_ rows: Range<Int>, _ elements: inout MutableSpan<Scalar>) -> Void
  ) {
    self.init(rowCount: rowCount, columnCount: columnCount, read: read)
    self.mapped = mapped
  }

  /// The first rows.
  public func prefix(_ count: Int) -> RowSource { rows(0..<min(count, rowCount)) }

  /// The rows in a range.
  public func rows(_ range: Range<Int>) -> RowSource {
    precondition(range.lowerBound >= 0 && range.upperBound <= rowCount, "rows out of range")
    let first = range.lowerBound
    var result = RowSource(rowCount: range.count, columnCount: columnCount) {
      [read] rows, elements in
      read(first + rows.lowerBound..<first + rows.upperBound, &elements)
    }
    result.mapped = mapped?.rows(range)
    return result
  }

  /// Some of the rows, in the order of a list.
  ///
  /// - Parameter indices: Which, inside `0..<rowCount`.
  public func rows(at indices: [Int]) -> RowSource {
    precondition(indices.allSatisfy { 0..<rowCount ~= $0 }, "rows out of range")
    let columnCount = columnCount
    return RowSource(rowCount: indices.count, columnCount: columnCount) {
      [read] rows, elements in
      var chosen = indices[rows]
      while let first = chosen.first {
        // Neighbours are read at once.
        let count = zip(chosen, first...).prefix { $0 == $1 }.count
        let start = (chosen.startIndex - rows.lowerBound) * columnCount
        var part = elements._mutatingExtracting(start..<start + count * columnCount)
        read(first..<first + count, &part)
        chosen = chosen.dropFirst(count)
      }
    }
  }

  /// Calls `body` with a thousand rows at a time, and the number of the first of these.
  package func forEachChunk(
    _ body: (_ start: Int, Block<Scalar>) throws(ContrastiveError) -> Void
  ) throws(ContrastiveError) {
    let chunk = Block<Scalar>(rowCount: min(rowCount, 1024), columnCount: columnCount)
    for range in stride(from: 0, to: rowCount, by: 1024).map({ $0..<min($0 + 1024, rowCount) }) {
      let rows = chunk.rows(0..<range.count)
      read(range, into: rows)
      try body(range.lowerBound, rows)
    }
  }

  /// Sets a block to some rows.
  package func read(_ rows: Range<Int>, into target: Block<Scalar>) {
    target.withMutableRows { first, elements in
      let count = elements.count / max(1, columnCount)
      read(rows.lowerBound + first..<rows.lowerBound + first + count, &elements)
    }
  }
}

extension Matrix {
  /// These rows in 16 bits a number: half of `Float`'s memory, and a quarter of `Double`'s.
  ///
  /// Each number is rounded to nearest, ties to even.
  ///
  /// - Throws: `ContrastiveError` naming a row with a NaN or an infinity, `ContrastiveError` for a row
  ///   with a number beyond 65 504 in `float16`.
  public func stored(as format: SixteenBitFormat) throws(ContrastiveError) -> RowSource<Scalar> {
    try requireFinite(.rows)
    let rows = NarrowRows(rounding: block, format: format)
    if let row = rows.firstNotFiniteRow {
      let numbers = (0..<columnCount).map { Double(self[row, $0]) }
      let beyond = numbers.max { abs($0) < abs($1) } ?? .nan
      throw .init(
        .rows, row: row,
        .number(
          found: beyond,
          expected: .from(
            -Double(format.largest), to: Double(format.largest),
            "normalise the rows, or take bfloat16")))
    }
    return RowSource(rows)
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
