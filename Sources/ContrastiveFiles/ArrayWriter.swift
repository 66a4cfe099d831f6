/// Where an array's elements go, in row-major order, while its file is being written.
public struct ArrayWriter<Element: ArrayElement>: ~Copyable {
  private let file: OutputFile
  private let source: String
  private let count: Int
  private var written = 0

  private init(_ file: OutputFile, source: String, count: Int) {
    self.file = file
    self.source = source
    self.count = count
  }

  /// Appends elements.
  ///
  /// - Throws: `ArrayFileError.unwritable` if the disk is full, or if the elements are more than
  ///   the shape has room for.
  public mutating func append(_ elements: Span<Element>) throws(ArrayFileError) {
    guard elements.count <= count - written else {
      throw .unwritable(
        path: source,
        reason: "its shape has room for \(count) elements, found \(written + elements.count)")
    }
    try file.append(elements)
    written += elements.count
  }

  /// Writes an array of `count` elements with `body`, which must append them all.
  static func write(
    _ count: Int, elementsTo file: OutputFile, source: String,
    _ body: (inout ArrayWriter) throws(ArrayFileError) -> Void
  ) throws(ArrayFileError) {
    var writer = ArrayWriter(file, source: source, count: count)
    try body(&writer)
    guard writer.written == count else {
      throw .unwritable(
        path: source, reason: "its shape needs \(count) elements, found \(writer.written)")
    }
  }
}
