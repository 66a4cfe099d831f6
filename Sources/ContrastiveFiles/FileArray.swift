/// An array in a file.
///
/// The file is mapped where it can be: then nothing is read until elements are asked for, and copies of this
/// value share the mapping, which stays for as long as any of them does. Elements are given in row-major order,
/// the last dimension's neighbours beside each other, however the file has them: column by column, most
/// significant byte first, or with something between the rows.
///
/// The file may be deleted, or replaced by renaming, while the array is in use, as ``NumPyFile`` and ``SafetensorsFile``
/// replace files. It must not be written to in place, as no mapped file may be: elements then are the old ones or the new
/// ones, page by page, and where the file has become shorter the system ends the program (SIGBUS). Who cannot rule
/// that out copies the file first, or takes a copy of the elements at once (``converted(to:)``), which leaves a moment
/// for it.
public struct FileArray: Sendable {
  /// The array's name in messages: the file's path, for one of several arrays followed by a colon and its name.
  public let source: String

  /// The columns of a table that the array is not of, though none was asked for: by their names or, without one, their
  /// numbers.
  public internal(set) var leftOutColumns: [String] = []

  /// What is to be said of a text's first line, if anything is.
  package internal(set) var headingRemark: HeadingRemark?

  let layout: ArrayLayout
  let bytes: FileBytes
  let byteOffset: Int

  /// The array's layout must lie inside the bytes from `byteOffset` on.
  init(source: String, layout: ArrayLayout, bytes: FileBytes, byteOffset: Int) {
    self.source = source
    self.layout = layout
    self.bytes = bytes
    self.byteOffset = byteOffset
  }

  /// The type of the stored elements.
  public var elementType: ElementType { layout.elementType }

  /// The dimensions, outermost first; empty for a single number.
  public var shape: [Int] { layout.shape }

  /// The number of elements: the product of the dimensions, 1 if there are none.
  public var count: Int { layout.count }

  /// Throws unless the array has as many dimensions as given.
  ///
  /// - Throws: `ArrayFileError.wrongRank`.
  public func requireRank(_ rank: Int) throws(ArrayFileError) {
    guard shape.count == rank else {
      throw .wrongRank(source: source, expected: rank, shape: shape)
    }
  }

  /// The same array in as many dimensions as given, if the others are of one element: an `N × 1 × d` array as
  /// `N × d`, a column as a vector.
  ///
  /// Of several such dimensions, inner ones go first and then the outermost.
  ///
  /// - Throws: `ArrayFileError.wrongRank`.
  public func withRank(_ rank: Int) throws(ArrayFileError) -> FileArray {
    guard let layout = layout.droppingUnits(toRank: rank) else {
      throw .wrongRank(source: source, expected: rank, shape: shape)
    }
    var array = FileArray(source: source, layout: layout, bytes: bytes, byteOffset: byteOffset)
    (array.leftOutColumns, array.headingRemark) = (leftOutColumns, headingRemark)
    return array
  }

  /// Whether the elements are of a type, and lie as an array in memory does.
  package func isStored<Element: ArrayElement>(as type: Element.Type) -> Bool {
    unsafe borrowedElements(as: type) != nil
  }

  /// The elements where they lie, without a copy, and the object that keeps them there.
  ///
  /// The memory is read-only, and valid while `owner` lives.
  ///
  /// - Returns: `nil` if the stored type, byte order or order is another one, or if the elements are not aligned
  ///   in the file (NumPy aligns them, old `.safetensors` files may not); `converted(to:)` then helps.
  @unsafe
  package func borrowedElements<Element: ArrayElement>(
    as type: Element.Type = Element.self
  ) -> (elements: UnsafeBufferPointer<Element>, owner: AnyObject)? {
    guard elementType == Element.elementType, layout.isDense, !layout.isBigEndian,
      let elements = unsafe bytes.elements(type, at: byteOffset, count: count)
    else { return nil }
    return unsafe (elements, bytes)
  }
}
