extension Block {
  /// The bytes of a block without gaps, for what moves them elsewhere. They are there as long as somebody holds `memory`.
  @unsafe package var bytes: UnsafeMutableRawBufferPointer {
    precondition(
      rowStride == columnCount || rowCount <= 1, "a block that is moved whole has no gaps")
    return unsafe UnsafeMutableRawBufferPointer(
      start: elementsToRead, count: rowCount * columnCount * MemoryLayout<Scalar>.stride)
  }

  /// What keeps the bytes.
  package var memory: AnyObject { storage }
}
