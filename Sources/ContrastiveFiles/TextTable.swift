/// A table in a text: its header, and the rows behind it.
///
/// A first row is a header if it has text where the second has a number and no number with a fraction; if its first
/// field has no name and names stand behind it, as the index column of pandas has; or if it has text, and three or
/// more numbers that count columns, as pandas names those it is given no names for. A row of nothing but numbers is
/// none, even if it counts the columns: it cannot be told from data, which must not be lost. Nor is the first of a
/// column of texts, unless the column is asked for by its name. Nor is a row of numbers and of what begins as one and is
/// none, such as `1_000` or `0x10`: that is a slip.
struct TextTable {
  let file: FileRegion

  /// Whether texts are fields of a table, not lines.
  let isTable: Bool

  let separator: TextFields.Separator

  /// The columns' names, of a table that has a header.
  private(set) var names: [String]?

  /// How many fields the rows have.
  private(set) var width = 0

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
    let isSlip =
      first.contains { $0 != nil }
      && zip(first, texts).allSatisfy { $0 != nil || $1.beginsAsNumber }
    let others = texts.dropFirst()
    let hasIndex =
      width > 1 && texts[0].isEmpty
      && (first.allSatisfy { $0 == nil } || others.elementsEqual((0..<width - 1).map(String.init)))
    let counted = first.compactMap { $0?.integer }
    let countsColumns =
      counted.count < width && counted.count > 2 && counted.isCount && !hasFraction
    // Lines of labels may be numbers, too.
    let isColumn = width == 1 && !isTable
    if !isSlip, (namesNumbers && !hasFraction || hasIndex || countsColumns && isTable) && !isColumn
    {
      names = texts
    }
  }

  /// The same table with its first row as names, or as data.
  func named(_ names: [String]?) -> TextTable {
    var table = self
    table.names = names
    return table
  }

  /// The fields of the first row, and its line.
  func firstRow() throws(ArrayFileError) -> (line: Int, texts: [String]) {
    var rows = TextFields(file.span, separator: separator, path: file.source)
    _ = try rows.nextRow()
    return (rows.line, try rows.texts())
  }

  /// Whether the first row holds nothing but numbers.
  func firstRowHasNumbersOnly() throws(ArrayFileError) -> Bool {
    var rows = TextFields(file.span, separator: separator, path: file.source)
    _ = try rows.nextRow()
    return rows.fields.indices.allSatisfy { rows.number($0, takesTruth: width > 1) != nil }
  }

  /// A column: of numbers, of lists of them as in `[0.5, 1]` or NumPy's `[0.5 1. ]`, or of texts.
  func values(
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

  func numbers(
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
  func place(_ column: Int) -> String {
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
  func forEachRow(
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

extension [Int64] {
  /// Whether they are 0, 1, 2 and so on.
  var isCount: Bool { elementsEqual(0..<Int64(count)) }
}

extension String {
  /// Whether it begins with a digit, or with one behind a sign or a point.
  fileprivate var beginsAsNumber: Bool {
    let signs: Set<Character> = ["+", "-", "."]
    return drop { signs.contains($0) }.first?.isWholeNumber == true
  }
}
