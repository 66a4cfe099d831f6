import Contrastive
import ContrastiveDistributed
import ContrastiveKernels

/// A measurement, and what was measured.
struct BenchmarkResult {
  let workload: Workload
  let size: WorkloadInputs.Size
  let temperature: Double
  var storage: SixteenBitFormat?
  let products: ComputeOptions.Products
  let isa: InstructionSet
  let plan: Measurement.Plan
  let measurement: Measurement

  /// Against Double; nil where Ctrl-C came before.
  let error: WorkloadError?

  /// The operations of a plain implementation's matrix products.
  var flops: Double {
    workload.definition.flops(
      WorkloadSize(
        queries: Double(size.queries ?? 0), negatives: Double(size.negatives ?? 0),
        dimension: Double(size.dimension ?? 0)))
  }

  private var ranks: RankMeasurement? { measurement.ranks }

  var negatives: Int? { workload.definition.usesNegatives ? size.negatives : nil }

  var times: Times? { Times(measurement.times) }

  /// GFLOP/s at the median time.
  var rate: Double? { times.map { flops / $0.median / 1e6 } }

  var fractionOfCeiling: Double? {
    guard let rate, let ceiling = measurement.ceiling else { return nil }
    return rate / ceiling
  }

  /// The median over rounds of a round's rate, over that of the sgemm that began it: on a machine
  /// whose speed changes from second to second, the one to trust.
  var pairedFractionOfCeiling: Double? {
    Times(measurement.rounds.map { flops / $0.time / 1e6 / $0.ceiling })?.median
  }

  /// N × K × d, or N × N × d, in words.
  var shape: String {
    let texts = [size.queries, negatives ?? size.queries, size.dimension].map {
      $0.map(String.init) ?? "?"
    }
    return texts.joined(separator: " × ")
  }

  /// What `--json` prints.
  var json: JSONObject {
    [
      "workload": workload.rawValue,
      "queries": size.queries,
      "negatives": negatives,
      "dimension": size.dimension,
      "temperature": temperature,
      "storage": storage?.rawValue,
      "products": products.rawValue,
      "milliseconds": times,
      "millisecondsWithoutDiagnostics": Times(measurement.timesWithoutDiagnostics),
      "diagnostics": plan.diagnostics.rawValue,
      "calls": measurement.times.count,
      // An integer where it is one without rounding, which is up to 2⁵³.
      "flops": Int(exactly: flops).map { .integer($0) } ?? JSON.number(flops),
      "gigaflopsPerSecond": rate,
      "gemmCeiling": measurement.ceiling,
      "fractionOfCeiling": fractionOfCeiling,
      "pairedFractionOfCeiling": pairedFractionOfCeiling,
      "peakMemoryMiB": measurement.peakMemory,
      "peakMemoryWithGradientsMiB": measurement.peakMemoryWithGradients,
      "loss": measurement.loss,
      "errorAgainstDouble": error?.json,
      "openblasCore": BLAS.coreName,
      "isa": isa.rawValue,
      "threads": plan.threads,
      "ranks": ranks?.rankCount,
      "exchangeShare": ranks.flatMap { Times($0.exchangeShares)?.median },
      "bytesSent": ranks?.traffic.byteCount,
      "messagesSent": ranks?.traffic.messageCount,
    ]
  }
}
