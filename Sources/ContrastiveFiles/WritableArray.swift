/// An array to be written to a `.safetensors` file.
public struct WritableArray: Sendable {
  let elementType: ElementType
  let shape: [Int]
  let write: @Sendable (OutputFile, _ count: Int, _ source: String) throws(ArrayFileError) -> Void

  /// Elements that lie in an array.
  ///
  /// - Parameters:
  ///   - elements: The numbers in row-major order.
  ///   - shape: The dimensions, outermost first; their product must be the number of elements,
  ///     else writing throws.
  public init<Element: ArrayElement>(_ elements: [Element], shape: [Int]) {
    self.init(Element.self, shape: shape) { output throws(ArrayFileError) in
      try output.append(elements.span)
    }
  }

  /// Elements that come piece by piece: rows that do not adjoin in memory need no copy first.
  ///
  /// - Parameters:
  ///   - type: The type of the elements.
  ///   - shape: The dimensions, outermost first.
  ///   - body: Appends the elements in row-major order, as many as the shape says.
  public init<Element: ArrayElement>(
    _ type: Element.Type, shape: [Int],
    _ body: @escaping @Sendable (inout ArrayWriter<Element>) throws(ArrayFileError) -> Void
  ) {
    self.elementType = Element.elementType
    self.shape = shape
    self.write = { file, count, source throws(ArrayFileError) in
      try ArrayWriter.write(count, elementsTo: file, source: source, body)
    }
  }
}
