/// A table in a text: its header, and which of its columns are asked for.
///
/// A first row is a header if it has text where the second has a number and no number with a fraction, or a first
/// field without a name and names behind it, as the index column of pandas has. A row of numbers is none, even if it
/// counts the columns: it cannot be told from data, which must not be lost. Nor is the first of a column of texts,
/// unless the column is asked for by its name.
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
    let first = rows.fields.indices.map { rows.number($0, takesTruth: width > 1) }
    let texts = try rows.texts()
    guard try rows.nextRow() else { return }
    let second = rows.fields.indices.map { rows.number($0, takesTruth: width > 1) }
    let namesNumbers = zip(zip(first, texts), second).contains {
      $0.0.0 == nil && !$0.0.1.isEmpty && $0.1 != nil
    }
    let hasFraction = first.contains { $0 != nil && $0?.integer == nil }
    let others = texts.dropFirst()
    let hasIndex =
      width > 1 && texts[0].isEmpty
      && (first.allSatisfy { $0 == nil } || others.elementsEqual((0..<width - 1).map(String.init)))
    // Lines of labels may be numbers, too.
    let isColumn = width == 1 && !isTable
    if (namesNumbers && !hasFraction || hasIndex) && !isColumn { names = texts }
  }

  /// The whole table, or one of its columns.
  func values(column: String?) throws(ArrayFileError) -> FileValues {
    guard let column else { return try values() }
    var table = self
    let first = if let names { names } else { try firstRow() }
    if names == nil, let index = Int(column), 0..<width ~= index {
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

  /// The first row, with its line, if it was read as data and may have been meant as a heading: pandas counts columns,
  /// and the name of a column of texts seldom is one of them.
  func possibleHeading() throws(ArrayFileError) -> (line: Int, text: String)? {
    guard names == nil || width == 1 else { return nil }
    var rows = TextFields(file.span, separator: separator, path: file.source)
    _ = try rows.nextRow()
    let first = try rows.texts()
    if first == (0..<width).map(String.init) {
      return (rows.line, first.prefix(3).joined(separator: ", ") + (width > 3 ? ", …" : ""))
    }
    guard case .texts(let texts, _) = try values(), !texts.dropFirst().contains(texts[0]) else {
      return nil
    }
    return (rows.line, ArrayFileError.excerpt(texts[0]))
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
      let values = try values(of: columns.lowerBound, source: file.source)
      guard case .texts = values, width == 1 else { return values }
      // Its first is a text like the others, even if the second is a number.
      var table = self
      table.names = nil
      return try table.values(of: 0, source: file.source)
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
        guard let number = rows.number(column, takesTruth: columns.count > 1) else {
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

  /// The texts of a column.
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
