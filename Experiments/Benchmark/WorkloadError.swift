import Contrastive

/// By how much a step is off from the same in `Double`, of some of its queries.
struct WorkloadError {
  /// How many queries.
  let queries: Int

  /// Of the loss.
  let loss: Double

  /// Of the gradients' elements, the largest, relative to the largest element of its array; nil without gradients.
  let gradient: Double?

  /// What a step in `Double` may take, in operations: about half a second on one core.
  private static let budget = 2e10

  init(
    _ workload: Workload, _ arrays: WorkloadArrays<Float>, size: WorkloadInputs.Size,
    temperature: Temperature, options: ComputeOptions
  ) throws {
    var count = arrays.queryCount
    func flops() -> Double {
      workload.definition.flops(
        WorkloadSize(
          queries: Double(count), negatives: Double(size.negatives ?? 0),
          dimension: Double(size.dimension ?? 0)))
    }
    while count > 8, flops() > Self.budget { count /= 2 }
    queries = count
    let sample = arrays.sample(count, sharingLabels: workload.hasSharedLabels)
    let own = try workload.step(
      sample, temperature: temperature, diagnostics: .none, options: options)
    var full = options
    full.products = .full
    let exact = try workload.step(
      sample.doubles(), temperature: temperature, diagnostics: .none, options: full)
    loss = abs(own.loss - exact.loss)
    gradient = zip(own.gradients, exact.gradients).map { own, exact in
      let (own, exact) = (own.elements, exact.elements)
      let size = exact.reduce(0) { max($0, abs($1)) }
      let error = zip(own, exact).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
      return size > 0 ? error / size : error
    }.max()
  }

  /// What `--json` prints.
  var json: JSONObject { ["queries": queries, "loss": loss, "gradient": gradient] }
}
