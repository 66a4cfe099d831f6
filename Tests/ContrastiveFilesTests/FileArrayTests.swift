import ContrastiveFiles
import Foundation
import TestSupport
import Testing

/// The elements as they are stored, by the path that copies nothing.
func stored<Element: ArrayElement>(
  _ array: FileArray, as: Element.Type = Element.self
) throws -> [Element] {
  guard array.count > 0 else { return [] }
  let borrowed = unsafe array.borrowedElements(as: Element.self)
  let (elements, owner) = try unsafe #require(borrowed)
  return withExtendedLifetime(owner) { unsafe Array(elements) }
}

@Suite("Arrays in files")
struct FileArrayTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  @Test("convert every binary16 number")
  func float16() throws {
    let numbers = (UInt16.min...UInt16.max).map { Float16(bitPattern: $0) }
    let path = directory("x.npy")
    try NumPyFile.write(numbers.span, shape: [numbers.count], to: path)
    let array = try NumPyFile.read(path)
    for (result, number) in zip(array.converted(to: Float.self), numbers) {
      // The sign of zero counts; NaN is NaN whichever it is.
      #expect(result.bitPattern == Float(number).bitPattern || result.isNaN && number.isNaN)
    }
    for (result, number) in zip(array.converted(to: Double.self), numbers) {
      #expect(result == Double(number) || result.isNaN && number.isNaN)
    }
  }

  @Test("convert every bfloat16 number")
  func bfloat16() throws {
    let text = #"{"x":{"dtype":"BF16","shape":[65536],"data_offsets":[0,131072]}}"#
    let bits = (UInt16.min...UInt16.max).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    let bytes = MalformedFiles.safetensors(text, dataByteCount: 0) + bits
    let array = try FileArray(reading: directory.write(bytes, to: "x.safetensors"))
    #expect(array.elementType == .bfloat16)
    for (bits, result) in array.converted(to: Float.self).enumerated() {
      let expected = Float(bitPattern: UInt32(bits) << 16)
      #expect(result.bitPattern == expected.bitPattern || result.isNaN && expected.isNaN)
    }
  }

  @Test("round once, to nearest")
  func rounding() throws {
    // Halfway cases of Float's 24 and Double's 53 bits, and one that rounding through Double
    // first would get wrong.
    let integers: [Int64] = [
      1 << 24 + 1, 1 << 24 + 3, 1 << 53 + 1, 1 << 53 + 3, 1 << 54 + 1 << 30 + 1, .max, .min,
    ]
    try NumPyFile.write(integers.span, shape: [7], to: directory("i8.npy"))
    var array = try NumPyFile.read(directory("i8.npy"))
    #expect(array.converted(to: Float.self) == integers.map { Float($0) })
    #expect(array.converted(to: Double.self) == integers.map { Double($0) })
    #expect(array.converted(to: Float.self)[..<2] == [0x1p24, 0x1p24 + 4])

    let doubles = [1 + 0x1p-24, 1 + 0x1.8p-23, 1e300, -1e300, 1e-300, .infinity, -0.0]
    try NumPyFile.write(doubles.span, shape: [7], to: directory("f8.npy"))
    array = try NumPyFile.read(directory("f8.npy"))
    #expect(
      array.converted(to: Float.self)
        == [1, 1 + 0x1p-22, .infinity, -.infinity, 0, .infinity, -0.0])
  }

  @Test("give rows")
  func rows() throws {
    let array = try NumPyFile.read(fixture("rank3.npy"))
    var row = [Double](repeating: -1, count: 12)
    var span = row.mutableSpan
    array.copyRows(1..<2, into: &span)
    #expect(row == (12..<24).map { Double($0) })

    var none: [Float] = []
    var empty = none.mutableSpan
    array.copyRows(2..<2, into: &empty)
    try NumPyFile.read(fixture("empty.npy")).copyRows(0..<0, into: &empty)
    #expect(none.isEmpty)
  }

  @Test("state the rank they lack")
  func rank() throws {
    let array = try NumPyFile.read(fixture("rank3.npy"))
    try array.requireRank(3)
    let error = #expect(throws: ArrayFileError.self) { try array.requireRank(2) }
    #expect(
      try #require(error).description.hasSuffix(
        "rank3.npy: expected 2 dimensions, found 3: shape (2, 3, 4)"))
    // A vector has another rank by its shape alone.
    let vector = #expect(throws: ArrayFileError.self) {
      try NumPyFile.read(fixture("rank1.npy")).requireRank(2)
    }
    #expect(try #require(vector).description.hasSuffix("; reshape the array"))
  }

  @Test("are no integers if their type is not")
  func notIntegers() throws {
    let array = try NumPyFile.read(fixture("float32.npy"))
    #expect(
      throws: ArrayFileError.notIntegers(source: array.source, elementType: .float32)
    ) { try array.integers() }
  }

  @Test("are borrowed in their own type only, and aligned")
  func borrowing() throws {
    let array = try NumPyFile.read(fixture("float32.npy"))
    #expect(try stored(array, as: Float.self) == [-1.5, 0, 0.25, 1, 0x1p-24, 65504])
    #expect(unsafe array.borrowedElements(as: Double.self) == nil)
    #expect(unsafe array.borrowedElements(as: Int32.self) == nil)

    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (6,)}"
    for padding in 0..<4 {
      let text = header + String(repeating: " ", count: padding)
      let path = try directory.write(MalformedFiles.npy(text), to: "\(padding).npy")
      let array = try NumPyFile.read(path)
      let isAligned = (10 + text.utf8.count).isMultiple(of: 4)
      #expect(unsafe (array.borrowedElements(as: Float.self) != nil) == isAligned)
      #expect(array.converted(to: Float.self).last == Float(bitPattern: 0x1716_1514))
    }
  }

  @Test("outlive their file and its successor")
  func lifetime() throws {
    let path = directory("x.npy")
    let old = (0..<50_000).map { Float($0) }
    try NumPyFile.write(old.span, shape: [50_000], to: path)
    let array = try NumPyFile.read(path)
    try NumPyFile.write([Float(7)].span, shape: [1], to: path)
    #expect(array.converted(to: Float.self) == old)
    #expect(try NumPyFile.read(path).converted(to: Float.self) == [7])
    try FileManager.default.removeItem(atPath: path)
    #expect(array.converted(to: Float.self) == old)
  }
}
