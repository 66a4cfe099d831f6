import Foundation

extension Calibrate {
  /// A cosine from which on answers are as often right as is wanted, by the half that is fitted to, and what the other
  /// half says of it.
  struct Threshold {
    let wanted: Double
    let cosine: Double

    /// How many answers of the half that is fitted to are from it on.
    let fittedCount: Int

    /// The same of the half that judges, their share of its queries, and how many of them are right, as a share.
    let count: Int
    let share: Double
    let precision: Double

    init?(_ wanted: Double, fit: Matches, test: Matches) {
      guard let found = fit.threshold(forPrecision: wanted) else { return nil }
      (self.wanted, cosine) = (wanted, found.cosine)
      fittedCount = fit.answers(from: found.cosine).count
      let judged = test.answers(from: found.cosine)
      (count, share, precision) = (judged.count, judged.share, judged.precision)
    }

    /// Where 95 % have the precision that was seen.
    var range: ClosedRange<Double> { .wilson(share: precision, count: count) }

    /// How many answers, all of them right, show the wanted precision: fewer are all right with a chance of 5 % or more
    /// where it is not reached. Nil of a precision of 1, which no number shows.
    var neededCount: Int? {
      wanted < 1 ? Int((log(0.05) / log(wanted)).rounded(.up)) : nil
    }

    var restsOnFew: Bool { neededCount.map { min(count, fittedCount) < $0 } ?? true }

    var verdict: String {
      guard count > 0 else { return "no answer to judge" }
      if range.upperBound < wanted { return "missed" }
      if restsOnFew { return "too few to tell" }
      return range.lowerBound >= wanted ? "kept" : "not told"
    }
  }

  static func thresholdTable(
    _ wanted: [Double], _ thresholds: [Threshold], fittedCount: Int, judgedCount: Int
  ) -> Table {
    var table = Table(
      thresholdsName,
      title:
        "From which cosine on to answer: found by \(fittedCount.words("query")), judged by \(judgedCount) others",
      columns: [
        Column("wanted"), Column("cosine", format: .fixed(4)),
        Column("fittedAnswers", heading: "answers fitted"),
        Column("answers", heading: "answers judged"),
        Column("answered", heading: "share of queries", format: .significant(2)),
        Column("precision", heading: "right of these", format: .fixed(3)),
        Column("low", format: .fixed(3)), Column("high", format: .fixed(3)), Column("verdict"),
      ])
    for wanted in wanted {
      guard let found = thresholds.first(where: { $0.wanted == wanted }) else {
        table.append(wanted, nil, 0, 0, 0, nil, nil, nil, "no cosine has it")
        continue
      }
      let isJudged = found.count > 0
      table.append(
        wanted, found.cosine, found.fittedCount, found.count, found.share,
        isJudged ? found.precision : nil, isJudged ? found.range.lowerBound : nil,
        isJudged ? found.range.upperBound : nil, found.verdict)
    }
    return table
  }

  /// Which thresholds tell nothing.
  static func thresholdNote(_ thresholds: [Threshold]) -> String? {
    let few = thresholds.filter(\.restsOnFew).map { found in
      "for \(found.wanted.text(digits: 4)) on \(found.fittedCount) of those fitted to and \(found.count) of those "
        + "that judge, where "
        + (found.neededCount.map { "\($0) would be needed if all were right" }
          ?? "no number would do")
    }
    return few.isEmpty
      ? nil
      : "Thresholds that rest on few answers tell nothing: \(few.joined(separator: "; "))."
  }
}

extension ClosedRange<Double> {
  /// Where a share may be of which a number was seen, with 95 %.
  ///
  /// - Source: Wilson 1927.
  static func wilson(share: Double, count: Int) -> ClosedRange<Double> {
    guard count > 0 else { return 0...1 }
    let (z, n) = (1.959964, Double(count))
    let scale = 1 + z * z / n
    let middle = (share + z * z / (2 * n)) / scale
    let half = z / scale * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    // All or none of them: an end is that share itself, which roundings of the sum may miss.
    let least = share <= 0 ? 0 : Swift.max(0, middle - half)
    return least...(share >= 1 ? 1 : Swift.min(1, middle + half))
  }
}
