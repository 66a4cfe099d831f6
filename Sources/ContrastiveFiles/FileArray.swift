/// An array in a mapped file.
///
/// Nothing is read until elements are asked for, and copies of this value share the mapping, which
/// stays for as long as any of them does. The elements are in row-major order: the last
/// dimension's neighbours are neighbours in the file.
///
/// The file may be deleted, or replaced by renaming, while the array is in use. It must not be
/// shortened in place, as no mapped file may be.
public struct FileArray: Sendable {
  /// The array's name in messages: the file's path, for a tensor followed by a colon and its name.
  public let source: String

  let layout: ArrayLayout
  let mapping: FileMapping
  let byteOffset: Int

  /// The array's layout must lie inside the mapping from `byteOffset` on.
  init(source: String, layout: ArrayLayout, mapping: FileMapping, byteOffset: Int) {
    self.source = source
    self.layout = layout
    self.mapping = mapping
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

  /// The elements where they lie, without a copy, and the object that keeps them there.
  ///
  /// The memory is read-only, and valid while `owner` lives.
  ///
  /// - Returns: `nil` if the stored type is another one, or if the elements are not aligned in the
  ///   file (NumPy aligns them, old `.safetensors` files may not); `converted(to:)` then helps.
  @unsafe
  package func borrowedElements<Element: ArrayElement>(
    as type: Element.Type = Element.self
  ) -> (elements: UnsafeBufferPointer<Element>, owner: AnyObject)? {
    guard elementType == Element.elementType,
      let elements = unsafe mapping.elements(type, at: byteOffset, count: count)
    else { return nil }
    return unsafe (elements, mapping)
  }
}
