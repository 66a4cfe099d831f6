extension ArrayFileError: CustomStringConvertible {
  public var description: String {
    // Names and header excerpts come from outside and may hold anything, so the whole line is
    // escaped in one place rather than each of its parts.
    var line = ""
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator:
        line += scalar.escaped(asASCII: true)
      default:
        line.unicodeScalars.append(scalar)
      }
    }
    return line
  }

  private var text: String {
    switch self {
    case .notFound(let path):
      "\(path): no such file"
    case .unreadable(let path, let reason):
      "\(path): cannot be read: \(reason)"
    case .unwritable(let path, let reason):
      "\(path): cannot be written: \(reason)"
    case .unknownFormat(let path):
      "\(path): unknown kind of file; expected a name that ends in .npy or .safetensors, or "
        + "file.safetensors:tensor"
    case .malformedHeader(let path, let reason):
      "\(path): malformed header: \(reason)"
    case .truncated(let path, let expected, let actual):
      "\(path): cut short: expected \(expected) bytes, found \(actual); copy or save the file again"
    case .trailingBytes(let path, let expected, let actual):
      "\(path): expected \(expected) bytes, found \(actual), whose end belongs to no array; "
        + "save the file again"
    case .invalidShape(let source, let shape, let reason):
      "\(source): shape \(Self.tuple(shape)) \(reason)"
    case .unsupportedElementType(let source, let name):
      "\(source): elements of type \(Self.excerpt(name)) are not supported; convert them to a "
        + "floating-point or integer type, for example float32 or int64"
    case .bigEndian(let path, let name):
      "\(path): elements of type \(name) are big-endian; save them little-endian, "
        + "for example with array.astype('<\(name.dropFirst())')"
    case .fortranOrder(let path, let shape):
      "\(path): shape \(Self.tuple(shape)) is stored column by column (Fortran order); save it "
        + "row by row, with numpy.ascontiguousarray(array)"
    case .wrongRank(let source, let expected, let shape):
      "\(source): expected \(expected) dimension\(expected == 1 ? "" : "s"), found "
        + "\(shape.count): shape \(Self.tuple(shape)); reshape the array"
    case .notIntegers(let source, let elementType):
      "\(source): expected whole numbers, found \(elementType); save them as int64"
    case .integerOutOfRange(let source, let index, let value):
      "\(source): element \(index) is \(value), expected at most \(Int.max)"
    case .tensorNotFound(let path, let name, let available):
      "\(path): holds no tensor '\(Self.excerpt(name))'; it holds \(Self.list(available))"
    case .ambiguousTensor(let path, let available):
      available.isEmpty
        ? "\(path): holds no tensors"
        : "\(path): name one of its tensors, as in file.safetensors:tensor; it holds "
          + Self.list(available)
    }
  }

  /// The shape as NumPy prints it.
  private static func tuple(_ shape: [Int]) -> String {
    let shown = shape.prefix(8).map(String.init) + (shape.count > 8 ? ["…"] : [])
    return shape.count == 1 ? "(\(shape[0]),)" : "(\(shown.joined(separator: ", ")))"
  }

  private static func list(_ names: [String]) -> String {
    guard !names.isEmpty else { return "none" }
    let shown = names.prefix(8).map(excerpt).joined(separator: ", ")
    return names.count > 8 ? "\(shown), … (\(names.count) in all)" : shown
  }

  /// The beginning of a text that a file may have made as long as it likes.
  static func excerpt(_ text: String) -> String {
    // By scalars: one character may carry any number of combining marks.
    let start = text.unicodeScalars.prefix(64)
    return start.endIndex == text.endIndex ? text : String(start) + "…"
  }
}
