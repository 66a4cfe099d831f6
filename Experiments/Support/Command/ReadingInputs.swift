import Contrastive

/// Reads an array that an option names, and says which columns of a table it is not of.
func readArray(_ specification: String) throws -> FileArray {
  let array = try FileArray(reading: specification, by: WatchedInputs.access())
  try WatchedInputs.requireUnchanged()
  HeadingRemarks.note(array.headingRemark, in: specification)
  let leftOut = array.leftOutColumns
  if !leftOut.isEmpty {
    let count = array.shape.last ?? 0
    let names = leftOut.prefix(8).joined(separator: ", ") + (leftOut.count > 8 ? ", …" : "")
    StandardError.writeLine(
      "note",
      "\(specification): takes \(count.words("column")) of numbers and leaves out column\(leftOut.count == 1 ? "" : "s") \(names); "
        + "\(specification):first-last names others")
  }
  return array
}

/// Reads labels of rows, of which only matters which are equal: whole numbers, or texts.
///
/// Of several files together: equal texts are equal labels in all of them.
func readLabels(_ specifications: String..., for use: TableUse = .labels) throws -> FileLabels {
  let labels = try FileLabels(reading: specifications, for: use, by: WatchedInputs.access())
  try WatchedInputs.requireUnchanged()
  for (specification, remark) in zip(specifications, labels.headingRemarks) {
    HeadingRemarks.note(remark, in: specification)
  }
  return labels
}

/// Reads a label for each of some rows.
///
/// - Parameter name: What they are, in an error.
/// - Throws: `CommandFailure` unless there are as many as rows.
func readLabels(
  _ specification: String, of rowCount: Int, as name: String, for use: TableUse = .labels
) throws -> FileLabels {
  let labels = try readLabels(specification, for: use)
  let count = labels.numbers[0].count
  guard count == rowCount else {
    throw CommandFailure(
      "\(specification): expected \(rowCount) \(name), one for each row, found \(count)"
        + (HeadingRemarks.ofCounts(rowCount, count, in: [specification]).map { "; \($0)" } ?? ""))
  }
  return labels
}

/// Reads a one-dimensional array of integers that count rows: classes, or instances of a data set.
///
/// Texts would have to be numbered, and nothing says in which order the other array has them.
func readIndices(_ specification: String) throws -> [Int] {
  let labels = try readLabels(specification)
  guard let names = labels.names else { return labels.numbers[0] }
  if let large = names.first(where: { Int($0) == nil && UInt64($0) != nil }) {
    throw CommandFailure(
      "\(specification): holds \(large), expected numbers of rows or classes, from 0")
  }
  guard names.dropFirst().contains(where: { Int($0) == nil }) else {
    throw CommandFailure(
      "\(specification): expected whole numbers, found '\(names.first ?? "")'"
        + (HeadingRemarks.remark(on: specification).map { "; \($0)" } ?? ""))
  }
  throw CommandFailure(
    "\(specification): holds texts, and which row of the other array each means is not known; give its "
      + "number, from 0")
}

/// Reads a one-dimensional array of numbers.
func readNumbers(_ specification: String) throws -> [Double] {
  try readArray(specification).withRank(1).converted()
}

/// Reads a two-dimensional array of integers, row by row.
func readIntegerRows(_ specification: String) throws -> [[Int]] {
  let file = try readArray(specification).withRank(2)
  let (elements, width) = (try file.integers(), file.shape[1])
  return (0..<file.shape[0]).map { Array(elements[$0 * width..<($0 + 1) * width]) }
}
