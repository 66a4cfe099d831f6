import Contrastive

extension Audit {
  /// What fits a screen.
  private static let shownCount = 10

  /// Of two texts beside each other on 80 columns.
  private static let textWidth = 28

  /// What a reader of files needs of a text.
  private static let writtenWidth = 200

  static func rulesTable(_ findings: AuditFindings) -> Table {
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

  static func suspectedTable(
    _ twins: [Neighbors.Twins], _ findings: AuditFindings, count: Int
  ) -> Table {
    let texts = findings.texts
    let sides = [
      ("queryText", "query's text", texts.queries), ("keyText", "key's text", texts.keys),
      ("otherQueryText", "other query's text", texts.queries),
      ("otherKeyText", "other key's text", texts.keys),
    ].filter { $0.2 != nil }
    var table = Table(
      suspectedName,
      title: "Candidates for false negatives, to be read: rows that each prefer the other's key",
      columns: [Column("row"), Column("other"), Column("cosine", format: .fixed(3))]
        + sides.map { Column($0.0, heading: $0.1, textWidth: textWidth) })
    table.shownRowCount = shownCount
    table.totalRowCount = twins.count
    for pair in twins.prefix(count) {
      let numbers: [(any JSONRepresentable)?] = [
        findings.fileRows[pair.first], findings.fileRows[pair.second], pair.cosine,
      ]
      let words = sides.map { name, _, texts in
        texts?[name.hasPrefix("other") ? pair.second : pair.first].shortened(to: writtenWidth)
      }
      table.append(row: numbers + words)
    }
    return table
  }

  static func hardestTable(
    _ rows: [Int], _ findings: AuditFindings, count: Int
  ) -> Table {
    let texts = findings.texts
    var columns = [
      Column("query"), Column("rank"), Column("cosine", heading: "own key", format: .fixed(3)),
      Column("hardest", heading: "hardest", format: .fixed(3)),
      Column("hardestRow", heading: "its row"),
    ]
    if texts.queries != nil {
      columns.append(Column("queryText", heading: "query's text", textWidth: textWidth))
    }
    if texts.keys != nil {
      columns += [
        Column("keyText", heading: "own key's text", textWidth: textWidth),
        Column("hardestText", heading: "hardest negative's text", textWidth: textWidth),
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
      if let queries = texts.queries { cells.append(queries[row].shortened(to: writtenWidth)) }
      if let keys = texts.keys {
        cells += [
          keys[row].shortened(to: writtenWidth), keys[hardest.column].shortened(to: writtenWidth),
        ]
      }
      table.append(row: cells)
    }
    return table
  }

  static func nearTable(_ findings: AuditFindings) -> Table {
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
}
