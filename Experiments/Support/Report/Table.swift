/// Named columns and their rows.
///
/// Cells are numbers, integers, strings, booleans, or nil for what is not defined there. A number
/// that is not finite counts as nil, on the terminal, in the CSV file and in JSON alike.
struct Table: Hashable, Sendable {
  /// The name of its CSV file, without `.csv`.
  let name: String

  /// A line printed above it, or nothing if it is empty.
  var title: String

  let columns: [Column]

  /// How many rows a reader sees; files have all of them. Nil for all.
  var shownRowCount: Int?

  /// How many rows there would be, where even the file has only the first of them. Nil where it has all.
  var totalRowCount: Int?

  /// The cells, as many in each row as there are columns.
  private(set) var rows: [[JSON?]] = []

  /// Creates a table without rows.
  init(_ name: String, title: String = "", columns: [Column]) {
    self.name = name
    self.title = title
    self.columns = columns
  }

  /// Adds a row.
  ///
  /// - Precondition: There is one cell for each column.
  mutating func append(_ cells: (any JSONRepresentable)?...) {
    append(row: cells)
  }

  /// Adds a row whose cells are counted only at run time.
  ///
  /// - Precondition: There is one cell for each column.
  mutating func append(row cells: [(any JSONRepresentable)?]) {
    precondition(cells.count == columns.count, "\(name) has \(columns.count) columns")
    rows.append(cells.map { $0?.json.defined })
  }

  /// The cells of a column.
  ///
  /// - Precondition: There is a column of this name.
  func cells(in name: String) -> [JSON?] {
    guard let column = columns.firstIndex(where: { $0.name == name }) else {
      preconditionFailure("\(self.name) has no column \(name)")
    }
    return rows.map { $0[column] }
  }

  /// The rows whose number in a column is the one given.
  ///
  /// - Precondition: There is a column of this name.
  func filtered(by name: String, equal value: Double) -> Table {
    var table = self
    table.rows = zip(rows, numbers(in: name)).filter { $1 == value }.map(\.0)
    return table
  }

  /// The numbers of a column; nil where the cell is empty or no number.
  ///
  /// - Precondition: There is a column of this name.
  func numbers(in name: String) -> [Double?] {
    cells(in: name).map { cell in
      switch cell {
      case .number(let value): value
      case .integer(let value): Double(value)
      default: nil
      }
    }
  }
}

extension Table: JSONRepresentable {
  /// An array of one object for each row, with the columns' names as keys.
  var json: JSON {
    .array(
      rows.map { row in
        var object = JSONObject()
        for (column, cell) in zip(columns, row) { object.add(column.name, cell) }
        return .object(object)
      })
  }
}
