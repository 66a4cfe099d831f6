package import ContrastiveKernels

/// What a loss takes as embeddings: a `Matrix`, which it normalises, or `UnitRows`, which it uses
/// as they are.
public protocol Embeddings<Scalar>: Sendable {
  associatedtype Scalar: EmbeddingScalar

  /// The rows as they are stored.
  var matrix: Matrix<Scalar> { get }

  /// Whether they have length 1 by construction.
  static var areUnit: Bool { get }
}

extension Matrix: Embeddings {
  public var matrix: Matrix { self }
  public static var areUnit: Bool { false }
}

extension UnitRows: Embeddings {
  public static var areUnit: Bool { true }
}

/// Embeddings of either kind, under the name that error messages use.
package struct AnyEmbeddings<Scalar: EmbeddingScalar>: Sendable {
  package let name: String
  package let matrix: Matrix<Scalar>
  package let areUnit: Bool

  package init<Rows: Embeddings>(
    _ rows: Rows, named name: String
  ) throws(ContrastiveError) where Rows.Scalar == Scalar {
    try self.init(rows.matrix, areUnit: Rows.areUnit, named: name)
  }

  /// - Throws: `ContrastiveError` if there are no columns, or a raw row is not finite. Unit rows
  ///   were checked when they were made.
  package init(
    _ matrix: Matrix<Scalar>, areUnit: Bool, named name: String
  ) throws(ContrastiveError) {
    self.name = name
    self.matrix = matrix
    self.areUnit = areUnit
    if !areUnit { try matrix.requireFinite(name) }
    guard matrix.columnCount > 0 else {
      throw .shape(array: name, expected: "at least one column", actual: "none")
    }
  }

  /// Rows that are known to be of length 1, or 0.
  package init(unit rows: Block<Scalar>, named name: String) {
    self.name = name
    matrix = Matrix(rows)
    areUnit = true
  }

  package var rowCount: Int { matrix.rowCount }
  package var columnCount: Int { matrix.columnCount }

  package func requireRows() throws(ContrastiveError) {
    guard rowCount > 0 else {
      throw .shape(array: name, expected: "at least one row", actual: "none")
    }
  }

  package func requireRowCount(as other: AnyEmbeddings) throws(ContrastiveError) {
    guard rowCount == other.rowCount else {
      throw .shape(
        array: name, expected: "\(other.rowCount) rows, as \(other.name)",
        actual: "\(rowCount) rows")
    }
  }

  package func requireColumnCount(as other: AnyEmbeddings) throws(ContrastiveError) {
    guard columnCount == other.columnCount else {
      throw .shape(
        array: name, expected: "\(other.columnCount) columns, as \(other.name)",
        actual: "\(columnCount) columns")
    }
  }

  /// The unit rows in a range: themselves, or normalised into `scratch`, whose first rows are used.
  ///
  /// Raw embeddings are normalised tile by tile, whenever a tile is needed, and never copied whole.
  package func unit(
    _ range: Range<Int>, into scratch: Block<Scalar>, on isa: InstructionSet = .best
  ) -> Block<Scalar> {
    let rows = matrix.block.rows(range)
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
    result.copy(matrix.block, rows: indices)
    if !areUnit { result.setNormalized(result, on: isa) }
    return result
  }
}
