/// The type and shape of an array, and the sizes that follow from them.
///
/// A value of this type is proof that the sizes fit `Int`.
struct ArrayLayout: Hashable, Sendable {
  /// The most dimensions an array may have, as in NumPy.
  ///
  /// Without a limit, a header's length would be one on what error messages and callers have to
  /// handle.
  static let maximumRank = 64

  let elementType: ElementType
  let shape: [Int]
  let count: Int

  var byteCount: Int { count * elementType.byteCount }

  /// Creates the layout, unless the shape is impossible.
  ///
  /// Zero dimensions are left out of the overflow check's product: callers may multiply in another
  /// order than one that meets the zero first.
  ///
  /// - Parameter source: The array's name in errors.
  init(_ elementType: ElementType, shape: [Int], source: String) throws(ArrayFileError) {
    func invalid(_ reason: String) -> ArrayFileError {
      .invalidShape(source: source, shape: shape, reason: reason)
    }
    guard shape.count <= Self.maximumRank else {
      throw invalid("has \(shape.count) dimensions, expected at most \(Self.maximumRank)")
    }
    var byteCount = elementType.byteCount
    for extent in shape where extent != 0 {
      guard extent > 0 else { throw invalid("has a negative dimension") }
      let (product, overflow) = byteCount.multipliedReportingOverflow(by: extent)
      guard !overflow else { throw invalid("needs more bytes than can be addressed") }
      byteCount = product
    }
    self.elementType = elementType
    self.shape = shape
    self.count = shape.contains(0) ? 0 : byteCount / elementType.byteCount
  }

  /// Whether row-major and column-major order are the same order.
  var orderIsImmaterial: Bool {
    count == 0 || shape.count { $0 > 1 } <= 1
  }
}
