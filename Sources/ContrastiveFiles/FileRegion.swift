/// Some bytes of a file, all of them or a member's, under the name that errors and arrays have.
struct FileRegion: Sendable {
  let bytes: FileBytes
  let range: Range<Int>

  /// The file's path, for a member followed by a colon and its name.
  let source: String

  init(_ bytes: FileBytes, _ range: Range<Int>, source: String) {
    self.bytes = bytes
    self.range = range
    self.source = source
  }

  /// The whole file at a path.
  init(_ path: String, by access: FileAccess = .mapping) throws(ArrayFileError) {
    self.init(try FileBytes.read(path, by: access), source: path)
  }

  init(_ bytes: FileBytes, source: String) {
    self.init(bytes, 0..<bytes.count, source: source)
  }

  var count: Int { range.count }

  var span: Span<UInt8> {
    @_lifetime(borrow self)
    get { bytes.span.extracting(range) }
  }
}

extension Span<UInt8> {
  /// Whether these bytes are at a place, all of them.
  func hasBytes(_ expected: [UInt8], at offset: Int = 0) -> Bool {
    guard count - offset >= expected.count else { return false }
    for index in expected.indices where self[offset + index] != expected[index] { return false }
    return true
  }

  /// The little-endian number at a place, which must lie inside.
  func number<Number: FixedWidthInteger>(_: Number.Type = Number.self, at offset: Int) -> Number {
    var value: Number = 0
    for index in (0..<MemoryLayout<Number>.size).reversed() {
      value = value << 8 | Number(truncatingIfNeeded: self[offset + index])
    }
    return value
  }
}
