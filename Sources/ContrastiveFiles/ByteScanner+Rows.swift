/// Rows of JSON, a value each.
extension ByteScanner {
  /// The first byte of an array's next element, after the comma; nil if the array ends instead.
  @_lifetime(self: copy self)
  mutating func nextElement(isCommaOptional: Bool) throws(ArrayFileError) -> UInt8? {
    if accept("]") { return nil }
    if !accept(","), !isCommaOptional { throw expected("','") }
    guard let first = peek() else { throw expected("a row") }
    return first
  }

  /// Reads a row's numbers into `rows`, or returns its text; adds to `count` how many rows those are.
  ///
  /// - Parameters:
  ///   - keys: Those that lead to it.
  ///   - depth: How many of them have been followed.
  @_lifetime(self: copy self)
  mutating func row(
    _ keys: [String], depth: Int = 0, into rows: inout NumberRows, count: inout Int,
    hasTextsOnly: Bool, areCommasOptional: Bool, path: String
  ) throws(ArrayFileError) -> String? {
    guard depth < keys.count else {
      return try value(
        into: &rows, count: &count, hasTextsOnly: hasTextsOnly, areCommasOptional: areCommasOptional
      )
    }
    var present: Set<String> = []
    var text: String?
    var isFound = false
    try beginObject()
    while let key = try nextKey(&present) {
      if key == keys[depth] {
        text = try row(
          keys, depth: depth + 1, into: &rows, count: &count, hasTextsOnly: hasTextsOnly,
          areCommasOptional: areCommasOptional, path: path)
        isFound = true
      } else {
        try skipValue(takesWords: true)
      }
    }
    guard isFound else {
      let above = keys[..<depth].map { $0 + "." }.joined()
      throw .memberNotFound(
        path: path, kind: .key, name: keys.joined(separator: "."),
        available: present.sorted().map { above + $0 })
    }
    return text
  }

  @_lifetime(self: copy self)
  private mutating func value(
    into rows: inout NumberRows, count: inout Int, hasTextsOnly: Bool, areCommasOptional: Bool
  ) throws(ArrayFileError) -> String? {
    guard peek() != UInt8(ascii: "[") else {
      count += try numbers(into: &rows, areCommasOptional: areCommasOptional)
      return nil
    }
    count += 1
    guard peek() != UInt8(ascii: "\"") else { return try string() }
    let start = position
    let number = try number()
    if hasTextsOnly {
      if let label = number.label { return label }
      return try text(from: start)
    }
    try rows.append(number)
    return nil
  }
}
