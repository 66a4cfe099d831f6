public import ContrastiveEmbeddings
public import ContrastiveEngine
public import ContrastiveLosses

extension CosFace {
  /// Returns the loss of all ranks' features together against all ranks' classes.
  ///
  /// - Parameters: As `NormFaceSoftmax`'s.
  /// - Returns: As `NormFaceSoftmax`'s.
  /// - Throws: As `NormFaceSoftmax`'s.
  /// - Complexity: As `NormFaceSoftmax`'s.
  public func valueWithGradient<F: Embeddings, W: Embeddings>(
    features: F, classWeights: W, labels: [Int], of variables: ClassWeightVariables = .all,
    reduction: Reduction = .mean, diagnostics: DiagnosticsLevel = .all,
    options: ComputeOptions = ComputeOptions(), across group: any RankGroup
  ) throws(ContrastiveError) -> LossStep<F.Scalar, ClassWeightGradient<F.Scalar>>
  where W.Scalar == F.Scalar {
    try ClassesAcross(
      "CosFace", features: features, classWeights: classWeights, labels: labels,
      temperature: temperature, margin: margin, variables: variables,
      options: LossOptions(reduction: reduction, level: diagnostics, compute: options),
      across: group
    ).run(CosFaceRow(margin: margin), margin: margin, of: variables)
  }
}
