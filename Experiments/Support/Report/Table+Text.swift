extension Table {
  /// The table as it appears on the terminal: title, headings, units, a rule and the rows.
  ///
  /// A column that holds nothing but strings is aligned left, any other right.
  var text: String {
    var lines: [[String]] = [columns.map(\.heading)]
    if columns.contains(where: { !$0.unit.isEmpty }) {
      lines.append(columns.map { $0.unit.isEmpty ? "" : "(\($0.unit))" })
    }
    let headCount = lines.count
    lines += rows.map { row in zip(columns, row).map { $0.text(of: $1).folded } }

    let widths = columns.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    let isLeft = columns.indices.map { column in
      rows.contains { $0[column] != nil }
        && rows.allSatisfy { if case .string? = $0[column] { true } else { $0[column] == nil } }
    }
    var texts = lines.map { line in
      columns.indices.map { column in
        isLeft[column]
          ? line[column].leftAligned(to: widths[column])
          : line[column].rightAligned(to: widths[column])
      }.joined(separator: "  ").withoutTrailingSpaces
    }
    let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ")
    texts.insert(rule, at: headCount)
    if !title.isEmpty { texts.insert(contentsOf: [title, ""], at: 0) }
    return texts.joined(separator: "\n")
  }
}
