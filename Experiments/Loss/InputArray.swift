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
    let file = try FileArray(reading: specification)
    let array = ranks.contains(file.shape.count) ? file : try file.withRank(ranks.upperBound)
    matrix = try Matrix(array)
    (shape, fileShape) = (array.shape, file.shape)
  }
}

/// Reads labels of rows, of which only matters which are equal: whole numbers, or texts.
func readLabels(_ specification: String) throws -> FileLabels {
  try FileLabels(reading: [specification])
}

/// Reads a one-dimensional array of integers that count rows: classes, or instances of a data set.
///
/// Texts would have to be numbered, and nothing says in which order the other array has them.
func readIndices(_ specification: String) throws -> [Int] {
  let labels = try readLabels(specification)
  if let large = labels.names?.first(where: { Int($0) == nil && UInt64($0) != nil }) {
    throw CommandFailure(
      "\(specification): holds \(large), expected numbers of rows or classes, from 0")
  }
  guard labels.names == nil else {
    throw CommandFailure(
      "\(specification): holds texts, and which row of the other array each means is not known; give its "
        + "number, from 0")
  }
  return labels.numbers[0]
}

/// Reads a one-dimensional array of numbers.
func readNumbers(_ specification: String) throws -> [Double] {
  try FileArray(reading: specification).withRank(1).converted()
}

/// Reads a two-dimensional array of integers, row by row.
func readIntegerRows(_ specification: String) throws -> [[Int]] {
  let file = try FileArray(reading: specification).withRank(2)
  let (elements, width) = (try file.integers(), file.shape[1])
  return (0..<file.shape[0]).map { Array(elements[$0 * width..<($0 + 1) * width]) }
}

/// What to append to the error that there is one row too many, or too few beside another file: that the first line of
/// one of the files may be a heading.
func headingRemark(_ expected: Int?, _ found: Int?, in files: [String]) -> String {
  guard let expected, let found, expected.distance(to: found).magnitude == 1 else { return "" }
  return files.lazy.compactMap { ArraySpecification($0).headingRemark }.first.map { "; \($0)" }
    ?? ""
}

extension ContrastiveError {
  /// The error with the file in the place of the library's name for the argument.
  func naming(_ files: [String: String]) -> ContrastiveError {
    switch self {
    case .shape(let array, let expected, let actual):
      .shape(
        array: files[array] ?? array, expected: expected,
        actual: actual
          + headingRemark(Self.count(expected), Self.count(actual), in: files.values.sorted()))
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
