extension Block {
  /// Calls `body` with the elements of neighbouring rows, and the number of the first of these: of all rows at once where
  /// they follow one another without a gap, otherwise row by row.
  package func withMutableRows(_ body: (_ first: Int, inout MutableSpan<Scalar>) -> Void) {
    guard rowCount > 0 else { return }
    precondition(!storage.isBorrowed, "borrowed memory is not written")
    let start = unsafe storage.base + offset
    guard rowStride != columnCount else {
      var span = unsafe MutableSpan(_unsafeStart: start, count: rowCount * columnCount)
      body(0, &span)
      return
    }
    for row in 0..<rowCount {
      var span = unsafe MutableSpan(
        _unsafeStart: start + row * rowStride, count: columnCount)
      body(row, &span)
    }
  }

  /// Calls `body` with the elements of a row.
  package func withMutableRow<Failure: Error>(
    _ row: Int, _ body: (inout MutableSpan<Scalar>) throws(Failure) -> Void
  ) throws(Failure) {
    precondition(row >= 0 && row < rowCount, "row out of range")
    var span = unsafe MutableSpan(
      _unsafeStart: elementsToWrite + row * rowStride, count: columnCount)
    try body(&span)
  }
}
