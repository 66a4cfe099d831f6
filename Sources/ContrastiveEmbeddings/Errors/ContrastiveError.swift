/// What is wrong with an argument of a computation: which argument, where in it, and what would do.
///
/// ```swift
/// do {
///   _ = try loss.value(queries: queries, positives: keys)
/// } catch where error.argument == .queries
///   && error.problem == .notFinite
/// {
///   if let row = error.row { print("look at row \(row)") }
/// }
/// ```
/// Sizes and numbers are numbers, so that a program can act on them. `description` makes one line of all:
/// `positives: expected 128 columns, as queries, found 64 columns`.
public struct ContrastiveError: Error, Hashable, Sendable {
  /// The argument that is meant.
  public var argument: Argument

  /// The row of it, from 0; `nil` where the whole is meant.
  public var row: Int?

  /// What is wrong with it.
  public var problem: Problem

  public init(_ argument: Argument, row: Int? = nil, _ problem: Problem) {
    self.argument = argument
    self.row = row
    self.problem = problem
  }

  /// The error in a caller's own words: with other names in the place of arguments, of that which is compared with too.
  public func renamed(_ name: (Argument) -> Argument) -> ContrastiveError {
    ContrastiveError(name(argument), row: row, problem.renamed(name))
  }
}

extension ContrastiveError: CustomStringConvertible {
  public var description: String {
    switch problem {
    case .notFinite:
      return "\(argument): \(place)holds a NaN or an infinity; every number must be finite"
    case .notUnitLength(let length):
      return "\(argument): \(place)has length \(length), expected 1; normalise the rows first"
    case .cancelled:
      return "\(argument): was cancelled, and nothing was computed"
    default:
      let (expected, found) = problem.words
      return "\(argument): expected \(expected), found \(found)"
        + (row.map { " in row \($0)" } ?? "")
    }
  }

  private var place: String { row.map { "row \($0) " } ?? "" }
}
