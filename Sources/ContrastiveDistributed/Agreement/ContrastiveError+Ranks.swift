import ContrastiveEmbeddings

/// What goes wrong among ranks. Every rank throws the same.
extension ContrastiveError {
  /// Nothing came from a rank for too long.
  static func silent(rank: Int, for limit: Duration) -> ContrastiveError {
    ContrastiveError(
      .init("rank \(rank)"),
      .choice(
        found: "silence for \(limit)", expected: "an answer within that time; the group is dead"))
  }

  /// A rank has gone that others wait for.
  static func left(rank: Int) -> ContrastiveError {
    ContrastiveError(
      .init("rank \(rank)"),
      .choice(
        found: "that it has left", expected: "it to take part until the end; the group is dead"))
  }

  /// A rank sends what belongs to another call.
  static func outOfStep(rank: Int) -> ContrastiveError {
    ContrastiveError(
      .init("rank \(rank)"),
      .choice(
        found: "a message of another call",
        expected: "the same calls on every rank, in the same order; the group is dead"))
  }

  /// What MPI says, or does not do.
  static func mpi(_ found: String, requirement: String) -> ContrastiveError {
    ContrastiveError(.init("MPI"), .choice(found: found, expected: requirement))
  }

  /// MPI is called from where it must not be.
  static var otherThread: ContrastiveError {
    .mpi(
      "a call from another thread",
      requirement: "calls from the thread that MPI was started on")
  }

  /// A rank calls for something else than an earlier one.
  static func differs(
    _ name: String, rank: Int, value: String, first: String, of other: Int = 0
  ) -> ContrastiveError {
    ContrastiveError(
      Argument(name).of(rank), .choice(found: value, expected: "\(first), as on rank \(other)"))
  }

  /// This error, found by a rank.
  func found(by rank: Int) -> ContrastiveError {
    ContrastiveError(argument.of(rank), row: row, problem)
  }

  // MARK: As numbers, to be sent

  /// The UTF-8 of the error's parts, a number a byte. Counts and ranges travel as words.
  var numbers: [Double] {
    let kind: [String] =
      switch problem {
      case .notFinite: ["notFinite"]
      case .notUnitLength(let length): ["notUnitLength", "\(length)"]
      case .cancelled: ["cancelled"]
      default: ["choice", problem.words.found, problem.words.expected]
      }
    let parts = [argument.name, row.map { "\($0)" } ?? ""] + kind
    return parts.joined(separator: "\0").utf8.map { Double($0) }
  }

  init(numbers: [Double]) {
    let text = String(decoding: numbers.map { UInt8($0) }, as: UTF8.self)
    let parts = text.split(separator: "\0", omittingEmptySubsequences: false).map(String.init)
    let problem: Problem =
      switch parts[2] {
      case "notFinite": .notFinite
      case "notUnitLength": .notUnitLength(Double(parts[3]) ?? .nan)
      case "cancelled": .cancelled
      default: .choice(found: parts[3], expected: parts[4])
      }
    self.init(Argument(parts[0]), row: Int(parts[1]), problem)
  }
}

extension ContrastiveError.Argument {
  fileprivate func of(_ rank: Int) -> Self { Self("\(name) of rank \(rank)") }
}
