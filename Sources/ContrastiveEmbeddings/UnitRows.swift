package import ContrastiveKernels

/// Rows of length 1: points on the unit sphere.
///
/// The type carries the fact, so that nobody normalises twice or forgets to: a loss takes a
/// `Matrix`, which it normalises (and whose gradient it pulls back through the normalisation), or
/// `UnitRows`, which it uses as they are.
///
/// A row of zeros has no direction and stays one; everything downstream is finite for it, and every loss's gradient by it
/// is 0.
///
/// Rows may be stored in 16 bits, `stored(as:)`, or in a file, `init(validating:tolerance:)` of a `RowSource`: they
/// are read a tile at a time then, and computed with as `Scalar`.
public struct UnitRows<Scalar: EmbeddingScalar>: Sendable {
  private let storage: StoredRows<Scalar>

  package init(trusting matrix: Matrix<Scalar>) {
    storage = .matrix(matrix)
  }

  package init(trusting source: RowSource<Scalar>) {
    storage = .source(source)
  }

  /// The rows: a copy, read at once, of those that are read a tile at a time.
  public var matrix: Matrix<Scalar> { storage.matrix }

  public var source: RowSource<Scalar>? {
    if case .source(let source) = storage { source.source } else { nil }
  }

  /// Divides every row by its length.
  ///
  /// ```
  /// x̂ = x / max(‖x‖, ε),    ε = Scalar.leastNormalMagnitude
  /// ```
  /// ‖x‖² neither overflows (rows of 1e30 in `Float`) nor vanishes (1e-30), so that every row with
  /// a direction gets length 1, where ε = 1e-12 of `torch.nn.functional.normalize` shrinks
  /// shorter rows to nothing. A zero row stays zero.
  ///
  /// - Throws: `ContrastiveError` naming the row with a NaN or an infinity.
  /// - Complexity: O(rows · columns), one copy.
  public init(normalizing matrix: Matrix<Scalar>) throws(ContrastiveError) {
    try matrix.requireFinite(.rows)
    self.init(trusting: matrix.unitCopy())
  }

  /// Takes rows that already have length 1 as they are, without a copy.
  ///
  /// - Parameters:
  ///   - matrix: Rows of length 1, or 0.
  ///   - tolerance: How far from 1 a length may be, at most 0.25. The default lets rows pass that were
  ///     stored as 16-bit numbers. The floors of losses are those of length 1.
  /// - Throws: `ContrastiveError` naming the first row that is neither of length 1 nor zero, or holds a NaN or an
  ///   infinity; and for the tolerance.
  public init(
    validating matrix: Matrix<Scalar>, tolerance: Double = 1e-2
  ) throws(ContrastiveError) {
    try self.init(validating: matrix, named: .rows, tolerance: tolerance)
  }

  package init(
    validating matrix: Matrix<Scalar>, named name: ContrastiveError.Argument,
    tolerance: Double = 1e-2
  ) throws(ContrastiveError) {
    try Self.requireTolerance(tolerance)
    try matrix.requireFinite(name)
    try Self.requireUnitLength(matrix.block, named: name, tolerance: tolerance)
    self.init(trusting: matrix)
  }

  /// Takes rows that already have length 1 as they are, wherever they are read from.
  ///
  /// - Parameters:
  ///   - source: Rows of length 1, or 0.
  ///   - tolerance: How far from 1 a length may be, at most 0.25.
  /// - Throws: As `init(validating:tolerance:)` of a matrix.
  /// - Complexity: O(rows · columns): all rows are read once. The memory of 1024 rows.
  public init(
    validating source: RowSource<Scalar>, tolerance: Double = 1e-2
  ) throws(ContrastiveError) {
    try Self.requireTolerance(tolerance)
    try source.forEachChunk { (start, rows) throws(ContrastiveError) in
      try Self.requireUnitLength(
        rows, named: .rows, startingAt: start, tolerance: tolerance)
    }
    self.init(trusting: source)
  }

