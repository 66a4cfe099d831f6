import CContrastiveKernels

/// A rectangle of a storage: what kernels read and write.
///
/// Row-major, with a row stride of at least `columnCount`. Copies are references to the same
/// elements, as of a buffer pointer; unlike a pointer, a block is checked to lie inside its
/// storage, and keeps it alive.
@usableFromInline
package struct Block<Scalar: EmbeddingScalar>: Sendable {
  @usableFromInline package internal(set) var storage: Storage<Scalar>
  @usableFromInline package let offset: Int
  @usableFromInline package let rowCount: Int
  @usableFromInline package let columnCount: Int
  @usableFromInline package let rowStride: Int

  package init(
    _ storage: Storage<Scalar>, offset: Int = 0, rowCount: Int, columnCount: Int, rowStride: Int
  ) {
    precondition(
      Self.fits(
        in: storage.count, offset: offset, rowCount: rowCount, columnCount: columnCount,
        rowStride: rowStride), "a block lies outside its storage")
    self.storage = storage
    self.offset = offset
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.rowStride = rowStride
  }

  /// Allocates zeros, or with `zeroed` false whatever the memory held.
  ///
  /// With several rows of a few cache lines or more, the stride is padded to an odd number of
  /// cache lines: a power of two would map a tile's column to a single cache set.
  package init(
    rowCount: Int, columnCount: Int, padded: Bool = false, zeroed: Bool = true,
    from workspace: Workspace? = nil
  ) {
    let line = 64 / MemoryLayout<Scalar>.stride
    let lines = (columnCount + line - 1) / line
    let stride = padded ? (lines | 1) * line : columnCount
    self.init(
      Storage(count: rowCount * stride, zeroed: zeroed, from: workspace), rowCount: rowCount,
      columnCount: columnCount,
      rowStride: stride)
  }

  /// Whether a rectangle lies inside `count` elements, and its sizes are ones BLAS can take.
  package static func fits(
    in count: Int, offset: Int, rowCount: Int, columnCount: Int, rowStride: Int
  ) -> Bool {
    guard
      offset >= 0, rowCount >= 0, columnCount >= 0, rowStride >= columnCount,
      rowStride <= Int(Int32.max)
    else { return false }
    guard rowCount > 0 else { return offset <= count }
    let (span, overflow) = (rowCount - 1).multipliedReportingOverflow(by: rowStride)
    return !overflow && span <= count - columnCount && offset <= count - columnCount - span
  }

  /// Whether nobody else holds the storage, and it may be written.
  @inlinable
  package mutating func isUniquelyWritable() -> Bool {
    isKnownUniquelyReferenced(&storage) && !storage.isBorrowed
  }

  package func rows(_ range: Range<Int>) -> Block {
    precondition(range.lowerBound >= 0 && range.upperBound <= rowCount, "rows out of range")
    // An empty block lies anywhere; where a range of none begins may be past the storage's end.
    return Block(
      storage, offset: range.isEmpty ? 0 : offset + range.lowerBound * rowStride,
      rowCount: range.count, columnCount: columnCount, rowStride: rowStride)
  }

  package func columns(_ range: Range<Int>) -> Block {
    precondition(range.lowerBound >= 0 && range.upperBound <= columnCount, "columns out of range")
    return Block(
      storage, offset: rowCount == 0 || range.isEmpty ? 0 : offset + range.lowerBound,
      rowCount: rowCount, columnCount: range.count, rowStride: rowStride)
  }

  @inlinable
  package subscript(row: Int, column: Int) -> Scalar {
    get { unsafe storage.base[place(row, column)] }
    nonmutating set {
      checkWritable()
      unsafe storage.base[place(row, column)] = newValue
    }
  }

  @inlinable
  package func place(_ row: Int, _ column: Int) -> Int {
    precondition(
      row >= 0 && row < rowCount && column >= 0 && column < columnCount, "index out of range")
    return offset + row * rowStride + column
  }

  @inlinable
  package func checkWritable() {
    precondition(!storage.isBorrowed, "borrowed memory is not written")
  }

  /// For kernels that write nothing here.
  @unsafe var source: contrastive_tile {
    unsafe contrastive_tile(
      elements: elementsToRead, rows: rowCount, columns: columnCount, stride: rowStride)
  }

  @unsafe var target: contrastive_tile {
    checkWritable()
    return unsafe source
  }

  @unsafe var elementsToRead: UnsafeMutablePointer<Scalar> { unsafe storage.base + offset }

  @unsafe var elementsToWrite: UnsafeMutablePointer<Scalar> {
    checkWritable()
    return unsafe storage.base + offset
  }
}
