import Contrastive

/// What the rows of both sides are like by themselves.
struct PairAudit: Sendable {
  let queries: SideAudit
  let keys: SideAudit

  /// The side whose rows all point one way, if one does.
  var collapsedSide: EmbeddingSide? {
    keys.isCollapsed ? .keys : queries.isCollapsed ? .queries : nil
  }

  /// Pairs that are equal on both sides to an earlier pair.
  var copiedPairCount: Int {
    // First rows are numbers below the number of rows each.
    Set(zip(queries.originals, keys.originals).map { $0 * keys.rowCount + $1 }).count.distance(
      to: queries.originals.count)
  }

  /// Whether every query equals its key.
  var areEqual: Bool { queries.rowCount > 0 && queries.fingerprint == keys.fingerprint }

  /// A side whose rows equal earlier ones in so many cases that no number of further pairs tells temperatures apart.
  var hasManyCopies: Bool {
    [queries, keys].contains { 10 * $0.copyCount > $0.rowCount }
  }

  /// A row for each property, a column for each side.
  func table(_ name: String, title: String = "") -> Table {
    var table = Table(
      name, title: title,
      columns: [
        Column("property"), Column("queries", format: .significant(4)),
        Column("keys", format: .significant(4)),
      ])
    func add(_ property: String, _ value: (SideAudit) -> (any JSONRepresentable)?) {
      table.append(property, value(queries), value(keys))
    }
    add("rows") { $0.rowCount }
    add(queries.hasIDs ? "equal to an earlier row of another id" : "equal to an earlier row") {
      $0.copyCount
    }
    add("rows of zeros") { $0.zeroRows.count }
    add("rows of one number") { $0.constantRows.count }
    add("least length") { $0.norms.least }
    add("median length") { $0.norms.median }
    add("greatest length") { $0.norms.greatest }
    add("mean cosine of two rows") { $0.meanCosine }
    // Of rows that point one way it is that of their rounding.
    add("effective rank") { $0.isCollapsed ? nil : $0.effectiveRank }
    return table
  }

  /// What a user should know before any loss is computed, a sentence each.
  ///
  /// - Parameter fileRows: Which row of the files each is.
  func notes(names: (queries: String, keys: String), fileRows: [Int]) -> [String] {
    let equal = "\(names.queries) and \(names.keys): every query equals its key"
    return (areEqual ? ["\(equal), and finds itself. Was the same file given twice?"] : [])
      + [(names.queries, queries), (names.keys, keys)].flatMap { name, side in
        side.notes(name: name, fileRows: fileRows)
      }
  }
}

extension SideAudit {
  fileprivate func notes(name: String, fileRows: [Int]) -> [String] {
    var notes: [String] = []
    func note(_ rows: [Int], _ what: String) {
      guard let first = rows.map({ fileRows[$0] }).min() else { return }
      notes.append(
        rows.count == 1
          ? "\(name): row \(first) \(what)."
          : "\(name): \(rows.count.words("row")), the first of them row \(first), \(what).")
    }
    note(zeroRows, "zero throughout, without a direction: every cosine with it is 0")
    note(constantRows, "one number throughout, as a failed encoder leaves it")
    // The pair that is first in the files, whatever order rows are in here.
    let pairs = Dictionary(grouping: copies, by: { $0.original }).map { original, copies in
      (copies.map { fileRows[$0.row] } + [fileRows[original]]).sorted()
    }
    if let first = pairs.min(by: { ($0[1], $0[0]) < ($1[1], $1[0]) }) {
      notes.append(
        "\(name): \(copyCount) of \(rowCount.words("row")) are equal to an earlier one"
          + (hasIDs ? " of another id" : "")
          + ", as row \(first[1]) to row \(first[0]). Such rows are each other's negatives, with a gradient that nothing "
          + "can satisfy; "
          + (hasIDs
            ? "if they belong together, give them one id." : "--ids tells which belong together."))
    }
    if isNarrowCone {
      notes.append(
        "\(name): two rows have a mean cosine of \(meanCosine.text(digits: 2)): they lie in a narrow cone, and "
          + "cosines differ by little, as if τ were larger. Training, or taking off the mean row, spreads them."
      )
    }
    return notes
  }
}
