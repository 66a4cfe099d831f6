import Contrastive

/// An array that an option names.
struct InputArray<Scalar: EmbeddingScalar & ArrayElement> {
  let matrix: Matrix<Scalar>

  /// The dimensions, without those of one element that are too many.
  let shape: [Int]

  /// The dimensions in the file, which those of its gradient equal.
  let fileShape: [Int]

  /// Reads the array.
  ///
  /// - Parameter ranks: How many dimensions it may have.
  init(_ specification: String, ranks: ClosedRange<Int> = 2...2) throws {
    let file = try readArray(specification)
    let array = ranks.contains(file.shape.count) ? file : try file.withRank(ranks.upperBound)
    matrix = try Matrix(array)
    (shape, fileShape) = (array.shape, file.shape)
  }

  /// A remark on rows of zeros, which have no direction; nil if there is none.
  func zeroRows(_ name: String) -> String? {
    let rows = (0..<matrix.rowCount).filter { row in
      (0..<matrix.columnCount).allSatisfy { matrix[row, $0] == 0 }
    }
    guard let first = rows.first else { return nil }
    return rows.count == 1
      ? "\(name): row \(first) is zero, without a direction"
      : "\(name): \(rows.count) rows are zero, without a direction, the first is row \(first)"
  }
}

extension ContrastiveError {
  /// The error with the file in the place of the library's name for the argument.
  func naming(_ files: [String: String]) -> ContrastiveError {
    switch self {
    case .shape(let array, let expected, let actual):
      .shape(
        array: files[array] ?? array, expected: Self.naming(expected, files),
        actual: actual
          + HeadingRemarks.ofCounts(
            Self.count(expected), Self.count(actual), in: files.values.sorted()))
    case .notFinite(let array, let row): .notFinite(array: files[array] ?? array, row: row)
    case .notUnitLength(let array, let row, let length):
      .notUnitLength(array: files[array] ?? array, row: row, length: length)
    case .value(let name, let value, let requirement):
      if let (file, row) = Self.element(name, of: files) {
        .value(name: file, value: "\(value) in row \(row)", requirement: requirement)
      } else {
        .value(name: files[name] ?? name, value: value, requirement: requirement)
      }
    }
  }

  /// The text with the file in the place of the argument that it ends with: `128 columns, as queries`.
  private static func naming(_ text: String, _ files: [String: String]) -> String {
    for (name, file) in files {
      for word in [" as ", " of "] where text.hasSuffix(word + name) {
        return text.dropLast(name.count) + file
      }
    }
    return text
  }

  /// The number that the description of a shape begins with.
  private static func count(_ text: String) -> Int? {
    Int(text.drop { !$0.isWholeNumber }.prefix(while: \.isWholeNumber))
  }

  /// The file and the row of a number that the library names `temperatures[3]`.
  private static func element(
    _ name: String, of files: [String: String]
  ) -> (file: String, row: Int)? {
    guard let bracket = name.firstIndex(of: "["), name.hasSuffix("]"),
      let file = files[String(name[..<bracket])],
      let row = Int(name[name.index(after: bracket)...].dropLast())
    else { return nil }
    return (file, row)
  }
}
