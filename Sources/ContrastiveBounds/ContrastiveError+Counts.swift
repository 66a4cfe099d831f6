internal import ContrastiveEmbeddings

extension ContrastiveError {
  /// The largest count accepted: up to here every integer is a `Double`.
  private static let largestCount = 1 << 53

  /// Throws unless a count lies between a least value and 2⁵³.
  static func check(
    _ count: Int, named argument: Argument, atLeast least: Int
  ) throws(ContrastiveError) {
    guard count >= least, count <= largestCount else {
      throw .init(argument, .integer(found: count, expected: .between(least, largestCount)))
    }
  }
}
