/// NumPy's `.npy` format: one array a file.
///
/// ```
/// 93 'NUMPY' major minor   header length (2 bytes, from version 2.0 on 4)   header   elements
/// ```
/// The header is a Python dictionary literal that gives the element type, the shape and the order.
/// Little-endian numbers in row-major order are read, of the types of ``ElementType``; everything
/// else is an error that says how to save the array instead.
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
    let mapping = try FileMapping(path)
    let bytes = mapping.bytes
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

    let layout = try layout(ofHeader: bytes.extracting(textStart..<dataStart), path: path)
    // The layout's sizes fit Int; the sum with the header's need not.
    guard layout.byteCount <= Int.max - dataStart else {
      throw .invalidShape(
        source: path, shape: layout.shape, reason: "needs more bytes than can be addressed")
    }
    let end = dataStart + layout.byteCount
    try requireBytes(end)
    guard bytes.count == end else {
      throw .trailingBytes(path: path, expectedByteCount: end, actualByteCount: bytes.count)
    }
    return FileArray(source: path, layout: layout, mapping: mapping, byteOffset: dataStart)
  }
}
