public import ContrastiveEmbeddings
import ContrastiveEngine

/// Which keys are a query's positives, where it may have several, and there need not be as many keys as queries: an
/// image and its captions, a question and its answers.
///
/// Both ways, a key's positives are the queries that it is a positive of. A row without positives has the term 0, takes
/// no part in a mean, and is still a candidate of the other side.
public struct PairPositives: Hashable, Sendable {
  enum Rule: Hashable, Sendable {
    case equalIDs(queries: [Int], keys: [Int])
    case lists([[Int]])
    /// - Parameter keyCount: Of how many keys the weights are, where they say so.
    case weighted([[Int]], weights: [[Double]], keyCount: Int?)
  }

  let rule: Rule

  /// Keys of the query's id.
  ///
  /// - Parameters:
  ///   - queries: N ids, one for each query (image).
  ///   - keys: M ids, one for each key (text). An id may be on
  ///     one side only.
  public static func equalIDs(queries: [Int], keys: [Int]) -> PairPositives {
    PairPositives(rule: .equalIDs(queries: queries, keys: keys))
  }

  /// Keys of a list.
  ///
  /// - Parameter keys: For each query its keys, from 0 to M − 1 in ascending order, each once.
  public static func lists(_ keys: [[Int]]) -> PairPositives { PairPositives(rule: .lists(keys)) }

  /// Keys of a list, each with a weight: soft targets that are mostly 0.
  ///
  /// A row's weights are divided by their sum, so that they are its target distribution; both ways each direction
  /// divides by its own.
  ///
  /// - Parameters:
  ///   - keys: For each query its keys, in ascending order.
  ///   - weights: For each query as many positive finite
  ///     numbers.
  public static func weighted(_ keys: [[Int]], by weights: [[Double]]) -> PairPositives {
    PairPositives(rule: .weighted(keys, weights: weights, keyCount: nil))
  }

  /// Soft targets: what is not 0 is a positive, with its weight.
  ///
  /// The losses hold N·M numbers for targets of which none is 0.
  ///
  /// - Parameter targets: `N × M` finite numbers, 0 or more; rows are divided by their sum.
  /// - Source: [Srinivasa et al. 2023](https://arxiv.org/abs/2309.14580) (CWCL), whose weights are
  ///   the similarities of one tower's own features, one way.
  public static func softTargets(_ targets: Matrix<Double>) -> PairPositives {
    let keys = (0..<targets.rowCount).map { row in
      (0..<targets.columnCount).filter { targets[row, $0] != 0 }
    }
    return PairPositives(
      rule: .weighted(
        keys, weights: keys.enumerated().map { row, keys in keys.map { targets[row, $0] } },
        keyCount: targets.columnCount))
  }

  /// How many queries, and how many keys, have a positive, and so a term.
  public var anchorCounts: (queries: Int, keys: Int) {
    switch rule {
    case .equalIDs(let queries, let keys):
      let shared = Set(queries).intersection(keys)
      return (queries.count { shared.contains($0) }, keys.count { shared.contains($0) })
    case .lists(let lists), .weighted(let lists, _, _):
      return (lists.count { !$0.isEmpty }, Set(lists.joined()).count)
    }
  }
}

extension PairPositives {
  /// What columns are to rows.
  ///
  /// - Throws: `ContrastiveError` unless there are ids or lists for all rows, and these are lists of columns.
  func roles<Scalar>(
    _ rows: AnyEmbeddings<Scalar>, _ keys: AnyEmbeddings<Scalar>
  ) throws(ContrastiveError) -> ColumnRoles {
    switch rule {
    case .equalIDs:
      let (queryIDs, keyIDs) = try ids(rows, keys)
      return .groups(PairedGroups(rowIDs: queryIDs, columnIDs: keyIDs))
    case .lists(let lists), .weighted(let lists, _, _):
      guard lists.count == rows.rowCount else {
        throw .init(
          .positives,
          .count(
            .list, found: lists.count, expected: .exactly(rows.rowCount, .onePerRow(of: rows.name)))
        )
      }
      if case .weighted(_, _, let keyCount?) = rule, keyCount != keys.rowCount {
        throw .init(
          .positives,
          .count(
            .column, found: keyCount,
            expected: .exactly(keys.rowCount, .onePerRow(of: keys.name))))
      }
      return try naming([.lists: .positives]) { () throws(ContrastiveError) in
        ColumnRoles.columns(try ColumnLists(lists, columnCount: keys.rowCount))
      }
    }
  }

  /// The ids of both sides.
  ///
  /// - Throws: `ContrastiveError` for positives that are told otherwise, or unless there is an id for every row.
  package func ids<Scalar>(
    _ rows: AnyEmbeddings<Scalar>, _ keys: AnyEmbeddings<Scalar>
  ) throws(ContrastiveError) -> (rows: [Int], columns: [Int]) {
    guard case .equalIDs(let queryIDs, let keyIDs) = rule else {
      throw .init(
        .positives, .choice(found: "lists or weights, across ranks", expected: ".equalIDs"))
    }
    try rows.requireLabels(queryIDs, named: .queryIDs)
    try keys.requireLabels(keyIDs, named: .keyIDs)
    return (queryIDs, keyIDs)
  }

  /// What of the rows' and of the columns' terms each positive is; `nil` where these are equal parts.
  ///
  /// - Throws: `ContrastiveError` unless there is a positive number for every positive.
  func shares(
    columnCount: Int
  ) throws(ContrastiveError) -> (rows: PositiveShares, columns: PositiveShares)? {
    guard case .weighted(let lists, let weights, _) = rule else { return nil }
    guard weights.count == lists.count else {
      throw .init(
        .weights,
        .count(.list, found: weights.count, expected: .exactly(lists.count, .as(.positives))))
    }
    var columns = Array(repeating: [Double](), count: columnCount)
    for (row, (list, weights)) in zip(lists, weights).enumerated() {
      guard weights.count == list.count else {
        throw .init(
          .weights, row: row,
          .count(.number, found: weights.count, expected: .exactly(list.count, .as(.positives))))
      }
      for (column, weight) in zip(list, weights) {
        guard weight > 0, weight.isFinite else {
          throw .init(.weights, row: row, .number(found: weight, expected: .positive))
        }
        columns[column].append(weight)
      }
    }
    return (PositiveShares(weights), PositiveShares(columns))
  }
}

/// What part of an anchor's term each of its positives is: 1 together.
struct PositiveShares: Sendable {
  private var starts = [0]
  private var shares: [Double] = []

  /// - Parameter weights: Of every anchor's positives, in order.
  init(_ weights: [[Double]]) {
    for own in weights {
      // The sum of the largest finite weights is none.
      let largest = own.max() ?? 1
      let sum = own.reduce(0) { $0 + $1 / largest }
      shares += own.map { $0 / largest / sum }
      starts.append(shares.count)
    }
  }

  /// Those of these anchors, and then those of others.
  func followed(by other: PositiveShares) -> PositiveShares {
    var result = self
    result.starts += other.starts.dropFirst().map { shares.count + $0 }
    result.shares += other.shares
    return result
  }

  subscript(anchor: Int) -> ArraySlice<Double> { shares[starts[anchor]..<starts[anchor + 1]] }
}
