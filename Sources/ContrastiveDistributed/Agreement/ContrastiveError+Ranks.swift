import ContrastiveEmbeddings

/// What goes wrong among ranks. Every rank throws the same.
extension ContrastiveError {
  /// Nothing came from a rank for too long.
  static func silent(rank: Int, for limit: Duration) -> ContrastiveError {
    .value(
      name: "rank \(rank)", value: "silence for \(limit)",
      requirement: "an answer within that time; the group is dead")
  }

  /// A rank has gone that others wait for.
  static func left(rank: Int) -> ContrastiveError {
    .value(
      name: "rank \(rank)", value: "that it has left",
      requirement: "it to take part until the end; the group is dead")
  }

  /// A rank sends what belongs to another call.
  static func outOfStep(rank: Int) -> ContrastiveError {
    .value(
      name: "rank \(rank)", value: "a message of another call",
      requirement: "the same calls on every rank, in the same order; the group is dead")
  }

  /// What MPI says, or does not do.
  static func mpi(_ value: String, requirement: String) -> ContrastiveError {
    .value(name: "MPI", value: value, requirement: requirement)
  }

  /// MPI is called from where it must not be.
  static var otherThread: ContrastiveError {
    .value(
      name: "MPI", value: "a call from another thread",
      requirement: "calls from the thread that MPI was started on")
  }

  /// A rank calls for something else than rank 0.
  static func differs(
    _ name: String, rank: Int, value: String, first: String
  ) -> ContrastiveError {
    .value(name: "\(name) of rank \(rank)", value: value, requirement: "\(first), as on rank 0")
  }

  /// This error, found by a rank.
  func found(by rank: Int) -> ContrastiveError {
    switch self {
    case .shape(let array, let expected, let actual):
      .shape(array: "\(array) of rank \(rank)", expected: expected, actual: actual)
    case .notFinite(let array, let row): .notFinite(array: "\(array) of rank \(rank)", row: row)
    case .notUnitLength(let array, let row, let length):
      .notUnitLength(array: "\(array) of rank \(rank)", row: row, length: length)
    case .value(let name, let value, let requirement):
      .value(name: "\(name) of rank \(rank)", value: value, requirement: requirement)
    }
  }

  // MARK: As numbers, to be sent

  /// The UTF-8 of the error's kind and parts, a number a byte.
  var numbers: [Double] {
    let parts: [String] =
      switch self {
      case .shape(let array, let expected, let actual): ["shape", array, expected, actual]
      case .notFinite(let array, let row): ["notFinite", array, "\(row)"]
      case .notUnitLength(let array, let row, let length):
        ["notUnitLength", array, "\(row)", "\(length)"]
      case .value(let name, let value, let requirement): ["value", name, value, requirement]
      }
    return parts.joined(separator: "\0").utf8.map { Double($0) }
  }

  init(numbers: [Double]) {
    let text = String(decoding: numbers.map { UInt8($0) }, as: UTF8.self)
    let parts = text.split(separator: "\0", omittingEmptySubsequences: false).map(String.init)
    switch parts[0] {
    case "shape": self = .shape(array: parts[1], expected: parts[2], actual: parts[3])
    case "notFinite": self = .notFinite(array: parts[1], row: Int(parts[2]) ?? 0)
    case "notUnitLength":
      self = .notUnitLength(
        array: parts[1], row: Int(parts[2]) ?? 0, length: Double(parts[3]) ?? .nan)
    default: self = .value(name: parts[1], value: parts[2], requirement: parts[3])
    }
  }
}
