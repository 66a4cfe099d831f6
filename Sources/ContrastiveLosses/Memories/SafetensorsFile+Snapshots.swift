import ContrastiveEmbeddings
import ContrastiveFiles

/// What snapshots of keys are read by: every number is checked, as files come from anywhere.
extension SafetensorsFile {
  /// What a count may be that goes on: half of the numbers there are leaves room for that.
  static var counts: ClosedRange<Int> { 0...Int.max / 2 }

  /// Rows of length 1, stored in exactly the scalar's type.
  func unitRows<Scalar: EmbeddingScalar & ArrayElement>(
    _ name: String, as scalar: Scalar.Type = Scalar.self
  ) throws(ArrayFileError) -> UnitRows<Scalar> {
    let array = try tensor(name)
    guard array.elementType == Scalar.elementType else {
      throw .unreadable(
        path: array.source,
        reason: "its elements are \(array.elementType), expected \(Scalar.elementType)")
    }
    try array.requireRank(2)
    let matrix = try Matrix<Scalar>(array)
    do {
      // As far from length 1 as rows may be that were promised to have it.
      return try UnitRows(validating: matrix, named: name, tolerance: 0.5)
    } catch {
      throw .unreadable(path: path, reason: error.description)
    }
  }

  /// As many whole numbers as there are rows, all in a range.
  func integers(
    _ name: String, count: Int, in range: ClosedRange<Int> = .min ... .max
  ) throws(ArrayFileError) -> [Int] {
    let array = try tensor(name)
    guard array.shape == [count] else {
      throw .invalidShape(
        source: array.source, shape: array.shape, reason: "does not go with \(count) rows")
    }
    let result = try array.integers()
    if let row = result.firstIndex(where: { !range.contains($0) }) {
      throw .unreadable(
        path: array.source,
        reason: "element \(row) is \(result[row]), expected a number from \(range.lowerBound) to "
          + "\(range.upperBound)")
    }
    return result
  }

  /// A single whole number in a range.
  func integer(
    _ name: String, in range: ClosedRange<Int>
  ) throws(ArrayFileError) -> Int {
    let array = try tensor(name)
    try array.requireRank(0)
    let value = try array.integers()[0]
    guard range.contains(value) else {
      throw .unreadable(
        path: array.source,
        reason: "it is \(value), expected a number from \(range.lowerBound) to "
          + "\(range.upperBound)")
    }
    return value
  }
}

extension WritableArray {
  /// Unit rows, without a copy.
  init<Scalar: EmbeddingScalar & ArrayElement>(_ rows: UnitRows<Scalar>) {
    self.init(Scalar.self, shape: [rows.rowCount, rows.columnCount]) {
      output throws(ArrayFileError) in
      for r in 0..<rows.rowCount { try output.append(rows.matrix.row(r)) }
    }
  }

  /// A single whole number.
  init(_ number: Int) { self.init([number], shape: []) }
}
