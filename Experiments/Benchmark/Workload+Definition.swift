import Contrastive

extension Workload {
  var definition: WorkloadDefinition {
    switch self {
    case .moco: Self.moco(flopsPerPair: 4, of: [.queries, .temperature, .scale, .logScale])
    case .mocoForward: Self.moco(flopsPerPair: 2, of: [])
    case .infoNCE:
      Self.queriesAndKeys { queries, keys, setting in
        let loss = InfoNCE(temperature: setting.temperature)
        return { diagnostics in
          let step = try loss.valueWithGradient(
            queries: queries, positives: keys, negatives: .inBatch, of: .all, reduction: .mean,
            diagnostics: diagnostics, options: setting.options)
          return WorkloadResult(step, gradients: step.gradient.queries, step.gradient.positives)
        }
      }
    case .clip:
      Self.queriesAndKeys { images, texts, setting in
        let loss = CLIP(temperature: setting.temperature)
        return { diagnostics in
          let step = try loss.valueWithGradient(
            images: images, texts: texts, of: .all, reduction: .mean, diagnostics: diagnostics,
            options: setting.options)
          return WorkloadResult(step, gradients: step.gradient.images, step.gradient.texts)
        }
      }
    case .sigLIP:
      Self.queriesAndKeys { images, texts, setting in
        let loss = SigLIP(temperature: setting.temperature, bias: -10)
        return { diagnostics in
          let step = try loss.valueWithGradient(
            images: images, texts: texts, of: .all, reduction: .mean, diagnostics: diagnostics,
            options: setting.options)
          return WorkloadResult(step, gradients: step.gradient.images, step.gradient.texts)
        }
      }
    case .ntXent:
      Self.queriesAndKeys(flopsPerPair: 24) { viewA, viewB, setting in
        let loss = NTXent(temperature: setting.temperature)
        return { diagnostics in
          let step = try loss.valueWithGradient(
            viewA: viewA, viewB: viewB, of: .all, reduction: .mean, diagnostics: diagnostics,
            options: setting.options)
          return WorkloadResult(step, gradients: step.gradient.viewA, step.gradient.viewB)
        }
      }
    case .supCon:
      WorkloadDefinition(flops: { 6 * $0.queries * $0.queries * $0.dimension }) { inputs, setting in
        let embeddings = try inputs.rows("queries", .queries)
        let labels = try inputs.labels(.fourEach)
        let loss = SupCon(temperature: setting.temperature)
        return { diagnostics in
          let step = try loss.valueWithGradient(
            embeddings: embeddings, labels: labels, of: .all, reduction: .mean,
            diagnostics: diagnostics, options: setting.options)
          return WorkloadResult(step, gradients: step.gradient.embeddings)
        }
      }
    case .normFace:
      WorkloadDefinition(
        flops: { 6 * $0.queries * $0.negatives * $0.dimension }, usesNegatives: true
      ) { inputs, setting in
        let features = try inputs.rows("queries", .queries)
        let weights = try inputs.rows("weights", .negatives)
        let labels = try inputs.labels(.classes)
        let loss = NormFaceSoftmax(temperature: setting.temperature)
        return { diagnostics in
          let step = try loss.valueWithGradient(
            features: features, classWeights: weights, labels: labels, of: .all, reduction: .mean,
            diagnostics: diagnostics, options: setting.options)
          return WorkloadResult(step, gradients: step.gradient.features, step.gradient.classWeights)
        }
      }
    }
  }

  /// A loss of N queries and as many keys.
  private static func queriesAndKeys(
    flopsPerPair: Double = 6,
    _ step: @escaping (Matrix<Float>, Matrix<Float>, WorkloadSetting) -> WorkloadStep
  ) -> WorkloadDefinition {
    WorkloadDefinition(flops: { flopsPerPair * $0.queries * $0.queries * $0.dimension }) {
      inputs, setting in
      step(try inputs.rows("queries", .queries), try inputs.rows("keys", .queries), setting)
    }
  }

  private static func moco(
    flopsPerPair: Double, of variables: InfoNCE.Variables
  ) -> WorkloadDefinition {
    WorkloadDefinition(
      flops: { flopsPerPair * $0.queries * $0.negatives * $0.dimension }, usesNegatives: true
    ) { inputs, setting in
      let queries = try inputs.rows("queries", .queries)
      let keys = try inputs.rows("keys", .queries)
      let rows = try inputs.unitRows("queue", .negatives)
      let queue = setting.storage.map { rows.stored(as: $0) } ?? rows
      let loss = InfoNCE(temperature: setting.temperature)
      return { diagnostics in
        let step = try loss.valueWithGradient(
          queries: queries, positives: keys, negatives: .shared(queue), of: variables,
          reduction: .mean, diagnostics: diagnostics, options: setting.options)
        return WorkloadResult(step, gradients: step.gradient.queries)
      }
    }
  }
}
