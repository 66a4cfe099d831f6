/// The type of the numbers in an array file.
///
/// Formats know more types; these are the ones that convert to `Float`, `Double` or `Int`
/// without a decision by the reader. NumPy has no bfloat16.
public enum ElementType: String, CaseIterable, Hashable, Sendable {
  case float16, bfloat16, float32, float64
  case int8, int16, int32, int64
  case uint8, uint16, uint32, uint64

  /// True or false, read as 1 and 0.
  case bool

  /// The size of one element, in bytes.
  public var byteCount: Int {
    switch self {
    case .bool, .int8, .uint8: 1
    case .float16, .bfloat16, .int16, .uint16: 2
    case .float32, .int32, .uint32: 4
    case .float64, .int64, .uint64: 8
    }
  }

  /// Whether the elements are whole numbers by type, as labels and indices must be; truth values are.
  public var isInteger: Bool {
    switch self {
    case .float16, .bfloat16, .float32, .float64: false
    case .bool, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64: true
    }
  }

  /// The name in a `.safetensors` header, for example `F32`.
  var safetensorsName: String {
    switch self {
    case .float16: "F16"
    case .bfloat16: "BF16"
    case .float32: "F32"
    case .float64: "F64"
    case .int8: "I8"
    case .int16: "I16"
    case .int32: "I32"
    case .int64: "I64"
    case .uint8: "U8"
    case .uint16: "U16"
    case .uint32: "U32"
    case .uint64: "U64"
    case .bool: "BOOL"
    }
  }

  /// The kind and size in a `.npy` header, for example `f4`, without the byte order before it.
  var numPyName: String? {
    switch self {
    case .bfloat16: nil
    case .bool: "b1"
    case .float16, .float32, .float64: "f\(byteCount)"
    case .int8, .int16, .int32, .int64: "i\(byteCount)"
    case .uint8, .uint16, .uint32, .uint64: "u\(byteCount)"
    }
  }
}

extension ElementType: CustomStringConvertible {
  public var description: String { rawValue }
}
