public import ContrastiveEmbeddings
import ContrastiveFiles
public import ContrastiveKernels

/// One part of a checkpoint: named matrices and numbers.
public struct CheckpointPart: Sendable {
  let path: String
  let name: String
  let kind: String
  var entries: [String: CheckpointEntry] = [:]

  init(_ name: String, kind: String, path: String) {
    self.path = path
    self.name = name
    self.kind = kind
  }

  /// Stores a matrix; it is not copied. All its elements must be finite, which is checked when the list ends.
  ///
  /// - Precondition: Nothing is stored under that name; so for what is stored otherwise.
  public mutating func store<Scalar: EmbeddingScalar>(_ matrix: Matrix<Scalar>, as name: String) {
    set(CheckpointEntry(matrix), as: name)
  }

  /// Stores whole numbers.
  public mutating func store(_ integers: [Int], as name: String) {
    set(.integers(integers), as: name)
  }

  /// Stores a whole number.
  public mutating func store(_ integer: Int, as name: String) { set(.integer(integer), as: name) }

  /// Stores a number.
  public mutating func store(_ number: Double, as name: String) { set(.number(number), as: name) }

  private mutating func set(_ entry: CheckpointEntry, as name: String) {
    precondition(entries[name] == nil, "two arrays named \(name) in one part of a checkpoint")
    entries[name] = entry
  }

  /// A part as it would be restored.
  func restored<Part: Checkpointable>(_ part: Part) throws(CheckpointError) -> Part {
    guard kind == Part.checkpointKind else {
      throw error(.otherKind(found: kind, expected: Part.checkpointKind))
    }
    var (copy, rest) = (part, self)
    try copy.restore(from: &rest)
    if let left = rest.entries.keys.min() { throw error(.unexpectedArray(left)) }
    return copy
  }

  /// - Throws: `CheckpointError` unless the part's name and those of its arrays can stand in a file.
  func requireNames() throws(CheckpointError) {
    let scalars = name.unicodeScalars
    guard !name.isEmpty, !scalars.contains("."), scalars.allSatisfy(\.isVisible) else {
      throw error(.invalidName(name))
    }
    for array in entries.keys.sorted() where !array.unicodeScalars.allSatisfy(\.isVisible) {
      throw error(.invalidName(array))
    }
  }

  func error(_ problem: CheckpointError.Problem) -> CheckpointError {
    CheckpointError(path, part: name, problem)
  }

  /// The sum of all that the part is.
  var checksum: String {
    var checksum = Checksum()
    checksum.append(name)
    checksum.append(kind)
    for (name, entry) in entries.sorted(by: { $0.key < $1.key }) {
      checksum.append(name)
      entry.append(to: &checksum)
    }
    return checksum.digits
  }
}
