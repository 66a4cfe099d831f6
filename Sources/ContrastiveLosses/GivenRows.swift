import ContrastiveEmbeddings

/// Rows as a caller gave them, before they are checked.
struct GivenRows<Scalar: EmbeddingScalar>: Sendable {
  let matrix: Matrix<Scalar>
  let areUnit: Bool

  init<E: Embeddings>(_ rows: E) where E.Scalar == Scalar {
    matrix = rows.matrix
    areUnit = E.areUnit
  }

  func embeddings(named name: String) throws(ContrastiveError) -> AnyEmbeddings<Scalar> {
    try AnyEmbeddings(matrix, areUnit: areUnit, named: name)
  }
}
