public import ContrastiveEmbeddings

/// The embeddings of a batch that is too large for its encoder, and the way back through it.
///
/// A contrastive loss needs all embeddings of a batch at once, an encoder's activations need the
/// memory. So (1) the encoder runs over small chunks and keeps no activations; (2) the loss gives the
/// gradient by the embeddings, which are small; (3) the encoder runs again, chunk by chunk, now to be
/// differentiated, and each chunk's slice of the gradient is pulled back. The parameters' gradients,
/// added up over the chunks, are those of the whole batch: exactly, not a mean of small batches'.
///
/// One cache for each set of embeddings, of one encoder or of several:
/// ```swift
/// let queries = try GradCache(rowCount: 4096, chunkSize: 64) {
///   chunk in
///   try queryEncoder.forward(x.rows(chunk.rows), seed: chunk.index)
/// }
/// let keys = try GradCache(rowCount: 4096, chunkSize: 64) { chunk in
///   try keyEncoder.forward(y.rows(chunk.rows), seed: chunk.index)
/// }
/// let step = try InfoNCE(temperature: 0.05).valueWithGradient(
///   queries: queries.embeddings, positives: keys.embeddings,
///   of: [.queries, .positives])
/// try queries.pullBack(step.gradient.queries) { chunk, slope in
///   // adds to its gradients
///   try queryEncoder.backward(
///     x.rows(chunk.rows), slope, seed: chunk.index)
/// }
/// try keys.pullBack(step.gradient.positives) { chunk, slope in … }
/// ```
/// Both passes over a chunk must give the same embeddings. Dropout therefore has to draw the same
/// numbers again, from a generator seeded by the step and `chunk.index`, say; otherwise the gradient
/// is silently another one. So it is with batch normalisation, whose statistics are those of a chunk.
///
/// - Complexity: One more forward pass of the encoder, and memory for the embeddings.
/// - Source: [Gao et al. 2021](https://arxiv.org/abs/2101.06983); GradCache, and
///   sentence-transformers' `CachedMultipleNegativesRankingLoss`.
public struct GradCache<Scalar: EmbeddingScalar>: Sendable {
  /// Neighbouring rows that are encoded together.
  public struct Chunk: Hashable, Sendable {
    /// The chunk's number, from 0: the same in both passes.
    public let index: Int
    /// Its rows in the batch.
    public let rows: Range<Int>
  }

  /// The chunks: all of one size but for the last.
  public let chunks: [Chunk]

  /// The embeddings of the whole batch.
  public let embeddings: Matrix<Scalar>

  /// Encodes a batch, chunk by chunk.
  ///
  /// - Parameters:
  ///   - rowCount: The size of the batch, at least 1.
  ///   - chunkSize: How many rows the encoder takes at once, at least 1.
  ///   - encode: Returns a chunk's embeddings, a row for each of its rows, all of one dimension. It
  ///     need not keep anything.
  /// - Throws: `GradCacheError.encoder` with what `encode` threw, `GradCacheError.shape` for sizes
  ///   below 1, and where embeddings do not fit their chunk or those before.
  public init<Failure: Error>(
    rowCount: Int, chunkSize: Int, encode: (Chunk) throws(Failure) -> Matrix<Scalar>
  ) throws(GradCacheError<Failure>) {
    for (name, value) in [(ContrastiveError.Argument.rowCount, rowCount), (.chunkSize, chunkSize)]
    where value < 1 {
      throw .shape(
        .init(name, .integer(found: value, expected: .positive)))
    }
    chunks = (0..<rowCount).parts(of: chunkSize).enumerated().map { Chunk(index: $0, rows: $1) }
    var all = Matrix<Scalar>(rowCount: 0, columnCount: 0)
    for chunk in chunks {
      let part: Matrix<Scalar>
      do { part = try encode(chunk) } catch { throw .encoder(error) }
      if chunk.index == 0 { all = Matrix(rowCount: rowCount, columnCount: part.columnCount) }
      guard part.rowCount == chunk.rows.count, part.columnCount == all.columnCount else {
        throw .shape(
          .init(
            .init("embeddings of chunk \(chunk.index)"),
            .shape(found: part.shape, expected: .init(chunk.rows.count, all.columnCount))))
      }
      all.block.rows(chunk.rows).copy(part.block)
    }
    embeddings = all
  }

  /// Hands out the loss's gradient, chunk by chunk.
  ///
  /// - Parameters:
  ///   - gradient: The gradient by the embeddings, as a loss returns it.
  ///   - body: Encodes a chunk again and pulls its slice of the gradient back to the encoder's
  ///     parameters, where it is added to what other chunks gave.
  /// - Throws: `GradCacheError.encoder` with what `body` threw, and `GradCacheError.shape` if the
  ///   gradient is `nil`, as one is that the loss was not asked for, or has another shape than the
  ///   embeddings.
  public func pullBack<Failure: Error>(
    _ gradient: Matrix<Scalar>?,
    _ body: (_ chunk: Chunk, _ gradient: Matrix<Scalar>) throws(Failure) -> Void
  ) throws(GradCacheError<Failure>) {
    guard let gradient else {
      throw .shape(
        .init(.gradient, .missingGradient(by: .embeddings, embeddings.shape)))
    }
    guard gradient.rowCount == embeddings.rowCount, gradient.columnCount == embeddings.columnCount
    else {
      throw .shape(
        .init(.gradient, .shape(found: gradient.shape, expected: embeddings.shape, as: .embeddings))
      )
    }
    for chunk in chunks {
      do { try body(chunk, gradient.rows(chunk.rows)) } catch { throw .encoder(error) }
    }
  }
}
