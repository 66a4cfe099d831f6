/// Rows in JSON: a value a row, or all rows in one array.
///
/// A row is an array of numbers, a number, a text, or an object that has one of these under a key. A lone object may
/// have all rows there.
struct JSONRows {
  private let file: FileRegion

  /// Where the rows begin.
  private var start: Int

  /// The key that they are under, with a point.
  private var prefix = ""

  /// Whether numbers are given as texts.
  private var hasTextsOnly = false

  init(_ file: FileRegion) {
    self.file = file
    start = TextLines.byteOrderMark(file.span)
  }

  /// The rows as they are, or what they have under a key.
  ///
  /// Labels that are numbers, and not all whole ones of 64 bits, are texts.
  ///
  /// - Parameter key: May be left out where one key of the first row has an array of numbers, or where it has only one.
  func values(key: String?, for use: TableUse) throws(ArrayFileError) -> FileValues {
    if let key, let (rows, rest) = try? rows(above: key) {
      return try rows.values(key: rest, for: use)
    }
    let values = try values(key: key)
    guard use == .labels, case .numbers(let array) = values, array.areLongLabels else {
      return values
    }
    var rows = self
    rows.hasTextsOnly = true
    return try rows.values(key: key)
  }

  private func values(key: String?) throws(ArrayFileError) -> FileValues {
    let bytes = file.span
    var scanner = ByteScanner(bytes, from: start, path: file.source)
    do {
      return try values(key: key, from: &scanner)
    } catch .malformedHeader(let path, let reason) {
      var line = LineCount(bytes)
      line.advance(to: scanner.position)
      throw .malformedText(path: path, line: line.number, reason: reason)
    }
  }

  private func values(
    key: String?, from scanner: inout ByteScanner
  ) throws(ArrayFileError) -> FileValues {
    let isDocument = try self.isDocument
    if isDocument { try scanner.expect("[") }
    var numbers = NumberRows(path: file.source)
    var texts: [String] = []
    var firstText: ArrayFileError?
    var key = key
    var row = 0
    var count = 0
    var line = LineCount(file.span)
    while let first = isDocument && row > 0 ? try scanner.nextElement() : scanner.peek() {
      line.advance(to: scanner.position)
      if first == UInt8(ascii: "]") { throw scanner.expected("a row") }
      if key == nil, first == UInt8(ascii: "{") { key = try loneKey(from: scanner.position) }
      let text: String?
      do {
        text = try scanner.row(
          key, into: &numbers, count: &count, hasTextsOnly: hasTextsOnly, path: file.source)
      } catch .memberNotFound(let path, _, let key, let available) where row > 0 {
        // The rows before it have the key.
        throw .malformedText(
          path: path, line: line.number,
          reason: "row \(row) holds no key '\(ArrayFileError.excerpt(key))'; it holds "
            + ArrayFileError.list(available))
      }
      guard row == 0 || count == row + 1 else {
        throw .malformedText(
          path: file.source, line: line.number,
          reason: "\(row + 1) rows hold \(count) arrays, expected one each, or all in one row")
      }
      guard row == 0 || (text == nil) == texts.isEmpty else {
        throw .malformedText(
          path: file.source, line: line.number,
          reason: "row \(row) is of another kind than those before it, which are "
            + (texts.isEmpty ? "numbers" : "texts"))
      }
      if let text {
        texts.append(text)
        firstText =
          firstText
          ?? .notNumber(
            path: file.source, line: line.number,
            place: key.map { "row \(row)'s key '\(ArrayFileError.excerpt($0))'" } ?? "row \(row)",
            text: text)
      } else {
        try numbers.endRow(line: line.number)
      }
      row += 1
    }
    if isDocument, scanner.peek() != nil {
      throw scanner.malformed(
        "the array of all rows has ended, and more follows; give all rows in one array, or an array of numbers a line"
      )
    }
    try scanner.expectEnd()
    let source = key.map { "\(file.source):\(ArrayFileError.excerpt(prefix + $0))" } ?? file.source
    if let firstText { return .texts(texts, firstText) }
    return .numbers(try numbers.array(source: source))
  }

