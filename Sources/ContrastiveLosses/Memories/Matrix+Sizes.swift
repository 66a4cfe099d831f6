import ContrastiveEmbeddings

extension Matrix {
  /// - Parameters:
  ///   - name: The name of the number of rows.
  ///   - what: What they are for.
  /// - Throws: `ContrastiveError.value` unless both sizes are positive, and memory may have as much.
  static func requireSizes(
    rowCount: Int, named name: String, dimension: Int, of what: String
  ) throws(ContrastiveError) {
    for (name, value) in [(name, rowCount), ("dimension", dimension)] where value < 1 {
      throw .value(name: name, value: "\(value)", requirement: "a positive whole number")
    }
    guard dimension <= Int(Int32.max), rowCount <= (1 << 48) / dimension else {
      throw .value(
        name: name, value: "\(rowCount) × \(dimension)",
        requirement: "\(what) that fits the memory")
    }
  }
}
