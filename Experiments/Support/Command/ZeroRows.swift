import Contrastive

/// Rows of zeros, which have no direction: their cosines are 0, and a batch says nothing of them.
enum ZeroRows {
  /// A remark on them; nil if there are none.
  ///
  /// - Parameter rows: Which they are, in order.
  static func remark(_ rows: [Int], of name: String) -> String? {
    guard let first = rows.first else { return nil }
    return rows.count == 1
      ? "\(name): row \(first) is zero, without a direction"
      : "\(name): \(rows.count.words("row")) are zero, without a direction, the first is row \(first)"
  }

  /// The same of rows that are read a thousand at a time, and were drawn from a file.
  ///
  /// - Parameter drawnRows: Which rows of the file they are; nil if they are all.
  static func remark<Scalar: EmbeddingScalar>(
    in source: RowSource<Scalar>, drawnRows: [Int]?, of name: String
  ) -> String? {
    let rows = stride(from: 0, to: source.rowCount, by: 1024).flatMap { start in
      source.rows(start..<min(start + 1024, source.rowCount)).matrix.zeroRows.map { start + $0 }
    }
    return remark(rows.map { drawnRows?[$0] ?? $0 }.sorted(), of: name)
  }
}

extension Matrix {
  /// Which rows are zero throughout.
  var zeroRows: [Int] {
    (0..<rowCount).filter { row in (0..<columnCount).allSatisfy { self[row, $0] == 0 } }
  }
}
