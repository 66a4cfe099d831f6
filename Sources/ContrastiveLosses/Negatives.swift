public import ContrastiveEmbeddings

/// Where the negatives of InfoNCE come from.
public struct Negatives<Scalar: EmbeddingScalar>: Sendable {
  enum Source: Sendable {
    case inBatch
    case shared(Rows)
    case paired(Rows)
    case inBatchAndShared(Rows)
  }

  struct Rows: Sendable {
    let matrix: Matrix<Scalar>
    let areUnit: Bool

    init<E: Embeddings>(_ rows: E) where E.Scalar == Scalar {
      matrix = rows.matrix
      areUnit = E.areUnit
    }

    func embeddings() throws(ContrastiveError) -> AnyEmbeddings<Scalar> {
      try AnyEmbeddings(matrix, areUnit: areUnit, named: "negatives")
    }
  }

  let source: Source

  /// The other queries' positives: N candidates, info-nce-pytorch's default.
  public static var inBatch: Negatives { Negatives(source: .inBatch) }

  /// M rows, the same for every query, and not the other queries' positives: M + 1 candidates.
  ///
  /// MoCo's queue, and info-nce-pytorch's mode `unpaired`.
  public static func shared<E: Embeddings>(_ rows: E) -> Negatives where E.Scalar == Scalar {
    Negatives(source: .shared(Rows(rows)))
  }

  /// M rows for each query: those of query i are rows i·M ..< (i + 1)·M. M + 1 candidates.
  ///
  /// An N × M × d array, row by row; info-nce-pytorch's mode `paired`.
  public static func paired<E: Embeddings>(_ rows: E) -> Negatives where E.Scalar == Scalar {
    Negatives(source: .paired(Rows(rows)))
  }

  /// The other queries' positives and M shared rows: N + M candidates.
  ///
  /// sentence-transformers' `MultipleNegativesRankingLoss` with hard negatives.
  public static func inBatchAndShared<E: Embeddings>(
    _ rows: E
  ) -> Negatives where E.Scalar == Scalar {
    Negatives(source: .inBatchAndShared(Rows(rows)))
  }
}
