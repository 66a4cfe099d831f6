package import ContrastiveKernels

/// What a loss takes as embeddings: a `Matrix`, which it normalises, or `UnitRows`, which it uses
/// as they are.
public protocol Embeddings<Scalar>: Sendable {
  associatedtype Scalar: EmbeddingScalar

  /// The rows as they are stored.
  var matrix: Matrix<Scalar> { get }

  /// Whether they have length 1 by construction.
  static var areUnit: Bool { get }

  /// Where the rows are read from, if they are not to be held whole.
  var source: RowSource<Scalar>? { get }
}

extension Embeddings {
  public var source: RowSource<Scalar>? { nil }

  /// How many rows there are, without reading any.
  package var storedRowCount: Int { source?.rowCount ?? matrix.rowCount }
}

extension Matrix: Embeddings {
  public var matrix: Matrix { self }
  public static var areUnit: Bool { false }
}

extension UnitRows: Embeddings {
  public static var areUnit: Bool { true }
}

/// Embeddings of any kind, under the name that error messages use.
package struct AnyEmbeddings<Scalar: EmbeddingScalar>: Sendable {
  package let name: ContrastiveError.Argument
  package let areUnit: Bool

  /// Whether they are points of any length, of which nothing is normalised: a zero row is one like others.
  package let areTakenAsGiven: Bool
  private let storage: StoredRows<Scalar>

  /// - Throws: `ContrastiveError` if there are no columns, or a raw row is not finite. Unit rows
  ///   were checked when they were made.
  package init<Rows: Embeddings>(
    _ rows: Rows, named name: ContrastiveError.Argument
  ) throws(ContrastiveError) where Rows.Scalar == Scalar {
    self.name = name
    areUnit = Rows.areUnit
    areTakenAsGiven = false
    storage = rows.source.map { .source($0) } ?? .matrix(rows.matrix)
    guard columnCount > 0 else {
      throw .init(name, .count(.column, found: 0, expected: .atLeast(1)))
    }
    guard !areUnit else { return }
    switch storage {
    case .matrix(let matrix): try matrix.requireFinite(name)
    case .source(let source): try source.requireFinite(name)
    }
  }

  /// Rows that are known to be of length 1, or 0.
  package init(unit rows: Block<Scalar>, named name: ContrastiveError.Argument) {
    self.init(unit: rows, named: name, areTakenAsGiven: false)
  }

  private init(
    unit rows: Block<Scalar>, named name: ContrastiveError.Argument, areTakenAsGiven: Bool
  ) {
    self.name = name
    storage = .matrix(Matrix(rows))
    areUnit = true
    self.areTakenAsGiven = areTakenAsGiven
  }

  /// These rows as if they were unit rows already, whatever their lengths.
  package var takenAsGiven: AnyEmbeddings {
    AnyEmbeddings(unit: matrix.block, named: name, areTakenAsGiven: true)
  }

  /// All rows: a copy of those that are read.
  package var matrix: Matrix<Scalar> { storage.matrix }

  package var rowCount: Int { storage.rowCount }

  package var columnCount: Int { storage.columnCount }

  /// Whether rows are read whenever they are needed.
  package var areRead: Bool { if case .source = storage { true } else { false } }

  /// Whether `unit(_:into:on:)` writes, and does not return the rows where they are.
  package var unitRowsNeedRoom: Bool { !areUnit || areRead }

  /// The rows in a range as they were given: themselves, or read into `scratch`, whose first rows are used.
  package func given(_ range: Range<Int>, into scratch: Block<Scalar>) -> Block<Scalar> {
    switch storage {
    case .matrix(let matrix): return matrix.block.rows(range)
    case .source(let source):
      let result = scratch.rows(0..<range.count)
      source.read(range, into: result)
      return result
    }
  }

  package func requireRows() throws(ContrastiveError) {
    guard rowCount > 0 else {
      throw .init(name, .count(.row, found: 0, expected: .atLeast(1)))
    }
  }

  /// The same numbers of rows, at least one, and of columns.
  package func requireShape(as other: AnyEmbeddings) throws(ContrastiveError) {
    try other.requireRows()
    try requireRowCount(as: other)
    try requireColumnCount(as: other)
  }

  package func requireRowCount(as other: AnyEmbeddings) throws(ContrastiveError) {
    guard rowCount == other.rowCount else {
      throw .init(
        name, .count(.row, found: rowCount, expected: .exactly(other.rowCount, .as(other.name))))
    }
  }

  package func requireColumnCount(as other: AnyEmbeddings) throws(ContrastiveError) {
    guard columnCount == other.columnCount else {
      throw .init(
        name,
        .count(.column, found: columnCount, expected: .exactly(other.columnCount, .as(other.name))))
    }
  }

  /// The unit rows in a range: themselves, or normalised into `scratch`, whose first rows are used.
  ///
  /// Raw embeddings are normalised tile by tile, whenever a tile is needed, and never copied whole.
  package func unit(
    _ range: Range<Int>, into scratch: Block<Scalar>, on isa: InstructionSet = .best
  ) -> Block<Scalar> {
    let rows = given(range, into: scratch)
    guard !areUnit else { return rows }
    let result = scratch.rows(0..<range.count)
    result.setNormalized(rows, on: isa)
    return result
  }

  /// A copy of the unit rows of a list, in the first rows of `scratch`.
  package func unitRows(
    at indices: some Collection<Int>, into scratch: Block<Scalar>, on isa: InstructionSet = .best
  ) -> Block<Scalar> {
    let result = scratch.rows(0..<indices.count)
    switch storage {
    case .matrix(let matrix): result.copy(matrix.block, rows: indices)
    case .source(let source):
      for (row, index) in indices.enumerated() {
        source.read(index..<index + 1, into: result.rows(row..<row + 1))
      }
    }
    if !areUnit { result.setNormalized(result, on: isa) }
    return result
  }
}

extension RowSource {
  fileprivate func requireFinite(_ name: ContrastiveError.Argument) throws(ContrastiveError) {
    try forEachChunk { (start, rows) throws(ContrastiveError) in
      if let row = rows.firstNotFiniteRow() { throw .init(name, row: start + row, .notFinite) }
    }
  }
}
