import Contrastive

extension Audit {
  /// What to do, in a few sentences that follow from the numbers; nothing of rows that were not all compared.
  func advice(on findings: AuditFindings) -> [String] {
    let sides = findings.sides
    guard findings.neighbors.rowCount == sides.queries.rowCount else { return [] }
    if sides.collapsedSide != nil {
      return [
        "To do: make other embeddings. Rows that point one way have nothing to train on or to mask."
      ]
    }
    if sides.areEqual {
      return [
        "To do: check the two files. Every query equals its key: was the same one given twice?"
      ]
    }
    if findings.groupCount == 1 {
      return [
        "To do: check --ids. All rows have one id, and none is a negative of another: there is nothing to train on."
      ]
    }
    if findings.groupCount == nil, let strayed = Self.strayed(findings.neighbors) {
      return ["To do: check the rows. \(strayed)"]
    }
    let steps = [
      zeroAdvice(sides), idAdvice(findings), nearAdvice(findings), maskingAdvice(findings),
    ].compactMap(\.self)
    return steps.isEmpty ? ["To do: nothing. \(nothing)"] : steps.map { "To do: \($0)" }
  }

  /// What is true of rows of which nothing is to be done.
  private var nothing: String {
    pairOptions.ids == nil
      ? "No rows are equal, and no two prefer each other's key: train with all of them as negatives."
      : "No rows of different ids are equal, and no two of these prefer each other's key: train with these --ids, and "
        + "with all rows of other ids as negatives."
  }

  /// What is said of queries that find their own keys no better than by chance, or worse.
  private static func strayed(_ neighbors: Neighbors) -> String? {
    guard TrainedRecalls.canTellRandom(count: neighbors.rowCount),
      TrainedRecalls.areRandom(neighbors.ranks)
    else { return nil }
    return TrainedRecalls.areWorseThanRandom(neighbors.ranks)
      ? "Queries find their own keys worse than by chance: is a sign turned, or a distance taken for a similarity?"
      : "Queries find their own keys no better than by chance: does row i of one file belong to row i of the other?"
  }

  /// How ids are made of equal rows.
  private func idAdvice(_ findings: AuditFindings) -> String? {
    let sides = [("queries", findings.sides.queries), ("keys", findings.sides.keys)]
    guard let (side, audit) = sides.max(by: { $0.1.copyCount < $1.1.copyCount }),
      audit.copyCount > 0
    else { return nil }
    let count = "\(audit.copyCount) of the \(side) are equal to an earlier one"
    let (texts, file) =
      side == "queries"
      ? (findings.texts.queries, textOptions.queryTexts) : (findings.texts.keys, textOptions.texts)
    let areOfOneText = texts.map { texts in
      audit.copies.allSatisfy { texts[$0.row] == texts[$0.original] }
    }
    if pairOptions.ids != nil {
      return
        "\(count) of another id: give them one, if any of these queries may find the others' keys."
    }
    if let file, areOfOneText == true {
      return
        "\(count), and their texts are, too: pass --ids \(file), by which rows of one text belong together, to every "
        + "command and training."
    }
    return
      "\(count): write a file with a line for each row, the same for rows that belong together, and pass it as --ids to every "
      + "command and training (“Choosing a temperature” has lines of Python for it)."
  }

  /// What to do of rows that are nearly equal and of different ids, where they are many.
  private func nearAdvice(_ findings: AuditFindings) -> String? {
    let near = findings.near.max { $0.pairs.differentRowCount < $1.pairs.differentRowCount }
    guard let (side, pairs) = near, pairs.areManyDifferent else { return nil }
    if (side == "queries" ? findings.sides.queries : findings.sides.keys).isNarrowCone {
      return
        "take the mean row off the \(side), or give a larger --near-duplicate: in so narrow a cone a cosine of "
        + "\(pairs.threshold.text(digits: 3)) does not tell near rows from others."
    }
    return
      "read the near-duplicates of the \(side) (\(Self.nearName).csv of --output, the nearest first), and give those that "
      + "say the same one id (“Choosing a temperature” has lines of Python for it)."
  }

  private func zeroAdvice(_ sides: PairAudit) -> String? {
    let rows = Set(
      [sides.queries, sides.keys].flatMap { $0.zeroRows + $0.constantRows })
    guard !rows.isEmpty else { return nil }
    return
      "take \(rows.count == 1 ? "the pair" : "the \(rows.count.words("pair"))") with rows of zeros or of one number out of both files."
  }

  /// Above this share of queries with a key above their own, such keys are mostly what embeddings get wrong.
  private static let weakShare = 0.5

  /// Whether a margin is worth its price, and which.
  private func maskingAdvice(_ findings: AuditFindings) -> String? {
    let neighbors = findings.neighbors
    let twins = neighbors.twins
    guard let above = findings.effects.first(where: { $0.rule == .absolute(0) }), !twins.isEmpty
    else { return nil }
    let share = Double(above.touchedCount) / Double(max(1, neighbors.rowCount))
    let touched = "\((100 * share).text(digits: 3)) % of the queries"
    let suspects =
      "read the \(twins.count.words("candidate")) for false negatives "
      + "(\(Self.suspectedName).csv of --output) and give rows that do belong together one id"
    if share > Self.weakShare {
      return
        suspects
        + ". No --margin: one of 0 would take hard negatives from \(touched), most of them probably right."
    }
    return
      suspects + "; or leave out by `loss info-nce --margin 0` what is above a query's own key: "
      + "\(above.removedCount.words("negative")) of \(touched), all candidates among them and right ones, too."
  }
}
