import Contrastive

extension Audit {
  static let sidesName = "audit-sides"
  static let rulesName = "audit-rules"
  static let nearName = "audit-near-duplicates"
  static let falseName = "audit-false-negatives"
  static let hardestName = "audit-hardest"
  static let plotName = "audit-cosines"

  /// What fits a screen; files have more, and as many as somebody may look at.
  private static let shownCount = 10
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
      title: "\(pairOptions.name): \(total) pairs before any loss",
      explanation: explanation(findings),
      tables: [
        sides, rules,
        Self.falseTable(twins, findings, count: Self.writtenCount),
        Self.hardestTable(worst, findings, count: Self.writtenCount),
      ].filter { !$0.rows.isEmpty })
    let near = Self.nearTable(findings)
    if !near.rows.isEmpty { report.attachments.append(near) }
    report.conclusion = conclusion(findings, twins: twins.count)
    report.notes =
      findings.sides.notes(names: (files.queries, files.keys), fileRows: findings.fileRows)
      + nearNotes(findings) + minedNotes(findings)
    report.plots = [plot(findings)].filter { $0.series.contains(where: \.hasHeights) }
    report.result = [
      "pairs": total, "queries": files.queries, "keys": files.keys,
      "ids": pairOptions.ids, "groups": findings.groupCount, "sides": sides,
      "copiedPairs": findings.sides.copiedPairCount,
      "recallAt1": neighbors.recall(at: 1), "recallAt5": neighbors.recall(at: 5),
      "likelyFalseNegatives": twins.count,
      "queriesInLikelyFalseNegatives": Set(twins.flatMap { [$0.first, $0.second] }).count,
      "rules": rules, "falseNegatives": Self.falseTable(twins, findings, count: 100),
      "hardest": Self.hardestTable(worst, findings, count: 100),
      "minedNegatives": findings.minedCounts.map { $0.reduce(0, +) },
    ]
    let nearDone = findings.near.map(\.pairs.doneCount).min() ?? total
    if neighbors.rowCount < total || nearDone < total {
      report.interruption =
        "after \(neighbors.rowCount) of \(total) queries"
        + (noNearDuplicates ? "" : ", and \(nearDone) rows of near-duplicates")
        + "; counts are of these"
    }
    return report
  }

  private func explanation(_ findings: AuditFindings) -> String {
    "Every query beside all keys"
      + (findings.groupCount.map { " but those of its group: by --ids there are \($0) groups" }
        ?? "")
      + ". Two rows, each of whose queries has the other's key above its own and among its "
      + "\(Neighbors.suspectedCount) hardest, may belong together: as negatives they would be false. Rows are counted "
      + "from 0, as they stand in the files."
  }

  private func conclusion(_ findings: AuditFindings, twins: Int) -> String {
    let neighbors = findings.neighbors
    if let side = findings.sides.collapsedSide {
      return "All \(side.rawValue) point one way: no loss tells them apart."
    }
    let touched = neighbors.aboveCounts.count { $0 > 0 }
    let share = 100 * Double(touched) / Double(max(1, neighbors.rowCount))
    let sentence =
      "\((100 * neighbors.recall(at: 1)).text(digits: 3)) % of the queries have their own key first; \(touched) "
      + "(\(share.text(digits: 3)) %) have harder keys above it, and \(twins) pairs of rows may be false negatives."
    let near = findings.near.compactMap { side, pairs in
      pairs.words(side: side, neighbors: neighbors, hasIDs: findings.groupCount != nil)
    }
    return ([sentence] + near).joined(separator: " ")
  }

  private static func rulesTable(_ findings: AuditFindings) -> Table {
    var table = Table(
      rulesName, title: "What a rule leaves out",
      columns: [
        Column("rule"), Column("removed", heading: "negatives"),
        Column("share", format: .significant(3)),
        Column("queriesTouched", heading: "queries"),
        Column("queriesTouchedShare", heading: "share of queries", format: .significant(3)),
        Column("queriesEmptied", heading: "left without any"),
      ])
    for effect in findings.effects {
      table.append(
        effect.rule.name, effect.removedCount,
        Double(effect.removedCount) / Double(max(1, effect.pairCount)), effect.touchedCount,
        Double(effect.touchedCount) / Double(max(1, findings.neighbors.rowCount)),
        effect.emptiedCount)
    }
    return table
  }

  private static func falseTable(
    _ twins: [Neighbors.Twins], _ findings: AuditFindings, count: Int
  ) -> Table {
    let texts = findings.texts
    var table = Table(
      falseName, title: "Likely false negatives: rows that each prefer the other's key",
      columns: [Column("row"), Column("other"), Column("cosine", format: .fixed(3))]
        + (texts.areGiven ? [Column("text"), Column("otherText", heading: "other's text")] : []))
    table.shownRowCount = shownCount
    table.totalRowCount = twins.count
    for pair in twins.prefix(count) {
      let numbers: [(any JSONRepresentable)?] = [
        findings.fileRows[pair.first], findings.fileRows[pair.second], pair.cosine,
      ]
      func text(_ row: Int) -> String {
        (texts.keys?[row] ?? texts.queries?[row] ?? "").shortened(to: 60)
      }
      table.append(
        row: numbers + (texts.areGiven ? [text(pair.first), text(pair.second)] : []))
    }
    return table
  }

  private static func hardestTable(
    _ rows: [Int], _ findings: AuditFindings, count: Int
  ) -> Table {
    let texts = findings.texts
    var columns = [
      Column("query"), Column("rank"), Column("cosine", heading: "own key", format: .fixed(3)),
      Column("hardest", heading: "hardest", format: .fixed(3)),
      Column("hardestRow", heading: "its row"),
    ]
    if texts.queries != nil { columns.append(Column("queryText", heading: "query's text")) }
    if texts.keys != nil {
      columns += [
        Column("keyText", heading: "own key's text"),
        Column("hardestText", heading: "hardest negative's text"),
      ]
    }
    var table = Table(
      hardestName, title: "The queries whose hardest negative is farthest above their own key",
      columns: columns)
    table.shownRowCount = shownCount
    table.totalRowCount = rows.count
    for row in rows.prefix(count) {
      guard let hardest = findings.neighbors.hardest[row].first else { continue }
      var cells: [(any JSONRepresentable)?] = [
        findings.fileRows[row], findings.neighbors.ranks[row].wholeIfExact,
        findings.neighbors.positives[row],
        hardest.logit, findings.fileRows[hardest.column],
      ]
      if let queries = texts.queries { cells.append(queries[row].shortened(to: 60)) }
      if let keys = texts.keys {
        cells += [keys[row].shortened(to: 60), keys[hardest.column].shortened(to: 60)]
      }
      table.append(row: cells)
    }
    return table
  }

  private static func nearTable(_ findings: AuditFindings) -> Table {
    var table = Table(
      nearName,
      columns: [
        Column("side"), Column("row"), Column("other"), Column("cosine"), Column("text"),
        Column("otherText"),
      ])
    for (side, pairs) in findings.near {
      let texts = side == "queries" ? findings.texts.queries : findings.texts.keys
      for pair in pairs.examples {
        table.append(
          side, findings.fileRows[pair.first], findings.fileRows[pair.second], pair.cosine,
          texts?[pair.first], texts?[pair.second])
      }
    }
    return table
  }

  /// What of near-duplicates is written, where that is not all.
  private func nearNotes(_ findings: AuditFindings) -> [String] {
    let near = findings.near.map(\.pairs)
    guard let output = outputOptions.output,
      near.contains(where: { $0.examples.count < $0.pairCount && !$0.examples.isEmpty })
    else { return [] }
    let parts = findings.near.map { side, pairs in
      pairs.examples.count < pairs.differentCount
        ? "the nearest \(pairs.examples.count) of \(pairs.differentCount) pairs of \(side)"
        : "all \(pairs.differentCount) pairs of \(side)"
    }
    return [
      "\(output)/\(Self.nearName).csv has \(parts.joined(separator: " and ")), equal rows apart."
    ]
  }

  private func minedNotes(_ findings: AuditFindings) -> [String] {
    guard let counts = findings.minedCounts, let file = mining.negativesOutput else { return [] }
    let full = counts.count { $0 == mining.negatives }
    return [
      "\(file): \(counts.reduce(0, +)) negatives, \(mining.negatives) each for \(full) of \(counts.count) queries "
        + "and fewer for the others, of ranks \(mining.firstRank) to \(mining.lastRank)."
    ]
  }

  /// Where cosines of positives and of negatives lie.
  private func plot(_ findings: AuditFindings) -> Plot {
    let neighbors = findings.neighbors
    let (count, step) = (Neighbors.binCount / 4, 4)
    func density(_ counts: [Double]) -> [(x: Double, y: Double?)] {
      let total = counts.reduce(0, +)
      return counts.enumerated().map { bin, value in
        let width = 2 / Double(count)
        return (-1 + (Double(bin) + 0.5) * width, total > 0 ? value / total / width : nil)
      }
    }
    var own = [Double](repeating: 0, count: count)
    for cosine in neighbors.positives {
      own[min(count - 1, max(0, Int((cosine + 1) / 2 * Double(count))))] += 1
    }
    let others = stride(from: 0, to: neighbors.negatives.count, by: step).map { first in
      neighbors.negatives[first..<first + step].reduce(0) { $0 + Double($1) }
    }
    // Where there are any.
    let bins = own.indices.filter { own[$0] > 0 || others[$0] > 0 }
    let range = bins.first.flatMap { first in
      bins.last.map { last in
        -1 + 2 * Double(first) / Double(count)...(-1 + 2 * Double(last + 1) / Double(count))
      }
    }
    var plot = Plot(
      name: Self.plotName, title: "Cosines of queries with keys",
      subject: "\(pairOptions.name), \(neighbors.rowCount) queries",
      x: Axis("cosine", range: range), y: Axis("density"))
    plot.series = [
      Series("own keys", points: density(own)), Series("negatives", points: density(others)),
    ]
    return plot
  }
}
