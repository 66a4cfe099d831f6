public import ContrastiveEmbeddings
public import ContrastiveEngine
public import ContrastiveLosses

extension ArcFace {
  /// Returns the loss of all ranks' features together against all ranks' classes, this rank's features' rows of its gradient, and
  /// its classes'.
  ///
  /// As `NormFaceSoftmax`'s, and what the angles add to the gradient by class weights goes back to the ranks that hold them.
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
  /// - Complexity: As `NormFaceSoftmax`'s, and sends 2Nᵣd numbers more at the most.
  public func valueWithGradient<F: Embeddings, W: Embeddings>(
    features: F, classWeights: W, labels: [Int], of variables: ClassWeightVariables = .all,
    reduction: Reduction = .mean, diagnostics: DiagnosticsLevel = .all,
    options: ComputeOptions = ComputeOptions(), across group: any RankGroup
  ) throws(ContrastiveError) -> LossStep<F.Scalar, ClassWeightGradient<F.Scalar>>
  where W.Scalar == F.Scalar {
    let classes = try ClassesAcross(
      "ArcFace", features: features, classWeights: classWeights, labels: labels,
      temperature: temperature, margin: margin, variables: variables,
      pass: LossPass(reduction: reduction, diagnostics: diagnostics, options: options),
      across: group)
    let targets = try classes.targets()
    let angles = TargetAngles(
      features: classes.features, classWeights: targets, targets: Array(0..<targets.rowCount),
      needsTangents: !variables.isDisjoint(with: [.features, .classWeights]), options: options)
    let function = ArcFaceRow(margin: margin, angles: angles.angles)
    return try classes.run(
      function, targets: targets, of: variables
    ) { terms, weights, byFeatures, byTargets in
      angles.addGradient(
        function.angleSlopes(
          of: terms, weights: weights, scales: classes.scales,
          parallelAngle: TargetAngles<F.Scalar>.parallelAngle),
        byFeatures: byFeatures, byClassWeights: byTargets)
    }
  }
}
