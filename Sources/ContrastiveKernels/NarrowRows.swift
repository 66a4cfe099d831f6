import CContrastiveKernels

/// Rows of numbers that are stored in 16 bits, and read as scalars.
///
/// A value: copies share memory until one of them is written.
package struct NarrowRows: Hashable, Sendable {
  package let format: SixteenBitFormat
  package let rowCount: Int
  package let columnCount: Int

  /// Row by row.
  private var bits: [UInt16]

  /// Rows of zeros.
  package init(rowCount: Int, columnCount: Int, format: SixteenBitFormat) {
    self.format = format
    self.rowCount = rowCount
    self.columnCount = columnCount
    bits = Array(repeating: 0, count: rowCount * columnCount)
  }

  /// Rounds rows, each number to nearest, ties to even.
  package init<Scalar>(rounding rows: Block<Scalar>, format: SixteenBitFormat) {
    self.init(rowCount: rows.rowCount, columnCount: rows.columnCount, format: format)
    round(rows, at: 0)
  }

  /// Rounds finite rows into those from `first` on.
  package mutating func round<Scalar>(
    _ rows: Block<Scalar>, at first: Int, on isa: InstructionSet = .best
  ) {
    precondition(
      rows.columnCount == columnCount && first >= 0 && first + rows.rowCount <= rowCount,
      "rows out of range")
    unsafe bits.withUnsafeMutableBufferPointer { bits in
      guard let start = bits.baseAddress else { return }
      for row in 0..<rows.rowCount {
        unsafe Scalar.kernels(on: isa).pointee.writeSixteen(
          rows.elementsToRead + row * rows.rowStride, format.forC, columnCount,
          start + (first + row) * columnCount)
      }
    }
  }

  /// Sets the elements of some rows, row after row.
  package func read<Scalar: EmbeddingScalar>(
    _ rows: Range<Int>, into elements: inout MutableSpan<Scalar>, on isa: InstructionSet = .best
  ) {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= rowCount, "rows out of range")
    precondition(elements.count == rows.count * columnCount, "one element for each read")
    unsafe bits.withUnsafeBufferPointer { bits in
      guard let start = bits.baseAddress else { return }
      unsafe elements.withUnsafeMutableBufferPointer { elements in
        guard let target = elements.baseAddress else { return }
        unsafe Scalar.kernels(on: isa).pointee.readSixteen(
          start + rows.lowerBound * columnCount, format.forC, elements.count, target)
      }
    }
  }

  /// The first row with a number that is beyond the format's largest.
  package var firstNotFiniteRow: Int? {
    bits.firstIndex { !format.isFinite($0) }.map { $0 / columnCount }
  }
}
