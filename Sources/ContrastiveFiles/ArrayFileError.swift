/// What can be wrong with an array file, or with the way it is used.
///
/// `description` is one line that names the file, says what is wrong and, where something would
/// help, what that is. Whatever bytes a file or its name holds, the line stays one: control
/// characters in it are escaped and long names shortened.
///
/// A `path` is the file's; a `source` is that of one array, which where a file holds several is the path,
/// a colon and the array's name.
public enum ArrayFileError: Error, Hashable, Sendable {
  /// There is no such file.
  case notFound(path: String)

  /// The file is there, and cannot be opened or mapped.
  case unreadable(path: String, reason: String)

  /// The file is there, and neither addresses nor memory are left for its bytes.
  case outOfMemory(path: String, byteCount: Int)

  /// The file could not be written; whatever was there before is untouched.
  case unwritable(path: String, reason: String)

  /// The file is of a kind that is known and not read, or of none; `remedy` converts it.
  case unreadFormat(path: String, name: String, remedy: String)

  /// The file is not what its name says, or its header breaks the format's rules.
  case malformedHeader(path: String, reason: String)

  /// The header promises more bytes than the file holds.
  case truncated(path: String, expectedByteCount: Int, actualByteCount: Int)

  /// The file holds more bytes than the header accounts for.
  case trailingBytes(path: String, expectedByteCount: Int, actualByteCount: Int)

  /// A dimension is negative, there are too many, or they multiply past what can be addressed.
  case invalidShape(source: String, shape: [Int], reason: String)

  /// The elements are of a type this module does not read, spelt as in the file.
  case unsupportedElementType(source: String, name: String)

  /// The array has another number of dimensions than its use requires.
  case wrongRank(source: String, expected: Int, shape: [Int])

  /// Whole numbers are required, and the element type is not one of them.
  case notIntegers(source: String, elementType: ElementType)

  /// A whole number does not fit `Int`.
  case integerOutOfRange(source: String, index: Int, value: String)

  /// A line of a text is not what its format, or the use, requires.
  case malformedText(path: String, line: Int, reason: String)

  /// A number is required, and a field of a text is none; `place` says which field of the line.
  case notNumber(path: String, line: Int, place: String, text: String)

  /// What is compressed, or the sum that is to protect it, is damaged.
  case damaged(source: String, reason: String)

  /// The file holds no array of that name.
  case memberNotFound(
    path: String, kind: FileFormat.MemberKind, name: String, available: [String])

  /// The file holds several arrays or none, and none was named.
  case ambiguousMember(path: String, kind: FileFormat.MemberKind, available: [String])

  /// The columns of numbers in a table are not neighbours, and no range of them was named; `blocks` are those that
  /// are, as they can be named.
  case separatedColumns(path: String, blocks: [String])

  /// Whether the error is that the file does not exist.
  ///
  /// Command lines tell this apart from bad data by their exit status (66 and 65 in
  /// `sysexits.h`).
  public var isMissingFile: Bool {
    if case .notFound = self { true } else { false }
  }
}
