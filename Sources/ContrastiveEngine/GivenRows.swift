package import ContrastiveEmbeddings

/// Rows as a caller gave them, before they are checked.
package struct GivenRows<Scalar: EmbeddingScalar>: Sendable {
  private let rows: Rows

  // No `any Embeddings`: Swift 6.3 crashes when it emits the derivative of a function that takes one.
  private enum Rows: Sendable {
    case raw(Matrix<Scalar>)
    case unit(UnitRows<Scalar>)
    case read(RowSource<Scalar>)
  }

  package init<E: Embeddings>(_ rows: E) where E.Scalar == Scalar {
    self.rows =
      switch (rows.source, E.areUnit) {
      case (let source?, true): .unit(UnitRows(trusting: source))
      case (let source?, false): .read(source)
      case (nil, true): .unit(UnitRows(trusting: rows.matrix))
      case (nil, false): .raw(rows.matrix)
      }
  }

  package var matrix: Matrix<Scalar> {
    switch rows {
    case .raw(let rows): rows
    case .unit(let rows): rows.matrix
    case .read(let rows): rows.matrix
    }
  }

  package var rowCount: Int {
    switch rows {
    case .raw(let rows): rows.rowCount
    case .unit(let rows): rows.rowCount
    case .read(let rows): rows.rowCount
    }
  }

  package func embeddings(named name: ContrastiveError.Argument) throws(ContrastiveError)
    -> AnyEmbeddings<Scalar>
  {
    switch rows {
    case .raw(let rows): try AnyEmbeddings(rows, named: name)
    case .unit(let rows): try AnyEmbeddings(rows, named: name)
    case .read(let rows): try AnyEmbeddings(rows, named: name)
    }
  }
}
