/// NumPy's `.npy` format: one array a file.
///
/// ```
/// 93 'NUMPY' major minor
/// header length (2 bytes, from version 2.0 on 4)
/// header   elements
/// ```
/// The header is a Python dictionary literal that gives the element type, the shape and the order.
/// Numbers of the types of ``ElementType`` are read, in either byte order and row by row or column by column
/// (Fortran order); everything else is an error that says how to save the array instead.
///
/// - Source: [numpy.lib.format](https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html)
public enum NumPyFile {
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// The array in a file of version 1.0, 2.0 or 3.0, mapped.
  ///
  /// - Throws: ``ArrayFileError`` if the file cannot be read, is not such a file, is not exactly as
  ///   long as its header says, or holds elements of another kind.
  /// - Complexity: O(1): elements are read when they are asked for.
  public static func read(_ path: String) throws(ArrayFileError) -> FileArray {
    try read(FileRegion(path))
  }

  static func read(_ file: FileRegion) throws(ArrayFileError) -> FileArray {
    let (header, dataStart) = try header(file.span, path: file.source)
    guard let (type, isBigEndian) = header.elementType else {
      // NumPy pickles what is no number.
      guard header.typeName.last != "O" else {
        throw ForeignFormat.numPyObjects.error(path: file.source)
      }
      throw .unsupportedElementType(source: file.source, name: "'\(header.typeName)'")
    }
    let layout = try ArrayLayout(
      type, shape: header.shape, order: header.order, isBigEndian: isBigEndian,
      source: file.source)
    try requireByteCount(layout.byteCount, shape: header.shape, from: dataStart, in: file)
    return FileArray(
      source: file.source, layout: layout, bytes: file.bytes,
      byteOffset: file.range.lowerBound + dataStart)
  }

  /// Throws unless the elements end where the file does.
  static func requireByteCount(
    _ byteCount: Int, shape: [Int], from dataStart: Int, in file: FileRegion
  ) throws(ArrayFileError) {
    // The layout's sizes fit Int; the sum with the header's need not.
    guard byteCount <= Int.max - dataStart else {
      throw .invalidShape(
        source: file.source, shape: shape, reason: "needs more bytes than can be addressed")
    }
    let end = dataStart + byteCount
    guard file.count >= end else {
      throw .truncated(
        path: file.source, expectedByteCount: end, actualByteCount: file.count)
    }
    guard file.count == end else {
      throw .trailingBytes(
        path: file.source, expectedByteCount: end, actualByteCount: file.count)
    }
  }

  /// The header of a file with the given contents, and where its elements begin.
  static func header(
    _ bytes: Span<UInt8>, path: String
  ) throws(ArrayFileError) -> (header: Header, dataStart: Int) {
    guard bytes.count > 0 else { throw .malformedHeader(path: path, reason: "the file is empty") }
    for index in 0..<min(magic.count, bytes.count) where bytes[index] != magic[index] {
      throw .malformedHeader(
        path: path, reason: "a .npy file begins with 0x93 'NUMPY'; write it with numpy.save")
    }
    let lengthSize = bytes.count > magic.count && bytes[magic.count] > 1 ? 4 : 2
    let textStart = magic.count + 2 + lengthSize
    func requireBytes(_ count: Int) throws(ArrayFileError) {
      guard bytes.count >= count else {
        throw .truncated(path: path, expectedByteCount: count, actualByteCount: bytes.count)
      }
    }
    try requireBytes(textStart)

    let version = (bytes[magic.count], bytes[magic.count + 1])
    guard 1...3 ~= version.0, version.1 == 0 else {
      throw .malformedHeader(
        path: path,
        reason: "version \(version.0).\(version.1) is unknown, expected 1.0, 2.0 or 3.0")
    }
    var textLength = 0
    for index in (textStart - lengthSize..<textStart).reversed() {
      textLength = textLength << 8 | Int(bytes[index])
    }
    let dataStart = textStart + textLength
    try requireBytes(dataStart)

    return (try dictionary(bytes.extracting(textStart..<dataStart), path: path), dataStart)
  }
}
