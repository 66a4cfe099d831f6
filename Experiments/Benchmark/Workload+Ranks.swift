import Contrastive
import ContrastiveDistributed

extension Workload {
  /// Those that ranks compute together.
  static let acrossRanks: [Workload] = [.infoNCE, .clip, .sigLIP, .ntXent, .supCon, .normFace]

  /// One step of all ranks, of which `arrays` are this one's part.
  ///
  /// - Throws: `CommandFailure` for a workload that ranks do not compute together.
  func step<Scalar: EmbeddingScalar>(
    _ arrays: WorkloadArrays<Scalar>, temperature: Temperature, diagnostics: DiagnosticsLevel,
    options: ComputeOptions, across group: any RankGroup
  ) throws -> WorkloadResult<Scalar> {
    let (queries, keys) = (arrays.queries, arrays.keys)
    func towers(_ loss: some RankTwoTowerLoss) throws -> WorkloadResult<Scalar> {
      let step = try loss.valueWithGradient(
        images: queries, texts: keys, of: .all, reduction: .mean, diagnostics: diagnostics,
        options: options, across: group)
      return WorkloadResult(step, gradients: step.gradient.images, step.gradient.texts)
    }
    switch self {
    case .infoNCE:
      let step = try InfoNCE(temperature: temperature).valueWithGradient(
        queries: queries, positives: keys, diagnostics: diagnostics, options: options,
        across: group)
      return WorkloadResult(step, gradients: step.gradient.queries, step.gradient.positives)
    case .clip: return try towers(CLIP(temperature: temperature))
    case .sigLIP: return try towers(SigLIP(temperature: temperature, bias: -10))
    case .ntXent:
      let step = try NTXent(temperature: temperature).valueWithGradient(
        viewA: queries, viewB: keys, diagnostics: diagnostics, options: options, across: group)
      return WorkloadResult(step, gradients: step.gradient.viewA, step.gradient.viewB)
    case .supCon:
      let step = try SupCon(temperature: temperature).valueWithGradient(
        embeddings: queries, labels: arrays.labels, diagnostics: diagnostics, options: options,
        across: group)
      return WorkloadResult(step, gradients: step.gradient.embeddings)
    case .normFace:
      let step = try NormFaceSoftmax(temperature: temperature).valueWithGradient(
        features: queries, classWeights: arrays.weights, labels: arrays.labels,
        diagnostics: diagnostics, options: options, across: group)
      return WorkloadResult(step, gradients: step.gradient.features, step.gradient.classWeights)
    case .moco, .mocoForward, .multiSimilarity, .circle, .clipGroups, .matryoshka, .maxSim,
      .coSENT:
      throw CommandFailure(
        "--workload \(rawValue): not under mpirun; give one of "
          + Self.acrossRanks.map(\.rawValue).joined(separator: ", "))
    }
  }
}

extension WorkloadArrays {
  /// A rank's rows, in memory of their own.
  func part(of group: any RankGroup) -> WorkloadArrays {
    func range(_ count: Int) -> Range<Int> {
      count * group.rank / group.count..<count * (group.rank + 1) / group.count
    }
    func rows(_ matrix: Matrix<Scalar>) -> Matrix<Scalar> {
      var result = matrix.rows(range(matrix.rowCount))
      result.makeUnique()
      return result
    }
    var result = self
    (result.queries, result.keys) = (rows(queries), rows(keys))
    result.weights = rows(weights)
    result.labels = Array(labels[range(labels.count)])
    return result
  }
}
