/// Rows in JSON: a value a row, or all rows in one array.
///
/// A row is an array of numbers, a number, a text, or an object that has one of these under a key. A lone object may
/// have all rows there.
struct JSONRows {
  let file: FileRegion

  /// Where the rows begin.
  private(set) var start: Int

  /// The key that they are under, with a point.
  private var prefix = ""

  /// Whether numbers are given as texts.
  private var hasTextsOnly = false

  /// Whether a line is a row, by the file's name, though there be one alone.
  let isByLine: Bool

  /// Whether blanks separate numbers too, as in what NumPy prints, which no file is called JSON for.
  private let areCommasOptional: Bool

  /// The object whose values are the rows, if one is; its key, and its first keys.
  private var vectors: (start: Int, key: String?, names: [String])?

  /// - Parameter name: The file's name.
  init(_ file: FileRegion, named name: String) {
    self.file = file
    start = TextLines.byteOrderMark(file.span)
    isByLine = name.lowercased().hasSuffix(".jsonl")
    areCommasOptional = FileFormat(named: name) != .json
  }

  /// The rows in an array under a key.
  func below(_ key: String, at range: Range<Int>) -> JSONRows {
    let end = file.range.lowerBound + range.upperBound
    var rows = JSONRows(
      FileRegion(file.bytes, file.range.lowerBound..<end, source: file.source), like: self)
    (rows.start, rows.prefix) = (range.lowerBound, "\(prefix)\(key).")
    return rows
  }

  /// The values of an object as rows.
  func ofVectors(at start: Int, key: String?, names: [String]) -> JSONRows {
    var rows = self
    rows.vectors = (start, key, names)
    return rows
  }

  private init(_ file: FileRegion, like other: JSONRows) {
    self.file = file
    start = other.start
    (isByLine, areCommasOptional) = (other.isByLine, other.areCommasOptional)
  }

  /// The rows as they are, or what they have under a key.
  ///
  /// Labels that are numbers, and not all whole ones of 64 bits, are texts.
  ///
  /// - Parameter key: Keys that lie in one another are joined by points. May be left out where one key of the first row
  ///   has an array of numbers, or where it has only one; and of a lone object whose keys are the rows' ids.
  func values(key: String?, for use: TableUse) throws(ArrayFileError) -> FileValues {
    var (rows, path) = try place(of: key)
    var values = try rows.values(at: path)
    if use == .labels, case .numbers(let array) = values, array.areLongLabels {
      rows.hasTextsOnly = true
      values = try rows.values(at: path)
    }
    // What lies deeper than a row's own keys was not chosen by anybody who looked at the others.
    guard key == nil, path.count > 1 else { return values }
    let name = rows.prefix + path.joined(separator: ".")
    return try values.withHeadingRemark { _ in
      HeadingRemark(
        text:
          "\(file.source): takes the rows' key '\(ArrayFileError.excerpt(name))'; name another as in "
          + "\(file.source):key", isNote: true)
    }
  }

  private func values(at path: [String]) throws(ArrayFileError) -> FileValues {
    let bytes = file.span
    var scanner = ByteScanner(bytes, from: vectors?.start ?? start, path: file.source)
    do {
      return try vectors == nil
        ? values(at: path, from: &scanner) : .numbers(vectors(from: &scanner))
    } catch .malformedHeader(let path, let reason) {
      throw .malformedText(
        path: path, line: LineCount.line(at: scanner.position, of: bytes), reason: reason)
    }
  }

  /// The values of an object.
  private func vectors(from scanner: inout ByteScanner) throws(ArrayFileError) -> FileArray {
    var numbers = NumberRows(path: file.source)
    var keys: Set<String> = []
    try scanner.beginObject()
    while try scanner.nextKey(&keys) != nil {
      _ = try scanner.numbers(into: &numbers)
      try numbers.endRow(line: 0)
    }
    let source = vectors?.key.map { "\(file.source):\(ArrayFileError.excerpt($0))" }
    var array = try numbers.array(source: source ?? file.source)
    let names = HeadingRemark.excerpt(vectors?.names ?? [])
    array.headingRemark = HeadingRemark(
      text:
        "\(array.source): takes the \(keys.count) keys, \(names), as the names of rows; if they are columns, or one row's, "
        + "give a line for each row",
      isNote: true)
    return array
  }

  private func values(
    at keys: [String], from scanner: inout ByteScanner
  ) throws(ArrayFileError) -> FileValues {
    let isDocument = try self.isDocument
    if isDocument { try scanner.expect("[") }
    var numbers = NumberRows(path: file.source)
    var texts: [String] = []
    var firstText: ArrayFileError?
    let key = keys.isEmpty ? nil : keys.joined(separator: ".")
    var row = 0
    var count = 0
    var line = LineCount(file.span)
    while let first = isDocument && row > 0
      ? try scanner.nextElement(isCommaOptional: areCommasOptional) : scanner.peek()
    {
      line.advance(to: scanner.position)
      if first == UInt8(ascii: "]") { throw scanner.expected("a row") }
      let text: String?
      do {
        text = try scanner.row(
          keys, into: &numbers, count: &count, hasTextsOnly: hasTextsOnly,
          areCommasOptional: areCommasOptional, path: file.source)
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

  /// Whether the whole text is one array of rows.
  var isDocument: Bool {
    get throws(ArrayFileError) {
      let bytes = file.span
      var scanner = ByteScanner(bytes, from: start, path: file.source)
      guard scanner.accept("[") else { return false }
      let next = scanner.peek()
      guard next != UInt8(ascii: "\"") else { return true }
      return next == UInt8(ascii: "[") || next == UInt8(ascii: "{")
    }
  }
}
