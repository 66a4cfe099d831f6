/// Rows of numbers with next to no header: TEXMEX's `.fvecs` and its kin, the Big ANN benchmarks' `.fbin` and its.
///
/// ```
/// fvecs   for each row: d (int32)   d elements
/// fbin    N (uint32)   d (uint32)   N · d elements
/// ```
/// Their names say the type of the elements.
///
/// - Source: [TEXMEX](http://corpus-texmex.irisa.fr),
///   [Big ANN](https://big-ann-benchmarks.com/neurips21.html)
enum VectorFile {
  private static func elementType(_ name: String) -> ElementType {
    let name = name.lowercased()
    if name.hasSuffix(".ivecs") || name.hasSuffix(".ibin") { return .int32 }
    if name.hasSuffix(".bvecs") || name.hasSuffix(".u8bin") { return .uint8 }
    return name.hasSuffix(".i8bin") ? .int8 : .float32
  }

  /// Rows that each begin with their length.
  ///
  /// - Complexity: O(*N*): every row's length is looked at.
  static func rows(_ file: FileRegion, named name: String) throws(ArrayFileError) -> FileArray {
    let type = elementType(name)
    let bytes = file.span
    guard bytes.count > 0 else {
      throw .malformedHeader(path: file.source, reason: "the file is empty")
    }
    guard bytes.count >= 4 else {
      throw .truncated(path: file.source, expectedByteCount: 4, actualByteCount: bytes.count)
    }
    let width = bytes.number(Int32.self, at: 0)
    guard width > 0 else {
      throw .malformedHeader(
        path: file.source, reason: "row 0 has \(width) elements, expected at least 1")
    }
    let (size, overflow) = Int(width).multipliedReportingOverflow(by: type.byteCount)
    guard !overflow, size <= Int.max - 4 else {
      throw .malformedHeader(path: file.source, reason: "row 0 has \(width) elements")
    }
    let stride = 4 + size
    let rowCount = bytes.count / stride
    for row in 0..<rowCount {
      let found = bytes.number(Int32.self, at: row * stride)
      guard found == width else {
        throw .malformedHeader(
          path: file.source, reason: "row \(row) has \(found) elements, expected \(width), as row 0"
        )
      }
    }
    guard rowCount * stride == bytes.count else {
      throw .truncated(
        path: file.source, expectedByteCount: rowCount * stride + stride,
        actualByteCount: bytes.count)
    }
    return FileArray(
      source: file.source,
      layout: ArrayLayout(
        type, rowCount: rowCount, columnCount: Int(width), rowStride: stride),
      bytes: file.bytes, byteOffset: file.range.lowerBound + 4)
  }

  /// Rows after a header of their number and length.
  static func points(_ file: FileRegion, named name: String) throws(ArrayFileError) -> FileArray {
    let layout = try pointsLayout(file.span, source: file.source, named: name)
    try NumPyFile.requireByteCount(layout.byteCount, shape: layout.shape, from: 8, in: file)
    return FileArray(
      source: file.source, layout: layout, bytes: file.bytes,
      byteOffset: file.range.lowerBound + 8)
  }

  /// What the header of such rows says, at the beginning of the given bytes.
  static func pointsLayout(
    _ bytes: Span<UInt8>, source: String, named name: String
  ) throws(ArrayFileError) -> ArrayLayout {
    guard bytes.count >= 8 else {
      throw .truncated(path: source, expectedByteCount: 8, actualByteCount: bytes.count)
    }
    let shape = [Int(bytes.number(UInt32.self, at: 0)), Int(bytes.number(UInt32.self, at: 4))]
    return try ArrayLayout(elementType(name), shape: shape, source: source)
  }
}
