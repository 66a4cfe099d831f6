import ContrastiveKernels

extension Benchmark {
  /// Measures sizes of twice the work, or four times where queries are also the candidates.
  func scalingReport(progress: ProgressLine) throws -> Report {
    let variesNegatives = workload.definition.usesNegatives
    var table = Table("scaling", columns: Self.scalingColumns)
    var results: [JSONObject] = []
    for point in 0..<pointCount where !Ranks.isInterrupted {
      progress.update("benchmark", point, of: pointCount, "sizes")
      let result = try result(for: size(at: point)) {}
      guard result.measurement.isWhole else { break }
      let median = result.times?.median
      table.append(
        result.size.queries, result.negatives, result.size.dimension, result.flops / 1e9, median,
        median.map { $0 * 1e9 / result.flops }, result.rate, result.fractionOfCeiling,
        result.measurement.peakMemory)
      results.append(result.json)
    }
    var report = Report(
      title: "\(workload.rawValue) over \(variesNegatives ? "negatives" : "queries"), "
        + "\(threads ?? Workers.available) thread(s)",
      explanation: "Work is the matrix products of a plain implementation; memory is the most a "
        + "step needs beyond its inputs and the gradients it returns.",
      tables: [table])
    report.result = [
      "workload": workload.rawValue, "varied": variesNegatives ? "negatives" : "queries",
      "points": results,
    ]
    if !results.isEmpty { report.plots = Self.scalingPlots(of: table, name: workload.rawValue) }
    if results.count < pointCount {
      report.interruption =
        "after \(results.count) of \(pointCount) sizes; the results are of these"
    }
    return report
  }

  /// The sizes; one that no memory could hold is left for `WorkloadInputs` to refuse.
  func size(at point: Int) -> WorkloadInputs.Size {
    func doubled(_ start: Int) -> Int {
      let (result, overflow) = start.multipliedReportingOverflow(by: 1 << point)
      return overflow ? .max : result
    }
    var size = WorkloadInputs.Size(queries: queries, negatives: negatives, dimension: dimension)
    if workload.definition.usesNegatives {
      size.negatives = doubled(negatives ?? 4096)
    } else {
      size.queries = doubled(queries ?? 512)
    }
    return size
  }

  private static let scalingColumns = [
    Column("queries", heading: "N"), Column("negatives", heading: "K"),
    Column("dimension", heading: "d"), Column("gigaflops", heading: "work", unit: "GFLOP"),
    Column("milliseconds", heading: "time", unit: "ms"),
    Column("picosecondsPerFlop", heading: "time/work", unit: "ps/FLOP"),
    Column("gigaflopsPerSecond", heading: "rate", unit: "GFLOP/s"),
    Column("fractionOfCeiling", heading: "of sgemm", format: .significant(2)),
    Column("peakMemory", heading: "memory", unit: "MiB"),
  ]

  private static func scalingPlots(of table: Table, name: String) -> [Plot] {
    func plot(_ name: String, _ title: String, _ axis: String, _ column: String) -> Plot {
      var plot = Plot(
        name: name, title: title, subject: "random rows",
        x: Axis("work (GFLOP)", isLogarithmic: true),
        y: Axis(axis, isLogarithmic: true))
      plot.series = [
        Series(title, of: table, x: "gigaflops", y: column, style: .linesAndPoints)
      ]
      return plot
    }
    var time = plot(
      "scaling-time", "\(name): time of a step", "milliseconds", "milliseconds")
    if let least = table.numbers(in: "picosecondsPerFlop").compactMap(\.self).min() {
      // 1 GFLOP at 1 ps/FLOP takes a millisecond.
      time.series.append(
        Series(
          "in proportion to work, at the best rate here",
          points: table.numbers(in: "gigaflops").compactMap(\.self).map { ($0, $0 * least) }))
    }
    return [
      time,
      plot("scaling-memory", "\(name): memory of a step", "MiB", "peakMemory"),
    ]
  }
}