  /// The objects in an array that a lone object has under the first part of a key, as in `data.embedding`, which is what
  /// web services answer; nil if the key is none of such parts.
  private func rows(above key: String) throws(ArrayFileError) -> (JSONRows, key: String)? {
    guard key.contains(".") else { return nil }
    var scanner = ByteScanner(file.span, from: start, path: file.source)
    try scanner.beginObject()
    var keys: Set<String> = []
    var found: (JSONRows, key: String)?
    while let present = try scanner.nextKey(&keys) {
      guard present != key else { return nil }
      _ = scanner.peek()
      let first = scanner.position
      try scanner.skipValue(takesWords: true)
      guard key.hasPrefix(present + ".") else { continue }
      let end = file.range.lowerBound + scanner.position
      var inner = JSONRows(
        FileRegion(file.bytes, file.range.lowerBound..<end, source: file.source))
      (inner.start, inner.prefix) = (first, "\(prefix)\(present).")
      if try inner.isDocument { found = (inner, String(key.dropFirst(present.count + 1))) }
    }
    return scanner.peek() == nil ? found : nil
  }

  /// Whether the whole text is one array of rows.
  private var isDocument: Bool {
    get throws(ArrayFileError) {
      let bytes = file.span
      var scanner = ByteScanner(bytes, from: start, path: file.source)
      guard scanner.accept("[") else { return false }
      let next = scanner.peek()
      guard next != UInt8(ascii: "\"") else { return true }
      return next == UInt8(ascii: "[") || next == UInt8(ascii: "{")
    }
  }

  /// The key of the first row that is meant if none is named.
  private func loneKey(from position: Int) throws(ArrayFileError) -> String {
    let bytes = file.span
    var scanner = ByteScanner(bytes, from: position, path: file.source)
    var keys: Set<String> = []
    var names: [String] = []
    var vectors: [String] = []
    try scanner.beginObject()
    while let key = try scanner.nextKey(&keys) {
      names.append(key)
      if scanner.peek() == UInt8(ascii: "[") {
        var ahead = ByteScanner(bytes, from: scanner.position + 1, path: file.source)
        while ahead.accept("[") {}
        if ahead.peek() != UInt8(ascii: "\""), ahead.peek() != UInt8(ascii: "{") {
          vectors.append(key)
        }
      }
      try scanner.skipValue(takesWords: true)
    }
    let candidates = vectors.isEmpty ? names : vectors
    guard let key = candidates.first, candidates.count == 1 else {
      throw .ambiguousMember(path: file.source, kind: .key, available: names)
    }
    return key
  }
}

/// The number of the line that a place in a text is in, counted as one goes on.
private struct LineCount: ~Escapable {
  private let bytes: Span<UInt8>
  private var position = 0
  private(set) var number = 1

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>) { self.bytes = bytes }

  @_lifetime(self: copy self)
  mutating func advance(to end: Int) {
    while position < min(end, bytes.count) {
      if bytes[position] == 0x0A { number += 1 }
      position += 1
    }
  }
}

extension ByteScanner {
  /// The first byte of an array's next element, after the comma; nil if the array ends instead.
  @_lifetime(self: copy self)
  fileprivate mutating func nextElement() throws(ArrayFileError) -> UInt8? {
    if accept("]") { return nil }
    try expect(",")
    return peek()
  }

  /// Reads a row's numbers into `rows`, or returns its text; adds to `count` how many rows those are.
  @_lifetime(self: copy self)
  fileprivate mutating func row(
    _ key: String?, into rows: inout NumberRows, count: inout Int, hasTextsOnly: Bool, path: String
  ) throws(ArrayFileError) -> String? {
    guard let key else {
      return try value(into: &rows, count: &count, hasTextsOnly: hasTextsOnly)
    }
    var keys: Set<String> = []
    var text: String?
    var isFound = false
    try beginObject()
    while let present = try nextKey(&keys) {
      if present == key {
        text = try value(into: &rows, count: &count, hasTextsOnly: hasTextsOnly)
        isFound = true
      } else {
        try skipValue(takesWords: true)
      }
    }
    guard isFound else {
      throw .memberNotFound(path: path, kind: .key, name: key, available: keys.sorted())
    }
    return text
  }

  @_lifetime(self: copy self)
  private mutating func value(
    into rows: inout NumberRows, count: inout Int, hasTextsOnly: Bool
  ) throws(ArrayFileError) -> String? {
    guard peek() != UInt8(ascii: "[") else {
      count += try numbers(into: &rows)
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
