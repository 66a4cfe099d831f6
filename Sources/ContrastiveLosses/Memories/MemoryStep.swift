import ContrastiveEmbeddings
import ContrastiveEngine

/// Rows of a batch against the constant keys of a memory, several of which may be a row's positives.
struct MemoryStep<Scalar: EmbeddingScalar> {
  let embeddings: AnyEmbeddings<Scalar>
  let keys: AnyEmbeddings<Scalar>
  let roles: MemoryRoles
  let temperature: Temperature
  let options: ComputeOptions

  init<E: Embeddings>(
    _ embeddings: E, labels: [Int], ids: [Int]?, memory: CrossBatchMemory<Scalar>,
    temperature: Temperature, options: ComputeOptions
  ) throws(ContrastiveError) where E.Scalar == Scalar {
    self.embeddings = try AnyEmbeddings(embeddings, named: .embeddings)
    keys = try AnyEmbeddings(memory.keys, named: .crossBatchMemory)
    try options.requireValid()
    self.temperature = temperature
    self.options = options
    try self.embeddings.requireRows()
    try self.embeddings.requireLabels(labels)
    if let ids { try self.embeddings.requireLabels(ids, named: .ids) }
    roles = MemoryRoles(
      labels: LabelGroups(labels + memory.labels), ids: ids.map { LabelGroups($0 + memory.ids) },
      rowCount: labels.count)
    try self.embeddings.requireColumnCount(as: keys)
  }

  func run(
    _ function: any RowFunction, of variables: EmbeddingVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<Scalar, EmbeddingGradient<Scalar>> {
    let counts = (0..<embeddings.rowCount).map { roles.counts(ofRow: $0, among: keys.rowCount) }
    // Rows without positives are no part of the mean; as pairs they are not there at all.
    let pairCount = counts.reduce(0) { $0 + $1.positives }
    let counted =
      function.hasTermPerPositive ? pairCount : counts.count { $0.positives > 0 }
    let termCount = function.hasTermPerPositive ? pairCount : counts.count
    var problem = OneWayProblem(
      queries: embeddings, queriesNeedGradient: variables.contains(.embeddings),
      candidates: Candidates(
        keys: [.init(rows: keys, roles: .memory(roles), needsGradient: false)],
        positives: .columns), function: function,
      scales: try temperature.scales(
        for: Scalar.self, rowCount: embeddings.rowCount, of: embeddings.name),
      weights: pass.reduction == .mean
        ? .equal(1 / Double(max(1, counted))) : try pass.weights(termCount: termCount))
    problem.observes = pass.diagnostics == .all
    let result = try problem.run(options: options)
    return LossStep(
      result,
      gradient: EmbeddingGradient(
        result, of: embeddings, temperature: temperature, variables: variables, options: options),
      level: pass.diagnostics, hasSinglePositive: false, floor: nil)
  }
}
