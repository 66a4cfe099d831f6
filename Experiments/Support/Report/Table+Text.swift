extension Table {
  /// The table as it appears on the terminal: title, headings, units, a rule and the rows.
  var text: String {
    let table = TableText(self)
    let heads = [table.headings] + (table.units.isEmpty ? [] : [table.units])
    let lines = heads + table.rows
    let widths = columns.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    var texts = lines.map { line in
      columns.indices.map { column in
        table.isLeft[column]
          ? line[column].leftAligned(to: widths[column])
          : line[column].rightAligned(to: widths[column])
      }.joined(separator: "  ").withoutTrailingSpaces
    }
    let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ")
    texts.insert(rule, at: heads.count)
    if !title.isEmpty { texts.insert(contentsOf: [title, ""], at: 0) }
    return texts.joined(separator: "\n")
  }
}
