import Contrastive

extension Audit {
  static let againstNames = ["audit-against-sides", "audit-models", "audit-models-rows"]

  /// Sets another model's rows of the same pairs beside those of a report, if there are any.
  ///
  /// - Parameter sources: All rows of its files.
  func compare(
    _ findings: AuditFindings, with sources: (queries: RowSource<Float>, keys: RowSource<Float>)?,
    choice: RowOptions.Choice, ids: [Int]?, in report: inout Report, progress: ProgressLine,
    isInterrupted: () -> Bool = { Interruption.isRequested }
  ) throws {
    guard let sources, let names = againstOptions.names(beside: pairOptions) else { return }
    let count = findings.sides.queries.rowCount
    let (queries, keys) = (choice(sources.queries), choice(sources.keys))
    let sides: PairAudit
    let neighbors: Neighbors
    do {
      sides = PairAudit(
        queries: try SideAudit(queries, ids: ids), keys: try SideAudit(keys, ids: ids))
      neighbors = try Neighbors(
        queries: queries, keys: keys, ids: ids, count: 1, progress: progress,
        isInterrupted: isInterrupted)
    } catch {
      throw choice.ofFileRows(error).naming([
        .queries: againstOptions.against[0], .positives: againstOptions.against[1],
        .keys: againstOptions.against[1], .rows: againstOptions.against.joined(separator: " or "),
      ])
    }
    guard neighbors.rowCount == count else {
      report.interruption = "before \(names.second) was searched; there is nothing of it"
      return
    }
    let comparison = try ModelComparison(
      names, first: [findings.neighbors.ranks], second: [neighbors.ranks],
      resamples: Resamples(of: count, seed: seed ?? 1))
    report.tables += [
      sides.table("audit-against-sides", title: "The two sides of \(names.second)"),
      comparison.table("audit-models"),
      comparison.rowTable(
        "audit-models-rows", fileRows: findings.fileRows, texts: findings.texts),
    ].compactMap(\.self)
    report.notes.append(comparison.sentence)
    report.result.add("against", comparison.json)
  }
}
