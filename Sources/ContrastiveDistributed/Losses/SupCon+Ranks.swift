public import ContrastiveEmbeddings
public import ContrastiveEngine
public import ContrastiveLosses

extension SupCon {
  /// Returns the loss of all ranks' rows together, and this rank's rows of its gradient.
  ///
  /// Half a ring as `NTXent`'s. Every rank is told all labels; a row's positives may be anywhere, and what its term needs of them
  /// is added up on the way as that of the negatives is.
  ///
  /// - Parameters:
  ///   - embeddings: This rank's, `nᵣ × d`: any number, also none. A `Matrix` is normalised, `UnitRows` are not.
  ///   - labels: One per row: rows of one label are positives of each other, whatever rank they are on.
  ///   - variables: What to differentiate by.
  ///   - reduction: The weights of the rows' terms; the mean is over all ranks' rows with a positive.
  ///   - diagnostics: `.none` saves a few per cent.
  ///   - options: Threads, and memory for logits.
  ///   - group: The ranks, every one of which makes the same call.
  /// - Returns: As `CLIP`'s.
  /// - Throws: As `CLIP`'s.
  /// - Complexity: As `NTXent`'s, and memory for the logits of pairs of one label.
  public func valueWithGradient<E: Embeddings>(
    embeddings: E, labels: [Int], of variables: EmbeddingVariables = .all,
    reduction: Reduction = .mean, diagnostics: DiagnosticsLevel = .all,
    options: ComputeOptions = ComputeOptions(), across group: any RankGroup
  ) throws(ContrastiveError) -> LossStep<E.Scalar, EmbeddingGradient<E.Scalar>> {
    let pass = LossPass(reduction: reduction, diagnostics: diagnostics, options: options)
    let rows = try LabelsAcross<E.Scalar>(
      "SupCon", embeddings: embeddings, labels: labels, temperature: temperature,
      variables: variables, pass: pass, across: group)
    return try rows.step(termCount: rows.anchorCount) { statistics, weights, _ in
      SpreadRows(
        statistics.rows, positives: statistics.rowPositives, weights: weights,
        observes: pass.observes)
    }
  }
}
