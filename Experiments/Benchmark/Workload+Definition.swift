import Contrastive

extension Workload {
  var definition: WorkloadDefinition {
    switch self {
    case .moco: Self.moco(flopsPerPair: 4, of: [.queries, .temperature, .scale, .logScale])
    case .mocoForward: Self.moco(flopsPerPair: 2, of: [])
    case .infoNCE:
      WorkloadDefinition(flops: { 6 * $0.queries * $0.queries * $0.dimension }) { inputs, setting in
        let queries = try inputs.rows("queries", .queries)
        let keys = try inputs.rows("keys", .queries)
        let loss = InfoNCE(temperature: setting.temperature)
        return { diagnostics in
          let step = try loss.valueWithGradient(
            queries: queries, positives: keys, negatives: .inBatch, of: .all, reduction: .mean,
            diagnostics: diagnostics, options: setting.options)
          return WorkloadResult(step, gradients: step.gradient.queries, step.gradient.positives)
        }
      }
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
      let queue = try inputs.unitRows("queue", .negatives)
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
