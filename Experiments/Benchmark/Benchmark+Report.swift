import Contrastive
import ContrastiveDistributed
import ContrastiveKernels

extension Benchmark {
  /// The report of a single size.
  static func report(of result: BenchmarkResult) -> Report {
    let measurement = result.measurement
    var report = Report(
      title: "\(result.workload.rawValue), \(result.shape), \(result.plan.threads) thread(s)",
      explanation: "", tables: [timesTable(of: result), summaryTable(of: result)])
    report.result = result.json
    if let ranks = measurement.ranks { report.attachments.append(timelineTable(of: ranks)) }
    if !measurement.isWhole {
      report.interruption =
        "after \(measurement.times.count) call(s); the results are of these"
    }
    var plot = Plot(
      name: "benchmark-calls", title: "The time of each call",
      subject: "\(result.workload.rawValue), \(result.shape)", x: Axis("call"),
      y: Axis("milliseconds"))
    plot.series = series(of: result).map { title, times in
      Series(
        title, points: times.enumerated().map { (x: Double($0 + 1), y: $1) },
        style: .linesAndPoints)
    }
    if measurement.times.count > 1 { report.plots = [plot] }
    return report
  }

  private static func series(of result: BenchmarkResult) -> [(title: String, times: [Double])] {
    let measurement = result.measurement
    let title = result.plan.diagnostics == .none ? "without diagnostics" : "default options"
    return [
      (title, measurement.times), ("without diagnostics", measurement.timesWithoutDiagnostics),
    ]
    .filter { !$0.1.isEmpty }
  }

  private static func timesTable(of result: BenchmarkResult) -> Table {
    var table = Table(
      "benchmark-times",
      columns: [
        Column("options", heading: ""), Column("min", unit: "ms"), Column("median", unit: "ms"),
        Column("max", unit: "ms"), Column("calls"),
        Column("gigaflopsPerSecond", heading: "rate", unit: "GFLOP/s", format: .significant(3)),
        Column("fractionOfCeiling", heading: "of sgemm", format: .significant(2)),
      ])
    for (title, times) in series(of: result) {
      guard let short = Times(times) else { continue }
      let rate = result.flops / short.median / 1e6
      table.append(
        title, short.min, short.median, short.max, times.count, rate,
        result.measurement.ceiling.map { rate / $0 })
    }
    return table
  }

  private static func timelineTable(of ranks: RankMeasurement) -> Table {
    var table = Table(
      "benchmark-timeline", title: "When rank 0 is at its messages, in the last call",
      columns: [Column("doing"), Column("from", unit: "ms"), Column("to", unit: "ms")])
    for span in ranks.timeline { table.append(span.kind, span.begin, span.end) }
    return table
  }

  private static func summaryTable(of result: BenchmarkResult) -> Table {
    let measurement = result.measurement
    var table = Table(
      "benchmark", title: "What was measured besides, and by which kernels",
      columns: [Column("quantity"), Column("value")])
    table.append("sgemm 2048³, best of \(Measurement.roundCount) (GFLOP/s)", measurement.ceiling)
    table.append("operations (GFLOP)", result.flops / 1e9)
    table.append("peak memory beyond inputs and gradients (MiB)", measurement.peakMemory)
    table.append("the same with the gradients (MiB)", measurement.peakMemoryWithGradients)
    table.append("loss", measurement.loss)
    if let error = result.error {
      table.append(
        "error of the loss, of \(error.queries.words("query")), against Double", error.loss)
      table.append("error of the gradients, relative to their largest elements", error.gradient)
    }
    if let ranks = measurement.ranks {
      table.append("ranks", ranks.rankCount)
      table.append(
        "part of a call that rank 0 is in exchanges, median", Times(ranks.exchangeShares)?.median)
      table.append("bytes that rank 0 sends in a call", ranks.traffic.byteCount)
    }
    table.append("OpenBLAS's kernels", BLAS.coreName)
    table.append("own kernels", result.isa.rawValue)
    table.append("products", result.products.rawValue)
    return table
  }
}
