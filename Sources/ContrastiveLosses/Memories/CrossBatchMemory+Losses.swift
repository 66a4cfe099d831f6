public import ContrastiveEmbeddings
public import ContrastiveEngine

extension SupCon: CrossBatchLoss {
  /// Runs the loss of a batch against a memory.
  ///
  /// For rows a of the batch and keys j of the memory, those of a's id left out, with cosines c, and
  /// P(a) the keys of a's label:
  /// ```
  /// Lₐ = log Σⱼ exp(cₐⱼ/τ) − 1/|P(a)| Σ_{p∈P(a)} cₐₚ/τ
  /// loss = the mean of Lₐ over the rows that have a positive
  /// ```
  /// Rows of the batch are each other's candidates only as far as the memory holds them. A row
  /// without positives has the term 0, and takes no part in the mean; so does every row against an
  /// empty memory. Keys are constants.
  ///
  /// - Throws: `ContrastiveError` if shapes do not fit, or a raw row holds a NaN or an infinity.
  /// - Complexity: 2nMd flops for M keys, 4nMd with the gradient (6nMd when the logits of 64 rows
  ///   exceed 32 MiB, or `options.keptByteCount` if that is less), and 4d for every pair of a row and
  ///   a positive; memory for the gradient, a few tiles per thread, these logits, and the keys of one
  ///   label.
  public func step<E: Embeddings>(
    embeddings: E, labels: [Int], ids: [Int]?, memory: CrossBatchMemory<E.Scalar>,
    of variables: EmbeddingVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<E.Scalar, EmbeddingGradient<E.Scalar>> {
    try MemoryStep(
      embeddings, labels: labels, ids: ids, memory: memory, temperature: temperature,
      options: pass.options
    ).run(SupConRow(), of: variables, pass: pass)
  }
}

extension NTXentPairs: CrossBatchLoss {
  /// Runs the loss of a batch against a memory.
  ///
  /// For rows a of the batch and keys of the memory, those of a's id left out, with cosines c and
  /// every pair of a row and a key p of its label:
  /// ```
  /// L(a,p) = log( exp(cₐₚ/τ) + Σ_{j: yⱼ≠yₐ} exp(cₐⱼ/τ) ) − cₐₚ/τ
  /// loss = mean over the pairs
  /// ```
  /// Without a pair the loss and its gradient are 0. Keys are constants.
  ///
  /// Terms are the pairs, row by row, a row's in the order of `CrossBatchMemory.keys`.
  ///
  /// - Throws: As ``SupCon``.
  /// - Complexity: As ``SupCon``, with memory for the terms, which are as many as there are pairs.
  public func step<E: Embeddings>(
    embeddings: E, labels: [Int], ids: [Int]?, memory: CrossBatchMemory<E.Scalar>,
    of variables: EmbeddingVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<E.Scalar, EmbeddingGradient<E.Scalar>> {
    try MemoryStep(
      embeddings, labels: labels, ids: ids, memory: memory, temperature: temperature,
      options: pass.options
    ).run(PositiveCrossEntropy(), of: variables, pass: pass)
  }
}
