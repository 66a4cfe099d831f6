/// What can be wrong with an array file, or with the way it is used.
///
/// `description` is one line that names the file, says what is wrong and, where something would
/// help, what that is. Whatever bytes a file or its name holds, the line stays one: control
/// characters in it are escaped and long names shortened.
///
/// A `path` is the file's; a `source` is that of one array, which in `.safetensors` is the path,
/// a colon and the tensor's name.
public enum ArrayFileError: Error, Hashable, Sendable {
  /// There is no such file.
  case notFound(path: String)

  /// The file is there, and cannot be opened or mapped.
  case unreadable(path: String, reason: String)

  /// The file could not be written; whatever was there before is untouched.
  case unwritable(path: String, reason: String)

  /// The name does not say which format to read.
  case unknownFormat(path: String)

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

  /// The numbers are stored most significant byte first.
  case bigEndian(path: String, name: String)

  /// The array is stored column by column.
  case fortranOrder(path: String, shape: [Int])

  /// The array has another number of dimensions than its use requires.
  case wrongRank(source: String, expected: Int, shape: [Int])

  /// Whole numbers are required, and the element type is not one of them.
  case notIntegers(source: String, elementType: ElementType)

  /// A whole number does not fit `Int`.
  case integerOutOfRange(source: String, index: Int, value: String)

  /// The file holds no tensor of that name.
  case tensorNotFound(path: String, name: String, available: [String])

  /// The file holds several tensors or none, and none was named.
  case ambiguousTensor(path: String, available: [String])

  /// Whether the error is that the file does not exist.
  ///
  /// Command lines tell this apart from bad data by their exit status (66 and 65 in
  /// `sysexits.h`).
  public var isMissingFile: Bool {
    if case .notFound = self { true } else { false }
  }
}
