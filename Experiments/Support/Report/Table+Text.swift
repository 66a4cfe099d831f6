extension Table {
  /// The table where lines may have any length.
  var text: String { text(width: nil) }

  /// The table as it appears on the terminal: title, headings, units, a rule and the rows.
  ///
  /// - Parameter width: How many columns of the terminal a line may take, or nil for any number. Of a
  ///   wider table the columns that do not fit follow below, behind the first one again; a column that
  ///   does not fit beside the first has its cells on several lines.
  func text(width: Int?) -> String {
    let table = TableText(self)
    let parts = table.columns(in: width).map { table.text(of: $0) }
    let title = width.map { table.title.wrapped(to: $0) } ?? table.title
    return ((title.isEmpty ? [] : [title]) + parts).joined(separator: "\n\n")
  }
}

extension TableText {
  private static let gap = "  "

  /// Less is no column to read.
  private static let leastWidth = 8

  /// A column to be printed, and how wide.
  fileprivate struct PrintedColumn {
    let index: Int
    let width: Int
  }

  /// The lines above the rule, that of the units only where one of the columns has any.
  private func heads(of columns: some Collection<Int>) -> [[String]] {
    let hasUnits = !units.isEmpty && columns.contains { !units[$0].isEmpty }
    return [headings] + (hasUnits ? [units] : [])
  }

  /// The columns of each part that the table is printed in.
  fileprivate func columns(in width: Int?) -> [[PrintedColumn]] {
    let lines = heads(of: headings.indices) + rows
    let columns = headings.indices.map { column in
      PrintedColumn(index: column, width: lines.map { $0[column].columnCount }.max() ?? 0)
    }
    let total = columns.map { $0.width + Self.gap.count }.reduce(-Self.gap.count, +)
    guard let width, total > width, let key = columns.first else { return [columns] }
    func limited(_ column: PrintedColumn, to width: Int) -> PrintedColumn {
      PrintedColumn(index: column.index, width: min(column.width, max(width, Self.leastWidth)))
    }
    // Half of the line is left to the others.
    let first = limited(key, to: columns.count > 1 ? width / 2 : width)
    var parts: [[PrintedColumn]] = []
    var used = width
    for column in columns.dropFirst() {
      let next = limited(column, to: width - first.width - Self.gap.count)
      if used + Self.gap.count + next.width > width {
        parts.append([first])
        used = first.width
      }
      parts[parts.count - 1].append(next)
      used += Self.gap.count + next.width
    }
    return parts.isEmpty ? [[first]] : parts
  }

  fileprivate func text(of columns: [PrintedColumn]) -> String {
    func lines(of row: [String]) -> [String] {
      let cells = columns.map { row[$0.index].lines(fitting: $0.width) }
      return (0..<(cells.map(\.count).max() ?? 0)).map { line in
        zip(columns, cells).map { column, cell in
          let text = line < cell.count ? cell[line] : ""
          return isLeft[column.index]
            ? text.leftAligned(to: column.width) : text.rightAligned(to: column.width)
        }.joined(separator: Self.gap).withoutTrailingSpaces
      }
    }
    let rule = columns.map { String(repeating: "-", count: $0.width) }.joined(separator: Self.gap)
    let heads = heads(of: columns.map(\.index))
    return (heads.flatMap(lines) + [rule] + rows.flatMap(lines)).joined(separator: "\n")
  }
}
