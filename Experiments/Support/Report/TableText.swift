/// A table as a reader sees it: every cell as text.
struct TableText: Hashable, Sendable, Codable {
  let title: String
  let headings: [String]

  /// The units below the headings; none at all if no column has one.
  let units: [String]

  /// Which columns hold nothing but strings. They are aligned left, others right.
  let isLeft: [Bool]

  let rows: [[String]]
}

extension TableText {
  init(_ table: Table) {
    let shown = table.rows.prefix(table.shownRowCount ?? table.rows.count)
    let total = table.totalRowCount ?? table.rows.count
    let written = table.rows.count < total ? "; the file has the first \(table.rows.count)" : ""
    title =
      shown.count < total ? "\(table.title) (\(shown.count) of \(total)\(written))" : table.title
    let columns = table.columns
    headings = columns.map(\.heading)
    units =
      columns.contains { !$0.unit.isEmpty }
      ? columns.map { $0.unit.isEmpty ? "" : "(\($0.unit))" } : []
    isLeft = columns.indices.map { column in
      table.rows.contains { $0[column] != nil }
        && table.rows.allSatisfy {
          if case .string? = $0[column] { true } else { $0[column] == nil }
        }
    }
    rows = shown.map { row in zip(columns, row).map { $0.text(of: $1).folded } }
  }
}
