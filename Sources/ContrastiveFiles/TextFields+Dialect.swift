extension TextFields {
  /// What stands between fields.
  enum Separator: Equatable {
    case character(UInt8)
    case blanks
  }

  /// How rows are written.
  struct Dialect: Equatable {
    var separator: Separator

    /// The point in numbers: in many countries they are written with a comma, where none separates them.
    var decimalPoint: Unicode.Scalar = "."
  }

  /// What separates the fields of a text: the first of tab, semicolon, comma and bar that its first row has outside
  /// quotes and that gives the rows behind it as many fields; or, if none does, that its first row has.
  ///
  /// In this order, because a number may have a comma, and a text a semicolon, but hardly anything a tab. A bar is more
  /// often within a field, between genres or labels, than between fields.
  ///
  /// - Parameter takesBars: Whether a bar may be one; in lines of labels it belongs to them.
  static func separator(of bytes: Span<UInt8>, isTable: Bool, takesBars: Bool) -> Separator {
    var lines = TextLines(bytes)
    while let range = lines.next() {
      guard !range.isEmpty, bytes.comment(at: range.lowerBound) == nil else { continue }
      if !isTable, Self.isWordWithNumbers(bytes.extracting(range)) { return .blanks }
      var found: Set<UInt8> = []
      var isQuoted = false
      for position in range {
        if bytes[position] == UInt8(ascii: "\"") { isQuoted.toggle() }
        if !isQuoted { found.insert(bytes[position]) }
      }
      let candidates =
        ([UInt8(ascii: "\t"), UInt8(ascii: ";"), UInt8(ascii: ",")]
        + (takesBars ? [UInt8(ascii: "|")] : [])).filter(found.contains)
      if let separator = candidates.first(where: { separatesAlike($0, bytes) }) ?? candidates.first
      {
        return .character(separator)
      }
      break
    }
    return isTable ? .character(UInt8(ascii: ",")) : .blanks
  }

  /// Whether the first rows have several fields each, and as many.
  private static func separatesAlike(_ separator: UInt8, _ bytes: Span<UInt8>) -> Bool {
    var rows = TextFields(bytes, Dialect(separator: .character(separator)))
    var count: Int?
    for _ in 0..<8 {
      guard let isRow = try? rows.nextRow() else { return false }
      guard isRow else { break }
      guard rows.fields.count > 1, rows.fields.count == count ?? rows.fields.count else {
        return false
      }
      count = rows.fields.count
    }
    return true
  }

  /// Whether a line is a word with its vector: what GloVe's files begin with is a comma, which separates nothing.
  private static func isWordWithNumbers(_ line: Span<UInt8>) -> Bool {
    var words = TextFields(line, Dialect(separator: .blanks))
    guard (try? words.nextRow()) == true, words.fields.count > 2 else { return false }
    return words.number(0, takesTruth: false) == nil
      && words.fields.indices.suffix(2).allSatisfy { words.number($0, takesTruth: false) != nil }
  }

  /// Whether a field is a number with a comma, and none is one with a point, as far as the beginning shows.
  ///
  /// Texts and columns' names may have either, which says nothing of the numbers.
  static func hasDecimalCommas(_ bytes: Span<UInt8>, between separator: Separator) -> Bool {
    guard separator != .character(UInt8(ascii: ",")), separator != .blanks else { return false }
    let beginning = bytes.extracting(0..<min(bytes.count, 1 << 16))
    var rows = TextFields(beginning, Dialect(separator: separator))
    var hasComma = false
    var isWhole = true
    while isWhole {
      // What is wrong with a row is said where it is read; it may but be cut off here.
      isWhole = (try? rows.nextRow()) ?? false
      for field in rows.fields {
        let text = beginning.extracting(field.range)
        if text.contains("."), TextNumber(text) != nil { return false }
        if text.contains(","), TextNumber(text, decimalPoint: ",") != nil { hasComma = true }
      }
    }
    return hasComma
  }
}
