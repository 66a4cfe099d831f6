import Contrastive

extension Matrix {
  /// The rows as something to be read a part at a time; nothing is copied.
  var rowSource: RowSource<Scalar> {
    RowSource(rowCount: rowCount, columnCount: columnCount, mapped: self) { rows, elements in
      var place = 0
      for r in rows {
        let row = self.row(r)
        for c in row.indices {
          elements[place] = row[c]
          place += 1
        }
      }
    }
  }
}