  // The losses rely on cosines that do not exceed 1 by much: see `Shift`.
  package static var largestTolerance: Double { 0.25 }

  private static func requireTolerance(_ tolerance: Double) throws(ContrastiveError) {
    guard (0...largestTolerance).contains(tolerance) else {
      throw .init(.tolerance, .number(found: tolerance, expected: .from(0, to: largestTolerance)))
    }
  }

  private static func requireUnitLength(
    _ rows: Block<Scalar>, named name: ContrastiveError.Argument, startingAt start: Int = 0,
    tolerance: Double
  ) throws(ContrastiveError) {
    if let row = rows.firstNotFiniteRow() { throw .init(name, row: start + row, .notFinite) }
    for (row, square) in rows.dots(with: rows).enumerated() where square != 0 {
      let length = square.squareRoot()
      guard abs(length - 1) <= tolerance else {
        throw .init(name, row: start + row, .notUnitLength(length))
      }
    }
  }

  /// The number of rows.
  public var rowCount: Int { storage.rowCount }

  /// The dimension of the space.
  public var columnCount: Int { storage.columnCount }

  /// The rows in a range, without a copy.
  public func rows(_ range: Range<Int>) -> UnitRows {
    switch storage {
    case .matrix(let matrix): UnitRows(trusting: matrix.rows(range))
    case .source(let source): UnitRows(trusting: source.rows(range))
    }
  }

  /// These rows in 16 bits a number: half of `Float`'s memory, and a quarter of `Double`'s.
  ///
  /// Each number is rounded to nearest, ties to even. A length is 1 to 4.9e-4 then with `float16`, and to 3.9e-3 with
  /// `bfloat16`, and rows are used as they are.
  public func stored(as format: SixteenBitFormat) -> UnitRows {
    UnitRows(trusting: RowSource(NarrowRows(rounding: matrix.block, format: format)))
  }
}

extension UnitRows: Equatable {
  /// Whether the rows are the same, however they are stored.
  public static func == (a: UnitRows, b: UnitRows) -> Bool { a.matrix == b.matrix }
}

extension Matrix {
  /// The rows divided by their lengths: see `UnitRows.init(normalizing:)`.
  public func normalized() throws(ContrastiveError) -> UnitRows<Scalar> {
    try UnitRows(normalizing: self)
  }

  /// The gradient by these rows, from the gradient by the unit rows they are normalised to.
  ///
  /// ```
  /// g = (ĝ − x̂·⟨x̂, ĝ⟩) / ‖x‖,    0 where ‖x‖ ≤ ε
  /// ```
  /// Orthogonal to every row: a step along it never shortens an embedding (NormFace, §3.2). For a
  /// zero row it is zero, where dividing by ε gives 1e12. It grows as 1/‖x‖: rows so short that it
  /// cannot be represented have an infinite one.
  ///
  /// - Parameter gradient: dL/dx̂, of the shape of these rows.
  /// - Throws: `ContrastiveError` if it has another shape.
  public func pullBackNormalization(
    _ gradient: Matrix
  ) throws(ContrastiveError) -> Matrix {
    guard gradient.rowCount == rowCount, gradient.columnCount == columnCount else {
      throw .init(
        .gradient, .shape(found: gradient.shape, expected: .init(rowCount, columnCount), as: .rows))
    }
    let result = Block<Scalar>(rowCount: rowCount, columnCount: columnCount)
    result.copy(gradient.block)
    result.pullBackNormalization(of: block)
    return Matrix(result)
  }

  package func unitCopy() -> Matrix {
    let result = Block<Scalar>(rowCount: rowCount, columnCount: columnCount)
    result.setNormalized(block)
    return Matrix(result)
  }

  package func requireFinite(_ name: ContrastiveError.Argument) throws(ContrastiveError) {
    guard columnCount > 0 else {
      throw .init(name, .count(.column, found: 0, expected: .atLeast(1)))
    }
    if let row = block.firstNotFiniteRow() { throw .init(name, row: row, .notFinite) }
  }
}
