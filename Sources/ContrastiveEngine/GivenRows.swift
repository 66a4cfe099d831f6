package import ContrastiveEmbeddings

/// Rows as a caller gave them, before they are checked.
package struct GivenRows<Scalar: EmbeddingScalar>: Sendable {
  package let matrix: Matrix<Scalar>
  package let areUnit: Bool

  package init<E: Embeddings>(_ rows: E) where E.Scalar == Scalar {
    matrix = rows.matrix
    areUnit = E.areUnit
  }

  package func embeddings(named name: String) throws(ContrastiveError) -> AnyEmbeddings<Scalar> {
    try AnyEmbeddings(matrix, areUnit: areUnit, named: name)
  }
}
