public import ContrastiveEmbeddings
package import ContrastiveKernels

/// The keys that the rows of a call choose among, and what each key is to a row.
///
/// Arrays of keys, one after another; which of their columns are a row's positives; which are nothing to it; numbers
/// added to their logits; and what they are compared with. Every column that is neither positive nor left out is a
/// negative. The candidates of the losses here are made of it, and those of a loss of one's own:
/// ```swift
/// // the other rows' keys and a queue, without keys of the row's own
/// // document, with the logQ correction
/// var candidates = try Candidates(
///   keys, excluding: .equalIDs(rows: documents, keys: documents))
/// try candidates.add(queue.keys, logWeights: queueLogWeights)
/// ```
/// A combination without a meaning is refused when the value is made; that the rows of a call are as many as the
/// candidates speak of is checked by the call.
public struct Candidates<Scalar: EmbeddingScalar>: Sendable {
  package var keys: [Keys] = []
  package var positives: Positives

  /// How many rows these candidates are for, where they say so.
  private(set) var rowCount: Int?

  /// One of the two embeddings of a row.
  public enum Anchor: Hashable, Sendable {
    /// The row itself.
    case queries
    /// The row's single positive, in an array of its own or in its column of the first key array.
    case positives
  }

  /// Where the rows' positives are.
  package enum Positives: Sendable {
    /// Rows have none.
    case none
    /// Row i of an array of its own.
    case array(AnyEmbeddings<Scalar>, needsGradient: Bool, biases: [Double]?)
    /// A column of the first key array, as its roles say.
    case column
    /// Columns of the first key array, as its roles say: any number.
    case columns
  }

  package init(keys: [Keys], positives: Positives) {
    self.keys = keys
    self.positives = positives
  }

  // MARK: Making them

  /// Keys of which column i is the positive of row i: as many as there are rows.
  ///
  /// - Parameters:
  ///   - keys: `N × d`. A `Matrix` is normalised, `UnitRows` are not.
  ///   - exclusion: Which of the other columns are no negatives of a row.
  ///   - logWeights: b of every key: N numbers.
  /// - Throws: `ContrastiveError` for a row with a NaN or an infinity, or sizes that do not fit.
  public init<K: Embeddings>(
    _ keys: K, excluding exclusion: Exclusion = .none, logWeights: [Double]? = nil
  ) throws(ContrastiveError) where K.Scalar == Scalar {
    try self.init(
      keys, roles: .diagonal, positives: .column, rowCount: keys.storedRowCount,
      exclusion: exclusion, logWeights: logWeights)
  }

  /// Keys of which column `positives[i]` is the positive of row i.
  ///
  /// - Parameters:
  ///   - keys: `M × d`.
  ///   - positives: A column for each row, from 0 to M − 1.
  ///   - exclusion: Which of the other columns are no negatives of a row.
  ///   - logWeights: b of every key: M numbers.
  /// - Throws: As above, and for a positive that is no column.
  public init<K: Embeddings>(
    _ keys: K, positives: [Int], excluding exclusion: Exclusion = .none,
    logWeights: [Double]? = nil
  ) throws(ContrastiveError) where K.Scalar == Scalar {
    let count = keys.storedRowCount
    if let row = positives.firstIndex(where: { !(0..<count).contains($0) }) {
      throw .init(.positives, row: row, .integer(found: positives[row], expected: .columns(count)))
    }
    try self.init(
      keys, roles: .targets(positives), positives: .column, rowCount: positives.count,
      exclusion: exclusion, logWeights: logWeights)
  }

  /// Keys of which any number are a row's positives, by lists.
  ///
  /// - Parameters:
  ///   - keys: `M × d`.
  ///   - positives: For each row its columns, in ascending order.
  ///   - exclusion: Which of the other columns are no negatives of a row.
  ///   - logWeights: b of every key: M numbers.
  /// - Throws: As above.
  public init<K: Embeddings>(
    _ keys: K, positives: [[Int]], excluding exclusion: Exclusion = .none,
    logWeights: [Double]? = nil
  ) throws(ContrastiveError) where K.Scalar == Scalar {
    try self.init(
      keys,
      roles: .columns(
        try ColumnLists(positives, columnCount: keys.storedRowCount, named: .positives)),
      positives: .columns, rowCount: positives.count, exclusion: exclusion,
      logWeights: logWeights)
  }

