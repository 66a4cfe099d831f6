public import ContrastiveEmbeddings
package import ContrastiveEngine

/// Where the negatives of InfoNCE come from.
public struct Negatives<Scalar: EmbeddingScalar>: Sendable {
  package enum Source: Sendable {
    case inBatch
    case shared(GivenRows<Scalar>)
    case paired(GivenRows<Scalar>)
    case inBatchAndShared(GivenRows<Scalar>)
  }

  package let source: Source

  /// The rows besides the batch.
  package var rows: GivenRows<Scalar>? {
    switch source {
    case .inBatch: nil
    case .shared(let rows), .paired(let rows), .inBatchAndShared(let rows): rows
    }
  }

  /// The other queries' positives: N candidates, info-nce-pytorch's default.
  public static var inBatch: Negatives { Negatives(source: .inBatch) }

  /// M rows, the same for every query, and not the other queries' positives: M + 1 candidates.
  ///
  /// MoCo's queue, and info-nce-pytorch's mode `unpaired`.
  public static func shared<E: Embeddings>(_ rows: E) -> Negatives where E.Scalar == Scalar {
    Negatives(source: .shared(GivenRows(rows)))
  }

  /// M rows for each query: those of query i are rows i·M ..< (i + 1)·M. M + 1 candidates.
  ///
  /// An N × M × d array, row by row; info-nce-pytorch's mode `paired`.
  public static func paired<E: Embeddings>(_ rows: E) -> Negatives where E.Scalar == Scalar {
    Negatives(source: .paired(GivenRows(rows)))
  }

  /// The other queries' positives and M shared rows: N + M candidates.
  ///
  /// sentence-transformers' `MultipleNegativesRankingLoss` with hard negatives.
  public static func inBatchAndShared<E: Embeddings>(
    _ rows: E
  ) -> Negatives where E.Scalar == Scalar {
    Negatives(source: .inBatchAndShared(GivenRows(rows)))
  }

  /// The same with `offset` added to the rows, which are raw from then on.
  ///
  /// - Throws: `ContrastiveError` if it has another shape than they.
  package func adding(_ offset: Matrix<Scalar>) throws(ContrastiveError) -> Negatives {
    guard var rows = rows?.matrix else { return self }
    try rows.add(offset)
    return switch source {
    case .inBatch: self
    case .shared: .shared(rows)
    case .paired: .paired(rows)
    case .inBatchAndShared: .inBatchAndShared(rows)
    }
  }
}
