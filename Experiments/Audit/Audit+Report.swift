import Contrastive

extension Audit {
  static let sidesName = "audit-sides"
  static let rulesName = "audit-rules"
  static let nearName = "audit-near-duplicates"
  static let suspectedName = "audit-suspected"
  static let hardestName = "audit-hardest"
  static let plotName = "audit-cosines"

  /// As many as somebody may look at are in files.
  private static let writtenCount = 1000

  func report(_ findings: AuditFindings, files: (queries: String, keys: String)) -> Report {
    let neighbors = findings.neighbors
    let total = findings.sides.queries.rowCount
    var sides = findings.sides.table(Self.sidesName, title: "The two sides")
    sides.append(findings.near)
    let twins = neighbors.twins
    let worst = neighbors.worst
    let rules = Self.rulesTable(findings)
    var report = Report(
      title: "\(pairOptions.name): \(total.words("pair")) before any loss",
      explanation: explanation(findings),
      tables: [
        sides, rules,
        Self.suspectedTable(twins, findings, count: Self.writtenCount),
        Self.hardestTable(worst, findings, count: Self.writtenCount),
      ].filter { !$0.rows.isEmpty })
    let near = Self.nearTable(findings)
    if !near.rows.isEmpty { report.attachments.append(near) }
    report.finding = finding(findings, twins: twins.count)
    report.notes =
      findings.sides.notes(names: (files.queries, files.keys), fileRows: findings.fileRows)
      + nearNotes(findings) + minedNotes(findings)
    let advice = advice(on: findings)
    report.notes += advice
    report.plots = [plot(findings)].filter { $0.series.contains(where: \.hasHeights) }
    report.result = [
      "pairs": total, "queries": files.queries, "keys": files.keys,
      "ids": pairOptions.ids, "groups": findings.groupCount, "sides": sides,
      "copiedPairs": findings.sides.copiedPairCount, "queriesEqualKeys": findings.sides.areEqual,
      "recallAt1": neighbors.recall(at: 1), "recallAt5": neighbors.recall(at: 5),
      "suspectedFalseNegatives": twins.count,
      "queriesInSuspectedFalseNegatives": Set(twins.flatMap { [$0.first, $0.second] }).count,
      "rules": rules, "suspected": Self.suspectedTable(twins, findings, count: 100),
      "hardest": Self.hardestTable(worst, findings, count: 100),
      "minedNegatives": findings.minedCounts.map { $0.reduce(0, +) },
      "minedCopiesLeftOut": findings.minedCounts.map { _ in findings.minedCopies.equal },
      "minedNearCopiesLeftOut": findings.minedCounts.map { _ in findings.minedCopies.near },
      "advice": advice,
    ]
    let nearDone = findings.near.map(\.pairs.doneCount).min() ?? total
    if neighbors.rowCount < total || nearDone < total {
      report.interruption =
        "after \(neighbors.rowCount) of \(total.words("query"))"
        + (noNearDuplicates ? "" : ", and \(nearDone.words("row")) of near-duplicates")
        + "; counts are of these"
    } else if let file = mining.negativesOutput, findings.minedCounts == nil {
      report.interruption = "before negatives were mined; \(file) is not written"
    }
    return report
  }

  private func explanation(_ findings: AuditFindings) -> String {
    "Every query beside all keys"
      + (findings.groupCount.map {
        " but the others of its group: by --ids there \($0 == 1 ? "is 1 group" : "are \($0) groups"). Its own key is that of its row, even where "
          + "another of the group is nearer"
      } ?? "")
      + ". Two rows, each of whose queries has the other's key above its own and among its "
      + "\(Neighbors.suspectedCount) hardest, are candidates for false negatives, and no more: most may be right ones, "
      + "which only a reader of their texts can tell. Rows are counted from 0, as they stand in the files."
  }

  private func finding(_ findings: AuditFindings, twins: Int) -> String {
    let neighbors = findings.neighbors
    if let side = findings.sides.collapsedSide {
      return "All \(side.rawValue) point one way: no loss tells them apart."
    }
    let touched = neighbors.aboveCounts.count { $0 > 0 }
    let share = 100 * Double(touched) / Double(max(1, neighbors.rowCount))
    let sentence =
      "\((100 * neighbors.recall(at: 1)).text(digits: 3)) % of the queries have their own key first; \(touched) "
      + "(\(share.text(digits: 3)) %) have harder keys above it, and \(twins) pair\(twins == 1 ? " of rows is a candidate" : "s of rows are candidates") "
      + "for false negatives."
    let near = findings.near.compactMap { side, pairs in
      pairs.words(
        side: side, sides: findings.sides, neighbors: neighbors,
        hasIDs: findings.groupCount != nil)
    }
    return ([sentence] + near).joined(separator: " ")
  }

  /// What of near-duplicates is written, where that is not all.
  private func nearNotes(_ findings: AuditFindings) -> [String] {
    let near = findings.near.map(\.pairs)
    guard let output = outputOptions.output,
      near.contains(where: { $0.examples.count < $0.pairCount && !$0.examples.isEmpty })
    else { return [] }
    let parts = findings.near.map { side, pairs in
      pairs.examples.count < pairs.differentCount
        ? "the nearest \(pairs.examples.count) of \(pairs.differentCount.words("pair")) of \(side)"
        : "all \(pairs.differentCount.words("pair")) of \(side)"
    }
    let left = findings.groupCount == nil ? "equal rows" : "rows that are equal or of one id"
    return [
      "\(output)/\(Self.nearName).csv has \(parts.joined(separator: " and ")), \(left) apart."
    ]
  }

  private func minedNotes(_ findings: AuditFindings) -> [String] {
    guard let counts = findings.minedCounts, let file = mining.negativesOutput else { return [] }
    let full = counts.count { $0 == mining.negatives }
    let others = full < counts.count ? " and fewer for the others" : ""
    return [
      "\(file): \(counts.reduce(0, +).words("negative")), \(mining.negatives) each for \(full) of \(counts.count.words("query"))"
        + "\(others), of ranks \(mining.firstRank) to \(mining.lastRank)"
        + Self.leftOutText(findings.minedCopies) + "."
    ]
  }

  /// Which candidates were no negatives, behind what was mined.
  private static func leftOutText(_ copies: OwnKeyCopies.Counts) -> String {
    let reasons = [
      (copies.equal, "equal to the query's own key"),
      (
        copies.near,
        "equal to the query's own key but for rounding, or of its text and as near to the query"
      ),
    ].filter { $0.0 > 0 }
    return reasons.enumerated().map { place, reason in
      place == 0
        ? "; without \(reason.0) \(reason.1)"
        : ", and \(reason.0) \(reason.1)"
    }.joined()
  }
}
