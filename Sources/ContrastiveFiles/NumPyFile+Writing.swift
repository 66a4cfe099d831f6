extension NumPyFile {
  /// Writes elements as a `.npy` file, which replaces a file of that name.
  ///
  /// The bytes are those `numpy.save` would write. The file appears complete or not at all.
  ///
  /// - Parameters:
  ///   - elements: The numbers in row-major order.
  ///   - shape: The dimensions, outermost first; their product must be the number of elements.
  ///   - path: Where to write: a new name, or that of a regular file.
  /// - Throws: `ArrayFileError.unwritable` or `.invalidShape`.
  public static func write<Element: ArrayElement>(
    _ elements: Span<Element>, shape: [Int], to path: String
  ) throws(ArrayFileError) {
    try write(Element.self, shape: shape, to: path) { output throws(ArrayFileError) in
      try output.append(elements)
    }
  }

  /// Writes a `.npy` file piece by piece: rows that do not adjoin in memory need no copy first.
  ///
  /// ```swift
  /// try NumPyFile.write(
  ///   Float.self, shape: [rows.count, 128], to: "rows.npy"
  /// ) {
  ///   output throws(ArrayFileError) in
  ///   for row in rows { try output.append(row.span) }
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - type: The type of the elements.
  ///   - shape: The dimensions, outermost first.
  ///   - path: Where to write: a new name, or that of a regular file.
  ///   - body: Appends the elements in row-major order, as many as the shape says.
  /// - Throws: `ArrayFileError.unwritable` or `.invalidShape`, and what `body` throws; then no
  ///   file is written.
  public static func write<Element: ArrayElement>(
    _ type: Element.Type, shape: [Int], to path: String,
    _ body: (inout ArrayWriter<Element>) throws(ArrayFileError) -> Void
  ) throws(ArrayFileError) {
    let layout = try ArrayLayout(Element.elementType, shape: shape, source: path)
    let header = try header(layout, path: path)
    try OutputFile.write(to: path) { file throws(ArrayFileError) in
      try file.append(header.span)
      try ArrayWriter.write(layout.count, elementsTo: file, source: path, body)
    }
  }
}
