import Contrastive
import ContrastiveKernels

extension Benchmark {
  /// What `--compare` measures, unless sizes are given: shapes at which other libraries' steps are known.
  private static let comparedSizes: [(workload: Workload, size: WorkloadInputs.Size)] = [
    (.moco, .init(queries: 256, negatives: 65_536, dimension: 128)),
    (.moco, .init(queries: 1024, negatives: 65_536, dimension: 128)),
    (.clip, .init(queries: 4096, dimension: 512)),
    (.clip, .init(queries: 1024, dimension: 512)),
    (.clip, .init(queries: 128, dimension: 512)),
    (.clip, .init(queries: 32, dimension: 512)),
    (.sigLIP, .init(queries: 4096, dimension: 512)),
    (.ntXent, .init(queries: 2048, dimension: 512)),
    (.infoNCE, .init(queries: 16_384, dimension: 128)),
    (.supCon, .init(queries: 2048, dimension: 512)),
    (.multiSimilarity, .init(queries: 2048, dimension: 128)),
    (.circle, .init(queries: 2048, dimension: 128)),
    (.normFace, .init(queries: 512, negatives: 20_000, dimension: 512)),
  ]

  /// Those of all workloads, or of the one that was named, at the sizes that were given.
  private var comparedWorkloads: [(workload: Workload, size: WorkloadInputs.Size)] {
    let known = Ranks.launchedCount != nil ? Workload.acrossRanks : Workload.allCases
    let wanted = Self.comparedSizes.filter {
      $0.workload == chosenWorkload ?? $0.workload && known.contains($0.workload)
    }
    var result: [(workload: Workload, size: WorkloadInputs.Size)] = []
    for (workload, size) in wanted.isEmpty ? [(workload, WorkloadInputs.Size())] : wanted {
      var own = size
      own.queries = queries ?? size.queries
      if workload.definition.usesNegatives { own.negatives = negatives ?? size.negatives }
      own.dimension = dimension ?? size.dimension
      let isKnown = result.contains {
        $0.workload == workload && $0.size.queries == own.queries
          && $0.size.negatives == own.negatives && $0.size.dimension == own.dimension
      }
      if !isKnown { result.append((workload, own)) }
    }
    return result
  }

  /// Measures workloads by full and by sixteen-bit products in turns.
  func comparisonReport(progress: ProgressLine) throws -> Report {
    var table = Table(
      "comparison",
      columns: [
        Column("workload"), Column("shape", heading: "N × K × d"),
        Column("fullMilliseconds", heading: "full", unit: "ms"),
        Column("fullShare", heading: "of sgemm", format: .significant(3)),
        Column("sixteenBitMilliseconds", heading: "sixteen-bit", unit: "ms"),
        Column("sixteenBitShare", heading: "of sgemm", format: .significant(3)),
        Column("lossError", heading: "its loss's error", format: .significant(2)),
        Column("gradientError", heading: "its gradients'", format: .significant(2)),
        Column("sixteenBitMemory", heading: "its memory", unit: "MiB"),
      ])
    var results: [JSONObject] = []
    let compared = comparedWorkloads
    for (turn, (workload, size)) in compared.enumerated() where !Ranks.isInterrupted {
      progress.update("benchmark", turn, of: compared.count, "workloads")
      let full = try result(of: workload, for: size, products: .full) {}
      guard full.measurement.isWhole, !Ranks.isInterrupted else { break }
      let rounded = try result(of: workload, for: size, products: .sixteenBit) {}
      guard rounded.measurement.isWhole else { break }
      table.append(
        workload.rawValue, full.shape, full.times?.median, full.pairedFractionOfCeiling,
        rounded.times?.median, rounded.pairedFractionOfCeiling, rounded.error?.loss,
        rounded.error?.gradient, rounded.measurement.peakMemory)
      results += [full.json, rounded.json]
    }
    var report = Report(
      title: "Full and sixteen-bit products, \(threads ?? Workers.available) thread(s)",
      explanation: "Shares are medians over rounds of a round's rate, by the plain count of "
        + "operations, over that of the sgemm that began it; errors are against Double.",
      tables: [table])
    report.result = ["workloads": results]
    if table.rows.count < compared.count {
      report.interruption =
        "after \(table.rows.count) of \(compared.count) workloads; the results are of these"
    }
    return report
  }
}
