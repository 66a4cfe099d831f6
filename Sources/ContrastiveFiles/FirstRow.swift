/// A table's first row, which may be its heading, beside the second.
struct FirstRow {
  /// The fields that are numbers.
  let numbers: [TextNumber?]

  let texts: [String]

  /// Whether it has text where the second row has a number, and so names that column.
  ///
  /// What stands for a missing number names nothing, and one more or less of a number is seldom a name: names are no
  /// negative numbers, and differ.
  func names(above second: [TextNumber?]) -> Bool {
    guard !hasFraction, !isSlip else { return false }
    let integers = numbers.compactMap { $0?.integer }
    guard Set(integers).count == integers.count && integers.allSatisfy({ $0 >= 0 }) || isAboutRows
    else { return false }
    return zip(zip(numbers, texts), second).contains { field, below in
      field.0 == nil && !field.1.isEmpty && !field.1.standsForNoNumber && below != nil
    }
  }

  var hasFraction: Bool { numbers.contains { $0 != nil && $0?.integer == nil } }

  /// Whether it is data with slips: all that is no number begins as one, or stands for one that is missing.
  var isSlip: Bool {
    let others = texts.indices.filter { numbers[$0] == nil && !texts[$0].isEmpty }
    guard !others.isEmpty,
      others.allSatisfy({ texts[$0].beginsAsNumber || texts[$0].standsForNoNumber })
    else { return false }
    return numbers.contains { $0 != nil } || others.contains { texts[$0].standsForNoNumber }
  }

  /// Whether its texts can be nothing but a heading: they say what a row is.
  private var isAboutRows: Bool {
    texts.indices.allSatisfy { numbers[$0] != nil || TextTable.isAboutRows(texts[$0], at: $0) }
  }

  /// Whether its numbers count the columns behind its first field, which has no name, as pandas writes an index.
  var countsBehindIndex: Bool {
    texts[0].isEmpty && texts.dropFirst().elementsEqual((0..<texts.count - 1).map(String.init))
  }

  /// Whether it has text, and three or more numbers that count.
  var countsBesideTexts: Bool {
    let integers = numbers.compactMap { $0?.integer }
    return integers.count > 2 && integers.count < texts.count && integers.isCount && !hasFraction
  }

  /// Whether it is 0, 1, 2 and so on to the last of three or more columns, as pandas writes a table without names.
  var countsColumns: Bool { texts.count > 2 && texts == texts.indices.map(String.init) }

  /// Whether it holds numbers that do not show by themselves that it is a heading.
  var isDoubtfulHeading: Bool {
    guard numbers.contains(where: { $0 != nil }), !countsBehindIndex else { return false }
    return !(countsBesideTexts && isAboutRows)
  }
}

extension [Int64] {
  /// Whether they are 0, 1, 2 and so on.
  var isCount: Bool { elementsEqual(0..<Int64(count)) }
}

extension String {
  /// Whether it begins with a digit, or with one behind a sign or a point.
  fileprivate var beginsAsNumber: Bool {
    let signs: Set<Character> = ["+", "-", "\u{2212}", "."]
    return drop { signs.contains($0) }.first?.isWholeNumber == true
  }

  /// Whether it is what programs write for a number that is missing.
  fileprivate var standsForNoNumber: Bool {
    ["na", "n/a", "#n/a", "<na>", "null", "none", "nil", "-", "\u{2013}", "\u{2014}", "?", "."]
      .contains(lowercased())
  }
}
