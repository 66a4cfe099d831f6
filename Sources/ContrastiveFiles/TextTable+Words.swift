/// Word vectors: a word and its numbers a line between blanks, as GloVe writes them; word2vec and fastText before them
/// a line with their number and dimension.
extension TextTable {
  /// How many rows there are behind the heading, and of how many numbers each.
  private struct Words {
    let hasHeading: Bool
    let dimension: Int
  }

  /// The numbers of a text whose lines end with as many numbers each, behind a word at least; nil if it is none.
  ///
  /// A word may have blanks, and be a number; most are none, or a row of numbers is damaged.
  ///
  /// - Parameter isLikely: Whether to look only if the first lines are such.
  /// - Throws: `.malformedText` where labels are wanted, one a line, and these are none; and for a line that is cut short.
  func wordVectors(
    for use: TableUse, isLikely: Bool
  ) throws(ArrayFileError) -> FileArray? {
    guard !isTable, dialect.separator == .blanks, let words = try words(isLikely: isLikely) else {
      return nil
    }
    var result = NumberRows(path: file.source)
    var (hasFraction, textCount, rowCount) = (false, 0, 0)
    var lengths = RowLengths()
    var rows = TextFields(file.span, dialect, path: file.source)
    if words.hasHeading { _ = try rows.nextRow() }
    let firstLine = rows.line + 1
    while try rows.nextRow() {
      rowCount += 1
      if rows.number(0, takesTruth: false) == nil { textCount += 1 }
      if !words.hasHeading { lengths.add(rows, dimension: words.dimension) }
      for field in (rows.fields.count - words.dimension)..<rows.fields.count {
        guard let number = rows.number(field, takesTruth: false) else { return nil }
        if number.integer == nil { hasFraction = true }
        try result.append(number)
      }
      try result.endRow(line: rows.line)
    }
    // With a heading that has their number and dimension words may be numbers, as nodes of a graph are.
    guard words.hasHeading || 2 * textCount > rowCount else { return nil }
    guard use == .rows else {
      guard hasFraction else { return nil }
      let name = file.source.insideShellQuotes
      throw .malformedText(
        path: file.source, line: firstLine,
        reason:
          "has a word and \(words.dimension) numbers, as GloVe and word2vec write embeddings, expected one label; "
          + "cut -d' ' -f1 '\(name)' > \(FileKind.freeName("words", suffix: ".txt")) keeps the words"
      )
    }
    try lengths.requireWords(path: file.source, dimension: words.dimension)
    var array = try result.array(source: file.source)
    array.leftOutColumns = ["0"]
    return array
  }

  /// Whether rows that are longer than the shortest have words with blanks, or the shortest is cut off.
  private struct RowLengths {
    private var firstShortLine: Int?
    private var numberCount = 0
    private var (shortCount, longCount, endingInNumberCount) = (0, 0, 0)

    mutating func add(_ rows: borrowing TextFields, dimension: Int) {
      let wordLength = rows.fields.count - dimension
      guard wordLength > 1 else {
        shortCount += 1
        if firstShortLine == nil { firstShortLine = rows.line }
        return
      }
      longCount += 1
      numberCount = max(numberCount, rows.fields.count - 1)
      if rows.number(wordLength - 1, takesTruth: false) != nil { endingInNumberCount += 1 }
    }

    /// - Throws: `.malformedText` if most of the longer rows have another number where a word with blanks would end.
    func requireWords(path: String, dimension: Int) throws(ArrayFileError) {
      // Few words with blanks are no reason to miss anything in all other lines.
      guard let firstShortLine, longCount > shortCount, 2 * endingInNumberCount > longCount else {
        return
      }
      throw .malformedText(
        path: path, line: firstShortLine,
        reason:
          "has \(dimension) numbers behind its word, expected \(numberCount) as in other lines")
    }
  }

  /// What the rows' lengths say of such a text; nil if they say that it is none.
  private func words(isLikely: Bool) throws(ArrayFileError) -> Words? {
    var rows = TextFields(file.span, dialect, path: file.source)
    guard try rows.nextRow() else { return nil }
    let heading = rows.fields.indices.compactMap { rows.number($0, takesTruth: false)?.integer }
    var hasHeading = false
    if rows.fields.count == 2, heading.count == 2, heading[0] > 0, heading[1] > 1 {
      guard try rows.nextRow() else { return nil }
      hasHeading = rows.fields.count > 2
    }
    guard rows.fields.count > 2 else { return nil }
    if isLikely, !hasHeading {
      let last = rows.fields.count - 1
      guard rows.number(0, takesTruth: false) == nil,
        rows.number(last, takesTruth: false) != nil,
        rows.number(last - 1, takesTruth: false) != nil
      else { return nil }
    }
    var (least, count) = (rows.fields.count, 1)
    while try rows.nextRow() {
      least = min(least, rows.fields.count)
      count += 1
    }
    guard least > 2 else { return nil }
    if hasHeading {
      guard Int(exactly: heading[0]) == count, heading[1] <= least - 1 else { return nil }
      return Words(hasHeading: true, dimension: Int(heading[1]))
    }
    return Words(hasHeading: false, dimension: least - 1)
  }
}
