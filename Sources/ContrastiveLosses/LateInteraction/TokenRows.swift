public import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveKernels

/// Sequences of token embeddings of unequal lengths, one after another.
///
/// ```swift
/// let two = try TokenRows(tokens, lengths: [3, 5])  // 8 × d
/// let padded = try TokenRows(padded: rows, lengths: [3, 5])
/// ```
/// Padding is left out, and not masked: it can be anything, and costs nothing.
public struct TokenRows<Scalar: EmbeddingScalar>: Sendable {
  /// The tokens that count, all sequences' one after another.
  public let rows: Matrix<Scalar>

  /// How many tokens each sequence has.
  public let lengths: [Int]

  /// Creates sequences from all their tokens.
  ///
  /// - Throws: `ContrastiveError` if a length is negative, or they do not add up to the number of
  ///   rows.
  public init(_ rows: Matrix<Scalar>, lengths: [Int]) throws(ContrastiveError) {
    try Self.check(lengths, longest: rows.rowCount)
    let count = lengths.reduce(0, +)
    guard count == rows.rowCount else {
      throw .init(
        .rows,
        .count(
          .row, found: rows.rowCount, expected: .exactly(count, .because("the sum of lengths"))))
    }
    self.rows = rows
    self.lengths = lengths
  }

  /// Creates sequences from rows of which equally many belong to each, some of them padding.
  ///
  /// - Parameters:
  ///   - rows: N·T rows, T for each sequence.
  ///   - lengths: How many of the first of these are tokens, by sequence.
  /// - Throws: `ContrastiveError` if a length is negative or above T, or the rows are no multiple of
  ///   their number.
  public init(padded rows: Matrix<Scalar>, lengths: [Int]) throws(ContrastiveError) {
    guard !lengths.isEmpty, rows.rowCount.isMultiple(of: lengths.count) else {
      throw .init(
        .rows,
        .count(
          .row, found: rows.rowCount,
          expected: .init(.multiple, max(1, lengths.count), .because("as many for each length"))))
    }
    let width = rows.rowCount / lengths.count
    try Self.check(lengths, longest: width)
    self.rows = rows.rows(at: Self.places(lengths, width: width))
    self.lengths = lengths
  }

  /// Creates sequences of one token each, of which scores are cosines.
  public init(vectors rows: Matrix<Scalar>) {
    self.rows = rows
    lengths = Array(repeating: 1, count: rows.rowCount)
  }

  private static func check(_ lengths: [Int], longest: Int) throws(ContrastiveError) {
    if let index = lengths.firstIndex(where: { !(0...longest).contains($0) }) {
      throw .init(
        .lengths, row: index, .integer(found: lengths[index], expected: .between(0, longest)))
    }
  }

  /// Where tokens are among padded rows.
  static func places(_ lengths: [Int], width: Int) -> [Int] {
    lengths.enumerated().flatMap { sequence, length in
      (0..<length).map { sequence * width + $0 }
    }
  }

  /// Rows of these tokens among padding of zeros: what a gradient by padded rows is.
  ///
  /// - Parameters:
  ///   - tokens: One row for each token.
  ///   - width: T, how many rows there are to be for each sequence.
  /// - Throws: `ContrastiveError` if there are not as many rows as tokens, a sequence is longer, or T is
  ///   negative.
  public func padded(
    _ tokens: Matrix<Scalar>, to width: Int
  ) throws(ContrastiveError) -> Matrix<Scalar> {
    guard width >= 0 else {
      throw .init(.width, .integer(found: width, expected: .from(0)))
    }
    try Self.check(lengths, longest: width)
    guard tokens.rowCount == rows.rowCount else {
      throw .init(
        .rows, .count(.row, found: tokens.rowCount, expected: .exactly(rows.rowCount)))
    }
    let result = Block<Scalar>(
      rowCount: lengths.count * width, columnCount: tokens.columnCount)
    for (token, place) in Self.places(lengths, width: width).enumerated() {
      result.rows(place..<place + 1).copy(tokens.block.rows(token..<token + 1))
    }
    return Matrix(result)
  }

  /// Which rows each sequence has.
  var ranges: [Range<Int>] {
    var start = 0
    return lengths.map { length in
      defer { start += length }
      return start..<start + length
    }
  }
}
