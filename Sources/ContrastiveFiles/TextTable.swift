/// A table in a text: its header, and which of its columns are asked for.
///
/// A first row is a header if it has text where the second has a number, or a first field without a name, as the
/// index column of pandas. So is one that counts its columns, `0, 1, 2, …`, above numbers that are not whole, as
/// pandas names them. A lone column of text in a table has one if its first field does not come again, as a label's
/// would; a column that is asked for by its name has one.
struct TextTable {
  private let file: FileRegion
  private let isTable: Bool
  private let separator: TextFields.Separator

  /// The columns' names, of a table that has a header.
  private var names: [String]?

  /// How many fields the rows have.
  private var width = 0

  /// - Parameter isTable: Whether texts are fields of a table, not lines.
  init(_ file: FileRegion, isTable: Bool, named name: String) throws(ArrayFileError) {
    self.file = file
    let separator =
      name.lowercased().hasSuffix(".tsv")
      ? .character(UInt8(ascii: "\t"))
      : TextFields.separator(of: file.span, isTable: isTable)
    // What has no name and columns is a table.
    self.isTable = isTable || (FileFormat(named: name) == nil && separator != .blanks)
    self.separator = separator
    try findHeader()
  }

  private mutating func findHeader() throws(ArrayFileError) {
    var rows = TextFields(file.span, separator: separator, path: file.source)
    guard try rows.nextRow() else {
      throw .malformedHeader(path: file.source, reason: "the file holds no rows")
    }
    width = rows.fields.count
    let first = rows.fields.indices.map { rows.number($0) }
    let texts = try rows.texts()
    guard try rows.nextRow() else { return }
    let second = rows.fields.indices.map { rows.number($0) }
    let namesNumbers = zip(zip(first, texts), second).contains {
      $0.0.0 == nil && !$0.0.1.isEmpty && $0.1 != nil
    }
    let counts = first.enumerated().allSatisfy {
      $0.element?.integer == Int64($0.offset) && texts[$0.offset] == "\($0.offset)"
    }
    let countsNumbers = width > 1 && counts && second.contains { $0 != nil && $0?.integer == nil }
    let hasIndex = width > 1 && texts[0].isEmpty
    // Lines of labels may be numbers, too.
    let isColumn = width == 1 && !isTable
    if (namesNumbers || countsNumbers || hasIndex) && !isColumn { names = texts }
  }

  /// The whole table, or one of its columns.
  func values(column: String?) throws(ArrayFileError) -> FileValues {
    guard let column else { return try values() }
    var table = self
    let first = if let names { names } else { try firstRow() }
    // Above whole numbers, only that a column is asked for tells the numbers that pandas gives to columns.
    let isCounted = first == (0..<width).map(String.init)
    if names == nil, !isCounted, let index = Int(column), 0..<width ~= index {
      return try table.values(of: index, source: "\(file.source):\(column)")
    }
    table.names = first
    guard let index = first.firstIndex(of: column) else {
      throw .memberNotFound(path: file.source, kind: .column, name: column, available: first)
    }
    guard first.lastIndex(of: column) == index else {
      throw .malformedText(
        path: file.source, line: 1,
        reason: "several columns are called '\(ArrayFileError.excerpt(column))'; rename them")
    }
    return try table.values(of: index, source: "\(file.source):\(ArrayFileError.excerpt(column))")
  }

  private func firstRow() throws(ArrayFileError) -> [String] {
    var rows = TextFields(file.span, separator: separator, path: file.source)
    _ = try rows.nextRow()
    return try rows.texts()
  }

  private func values() throws(ArrayFileError) -> FileValues {
    // pandas' index has no name.
    let columns = (names?.first?.isEmpty == true && width > 1 ? 1 : 0)..<width
    if columns.count == 1, isTable {
      return try values(of: columns.lowerBound, source: file.source)
    }
    do {
      return .numbers(try numbers(in: columns, source: file.source))
    } catch .notNumber(let path, let line, let place, let text) where !isTable {
      return .texts(
        try TextLines.texts(of: file),
        .notNumber(path: path, line: line, place: place, text: text))
    }
  }

  /// A column: of numbers, of lists of them as in `[0.5, 1]` or NumPy's `[0.5 1. ]`, or of texts.
  private func values(
    of column: Int, source: String
  ) throws(ArrayFileError) -> FileValues {
    do {
      return .numbers(try numbers(in: column..<column + 1, source: source))
    } catch .notNumber(let path, let line, let place, let text) where !text.isEmpty {
      guard !text.hasPrefix("[") else { return .numbers(try lists(in: column, source: source)) }
      return .texts(
        try texts(of: column), .notNumber(path: path, line: line, place: place, text: text))
    }
  }

  private func numbers(
    in columns: Range<Int>, source: String
  ) throws(ArrayFileError) -> FileArray {
    var result = NumberRows(path: file.source)
    try forEachRow { rows throws(ArrayFileError) in
      for column in columns {
        guard let number = rows.number(column) else {
          throw .notNumber(
            path: file.source, line: rows.line, place: place(column), text: try rows.text(column))
        }
        try result.append(number)
      }
      try result.endRow(line: rows.line)
    }
    return try result.array(source: source)
  }

  /// A column in messages.
  private func place(_ column: Int) -> String {
    names.map { "column '\(ArrayFileError.excerpt($0[column]))'" } ?? "column \(column)"
  }

  /// The texts of a column. Without a header, a lone one's first is its name unless it comes again.
  private func texts(of column: Int) throws(ArrayFileError) -> [String] {
    var texts: [String] = []
    try forEachRow { rows throws(ArrayFileError) in
      let text = try rows.text(column)
      guard !text.isEmpty else {
        throw .malformedText(
          path: file.source, line: rows.line, reason: "\(place(column)) is empty, expected a label")
      }
      texts.append(text)
    }
    if names == nil, width == 1, texts.count > 1, !texts.dropFirst().contains(texts[0]) {
      texts.removeFirst()
    }
    return texts
  }

  private func lists(in column: Int, source: String) throws(ArrayFileError) -> FileArray {
    var result = NumberRows(path: file.source)
    try forEachRow { rows throws(ArrayFileError) in
      let text = Array(try rows.text(column).utf8)
      var scanner = ByteScanner(text.span, path: file.source)
      do throws(ArrayFileError) {
        let count = try scanner.numbers(into: &result, areCommasOptional: true)
        guard count == 1 else { throw scanner.malformed("a field holds \(count) rows") }
        try scanner.expectEnd()
      } catch .malformedHeader(_, let reason) {
        throw .malformedText(path: file.source, line: rows.line, reason: reason)
      }
      try result.endRow(line: rows.line)
    }
    return try result.array(source: source)
  }

  /// Goes through the rows behind the header.
  private func forEachRow(
    _ body: (borrowing TextFields) throws(ArrayFileError) -> Void
  ) throws(ArrayFileError) {
    var rows = TextFields(file.span, separator: separator, path: file.source)
    var row = 0
    if names != nil { _ = try rows.nextRow() }
    while try rows.nextRow() {
      guard rows.fields.count == width else {
        throw .malformedText(
          path: file.source, line: rows.line,
          reason: "row \(row) has \(rows.fields.count) field\(rows.fields.count == 1 ? "" : "s"), "
            + "expected \(width), as in the first")
      }
      try body(rows)
      row += 1
    }
    guard row > 0 else {
      throw .malformedHeader(path: file.source, reason: "the file holds no rows")
    }
  }
}
