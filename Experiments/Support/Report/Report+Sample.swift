extension Report {
  /// Tells which rows were drawn, if any were: in the result, and in `sample.csv`.
  mutating func addSample(_ rows: [Int]?) {
    guard let rows else { return }
    var table = Table(Self.sampleName, columns: [Column("row")])
    for row in rows { table.append(row) }
    attachments.append(table)
    result.add("sample", rows)
  }

  static let sampleName = "sample"
}
