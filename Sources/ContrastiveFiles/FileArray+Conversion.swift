extension FileArray {
  /// A copy of all elements as floating-point numbers, in row-major order.
  ///
  /// Each is exact where the result type can hold it, and rounded once to nearest, ties to even,
  /// where not: a `float64` beyond `Float`'s range becomes infinite. NaN stays NaN.
  ///
  /// - Complexity: O(`count`), and as much memory.
  public func converted<Scalar: ArrayElement & BinaryFloatingPoint>(
    to type: Scalar.Type = Scalar.self
  ) -> [Scalar] {
    var result = [Scalar](repeating: 0, count: count)
    var span = result.mutableSpan
    copyElements(from: 0, into: &span)
    return result
  }

  /// Copies consecutive rows, the slices along the first dimension, as floating-point numbers.
  ///
  /// Numbers are rounded as by `converted(to:)`.
  ///
  /// - Parameters:
  ///   - rows: Which rows, inside `0..<shape[0]`; the array must have a dimension.
  ///   - result: As many elements as the rows have, all of which are overwritten.
  /// - Complexity: O(`result.count`)
  public func copyRows<Scalar: ArrayElement & BinaryFloatingPoint>(
    _ rows: Range<Int>, into result: inout MutableSpan<Scalar>
  ) {
    precondition(!shape.isEmpty, "a single number has no rows")
    precondition(0 <= rows.lowerBound && rows.upperBound <= shape[0], "rows out of range")
    let columnCount = shape[0] == 0 ? 0 : count / shape[0]
    precondition(result.count == rows.count * columnCount, "expected one element for each read")
    copyElements(from: rows.lowerBound * columnCount, into: &result)
  }

  /// A copy of all elements as integers, in row-major order.
  ///
  /// - Throws: `ArrayFileError.notIntegers` if the element type is not an integer type,
  ///   `ArrayFileError.integerOutOfRange` if a number does not fit `Int`.
  /// - Complexity: O(`count`), and as much memory.
  public func integers() throws(ArrayFileError) -> [Int] {
    var result = [Int](repeating: 0, count: count)
    var span = result.mutableSpan
    switch elementType {
    case .bool, .uint8: try copyIntegers(of: UInt8.self, into: &span)
    case .int8: try copyIntegers(of: Int8.self, into: &span)
    case .int16: try copyIntegers(of: Int16.self, into: &span)
    case .int32: try copyIntegers(of: Int32.self, into: &span)
    case .int64: try copyIntegers(of: Int64.self, into: &span)
    case .uint16: try copyIntegers(of: UInt16.self, into: &span)
    case .uint32: try copyIntegers(of: UInt32.self, into: &span)
    case .uint64: try copyIntegers(of: UInt64.self, into: &span)
    case .float16, .bfloat16, .float32, .float64:
      throw .notIntegers(source: source, elementType: elementType)
    }
    return result
  }

  /// A copy of all elements of an array of type `uint64`, in row-major order.
  func unsignedIntegers() -> [UInt64] {
    precondition(elementType == .uint64, "the elements are of another type")
    var result = [UInt64](repeating: 0, count: count)
    var span = result.mutableSpan
    convert(UInt64.self, from: 0, into: &span) { $0 }
    return result
  }

  private func copyIntegers<Element: ArrayElement & FixedWidthInteger>(
    of type: Element.Type, into result: inout MutableSpan<Int>
  ) throws(ArrayFileError) {
    var index = 0
    let isBool = elementType == .bool
    try convert(type, from: 0, into: &result) { value throws(ArrayFileError) in
      if isBool { return value == 0 ? 0 : 1 }
      guard let integer = Int(exactly: value) else {
        throw ArrayFileError.integerOutOfRange(source: source, index: index, value: "\(value)")
      }
      index += 1
      return integer
    }
  }

  // Callers in other modules run this unspecialised, and the loops are specialised only for types
  // that are named here.
  private func copyElements<Scalar: ArrayElement & BinaryFloatingPoint>(
    from index: Int, into result: inout MutableSpan<Scalar>
  ) {
    if result.withElements(as: Float.self, { convertElements(from: index, into: &$0) }) { return }
    if result.withElements(as: Double.self, { convertElements(from: index, into: &$0) }) { return }
    convertElements(from: index, into: &result)
  }

  private func convertElements<Scalar: BinaryFloatingPoint & BitwiseCopyable>(
    from index: Int, into result: inout MutableSpan<Scalar>
  ) {
    switch elementType {
    case .float16:
      convert(UInt16.self, from: index, into: &result) { Scalar(float(fromHalf: $0)) }
    case .bfloat16:
      convert(UInt16.self, from: index, into: &result) {
        Scalar(Float(bitPattern: UInt32($0) << 16))
      }
    case .float32:
      convert(UInt32.self, from: index, into: &result) { Scalar(Float(bitPattern: $0)) }
    case .float64:
      convert(UInt64.self, from: index, into: &result) { Scalar(Double(bitPattern: $0)) }
    case .bool: convert(UInt8.self, from: index, into: &result) { $0 == 0 ? 0 : 1 }
    case .int8: convert(Int8.self, from: index, into: &result) { Scalar($0) }
    case .int16: convert(Int16.self, from: index, into: &result) { Scalar($0) }
    case .int32: convert(Int32.self, from: index, into: &result) { Scalar($0) }
    case .int64: convert(Int64.self, from: index, into: &result) { Scalar($0) }
    case .uint8: convert(UInt8.self, from: index, into: &result) { Scalar($0) }
    case .uint16: convert(UInt16.self, from: index, into: &result) { Scalar($0) }
    case .uint32: convert(UInt32.self, from: index, into: &result) { Scalar($0) }
    case .uint64: convert(UInt64.self, from: index, into: &result) { Scalar($0) }
    }
  }

  /// Converts the elements from one on, in row-major order.
  @inline(__always)
  private func convert<
    Element: ArrayElement & FixedWidthInteger, Result: BitwiseCopyable, Failure: Error
  >(
    _ type: Element.Type, from index: Int, into results: inout MutableSpan<Result>,
    _ transform: (Element) throws(Failure) -> Result
  ) throws(Failure) {
    if layout.isDense, !layout.isBigEndian {
      let size = MemoryLayout<Element>.size
      return try bytes.convert(
        type, at: byteOffset + index * size, stride: size, into: &results, at: results.indices,
        transform)
    }
    var position = 0
    while position < results.count {
      let run = layout.run(from: index + position)
      let end = min(position + run.count, results.count)
      try bytes.convert(
        type, at: byteOffset + run.offset, stride: run.stride, into: &results, at: position..<end
      ) { element throws(Failure) in
        try transform(layout.isBigEndian ? element.byteSwapped : element)
      }
      position = end
    }
  }
}

/// The number with the given binary16 bits.
///
/// `Float16` would do the same, by a library call for each element, and does not exist on every
/// platform; this is a handful of instructions.
///
/// The exponent and significand, moved to where `Float` has them, read as the number times
/// 2^(15 − 127): the biases differ by 112. That holds for subnormals too, and multiplying by 2¹¹²
/// is exact. Only the largest exponent, which means infinity and NaN, must be kept the largest.
private func float(fromHalf bits: UInt16) -> Float {
  let sign = UInt32(bits & 0x8000) << 16
  let magnitude = UInt32(bits & 0x7FFF) << 13
  let scaled =
    bits & 0x7C00 == 0x7C00
    ? Float(bitPattern: magnitude | 0x7F80_0000) : Float(bitPattern: magnitude) * 0x1p112
  return Float(bitPattern: scaled.bitPattern | sign)
}
