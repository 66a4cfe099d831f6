/// A reader of header text, byte by byte.
///
/// Headers and JSON are ASCII outside strings, so that nothing needs decoding first. Every
/// method that reads a token skips the white space before it.
struct ByteScanner: ~Escapable {
  private let bytes: Span<UInt8>
  private(set) var position: Int
  private let path: String

  /// - Parameters:
  ///   - position: Where to begin.
  ///   - path: The file's name in errors.
  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>, from position: Int = 0, path: String) {
    self.bytes = bytes
    self.position = position
    self.path = path
  }

  /// The next byte, white space included; `nil` at the end.
  var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  /// Reads any one byte.
  @_lifetime(self: copy self)
  mutating func read() -> UInt8? {
    defer { position += next == nil ? 0 : 1 }
    return next
  }

  /// The next byte that is not white space.
  @_lifetime(self: copy self)
  mutating func peek() -> UInt8? {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
    return next
  }

  /// Reads a character if it comes next.
  @_lifetime(self: copy self)
  mutating func accept(_ character: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  /// Reads a character that must come next.
  @_lifetime(self: copy self)
  mutating func expect(_ character: Unicode.Scalar) throws(ArrayFileError) {
    guard accept(character) else { throw expected("'\(character)'") }
  }

  /// Reads what must be the end.
  @_lifetime(self: copy self)
  mutating func expectEnd() throws(ArrayFileError) {
    guard peek() == nil else { throw expected("nothing more") }
  }

  /// Reads a word of ASCII letters, possibly empty.
  @_lifetime(self: copy self)
  mutating func word() -> String {
    var word = ""
    _ = peek()
    while let byte = next, UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 {
      word.unicodeScalars.append(Unicode.Scalar(byte))
      position += 1
    }
    return word
  }

  /// Reads a row of decimal digits, and says how many there were.
  @_lifetime(self: copy self)
  mutating func skipDigits() -> Int {
    let start = position
    while let byte = next, isDigit(byte) { position += 1 }
    return position - start
  }

  /// Reads a whole number ≥ 0 in decimal, without sign or leading zeros.
  @_lifetime(self: copy self)
  mutating func naturalNumber() throws(ArrayFileError) -> Int {
    guard let first = peek(), isDigit(first) else {
      throw expected("a whole number, 0 or more")
    }
    var value = 0
    while let byte = next, isDigit(byte) {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
      guard !overflow, !carry else { throw malformed("a number is larger than \(Int.max)") }
      value = sum
      position += 1
      if first == UInt8(ascii: "0") { break }
    }
    if let byte = next, isDigit(byte) { throw malformed("a number begins with a zero") }
    return value
  }

  /// Reads a number, a word for what has no digits, or true or false, if one comes next.
  @_lifetime(self: copy self)
  mutating func decimalNumber() -> TextNumber? {
    _ = peek()
    let start = position
    while let byte = next, isDigit(byte) || Self.isNumberSign(byte) { position += 1 }
    let text = bytes.extracting(start..<position)
    let number = TextNumber(text) ?? TextNumber(truth: text)
    guard let number, !Self.hasLeadingZero(text) else {
      position = start
      return nil
    }
    return number
  }

  /// Whether a number begins with a zero that other digits follow, which JSON rules out: it may mean octal digits.
  private static func hasLeadingZero(_ number: Span<UInt8>) -> Bool {
    let start = number.count > 0 && !isDigit(number[0]) ? 1 : 0
    return number.count > start + 1 && number[start] == UInt8(ascii: "0")
      && isDigit(number[start + 1])
  }

  private static func isNumberSign(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
      || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
  }

  /// What was read since a position.
  func text(from start: Int) throws(ArrayFileError) -> String {
    try bytes.text(start..<position, path: path, line: 1)
  }

  /// The error that something else comes next.
  func expected(_ what: String) -> ArrayFileError {
    let found =
      switch next {
      case nil: "the end"
      case .some(let byte) where (0x20..<0x7F).contains(byte): "'\(Unicode.Scalar(byte))'"
      case .some(let byte): "byte 0x\(String(byte, radix: 16))"
      }
    return malformed("expected \(what), found \(found)")
  }

  /// The error that something is wrong here.
  func malformed(_ reason: String) -> ArrayFileError {
    .malformedHeader(path: path, reason: "\(reason), at byte \(position) of the text")
  }
}

private func isDigit(_ byte: UInt8) -> Bool {
  UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
}
