public import ContrastiveEmbeddings
public import ContrastiveEngine
public import ContrastiveLosses

extension ClassSoftmaxLoss {
  /// Returns the loss of all ranks' features together against all ranks' classes, this rank's features' rows of its gradient, and
  /// its classes'.
  ///
  /// Weights and their gradients stay where they are, and features go around: so do classes number millions.
  ///
  /// - Parameters:
  ///   - features: This rank's, `Nᵣ × d`: any number, also none.
  ///   - classWeights: Of this rank's classes, `Cᵣ × d`: any number, also none. Classes are numbered in the order of the ranks.
  ///   - labels: Of this rank's features: classes of any rank, from 0 to C − 1.
  ///   - variables: What to differentiate by.
  ///   - reduction: The weights of the terms: of `.weighted`, this rank's.
  ///   - diagnostics: `.none` saves a few per cent.
  ///   - options: Threads, and memory for logits.
  ///   - group: The ranks, every one of which makes the same call.
  /// - Returns: As `CLIP`'s.
  /// - Throws: As `CLIP`'s, and for a label that is no class.
  /// - Complexity: 6NCᵣd flops, or 8NCᵣd recomputed; sends 4Nd numbers at the most.
  public func valueWithGradient<F: Embeddings, W: Embeddings>(
    features: F, classWeights: W, labels: [Int], of variables: ClassWeightVariables = .all,
    reduction: Reduction = .mean, diagnostics: DiagnosticsLevel = .all,
    options: ComputeOptions = ComputeOptions(), across group: any RankGroup
  ) throws(ContrastiveError) -> LossStep<F.Scalar, ClassWeightGradient<F.Scalar>>
  where W.Scalar == F.Scalar {
    let classes = try ClassesAcross(
      "\(Self.self)", features: features, classWeights: classWeights, labels: labels,
      temperature: temperature, margin: function.classMargin ?? 0, variables: variables,
      pass: LossPass(reduction: reduction, diagnostics: diagnostics, options: options),
      across: group)
    return try classes.run(
      function, targets: try classes.targets(), of: variables)
  }
}
