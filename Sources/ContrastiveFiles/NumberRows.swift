/// Numbers that a text brings row by row.
struct NumberRows: ~Copyable {
  private var numbers: GrowingBytes

  /// The same as whole numbers of 64 bits, while all are.
  private var integers: GrowingBytes?

  /// Whether one of them has a sign, and whether one is beyond `Int64`: no type of 64 bits holds both.
  private var (hasNegative, hasLarge) = (false, false)

  private let path: String
  private var rowCount = 0
  private var width: Int?
  private var columnCount = 0

  init(path: String) {
    self.path = path
    numbers = GrowingBytes(path: path)
    integers = GrowingBytes(path: path)
  }

  /// Appends a number to the present row.
  mutating func append(_ number: TextNumber) throws(ArrayFileError) {
    try numbers.append(number.value)
    if let integer = number.integer {
      try integers?.append(integer)
      if integer < 0 { hasNegative = true }
    } else if let integer = number.largeInteger {
      try integers?.append(integer)
      hasLarge = true
    } else {
      integers = nil
    }
    columnCount += 1
  }

  /// Ends a row, which has to be as long as the others.
  ///
  /// - Parameter line: Where it is in the text.
  mutating func endRow(line: Int) throws(ArrayFileError) {
    if let width, width != columnCount {
      throw .malformedText(
        path: path, line: line,
        reason: "row \(rowCount) has \(columnCount) number\(columnCount == 1 ? "" : "s"), expected "
          + "\(width), as in row 0")
    }
    width = columnCount
    columnCount = 0
    rowCount += 1
  }

  /// The rows as an `N × d` array.
  ///
  /// - Parameter source: Its name.
  mutating func array(source: String) throws(ArrayFileError) -> FileArray {
    guard let width else {
      throw .malformedHeader(path: path, reason: "the file holds no rows")
    }
    if hasNegative, hasLarge { integers = nil }
    let type: ElementType = integers == nil ? .float64 : hasLarge ? .uint64 : .int64
    let layout = try ArrayLayout(type, shape: [rowCount, width], source: source)
    var integers = integers.take()
    return FileArray(
      source: source, layout: layout, bytes: integers?.finish() ?? numbers.finish(), byteOffset: 0)
  }
}
