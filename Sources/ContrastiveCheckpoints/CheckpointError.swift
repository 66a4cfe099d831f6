public import ContrastiveFiles

/// Why a checkpoint was not written, or not restored.
///
/// `description` is one line that names the file and the part, and says what is wrong and what would do.
public struct CheckpointError: Error, Hashable, Sendable {
  /// What can be wrong.
  public enum Problem: Hashable, Sendable {
    /// The file, or one of its arrays, cannot be read or written, or breaks the rules of its format.
    case file(ArrayFileError)

    /// The file is another one's.
    case notCheckpoint(reason: String)

    /// The part is not what was written; without a part it is their list that is not.
    case damaged

    /// The file's list does not have what is in the file under this name.
    case notListed

    /// The part is included, and the file, whose parts are given, lacks it.
    case missing(found: [String])

    /// The file has the part, and it is not included.
    case notIncluded

    /// Two parts are included under one name.
    case includedTwice

    /// The part, or an array of it, has a name that no file can keep.
    case invalidName(String)

    /// The part is of another kind, as momentum of SGD is not of Adam.
    case otherKind(found: String, expected: String)

    /// The part lacks an array.
    case missingArray(String)

    /// The part has an array that it should not have.
    case unexpectedArray(String)

    /// An array's elements are of another type, or a number is an array.
    case otherType(array: String, found: String, expected: String)

    /// An array has another size; `nil` stands for any number.
    case otherShape(array: String, found: [Int], expected: [Int?])

    /// A row of a matrix holds a NaN or an infinity.
    case notFinite(array: String, row: Int)

    /// A number is outside its range, or does not go with others.
    case invalidValue(array: String, found: String, expected: String)
  }

  /// The checkpoint's file.
  public let path: String

  /// The part that is meant; `nil` for the file as a whole.
  public let part: String?

  /// What is wrong with it.
  public let problem: Problem

  init(_ path: String, part: String?, _ problem: Problem) {
    self.path = path
    self.part = part
    self.problem = problem
  }

  /// Whether the error is that there is no file.
  public var isMissingFile: Bool {
    if case .file(let error) = problem { error.isMissingFile } else { false }
  }
}
