import Contrastive
import ContrastiveTraining

extension Sweep {
  /// Sets another model's loss and ranks beside those that a report is of, if there is one.
  func addOther<Scalar: FileScalar>(
    to report: inout Report, queries: RowSource<Scalar>, keys: RowSource<Scalar>, ids: [Int]?,
    choice: RowOptions.Choice, fileCount: Int
  ) throws {
    guard
      let sources = try againstOptions.sources(rowCount: fileCount, as: Scalar.self),
      let names = againstOptions.names(beside: pairOptions)
    else { return }
    let (q, k) = (choice(sources.queries), choice(sources.keys))
    let points: [SweepPoint<Scalar>]
    let ranks: (first: RetrievalRanks, second: RetrievalRanks)
    do {
      points = try InfoNCE(temperature: 1).sweep(
        queries: q, positives: k, excluding: ids.map { .equalIDs($0) } ?? .none,
        temperatures: try temperatures(), keepingTerms: true
      ) { _ in !Interruption.isRequested }
      guard !Interruption.isRequested else {
        report.interruption = "before \(names.second) was swept; there is nothing of it"
        return
      }
      ranks = (
        try RetrievalRanks(queries, keys, ids: ids), try RetrievalRanks(q, k, ids: ids)
      )
    } catch let error as ContrastiveError {
      throw choice.ofFileRows(error).naming([
        .queries: againstOptions.against[0], .positives: againstOptions.against[1],
        .keys: againstOptions.against[1],
      ])
    }
    var table = Table(
      "sweep-against", title: "The loss of \(names.second)",
      columns: [
        Column("temperature", heading: "τ"), Column("loss", unit: "nats"),
        Column("lossLow", heading: "low", unit: "nats"),
        Column("lossHigh", heading: "high", unit: "nats"),
        Column("effectiveNegatives", heading: "negatives"),
      ])
    for point in points {
      let error = 1.96 * (point.terms ?? []).map { Double($0) }.standardError
      let loss = Double(point.value)
      table.append(
        point.temperature.value, loss, loss - error, loss + error,
        point.diagnostics.effectiveNegatives)
    }
    let comparison = try ModelComparison(
      names, first: [ranks.first.ranks], second: [ranks.second.ranks],
      resamples: Resamples(of: q.rowCount, seed: 1))
    let fileRows = choice(Array(0..<fileCount))
    let models = comparison.table("sweep-models")
    report.tables += [
      table, models,
      comparison.rowTable("sweep-models-rows", fileRows: fileRows, texts: RowTexts()),
    ].compactMap(\.self)
    report.notes.append(comparison.sentence)
    report.result.add("against", comparison.json)
    report.result.add("againstRows", table)
    if let place = report.plots.firstIndex(where: { $0.name == "sweep-loss" }) {
      report.plots[place].series.append(
        Series(
          "loss of \(names.second)", of: table, x: "temperature", y: "loss", low: "lossLow",
          high: "lossHigh"))
    }
  }
}

extension RetrievalRanks {
  /// The ranks of own keys, or of the nearest key of each row's id.
  init<Scalar: EmbeddingScalar>(
    _ queries: RowSource<Scalar>, _ keys: RowSource<Scalar>, ids: [Int]?
  ) throws(ContrastiveError) {
    if let ids {
      try self.init(queries: queries, keys: keys, ids: ids)
    } else {
      try self.init(queries: queries, keys: keys)
    }
  }
}
