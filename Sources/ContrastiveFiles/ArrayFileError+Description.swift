extension ArrayFileError: CustomStringConvertible {
  public var description: String {
    // Names and header excerpts come from outside and may hold anything, so the whole line is
    // escaped in one place rather than each of its parts.
    text.inOneLine
  }

  private var text: String {
    switch self {
    case .notFound(let path):
      "\(path): no such file"
    case .unreadable(let path, let reason):
      "\(path): cannot be read: \(reason)"
    case .outOfMemory(let path, let byteCount):
      "not enough memory: \(path) has \(byteCount) bytes: give fewer rows, or raise the limit (ulimit -v)"
    case .unwritable(let path, let reason):
      "\(path): cannot be written: \(reason)"
    case .unreadFormat(let path, let name, let remedy):
      "\(path): is \(name), which is not read; \(remedy)"
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
    case .wrongRank(let source, let expected, let shape):
      "\(source): expected \(expected) dimension\(expected == 1 ? "" : "s"), found "
        + "\(shape.count): shape \(Self.tuple(shape))"
        // Numbers of several dimensions do not become those of fewer by another shape.
        + (shape.count { $0 != 1 } > expected ? "" : "; reshape the array")
    case .notIntegers(let source, let elementType):
      "\(source): expected whole numbers, found \(elementType); save them as int64"
    case .integerOutOfRange(let source, let index, let value):
      "\(source): element \(index) is \(value), expected at most \(Int.max)"
    case .malformedText(let path, let line, let reason):
      "\(path): line \(line): \(reason)"
    case .notNumber(let path, let line, let place, let text):
      text.isEmpty
        ? "\(path): line \(line): \(place) is empty, expected a number"
        : "\(path): line \(line): \(place) is '\(Self.excerpt(text))', expected a number; numbers of one "
          + "column or key are named as in file.csv:column, file.jsonl:key, those of several columns as in "
          + "file.csv:first-last"
    case .damaged(let source, let reason):
      "\(source): damaged: \(reason); copy or save the file again"
    case .memberNotFound(let path, let kind, let name, let available):
      "\(path): holds no \(kind.rawValue) '\(Self.excerpt(name))'; it holds \(Self.list(available))"
    case .ambiguousMember(let path, let kind, let available):
      available.isEmpty
        ? "\(path): holds no \(kind.plural)"
        : "\(path): name one of its \(kind.plural), as in \(path):\(kind.rawValue); it holds "
          + Self.list(available)
    case .separatedColumns(let path, let blocks):
      "\(path): its columns of numbers are apart: \(Self.list(blocks)); name those that are meant, as in "
        + "\(path):\(Self.excerpt(blocks.last ?? "first-last"))"
    }
  }

  /// The shape as NumPy prints it.
  private static func tuple(_ shape: [Int]) -> String {
    let shown = shape.prefix(8).map(String.init) + (shape.count > 8 ? ["…"] : [])
    return shape.count == 1 ? "(\(shape[0]),)" : "(\(shown.joined(separator: ", ")))"
  }

  /// Names in a line, the first of many.
  package static func list(_ names: [String]) -> String {
    guard !names.isEmpty else { return "none" }
    let shown = names.prefix(8).map(excerpt).joined(separator: ", ")
    return names.count > 8 ? "\(shown), … (\(names.count) in all)" : shown
  }

  /// The beginning of a text that a file may have made as long as it likes.
  package static func excerpt(_ text: String) -> String {
    // By scalars: one character may carry any number of combining marks.
    let start = text.unicodeScalars.prefix(64)
    return start.endIndex == text.endIndex ? text : String(start) + "…"
  }
}

extension String {
  /// The same text as it stands between single quotes of a shell.
  var insideShellQuotes: String { replacing("'", with: "'\\''") }

  /// The same text with an escape for every character that could break or hide a line of it.
  package var inOneLine: String {
    var line = ""
    for scalar in unicodeScalars {
      if scalar.isVisible {
        line.unicodeScalars.append(scalar)
      } else {
        line += scalar.escaped(asASCII: true)
      }
    }
    return line
  }
}

extension Unicode.Scalar {
  /// Whether it neither breaks a line nor hides in it.
  package var isVisible: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: false
    default: true
    }
  }
}
