import ContrastiveFiles

extension CheckpointError: CustomStringConvertible {
  public var description: String {
    // It has the path, and an array's name.
    if case .file(let error) = problem { return error.description }
    let place = part.map { "part '\(ArrayFileError.excerpt($0))'" } ?? "the list of its parts"
    return "\(path): \(place): \(text)".inOneLine
  }

  private var text: String {
    switch problem {
    case .file(let error): error.description
    case .notCheckpoint(let reason): "not that of a checkpoint: \(reason)"
    case .damaged: "damaged: its checksum is another one; go back to an earlier copy of the file"
    case .notListed:
      "in the file, but not in its list of parts; go back to an earlier copy of the file"
    case .missing(let found):
      "not in the file, whose parts are \(ArrayFileError.list(found))"
    case .notIncluded: "in the file, and not among the parts to restore; include it"
    case .includedTwice: "included twice; give each part a name of its own"
    case .invalidName(let name):
      name == part
        ? "expected a name without dots and control characters"
        : "'\(ArrayFileError.excerpt(name))': expected a name without control characters"
    case .otherKind(let found, let expected): "expected \(expected), found \(found)"
    case .missingArray(let array): "holds no '\(ArrayFileError.excerpt(array))'"
    case .unexpectedArray(let array):
      "holds '\(ArrayFileError.excerpt(array))', which is none of its arrays"
    case .otherType(let array, let found, let expected):
      "\(ArrayFileError.excerpt(array)): expected \(expected), found \(found)"
    case .otherShape(let array, let found, let expected):
      "\(ArrayFileError.excerpt(array)): expected \(Self.size(expected)), found \(Self.size(found))"
    case .notFinite(let array, let row):
      "\(ArrayFileError.excerpt(array)): row \(row) holds a NaN or an infinity; every number must be "
        + "finite"
    case .invalidValue(let array, let found, let expected):
      "\(ArrayFileError.excerpt(array)): expected \(expected), found \(found)"
    }
  }

  private static func size(_ shape: [Int?]) -> String {
    shape.count == 1
      ? "\(shape[0].map(String.init) ?? "some") numbers"
      : shape.map { $0.map(String.init) ?? "any" }.joined(separator: " × ")
  }
}
