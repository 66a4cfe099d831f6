import Contrastive

extension Workload {
  /// One step as a training loop calls it, rows normalised inside.
  func step<Scalar: EmbeddingScalar>(
    _ arrays: WorkloadArrays<Scalar>, temperature: Temperature, diagnostics: DiagnosticsLevel,
    options: ComputeOptions
  ) throws -> WorkloadResult<Scalar> {
    let (queries, keys) = (arrays.queries, arrays.keys)
    func infoNCE(
      _ negatives: Negatives<Scalar>, of variables: InfoNCE.Variables
    ) throws -> WorkloadResult<Scalar> {
      let step = try InfoNCE(temperature: temperature).valueWithGradient(
        queries: queries, positives: keys, negatives: negatives, of: variables, reduction: .mean,
        diagnostics: diagnostics, options: options)
      return WorkloadResult(step, gradients: step.gradient.queries, step.gradient.positives)
    }
    func towers(_ loss: some TwoTowerLoss) throws -> WorkloadResult<Scalar> {
      let step = try loss.valueWithGradient(
        images: queries, texts: keys, of: .all, reduction: .mean, diagnostics: diagnostics,
        options: options)
      return WorkloadResult(step, gradients: step.gradient.images, step.gradient.texts)
    }
    switch self {
    case .moco, .mocoForward:
      guard let queue = arrays.queue else { preconditionFailure("a queue's workload has one") }
      return try infoNCE(
        .shared(queue), of: self == .moco ? [.queries, .temperature, .scale, .logScale] : [])
    case .infoNCE: return try infoNCE(.inBatch, of: .all)
    case .clip: return try towers(CLIP(temperature: temperature))
    case .sigLIP: return try towers(SigLIP(temperature: temperature, bias: -10))
    case .ntXent:
      let step = try NTXent(temperature: temperature).valueWithGradient(
        viewA: queries, viewB: keys, of: .all, reduction: .mean, diagnostics: diagnostics,
        options: options)
      return WorkloadResult(step, gradients: step.gradient.viewA, step.gradient.viewB)
    case .supCon:
      let step = try SupCon(temperature: temperature).valueWithGradient(
        embeddings: queries, labels: arrays.labels, of: .all, reduction: .mean,
        diagnostics: diagnostics, options: options)
      return WorkloadResult(step, gradients: step.gradient.embeddings)
    case .multiSimilarity, .circle:
      let loss: any LabelledLoss = self == .circle ? try CircleLoss() : try MultiSimilarity()
      let step = try loss.valueWithGradient(
        embeddings: queries, labels: arrays.labels, of: .all, reduction: .mean,
        diagnostics: diagnostics, options: options)
      return WorkloadResult(step, gradients: step.gradient.embeddings)
    case .clipGroups:
      let images = Array(0..<queries.rowCount)
      let step = try MultiPositiveCLIP(temperature: temperature, form: .meanOutside)
        .valueWithGradient(
          images: queries, texts: keys,
          positives: .equalIDs(
            queries: images,
            keys: images.flatMap { Array(repeating: $0, count: arrays.rowsPerQuery.keys) }),
          of: .all, reduction: .mean, diagnostics: diagnostics, options: options)
      return WorkloadResult(step, gradients: step.gradient.images, step.gradient.texts)
    case .matryoshka:
      let whole = queries.columnCount
      let prefixes = Set([16, 8, 4, 2, 1].map { max(1, whole / $0) }).sorted()
      let loss = try Matryoshka(InfoNCE(temperature: temperature), dimensions: prefixes)
      let step = try loss.valueWithGradient(
        queries: queries, keys: keys, of: .all, reduction: .mean, diagnostics: diagnostics,
        options: options)
      return WorkloadResult(step, gradients: step.gradient.queries, step.gradient.keys)
    case .maxSim:
      func tokens(_ rows: Matrix<Scalar>, _ each: Int) throws -> TokenRows<Scalar> {
        try TokenRows(rows, lengths: Array(repeating: each, count: rows.rowCount / each))
      }
      let step = try MaxSimInfoNCE(temperature: temperature).valueWithGradient(
        queries: tokens(queries, arrays.rowsPerQuery.queries),
        documents: tokens(keys, arrays.rowsPerQuery.keys), of: .all, reduction: .mean,
        diagnostics: diagnostics, options: options)
      return WorkloadResult(step, gradients: step.gradient.queries, step.gradient.documents)
    case .coSENT:
      let step = try CoSENT(temperature: temperature).valueWithGradient(
        a: queries, b: keys, scores: arrays.scores, of: .all, reduction: .mean, options: options)
      return WorkloadResult(step, gradients: step.gradient.a, step.gradient.b)
    case .normFace:
      let step = try NormFaceSoftmax(temperature: temperature).valueWithGradient(
        features: queries, classWeights: arrays.weights, labels: arrays.labels, of: .all,
        reduction: .mean, diagnostics: diagnostics, options: options)
      return WorkloadResult(step, gradients: step.gradient.features, step.gradient.classWeights)
    }
  }
}
