import Contrastive

/// An array that an option names.
struct InputArray<Scalar: EmbeddingScalar & ArrayElement> {
  let matrix: Matrix<Scalar>

  /// The dimensions in the file, which those of its gradient equal.
  let shape: [Int]

  /// Reads the array.
  ///
  /// - Parameter ranks: How many dimensions it may have.
  init(_ specification: String, ranks: ClosedRange<Int> = 2...2) throws {
    let file = try FileArray(reading: specification)
    if !ranks.contains(file.shape.count) { try file.requireRank(ranks.lowerBound) }
    matrix = try Matrix(file)
    shape = file.shape
  }
}

/// Reads a one-dimensional array of integers.
func readIntegers(_ specification: String) throws -> [Int] {
  let file = try FileArray(reading: specification)
  try file.requireRank(1)
  return try file.integers()
}

/// Reads a one-dimensional array of numbers.
func readNumbers(_ specification: String) throws -> [Double] {
  let file = try FileArray(reading: specification)
  try file.requireRank(1)
  return file.converted()
}

/// Reads a two-dimensional array of integers, row by row.
func readIntegerRows(_ specification: String) throws -> [[Int]] {
  let file = try FileArray(reading: specification)
  try file.requireRank(2)
  let (elements, width) = (try file.integers(), file.shape[1])
  return (0..<file.shape[0]).map { Array(elements[$0 * width..<($0 + 1) * width]) }
}

extension ContrastiveError {
  /// The error with the file in the place of the library's name for the argument.
  func naming(_ files: [String: String]) -> ContrastiveError {
    switch self {
    case .shape(let array, let expected, let actual):
      .shape(array: files[array] ?? array, expected: expected, actual: actual)
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
