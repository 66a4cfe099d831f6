/// What a table's numbers or texts are wanted for.
package enum TableUse {
  /// Rows of numbers, between columns that only name or label the rows.
  case rows

  /// One label a row: of several columns, one has to be named.
  case labels

  /// A text a row: of a file of lines, each line, whatever it looks like.
  case texts
}

extension TextTable {
  /// The table, one of its columns, or a range of them as `first-last`.
  func values(
    column: String?, for use: TableUse = .rows
  ) throws(ArrayFileError) -> FileValues {
    guard let column else { return try values(for: use).withHeadingRemark(headingRemark) }
    // Who names a column by a word says what the heading is.
    let isNumber = column.utf8.allSatisfy { "-0123456789".utf8.contains($0) }
    return try values(named: column, for: use).withHeadingRemark {
      values throws(ArrayFileError) -> HeadingRemark? in
      guard isNumber, let remark = try headingRemark(values), remark.isNote else { return nil }
      return remark
    }
  }

  private func values(
    named column: String, for use: TableUse
  ) throws(ArrayFileError) -> FileValues {
    let source = "\(file.source):\(ArrayFileError.excerpt(column))"
    if names == nil {
      if let index = Int(column), 0..<width ~= index {
        return try values(of: index, for: use, source: source)
      }
      if let range = columns(column, at: { Int($0) }) {
        return try values(in: range, for: use, source: source)
      }
    }
    let first = if let names { names } else { try firstRow().texts }
    let table = named(first)
    if first.contains(column) {
      return try table.values(of: index(of: column, among: first), for: use, source: source)
    }
    guard let range = columns(column, at: first.firstIndex(of:)) else {
      throw .memberNotFound(path: file.source, kind: .column, name: column, available: first)
    }
    for end in [range.lowerBound, range.upperBound - 1] {
      _ = try index(of: first[end], among: first)
    }
    return try table.values(in: range, for: use, source: source)
  }

  private func values(
    in columns: Range<Int>, for use: TableUse, source: String
  ) throws(ArrayFileError) -> FileValues {
    columns.count == 1
      ? try values(of: columns.lowerBound, for: use, source: source)
      : .numbers(try numbers(in: columns, source: source))
  }

  /// The range that `first-last` names, if it does; names may have hyphens, too.
  private func columns(_ range: String, at index: (String) -> Int?) -> Range<Int>? {
    for hyphen in range.indices where range[hyphen] == "-" {
      if let first = index(String(range[..<hyphen])),
        let last = index(String(range[range.index(after: hyphen)...])),
        0 <= first, first <= last, last < width
      {
        return first..<last + 1
      }
    }
    return nil
  }

  private func index(of name: String, among names: [String]) throws(ArrayFileError) -> Int {
    guard let index = names.firstIndex(of: name), names.lastIndex(of: name) == index else {
      throw .malformedText(
        path: file.source, line: 1,
        reason: "several columns are called '\(ArrayFileError.excerpt(name))'; rename them")
    }
    return index
  }

  private func values(for use: TableUse) throws(ArrayFileError) -> FileValues {
    if let vectors = try wordVectors(for: use, isLikely: true) { return .numbers(vectors) }
    // Words with a number among them are a label, too, and no row.
    if use == .labels, !isTable, try !firstRowHasNumbersOnly() {
      return try lines(at: firstRow())
    }
    let columns = try candidates(for: use)
    if isTable, columns.count == 1 {
      let values = try values(of: columns.lowerBound, for: use, source: file.source)
      let isHeading =
        use == .texts
        && (try? numbers(in: columns, takingTruth: false, source: file.source)) != nil
      guard case .texts = values, width == 1, !isHeading else {
        return leavingOut(besides: columns, values)
      }
      // Its first is a text like the others, even if the second is a number.
      return try named(nil).values(of: 0, for: use, source: file.source)
    }
    do {
      let array = try numbers(
        in: columns, takingTruth: use == .rows || columns.count > 1, source: file.source)
      if use == .labels, width == 1, array.areLongLabels { return try longLabels(in: 0) }
      return leavingOut(besides: columns, .numbers(array))
    } catch .notNumber(let path, let line, let place, let text) {
      let error = ArrayFileError.notNumber(path: path, line: line, place: place, text: text)
      guard isTable else {
        // The first of the words may be a number.
        if let vectors = try wordVectors(for: use, isLikely: false) { return .numbers(vectors) }
        return .texts(try TextLines.texts(of: file, for: .labels), error)
      }
      guard let columns = try columnsOfNumbers(among: columns) else { throw error }
      return leavingOut(
        besides: columns, .numbers(try numbers(in: columns, source: file.source)))
    } catch .malformedText(let path, let line, let reason)
      where use == .labels && width == 1 && !isTable
    {
      // A first text that is a number, and a later one of several words.
      return .texts(
        try TextLines.texts(of: file, for: .labels),
        .malformedText(path: path, line: line, reason: reason))
    }
  }

  /// The lines as labels, of which the first is no number.
  private func lines(at first: (line: Int, texts: [String])) throws(ArrayFileError) -> FileValues {
    .texts(
      try TextLines.texts(of: file, for: .labels),
      .notNumber(
        path: file.source, line: first.line, place: place(0), text: first.texts.first ?? ""))
  }

  /// The values with the names of the columns that they are not of.
  private func leavingOut(besides columns: Range<Int>, _ values: FileValues) -> FileValues {
    guard case .numbers(var array) = values else { return values }
    array.leftOutColumns = (0..<width).filter { !columns.contains($0) }.map(label)
    return .numbers(array)
  }

  /// What to say of the first row: pandas counts columns, a row seldom does, and the name of a column of texts seldom is
  /// one of them.
  private func headingRemark(_ values: FileValues) throws(ArrayFileError) -> HeadingRemark? {
    // Lines of labels, and words with their vectors, have been taken with the first.
    let hasAllLines =
      switch values {
      case .numbers(let array): !isTable && !array.leftOutColumns.isEmpty
      case .texts: !isTable
      }
    let isDoubtful = isDoubtfulHeading && !hasAllLines
    guard names == nil || width == 1 || isDoubtful else { return nil }
    let first = try firstRow()
    if isDoubtful {
      return HeadingRemark(
        text:
          "\(file.source): takes line \(first.line), \(HeadingRemark.excerpt(first.texts)), as the heading, though it "
          + "holds numbers; if it is a row, write a heading above it",
        isNote: true)
    }
    let place = "line \(first.line) of \(file.source) may be a heading "
    if first.texts == (0..<width).map(String.init) {
      return HeadingRemark(
        text:
          "\(place)(\(HeadingRemark.excerpt(first.texts))), as pandas writes one, and is read as a row: leave it "
          + "out with to_csv(header=False), or tail -n +2",
        isNote: width > 2)
    }
    guard case .texts(let texts, _, _) = values, !texts.dropFirst().contains(texts[0]) else {
      return nil
    }
    return HeadingRemark(
      text:
        "\(place)('\(ArrayFileError.excerpt(texts[0]))'): leave it out, or name the column as in file.csv:column",
      isNote: false)
  }
}