  /// Keys of which any number are a row's positives: those of its group.
  ///
  /// - Parameters:
  ///   - keys: `M × d`.
  ///   - rowGroups: The group of each row.
  ///   - keyGroups: The group of each key: M numbers.
  ///   - exclusion: Which of the other columns are no negatives of a row.
  ///   - logWeights: b of every key: M numbers.
  /// - Throws: As above.
  public init<K: Embeddings>(
    _ keys: K, rowGroups: [Int], keyGroups: [Int], excluding exclusion: Exclusion = .none,
    logWeights: [Double]? = nil
  ) throws(ContrastiveError) where K.Scalar == Scalar {
    guard keyGroups.count == keys.storedRowCount else {
      throw .init(
        .keyGroups,
        .count(found: keyGroups.count, expected: .exactly(keys.storedRowCount, .onePer(.key))))
    }
    try self.init(
      keys, roles: .groups(PairedGroups(rowIDs: rowGroups, columnIDs: keyGroups)),
      positives: .columns, rowCount: rowGroups.count, exclusion: exclusion,
      logWeights: logWeights)
  }

  /// Positives in an array of their own, which are no row's negatives. Add the negatives.
  ///
  /// - Parameters:
  ///   - positives: `N × d`; row i is the positive of row i.
  ///   - logWeights: b of every positive: N numbers.
  /// - Throws: As above.
  public init<P: Embeddings>(
    ownPositives positives: P, logWeights: [Double]? = nil
  ) throws(ContrastiveError) where P.Scalar == Scalar {
    let rows = try AnyEmbeddings(positives, named: .positives)
    _ = try Self.checked(logWeights, count: rows.rowCount)
    self.positives = .array(rows, needsGradient: true, biases: logWeights)
    rowCount = rows.rowCount
  }

  private init<K: Embeddings>(
    _ keys: K, roles: ColumnRoles, positives: Positives, rowCount: Int, exclusion: Exclusion,
    logWeights: [Double]?
  ) throws(ContrastiveError) where K.Scalar == Scalar {
    let rows = try AnyEmbeddings(keys, named: .keys)
    self.positives = positives
    self.rowCount = rowCount
    self.keys = [
      Keys(
        rows: rows, roles: roles,
        excluded: try exclusion.columns(
          rowCount: rowCount, columnCount: rows.rowCount, besides: roles),
        biases: try Self.checked(logWeights, count: rows.rowCount))
    ]
  }

  /// Adds an array of keys that are negatives of every row.
  ///
  /// - Parameters:
  ///   - keys: `M × d`.
  ///   - exclusion: Which columns are no negatives of a row.
  ///   - logWeights: b of every key: M numbers.
  ///   - anchor: What they are compared with; the positives only where every row has one.
  /// - Throws: As above, and for keys compared with positives that rows do not have.
  public mutating func add<K: Embeddings>(
    _ keys: K, excluding exclusion: Exclusion = .none, logWeights: [Double]? = nil,
    comparedWith anchor: Anchor = .queries
  ) throws(ContrastiveError) where K.Scalar == Scalar {
    let rows = try AnyEmbeddings(keys, named: .keys)
    if anchor == .positives, !hasSinglePositive {
      throw .init(
        .comparedWith,
        .choice(
          found: "positives, of rows with several", expected: "queries, or one positive a row"))
    }
    self.keys.append(
      Keys(
        rows: rows, roles: .negatives,
        excluded: try exclusion.columns(
          rowCount: rowCount, columnCount: rows.rowCount, besides: ColumnRoles.negatives),
        anchor: anchor, biases: try Self.checked(logWeights, count: rows.rowCount)))
  }

  /// Log-weights as the scalar has them.
  ///
  /// - Throws: `ContrastiveError` if there are more or fewer, or one is none that logits can hold.
  package static func checked(
    _ logWeights: [Double]?, count: Int, named name: ContrastiveError.Argument = .logWeights
  ) throws(ContrastiveError) -> [Scalar]? {
    guard let logWeights else { return nil }
    guard logWeights.count == count else {
      throw .init(name, .count(.number, found: logWeights.count, expected: .exactly(count)))
    }
    for (row, weight) in logWeights.enumerated() {
      guard weight.isFinite else { throw .init(name, row: row, .notFinite) }
      try weight.requireLogit(as: Scalar.self, named: name, row: row)
    }
    return logWeights.map { Scalar($0) }
  }
}
