/// The type and shape of an array, where its elements lie, and the sizes that follow from them.
///
/// A value of this type is proof that the sizes fit `Int`.
struct ArrayLayout: Hashable, Sendable {
  /// The most dimensions an array may have, as in NumPy.
  ///
  /// Without a limit, a header's length would be one on what error messages and callers have to
  /// handle.
  static let maximumRank = 64

  enum Order {
    /// The last dimension's neighbours are neighbours in the file.
    case rows

    /// The first dimension's are, as in Fortran.
    case columns
  }

  let elementType: ElementType
  let isBigEndian: Bool
  let count: Int

  private(set) var shape: [Int]

  /// How far a dimension's neighbours are apart, in bytes.
  private(set) var strides: [Int]

  /// Whether all elements adjoin, in row-major order.
  let isDense: Bool

  /// The size of the elements, without what may lie between them.
  var byteCount: Int { count * elementType.byteCount }

  /// Creates the layout of adjoining elements, unless the shape is impossible.
  ///
  /// Zero dimensions are left out of the overflow check's product: callers may multiply in another
  /// order than one that meets the zero first.
  ///
  /// - Parameter source: The array's name in errors.
  init(
    _ elementType: ElementType, shape: [Int], order: Order = .rows, isBigEndian: Bool = false,
    source: String
  ) throws(ArrayFileError) {
    func invalid(_ reason: String) -> ArrayFileError {
      .invalidShape(source: source, shape: shape, reason: reason)
    }
    guard shape.count <= Self.maximumRank else {
      throw invalid("has \(shape.count) dimensions, expected at most \(Self.maximumRank)")
    }
    var byteCount = elementType.byteCount
    var strides = shape
    for dimension in order == .rows ? Array(shape.indices.reversed()) : Array(shape.indices) {
      strides[dimension] = byteCount
      guard shape[dimension] != 0 else { continue }
      guard shape[dimension] > 0 else { throw invalid("has a negative dimension") }
      let (product, overflow) = byteCount.multipliedReportingOverflow(by: shape[dimension])
      guard !overflow else { throw invalid("needs more bytes than can be addressed") }
      byteCount = product
    }
    self.elementType = elementType
    self.shape = shape
    self.strides = strides
    self.isBigEndian = isBigEndian && elementType.byteCount > 1
    count = shape.contains(0) ? 0 : byteCount / elementType.byteCount
    isDense = order == .rows || count == 0 || shape.count { $0 > 1 } <= 1
  }

  /// Creates the layout of rows between which something else lies.
  ///
  /// - Precondition: `rowCount · rowStride` fits `Int`.
  init(_ elementType: ElementType, rowCount: Int, columnCount: Int, rowStride: Int) {
    self.elementType = elementType
    shape = [rowCount, columnCount]
    strides = [rowStride, elementType.byteCount]
    isBigEndian = false
    count = rowCount * columnCount
    isDense = false
  }

  /// The same elements in as many dimensions as given, if enough of them have one element only.
  ///
  /// Inner ones go first, then the outermost: `N × 1 × d` is `N × d`, and as one dimension `N × 1` is `N`.
  func droppingUnits(toRank rank: Int) -> ArrayLayout? {
    var result = self
    while result.shape.count > rank {
      let last = result.shape.count - 1
      let candidates = Array(1..<max(1, last)) + [0, last]
      guard let unit = candidates.first(where: { result.shape[$0] == 1 }) else { return nil }
      result.shape.remove(at: unit)
      result.strides.remove(at: unit)
    }
    return result.shape.count == rank ? result : nil
  }

  /// Elements at equal distances.
  struct Run {
    /// Where the first is, in bytes from the array's.
    let offset: Int
    let stride: Int
    let count: Int
  }

  /// The elements from one on, in row-major order, for as long as their distances are equal.
  func run(from index: Int) -> Run {
    let size = elementType.byteCount
    guard !isDense, let extent = shape.last, let stride = strides.last else {
      return Run(offset: index * size, stride: size, count: count - index)
    }
    var (rest, column) = index.quotientAndRemainder(dividingBy: extent)
    var offset = column * stride
    for dimension in shape.indices.dropLast().reversed() {
      let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: shape[dimension])
      offset += remainder * strides[dimension]
      rest = quotient
    }
    column = extent - column
    return Run(offset: offset, stride: stride, count: column)
  }
}
