/// A pull parser for JSON, as strict as RFC 8259, that builds no tree: a hostile header of 100 MB
/// costs no more memory than the strings in it.
extension ByteScanner {
  /// How deep a value to be skipped may nest; the parser recurses.
  static var maximumDepth: Int { 32 }

  @_lifetime(self: copy self)
  mutating func beginObject() throws(ArrayFileError) {
    try expect("{")
  }

  /// Reads a member's key and the colon, after the comma if it is not the first; `nil` at the end
  /// of the object.
  ///
  /// - Parameter keys: The keys read so far in this object.
  @_lifetime(self: copy self)
  mutating func nextKey(_ keys: inout Set<String>) throws(ArrayFileError) -> String? {
    if accept("}") { return nil }
    if !keys.isEmpty { try expect(",") }
    let key = try string()
    guard keys.insert(key).inserted else {
      throw malformed("the key '\(ArrayFileError.excerpt(key))' is there twice")
    }
    try expect(":")
    return key
  }

  /// Reads an array of whole numbers.
  @_lifetime(self: copy self)
  mutating func naturalNumbers() throws(ArrayFileError) -> [Int] {
    var numbers: [Int] = []
    try expect("[")
    while !accept("]") {
      if !numbers.isEmpty { try expect(",") }
      numbers.append(try naturalNumber())
    }
    return numbers
  }

  /// Reads a number, one of Python's words `NaN` and `Infinity`, or true or false as 1 or 0.
  @_lifetime(self: copy self)
  mutating func number() throws(ArrayFileError) -> TextNumber {
    guard let number = decimalNumber() else {
      var ahead = self
      throw ahead.word() == "null"
        ? malformed("null is no number; leave out the row, or give it numbers")
        : ahead.accept(".") && ahead.accept(".")
          ? malformed("'...' stands where printing left out numbers; save all with numpy.savetxt")
          : expected("a number")
    }
    return number
  }

  /// Reads an array of numbers into the present row; or an array of such arrays, into rows of which the last is the
  /// present one.
  ///
  /// - Parameter areCommasOptional: Whether blanks separate numbers too, as in what NumPy prints.
  /// - Returns: How many rows there were.
  @_lifetime(self: copy self)
  mutating func numbers(
    into rows: inout NumberRows, areCommasOptional: Bool = false, depth: Int = 0
  ) throws(ArrayFileError) -> Int {
    guard depth < Self.maximumDepth else {
      throw malformed("values nest deeper than \(Self.maximumDepth)")
    }
    try expect("[")
    guard peek() == UInt8(ascii: "[") else {
      var isFirst = true
      while !accept("]") {
        if !isFirst, !accept(","), !areCommasOptional { throw expected("','") }
        try rows.append(number())
        isFirst = false
      }
      return 1
    }
    var count = 0
    while !accept("]") {
      if count > 0 {
        if !accept(","), !areCommasOptional { throw expected("','") }
        do { try rows.endRow(line: 0) } catch .malformedText(_, _, let reason) {
          throw malformed(reason)
        }
      }
      count += try numbers(
        into: &rows, areCommasOptional: areCommasOptional, depth: depth + 1)
    }
    return count
  }

  /// Reads a string.
  @_lifetime(self: copy self)
  mutating func string() throws(ArrayFileError) -> String {
    try expect("\"")
    var bytes: [UInt8] = []
    while let byte = read(), byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw malformed("a string holds a control character") }
      if byte == UInt8(ascii: "\\") {
        bytes += String(Character(try escapedScalar())).utf8
      } else {
        bytes.append(byte)
      }
    }
    guard let string = String(validating: bytes, as: UTF8.self) else {
      throw malformed("a string is not UTF-8")
    }
    return string
  }

  /// Reads what follows a backslash.
  @_lifetime(self: copy self)
  private mutating func escapedScalar() throws(ArrayFileError) -> Unicode.Scalar {
    guard let byte = read() else { throw expected("an escape") }
    switch Unicode.Scalar(byte) {
    case "\"", "\\", "/": return Unicode.Scalar(byte)
    case "b": return "\u{8}"
    case "f": return "\u{C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "u": break
    default: throw malformed("a string holds an unknown escape")
    }
    var code = try fourHexDigits()
    if 0xD800..<0xDC00 ~= code {
      guard read() == UInt8(ascii: "\\"), read() == UInt8(ascii: "u") else {
        throw malformed("a surrogate pair lacks its second half")
      }
      let low = try fourHexDigits()
      guard 0xDC00..<0xE000 ~= low else {
        throw malformed("a surrogate pair lacks its second half")
      }
      code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else {
      throw malformed("a surrogate pair lacks its first half")
    }
    return scalar
  }

  @_lifetime(self: copy self)
  private mutating func fourHexDigits() throws(ArrayFileError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = read(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw malformed(
          "'\\u' is not followed by four hexadecimal digits")
      }
      code = code << 4 | UInt32(digit)
    }
    return code
  }

  /// Reads a value of any kind and forgets it.
  ///
  /// - Parameter takesWords: Whether numbers may be Python's words, as they may where rows are read.
  @_lifetime(self: copy self)
  mutating func skipValue(
    depth: Int = 0, takesWords: Bool = false
  ) throws(ArrayFileError) {
    guard depth < Self.maximumDepth else {
      throw malformed("values nest deeper than \(Self.maximumDepth)")
    }
    switch peek().map(Unicode.Scalar.init) {
    case "\"":
      _ = try string()
    case "{":
      var keys: Set<String> = []
      try beginObject()
      while try nextKey(&keys) != nil { try skipValue(depth: depth + 1, takesWords: takesWords) }
    case "[":
      try expect("[")
      var isFirst = true
      while !accept("]") {
        if !isFirst { try expect(",") }
        try skipValue(depth: depth + 1, takesWords: takesWords)
        isFirst = false
      }
    case "t", "f", "n":
      guard ["true", "false", "null"].contains(word()) else { throw malformed("a word is unknown") }
    default:
      if takesWords, decimalNumber() != nil { return }
      try skipNumber()
    }
  }

  @_lifetime(self: copy self)
  private mutating func skipNumber() throws(ArrayFileError) {
    _ = accept("-")
    let hasLeadingZero = next == UInt8(ascii: "0")
    let digitCount = skipDigits()
    guard digitCount == 1 || (digitCount > 1 && !hasLeadingZero) else {
      throw expected("a value")
    }
    if next == UInt8(ascii: ".") {
      _ = read()
      guard skipDigits() > 0 else { throw expected("a digit") }
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      _ = read()
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { _ = read() }
      guard skipDigits() > 0 else { throw expected("a digit") }
    }
  }
}
