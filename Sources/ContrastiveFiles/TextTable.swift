/// A table in a text: its header, and the rows behind it.
///
/// A first row is a header if it has text where the second has a number, and neither a number with a fraction, nor a
/// negative one, nor one twice; if its first field has no name and names stand behind it, as the index column of pandas
/// has; or if it has text, and three or more numbers that count columns, as pandas names those it is given no names for.
/// A row of nothing but numbers is one if it counts three or more columns and a row behind it has fractions; among whole
/// numbers it cannot be told from data, which must not be lost. Nor is the first of a column of texts one, unless the
/// column is asked for by its name. Nor is a row of numbers and of what begins as one and is none, such as `1_000` or
/// `0x10`, or stands for one that is missing, such as `NA`: that is a slip.
struct TextTable {
  let file: FileRegion

  /// Whether texts are fields of a table, not lines.
  let isTable: Bool

  let dialect: TextFields.Dialect

  /// The columns' names, of a table that has a header.
  private(set) var names: [String]?

  /// Whether the header holds numbers, and may be a row.
  private(set) var isDoubtfulHeading = false

  /// How many fields the rows have.
  private(set) var width = 0

  /// - Parameter isTable: Whether texts are fields of a table, not lines.
  init(
    _ file: FileRegion, isTable: Bool, named name: String, for use: TableUse
  ) throws(ArrayFileError) {
    self.file = file
    let separator =
      file.span.separatorLine?.separator
      ?? (name.lowercased().hasSuffix(".tsv")
        ? .character(UInt8(ascii: "\t"))
        : TextFields.separator(of: file.span, isTable: isTable, takesBars: isTable || use == .rows))
    // What has no name and columns is a table.
    self.isTable = isTable || (FileFormat(named: name) == nil && separator != .blanks)
    // A label is no fraction, and may be two that a comma separates.
    let mayHaveCommas = use == .rows || separator == .character(UInt8(ascii: ";"))
    let hasCommas =
      mayHaveCommas && TextFields.hasDecimalCommas(file.span, between: separator)
    dialect = TextFields.Dialect(separator: separator, decimalPoint: hasCommas ? "," : ".")
    try findHeader()
  }

  private mutating func findHeader() throws(ArrayFileError) {
    var rows = TextFields(file.span, dialect, path: file.source)
    guard try rows.nextRow() else {
      throw .malformedHeader(path: file.source, reason: "the file holds no rows")
    }
    width = rows.fields.count
    let first = FirstRow(
      numbers: rows.fields.indices.map { rows.number($0, takesTruth: width > 1) },
      texts: try rows.texts())
    guard try rows.nextRow() else { return }
    // Lines of labels may be numbers, too.
    guard width > 1 || isTable else { return }
    let second = rows.fields.indices.map { rows.number($0, takesTruth: width > 1) }
    let hasIndex =
      width > 1 && first.texts[0].isEmpty
      && (first.numbers.allSatisfy { $0 == nil } || first.countsBehindIndex)
    let isCount = first.countsBesideTexts && isTable && !first.isSlip
    let hasOthers = first.countsColumns && dialect.separator != .blanks ? try hasFractions() : false
    if hasIndex && !first.isSlip || first.names(above: second) || isCount || hasOthers {
      names = first.texts
      isDoubtfulHeading = first.isDoubtfulHeading
    }
  }

  /// Whether a row behind the first has a number with a fraction.
  private func hasFractions() throws(ArrayFileError) -> Bool {
    var rows = TextFields(file.span, dialect, path: file.source)
    _ = try rows.nextRow()
    while try rows.nextRow() {
      for field in rows.fields.indices {
        if let number = rows.number(field, takesTruth: true), number.value.rounded() != number.value
        {
          return true
        }
      }
    }
    return false
  }

  /// The same table with its first row as names, or as data.
  func named(_ names: [String]?) -> TextTable {
    var table = self
    table.names = names
    return table
  }

  /// The fields of the first row, and its line.
  func firstRow() throws(ArrayFileError) -> (line: Int, texts: [String]) {
    var rows = TextFields(file.span, dialect, path: file.source)
    _ = try rows.nextRow()
    return (rows.line, try rows.texts())
  }

  /// Whether the first row holds nothing but numbers.
  func firstRowHasNumbersOnly() throws(ArrayFileError) -> Bool {
    var rows = TextFields(file.span, dialect, path: file.source)
    _ = try rows.nextRow()
    return rows.fields.indices.allSatisfy { rows.number($0, takesTruth: width > 1) != nil }
  }

  /// A column: of numbers, of texts, or, where rows are wanted, of lists of numbers as in `[0.5, 1]` or NumPy's
  /// `[0.5 1. ]`.
  func values(
    of column: Int, for use: TableUse, source: String
  ) throws(ArrayFileError) -> FileValues {
    guard use != .texts else {
      return .texts(
        try texts(of: column, allowingEmpty: true),
        .malformedHeader(path: file.source, reason: "it holds texts"))
    }
    do {
      let array = try numbers(
        in: column..<column + 1, takingTruth: use == .rows, source: source)
      return use == .labels && array.areLongLabels
        ? try longLabels(in: column) : .numbers(array)
    } catch .notNumber(let path, let line, let place, let text) where !text.isEmpty {
      guard use != .rows || !text.hasPrefix("[") else {
        return .numbers(try lists(in: column, source: source))
      }
      return .texts(
        try texts(of: column), .notNumber(path: path, line: line, place: place, text: text))
    }
  }

  /// - Parameter takesTruth: Whether true and false are 1 and 0; of one column they are labels as well.
  func numbers(
    in columns: Range<Int>, takingTruth takesTruth: Bool = true, source: String
  ) throws(ArrayFileError) -> FileArray {
    var result = NumberRows(path: file.source)
    try forEachRow { rows throws(ArrayFileError) in
      for column in columns {
        guard let number = rows.number(column, takesTruth: takesTruth) else {
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
  private func texts(
    of column: Int, allowingEmpty: Bool = false
  ) throws(ArrayFileError) -> [String] {
    var texts: [String] = []
    try forEachRow { rows throws(ArrayFileError) in
      let text = try rows.text(column)
      guard allowingEmpty || !text.isEmpty else {
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
    var rows = TextFields(file.span, dialect, path: file.source)
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
