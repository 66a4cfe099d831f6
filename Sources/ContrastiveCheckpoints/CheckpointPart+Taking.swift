public import ContrastiveEmbeddings
public import ContrastiveKernels

// Each array is taken once; what was not taken in the end was not meant for the part.
extension CheckpointPart {
  /// Whether an array or a number is stored under a name, and not taken yet.
  public func holds(_ name: String) -> Bool { entries[name] != nil }

  /// Takes a matrix.
  ///
  /// - Parameters:
  ///   - name: Its name in the part.
  ///   - type: The type of its elements.
  ///   - rowCount: How many rows it must have, if that is known.
  ///   - columnCount: How many columns.
  /// - Throws: `CheckpointError` if it is not there, of another type or size, or holds a NaN or an infinity.
  public mutating func takeMatrix<Scalar: EmbeddingScalar>(
    _ name: String, as type: Scalar.Type = Scalar.self, rowCount: Int? = nil,
    columnCount: Int? = nil
  ) throws(CheckpointError) -> Matrix<Scalar> {
    let entry = try take(name)
    guard let matrix = entry.matrix(as: type) else {
      throw error(
        .otherType(array: name, found: entry.description, expected: "a matrix of \(type)"))
    }
    guard (rowCount ?? matrix.rowCount) == matrix.rowCount,
      (columnCount ?? matrix.columnCount) == matrix.columnCount
    else {
      throw error(
        .otherShape(
          array: name, found: [matrix.rowCount, matrix.columnCount],
          expected: [rowCount, columnCount]))
    }
    if let row = matrix.block.firstNotFiniteRow() {
      throw error(.notFinite(array: name, row: row))
    }
    return matrix
  }

  /// Takes a matrix of the type and size of another.
  public mutating func takeMatrix<Scalar: EmbeddingScalar>(
    _ name: String, like other: Matrix<Scalar>
  ) throws(CheckpointError) -> Matrix<Scalar> {
    try takeMatrix(name, rowCount: other.rowCount, columnCount: other.columnCount)
  }

  /// Takes all matrices whose names begin with a prefix, by the rest of their names.
  public mutating func takeMatrices<Scalar: EmbeddingScalar>(
    prefix: String, as type: Scalar.Type = Scalar.self
  ) throws(CheckpointError) -> [String: Matrix<Scalar>] {
    var result: [String: Matrix<Scalar>] = [:]
    for name in entries.keys.sorted() where name.hasPrefix(prefix) {
      result[String(name.dropFirst(prefix.count))] = try takeMatrix(name, as: type)
    }
    return result
  }

  /// Takes whole numbers.
  ///
  /// - Parameters:
  ///   - name: Their name in the part.
  ///   - count: How many there must be.
  ///   - range: Where each must lie.
  public mutating func takeIntegers(
    _ name: String, count: Int, in range: ClosedRange<Int> = .min ... .max
  ) throws(CheckpointError) -> [Int] {
    let entry = try take(name)
    guard case .integers(let integers) = entry else {
      throw error(.otherType(array: name, found: entry.description, expected: "whole numbers"))
    }
    guard integers.count == count else {
      throw error(.otherShape(array: name, found: [integers.count], expected: [count]))
    }
    if let place = integers.firstIndex(where: { !range.contains($0) }) {
      throw invalid("\(name)[\(place)]", found: "\(integers[place])", in: range)
    }
    return integers
  }

  /// Takes a whole number in a range.
  public mutating func takeInteger(
    _ name: String, in range: ClosedRange<Int> = .min ... .max
  ) throws(CheckpointError) -> Int {
    let entry = try take(name)
    guard case .integer(let integer) = entry else {
      throw error(.otherType(array: name, found: entry.description, expected: "a whole number"))
    }
    guard range.contains(integer) else { throw invalid(name, found: "\(integer)", in: range) }
    return integer
  }

  /// Takes a number in a range.
  public mutating func takeNumber(
    _ name: String, in range: ClosedRange<Double>
  ) throws(CheckpointError) -> Double {
    let entry = try take(name)
    guard case .number(let number) = entry else {
      throw error(.otherType(array: name, found: entry.description, expected: "a number"))
    }
    guard range.contains(number) else { throw invalid(name, found: "\(number)", in: range) }
    return number
  }

  /// The error that what is stored under a name is none that such a part may have.
  public func invalid(_ name: String, found: String, expected: String) -> CheckpointError {
    error(.invalidValue(array: name, found: found, expected: expected))
  }

  private func invalid<Number>(
    _ name: String, found: String, in range: ClosedRange<Number>
  ) -> CheckpointError {
    invalid(
      name, found: found,
      expected: range.lowerBound == range.upperBound
        ? "\(range.lowerBound)" : "a number from \(range.lowerBound) to \(range.upperBound)")
  }

  private mutating func take(_ name: String) throws(CheckpointError) -> CheckpointEntry {
    guard let entry = entries.removeValue(forKey: name) else { throw error(.missingArray(name)) }
    return entry
  }
}
