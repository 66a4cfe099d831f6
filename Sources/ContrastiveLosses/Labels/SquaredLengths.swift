import ContrastiveEmbeddings
import ContrastiveEngine

extension [Double] {
  /// Requires these squared lengths of rows to leave the scalar room for the rows' squared distances.
  ///
  /// - Throws: `ContrastiveError` of the first row that is too long.
  func requireFiniteDistances<Scalar: EmbeddingScalar>(
    as scalar: Scalar.Type, named name: ContrastiveError.Argument
  ) throws(ContrastiveError) {
    // ‖a − b‖² is at most 4 times the largest ‖x‖², and half as much again leaves room for rounding.
    let largest = Double(Scalar.greatestFiniteMagnitude) / 8
    if let row = firstIndex(where: { $0 > largest }) {
      throw .init(
        name, row: row,
        .choice(
          found: "a longer one",
          expected: "rows whose squared distances are finite in \(Scalar.self) arithmetic"))
    }
  }
}
