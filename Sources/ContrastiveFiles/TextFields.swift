/// The fields of a text's rows, between commas, semicolons, tabs or bars, quoted or not (RFC 4180), or between blanks.
struct TextFields: ~Escapable {
  struct Field {
    let range: Range<Int>

    /// Whether two quotes in it mean one.
    let hasQuotes: Bool
  }

  private let bytes: Span<UInt8>
  private let path: String
  private var position: Int
  private var nextLine = 1

  /// Whether there was a row: comments stand before it.
  private var hasBegun = false

  private let dialect: Dialect

  /// The line at which the last row began.
  private(set) var line = 0

  /// The last row's fields.
  private(set) var fields: [Field] = []

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>, _ dialect: Dialect, path: String = "") {
    self.bytes = bytes
    self.dialect = dialect
    self.path = path
    position = TextLines.byteOrderMark(bytes)
  }

  /// Reads the next row that is not empty, nor a comment before the first.
  @_lifetime(self: copy self)
  mutating func nextRow() throws(ArrayFileError) -> Bool {
    fields.removeAll(keepingCapacity: true)
    while position < bytes.count {
      line = nextLine
      if !hasBegun, let end = bytes.comment(at: position)?.upperBound ?? separatorLineEnd {
        position = end
      } else {
        switch dialect.separator {
        case .blanks: readWords()
        case .character(let separator): try readFields(between: separator)
        }
      }
      skipLineEnd()
      if !fields.isEmpty {
        hasBegun = true
        return true
      }
    }
    return false
  }

  /// Where the line ends that says what separates the fields, if that is the present one.
  private var separatorLineEnd: Int? {
    guard nextLine == 1, let line = bytes.separatorLine else { return nil }
    return line.range.upperBound
  }

  /// Whether two bytes come next.
  private func hasPair(_ first: UInt8, _ second: UInt8) -> Bool {
    position + 1 < bytes.count && bytes[position] == first && bytes[position + 1] == second
  }

  @_lifetime(self: copy self)
  private mutating func skipLineEnd() {
    if hasPair(0x0D, 0x0A) { position += 1 }
    position += 1
    nextLine += 1
  }

  @_lifetime(self: copy self)
  private mutating func readWords() {
    while position < bytes.count, !TextLines.isEnd(bytes[position]) {
      let start = position
      while position < bytes.count, !Self.isBlank(bytes[position]),
        !TextLines.isEnd(bytes[position])
      {
        position += 1
      }
      if position > start { fields.append(Field(range: start..<position, hasQuotes: false)) }
      while position < bytes.count, Self.isBlank(bytes[position]) { position += 1 }
    }
  }

  @_lifetime(self: copy self)
  private mutating func readFields(between separator: UInt8) throws(ArrayFileError) {
    // A line of nothing is no row, rather than one empty field.
    if position < bytes.count, TextLines.isEnd(bytes[position]) { return }
    while true {
      try readField(before: separator)
      guard position < bytes.count, bytes[position] == separator else { break }
      position += 1
    }
  }

  @_lifetime(self: copy self)
  private mutating func readField(before separator: UInt8) throws(ArrayFileError) {
    func isAtEnd(_ position: Int) -> Bool {
      position == bytes.count || bytes[position] == separator || TextLines.isEnd(bytes[position])
    }
    while !isAtEnd(position), Self.isBlank(bytes[position]) { position += 1 }
    let start = position
    guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
      while !isAtEnd(position) { position += 1 }
      var end = position
      while end > start, Self.isBlank(bytes[end - 1]) { end -= 1 }
      fields.append(Field(range: start..<end, hasQuotes: false))
      return
    }
    position += 1
    var hasQuotes = false
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "\"") {
        guard hasPair(UInt8(ascii: "\""), UInt8(ascii: "\"")) else { break }
        hasQuotes = true
        position += 1
      } else if bytes[position] == 0x0A {
        nextLine += 1
      }
      position += 1
    }
    guard position < bytes.count else {
      throw .malformedText(path: path, line: line, reason: "a quotation mark is not closed")
    }
    fields.append(Field(range: start + 1..<position, hasQuotes: hasQuotes))
    position += 1
    while !isAtEnd(position), Self.isBlank(bytes[position]) { position += 1 }
    guard isAtEnd(position) else {
      throw .malformedText(path: path, line: line, reason: "text follows a quoted field")
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  /// A field's number, if it is one.
  ///
  /// - Parameter takesTruth: Whether true and false are 1 and 0, which in a column of labels they are not.
  func number(_ index: Int, takesTruth: Bool) -> TextNumber? {
    let field = bytes.extracting(fields[index].range)
    return TextNumber(field, decimalPoint: dialect.decimalPoint)
      ?? (takesTruth ? TextNumber(truth: field) : nil)
  }

  /// A field as text.
  func text(_ index: Int) throws(ArrayFileError) -> String {
    let field = fields[index]
    guard field.hasQuotes else { return try bytes.text(field.range, path: path, line: line) }
    var unquoted: [UInt8] = []
    var position = field.range.lowerBound
    while position < field.range.upperBound {
      unquoted.append(bytes[position])
      position += bytes[position] == UInt8(ascii: "\"") ? 2 : 1
    }
    return try unquoted.span.text(unquoted.indices, path: path, line: line)
  }

  /// All fields as texts.
  func texts() throws(ArrayFileError) -> [String] {
    var texts: [String] = []
    for index in fields.indices { texts.append(try text(index)) }
    return texts
  }
}
