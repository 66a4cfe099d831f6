public import ContrastiveEmbeddings
public import ContrastiveEngine
public import ContrastiveLosses

extension NTXentPairs {
  /// Returns the loss of all ranks' rows together, and this rank's rows of its gradient.
  ///
  /// Half a ring as `SupCon`'s, after whose first circle each rank is sent the logits of its rows' positives that others have met.
  ///
  /// - Parameters:
  ///   - embeddings: This rank's, `nᵣ × d`: any number, also none. A `Matrix` is normalised, `UnitRows` are not.
  ///   - labels: One per row: rows of one label are positives of each other, whatever rank they are on.
  ///   - variables: What to differentiate by.
  ///   - reduction: `.mean`, over all ranks' pairs, or `.sum`.
  ///   - diagnostics: `.none` saves a few per cent.
  ///   - options: Threads, and memory for logits.
  ///   - group: The ranks, every one of which makes the same call.
  /// - Returns: As `CLIP`'s; terms are the pairs of this rank's rows, row by row, in the order of all ranks' rows.
  /// - Throws: As `CLIP`'s, and for weights, of which the two rows of a pair would need each other's.
  /// - Complexity: As `SupCon`'s, and three numbers for each pair.
  public func valueWithGradient<E: Embeddings>(
    embeddings: E, labels: [Int], of variables: EmbeddingVariables = .all,
    reduction: Reduction = .mean, diagnostics: DiagnosticsLevel = .all,
    options: ComputeOptions = ComputeOptions(), across group: any RankGroup
  ) throws(ContrastiveError) -> LossStep<E.Scalar, EmbeddingGradient<E.Scalar>> {
    let pass = LossPass(reduction: reduction, diagnostics: diagnostics, options: options)
    if case .weighted = reduction {
      // Told to the others in the place of all else that might be wrong.
      _ = try group.agree("NTXentPairs") { _ throws(ContrastiveError) in
        throw ContrastiveError(
          .reduction, .choice(found: "weights of pairs", expected: "mean or sum, across ranks"))
      }
    }
    let rows = try LabelsAcross<E.Scalar>(
      "NTXentPairs", embeddings: embeddings, labels: labels, temperature: temperature,
      variables: variables, pass: pass, across: group)
    return try rows.step(termCount: rows.pairCount, listsPositives: true) {
      statistics, weights, scales in
      SpreadRows(
        PositiveCrossEntropy(), statistics.rows,
        positives: statistics.listedPositives?.rows ?? PositiveLogits(), weights: weights,
        scales: scales, observes: pass.observes, share: { _ in 1 })
    }
  }
}
