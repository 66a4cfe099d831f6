/// Which columns are taken where none is named.
extension TextTable {
  /// Headings of columns that name or label the rows, in lower case. The columns of embeddings are called otherwise.
  private static let rowHeadings: Set<String> = [
    "id", "ids", "idx", "index", "uid", "uuid", "guid", "label", "labels", "class", "target",
  ]

  /// Whether a column says what a row is, by its heading. pandas' index has none, or reads itself back as `Unnamed: 0`.
  private func isAboutRows(_ column: Int) -> Bool {
    names.map { Self.isAboutRows($0[column], at: column) } ?? false
  }

  static func isAboutRows(_ heading: String, at column: Int) -> Bool {
    let lowercased = heading.lowercased()
    return rowHeadings.contains(lowercased) || lowercased.hasPrefix("unnamed:")
      || heading.isEmpty && column == 0
      || ["_id", "-id", " id", ".id"].contains { lowercased.hasSuffix($0) }
      || ["Id", "ID"].contains { heading.hasSuffix($0) }
  }

  /// The columns that may be taken, by their headings.
  ///
  /// - Throws: `.ambiguousMember` if there are several and one is wanted, `.separatedColumns`.
  func candidates(for use: TableUse) throws(ArrayFileError) -> Range<Int> {
    guard isTable, width > 1 else { return 0..<width }
    switch use {
    case .labels, .texts:
      let start = names?[0].isEmpty == true ? 1 : 0
      guard start == width - 1 else {
        throw .ambiguousMember(
          path: file.source, kind: .column, available: (start..<width).map(label))
      }
      return start..<width
    case .rows:
      let columns = (0..<width).filter { !isAboutRows($0) }
      guard !columns.isEmpty else { return 0..<width }
      let all = try block(columns)
      return try numbered(among: all) ?? all
    }
  }

  /// The neighbours of numbers whose headings count the coordinates, as in `e0, e1, …`, where most do and the others
  /// count nothing: these say something else of the rows, whatever they are called.
  private func numbered(among columns: Range<Int>) throws(ArrayFileError) -> Range<Int>? {
    guard let names else { return nil }
    func parts(_ column: Int) -> (stem: Substring, number: Int)? {
      let name = names[column]
      let digits = name.reversed().prefix { $0.isASCII && $0.isNumber }.count
      return Int(name.suffix(digits)).map { (name.dropLast(digits), $0) }
    }
    let counting = columns.filter { parts($0) != nil }
    guard let first = counting.first, let start = parts(first), counting.count > 1,
      counting.count < columns.count, 2 * counting.count > columns.count,
      counting.enumerated().allSatisfy({ place, column in
        column == first + place && parts(column)?.stem == start.stem
          && parts(column)?.number == start.number + place
      })
    else { return nil }
    var rows = TextFields(file.span, dialect, path: file.source)
    guard try rows.nextRow(), try rows.nextRow(), rows.fields.count == width,
      counting.allSatisfy({ rows.number($0, takesTruth: true) != nil })
    else { return nil }
    return first..<first + counting.count
  }

  /// The columns of numbers among some, if there are texts besides.
  ///
  /// - Returns: nil if all of them are texts.
  /// - Throws: `.notNumber` for a column that holds numbers, and not in all rows; `.separatedColumns`;
  ///   `.ambiguousMember` where another column has lists of numbers.
  func columnsOfNumbers(among columns: Range<Int>) throws(ArrayFileError) -> Range<Int>? {
    var hasNumber = [Bool](repeating: false, count: width)
    var hasText = hasNumber
    var firstOthers = [ArrayFileError?](repeating: nil, count: width)
    var holdsLists = hasNumber
    try forEachRow { rows throws(ArrayFileError) in
      for column in columns {
        if rows.number(column, takesTruth: true) != nil {
          hasNumber[column] = true
          continue
        }
        if !rows.fields[column].range.isEmpty { hasText[column] = true }
        guard firstOthers[column] == nil else { continue }
        let text = try rows.text(column)
        holdsLists[column] = Self.beginsList(text)
        firstOthers[column] = .notNumber(
          path: file.source, line: rows.line, place: place(column), text: text)
      }
    }
    for column in columns where hasNumber[column] || !hasText[column] {
      if let error = firstOthers[column] { throw error }
    }
    let numbers = columns.filter { hasNumber[$0] }
    guard !numbers.isEmpty else { return nil }
    // An embedding in one column, beside a year or a price: which of them is meant the file does not say.
    let either = columns.filter { hasNumber[$0] || holdsLists[$0] }
    guard either == numbers else {
      throw .ambiguousMember(path: file.source, kind: .column, available: either.map(label))
    }
    try requireData(in: numbers)
    return try block(numbers)
  }

  /// Whether a text is a list of numbers, as far as its ends tell.
  private static func beginsList(_ text: String) -> Bool {
    guard text.hasPrefix("["), text.hasSuffix("]"), let second = text.dropFirst().first else {
      return false
    }
    return "0123456789+-. ".contains(second)
  }

  /// Requires the first row to be no heading of numbers, which one or two do not show.
  private func requireData(in columns: [Int]) throws(ArrayFileError) {
    guard names == nil else { return }
    let first = try firstRow()
    guard columns.map({ first.texts[$0] }) == columns.indices.map(String.init) else { return }
    let texts = ArrayFileError.excerpt(first.texts.joined(separator: ", "))
    throw .malformedText(
      path: file.source, line: first.line,
      reason:
        "may be a heading ('\(texts)'), for its numbers count the columns: leave it out or, if it is a row, name the "
        + "columns as in \(file.source):\(Self.text(of: columns[0]..<columns[columns.count - 1] + 1) { "\($0)" })"
    )
  }

  /// The columns as one range.
  private func block(_ columns: [Int]) throws(ArrayFileError) -> Range<Int> {
    var blocks: [Range<Int>] = []
    for column in columns {
      if let last = blocks.last, last.upperBound == column {
        blocks[blocks.count - 1] = last.lowerBound..<column + 1
      } else {
        blocks.append(column..<column + 1)
      }
    }
    guard let block = blocks.first, blocks.count == 1 else {
      throw .separatedColumns(
        path: file.source, blocks: blocks.map { Self.text(of: $0, label) })
    }
    return block
  }

  /// How a range of columns is named.
  private static func text(of columns: Range<Int>, _ label: (Int) -> String) -> String {
    let last = columns.upperBound - 1
    return columns.count == 1 ? label(last) : "\(label(columns.lowerBound))-\(label(last))"
  }

  /// A column's name, or its number where it has none.
  func label(_ column: Int) -> String {
    names.flatMap { $0[column].isEmpty ? nil : $0[column] } ?? "\(column)"
  }
}
