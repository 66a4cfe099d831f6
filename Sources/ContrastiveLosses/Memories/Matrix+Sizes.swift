import ContrastiveEmbeddings

extension Matrix {
  /// - Parameter name: The name of the number of rows.
  /// - Throws: `ContrastiveError` unless both sizes are positive, and memory may have as much.
  static func requireSizes(
    rowCount: Int, named name: ContrastiveError.Argument, dimension: Int
  ) throws(ContrastiveError) {
    for (name, value) in [(name, rowCount), (.dimension, dimension)] where value < 1 {
      throw .init(name, .integer(found: value, expected: .positive))
    }
    guard dimension <= Int(Int32.max), rowCount <= (1 << 48) / dimension else {
      throw dimension > Int(Int32.max)
        ? .init(.dimension, .integer(found: dimension, expected: .between(1, Int(Int32.max))))
        : .init(name, .integer(found: rowCount, expected: .between(1, (1 << 48) / dimension)))
    }
  }
}
