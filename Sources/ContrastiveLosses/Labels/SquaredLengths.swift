import ContrastiveEmbeddings
import ContrastiveEngine

/// What rows that are not normalised are compared by.
enum RawComparison: String {
  case innerProducts = "inner products"
  case squaredDistances = "squared distances"
}

extension [Double] {
  /// Requires these squared lengths of rows to leave the scalar room for what the rows are compared by.
  ///
  /// - Throws: `ContrastiveError` of the first row that is too long.
  func requireFinite<Scalar: EmbeddingScalar>(
    _ comparison: RawComparison, as scalar: Scalar.Type, named name: ContrastiveError.Argument
  ) throws(ContrastiveError) {
    // ‖a − b‖² is at most 4 times the largest ‖x‖², and a difference of two a·b twice it; as much again leaves room
    // for rounding.
    let largest = Double(Scalar.greatestFiniteMagnitude) / 8
    if let row = firstIndex(where: { $0 > largest }) {
      throw .init(
        name, row: row,
        .choice(
          found: "a longer one",
          expected: "rows whose \(comparison.rawValue) are finite in \(Scalar.self) arithmetic"))
    }
  }
}
