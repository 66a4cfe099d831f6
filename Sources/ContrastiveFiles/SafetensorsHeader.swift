/// The checked header of a `.safetensors` file.
struct SafetensorsHeader: Sendable {
  struct Tensor: Sendable {
    /// The element type as spelt in the file.
    let typeName: String

    /// `nil` if the element type is not among ``ElementType``'s.
    let layout: ArrayLayout?

    /// Which of the bytes after the header are the tensor's.
    let offsets: Range<Int>
  }

  /// The longest header the official reader takes.
  static let maximumLength = 100_000_000

  private(set) var tensors: [String: Tensor] = [:]
  private(set) var metadata: [String: String] = [:]

  /// The tensors' names in the order of their offsets.
  private(set) var names: [String] = []

  /// Where the tensors' bytes begin in the file.
  let dataStart: Int

  /// Whether a file with the given contents begins as one of this format does.
  static func mayBegin(_ bytes: Span<UInt8>) -> Bool {
    bytes.count > 8 && bytes.number(UInt64.self, at: 0) <= maximumLength
      && bytes[8] == UInt8(ascii: "{")
  }

  /// Where the last tensor's bytes end, which has to be the file's end.
  private(set) var end = 0

  /// Reads the header of a file with the given contents, which have to be as long as it says.
  init(_ bytes: Span<UInt8>, path: String) throws(ArrayFileError) {
    try self.init(beginning: bytes, path: path)
    guard end <= bytes.count else {
      throw .truncated(path: path, expectedByteCount: end, actualByteCount: bytes.count)
    }
    guard end == bytes.count else {
      throw .trailingBytes(path: path, expectedByteCount: end, actualByteCount: bytes.count)
    }
  }

  /// Reads the header of a file whose contents begin as given.
  init(beginning bytes: Span<UInt8>, path: String) throws(ArrayFileError) {
    func malformed(_ reason: String) -> ArrayFileError {
      .malformedHeader(path: path, reason: reason)
    }
    guard bytes.count > 0 else { throw malformed("the file is empty") }
    guard bytes.count >= 8 else {
      throw .truncated(path: path, expectedByteCount: 8, actualByteCount: bytes.count)
    }
    let length = bytes.number(UInt64.self, at: 0)
    guard length <= Self.maximumLength else {
      throw malformed("its length is \(length) bytes, expected at most \(Self.maximumLength)")
    }
    dataStart = 8 + Int(length)
    guard dataStart <= bytes.count else {
      throw .truncated(path: path, expectedByteCount: dataStart, actualByteCount: bytes.count)
    }
    guard dataStart > 8, bytes[8] == UInt8(ascii: "{") else {
      throw malformed("expected '{' as its first byte")
    }

    var scanner = ByteScanner(bytes.extracting(8..<dataStart), path: path)
    var keys: Set<String> = []
    try scanner.beginObject()
    while let key = try scanner.nextKey(&keys) {
      if key == "__metadata__" {
        metadata = try scanner.stringMap()
      } else {
        tensors[key] = try scanner.tensor(source: SafetensorsFile.source(of: key, in: path))
      }
    }
    try scanner.expectEnd()
    try orderTensors(path: path)
  }

  /// The size of an element of each type that the official reader (0.8.0) knows.
  private static let bitCounts: [String: Int] = {
    var counts = [
      "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8,
      "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8, "C64": 64,
    ]
    for type in ElementType.allCases { counts[type.safetensorsName] = 8 * type.byteCount }
    return counts
  }()

  /// How many bytes a tensor needs, which elements of less than a byte have to fill.
  ///
  /// - Throws: `.malformedHeader` for a type that the official reader refuses, `.invalidShape`.
  fileprivate static func byteCount(
    of typeName: String, shape: [Int], source: String
  ) throws(ArrayFileError) -> Int {
    guard let bitCount = bitCounts[typeName] else {
      throw .malformedHeader(
        path: source, reason: "its type '\(ArrayFileError.excerpt(typeName))' is unknown")
    }
    // As of bytes: that says what is wrong with a shape of any type.
    let count = try ArrayLayout(.uint8, shape: shape, source: source).count
    let (bits, overflow) = count.multipliedReportingOverflow(by: bitCount)
    guard !overflow else {
      throw .invalidShape(
        source: source, shape: shape, reason: "needs more bytes than can be addressed")
    }
    guard bits.isMultiple(of: 8) else {
      throw .invalidShape(
        source: source, shape: shape, reason: "of \(typeName) ends within a byte")
    }
    return bits / 8
  }

  /// Sorts the tensors by their place, and checks that they adjoin.
  private mutating func orderTensors(path: String) throws(ArrayFileError) {
    // Empty tensors share their offset with another: the end comes second, the name last.
    let order = tensors.sorted {
      ($0.value.offsets.lowerBound, $0.value.offsets.upperBound, $0.key)
        < ($1.value.offsets.lowerBound, $1.value.offsets.upperBound, $1.key)
    }
    var end = 0
    for (name, tensor) in order {
      guard tensor.offsets.lowerBound == end else {
        throw .malformedHeader(
          path: path,
          reason: "tensor '\(ArrayFileError.excerpt(name))' begins at offset "
            + "\(tensor.offsets.lowerBound), expected \(end): tensors neither overlap nor leave "
            + "gaps")
      }
      end = tensor.offsets.upperBound
    }
    let (sum, overflow) = dataStart.addingReportingOverflow(end)
    self.end = overflow ? .max : sum
    names = order.map(\.key)
  }
}

extension ByteScanner {
  @_lifetime(self: copy self)
  mutating func stringMap() throws(ArrayFileError) -> [String: String] {
    var map: [String: String] = [:]
    var keys: Set<String> = []
    try beginObject()
    while let key = try nextKey(&keys) { map[key] = try string() }
    return map
  }

  @_lifetime(self: copy self)
  fileprivate mutating func tensor(
    source: String
  ) throws(ArrayFileError) -> SafetensorsHeader.Tensor {
    var typeName: String?
    var shape: [Int]?
    var offsets: [Int]?
    var keys: Set<String> = []
    try beginObject()
    while let key = try nextKey(&keys) {
      switch key {
      case "dtype": typeName = try string()
      case "shape": shape = try naturalNumbers()
      case "data_offsets": offsets = try naturalNumbers()
      default: try skipValue()
      }
    }
    guard let typeName, let shape, let offsets, offsets.count == 2 else {
      throw malformed("a tensor lacks 'dtype', 'shape' or two 'data_offsets'")
    }
    guard offsets[0] <= offsets[1] else {
      throw malformed("a tensor ends at offset \(offsets[1]), before its begin \(offsets[0])")
    }
    let size = try SafetensorsHeader.byteCount(of: typeName, shape: shape, source: source)
    guard size == offsets[1] - offsets[0] else {
      throw .invalidShape(
        source: source, shape: shape,
        reason: "of \(typeName) needs \(size) bytes, its offsets give \(offsets[1] - offsets[0])")
    }
    let type = ElementType.allCases.first { $0.safetensorsName == typeName }
    let layout: ArrayLayout? =
      if let type { try ArrayLayout(type, shape: shape, source: source) } else { nil }
    return SafetensorsHeader.Tensor(
      typeName: typeName, layout: layout, offsets: offsets[0]..<offsets[1])
  }
}
