import Contrastive
import Foundation

/// Two models that ranked the keys of the same queries.
struct ModelComparison: Sendable {
  /// What they are called.
  let names: (first: String, second: String)

  /// Every query's rank by each; means over seeds where there are several.
  let ranks: (first: [Double], second: [Double])

  /// recall@1 of each, and what the second has above the first.
  let recalls: (first: Double, second: Double)
  let recallGain: Estimate

  /// The same of the mean of 1/rank, query by query and seed by seed: not of 1 over a mean rank.
  let reciprocals: (first: Double, second: Double)
  let reciprocalGain: Estimate

  /// - Parameters:
  ///   - first: By seed and query; one list of a model that no seed changes.
  ///   - resamples: Of the queries.
  init(
    _ names: (first: String, second: String), first: [[Double]], second: [[Double]],
    resamples: Resamples
  ) throws(ContrastiveError) {
    self.names = names
    func means(_ lists: [[Double]]) -> [Double] {
      lists[0].indices.map { row in lists.map { $0[row] }.mean }
    }
    ranks = (means(first), means(second))
    func gain(_ value: (Double) -> Double) throws(ContrastiveError) -> (PairedComparison, Estimate)
    {
      let comparison = try PairedComparison(
        [first.map { $0.map(value) }, second.map { $0.map(value) }], resamples: resamples)
      return (comparison, comparison.difference(1, 0))
    }
    let (comparison, recallGain) = try gain { $0 <= 1 ? 1 : 0 }
    self.recallGain = recallGain
    recalls = (comparison.means[0].value, comparison.means[1].value)
    let (ofReciprocals, reciprocalGain) = try gain { 1 / $0 }
    self.reciprocalGain = reciprocalGain
    reciprocals = (ofReciprocals.means[0].value, ofReciprocals.means[1].value)
  }

  /// For how many queries the second one's rank is better, and worse.
  var winCount: Int { ranks.first.indices.count { ranks.second[$0] < ranks.first[$0] } }
  var lossCount: Int { ranks.first.indices.count { ranks.second[$0] > ranks.first[$0] } }

  /// The queries whose ranks differ by the greatest factor, the greatest first.
  func differing(_ count: Int) -> [Int] {
    let factors = ranks.first.indices.map { row in
      (row: row, factor: abs(log(ranks.first[row] / ranks.second[row])))
    }
    return factors.filter { $0.factor > 0 }
      .sorted { ($0.factor, $1.row) > ($1.factor, $0.row) }.prefix(count).map(\.row)
  }

  /// Which one is better, or that it cannot be told.
  var sentence: String {
    let (a, b) = (recalls.first.text(digits: 3), recalls.second.text(digits: 3))
    func interval(_ value: Double, _ ends: Double...) -> String {
      "\(value.text(digits: 2)) (\(ends.map { $0.text(digits: 2) }.joined(separator: " to ")))"
    }
    let counts =
      "\(names.second) ranks the own key of \(winCount) of \(ranks.first.count.words("query")) better and of \(lossCount) worse"
    let (gain, low, high) = (recallGain.value, recallGain.low, recallGain.high)
    guard recallGain.isToldFromZero else {
      return
        "\(names.first) and \(names.second) cannot be told apart by these queries: recall@1 is \(a) and \(b), the second's "
        + "less the first's \(interval(gain, low, high)); \(counts)."
    }
    let isSecond = gain > 0
    return
      "\(isSecond ? names.second : names.first) finds more: recall@1 is \(a) by \(names.first) and \(b) by "
      + "\(names.second), a difference of "
      + "\(isSecond ? interval(gain, low, high) : interval(-gain, -high, -low)); \(counts)."
  }

  /// Wins, losses and gains.
  func table(_ name: String) -> Table {
    var table = Table(
      name, title: "\(names.second) against \(names.first), query by query",
      columns: [
        Column("measure"), Column("first", format: .fixed(4)), Column("second", format: .fixed(4)),
        Column("difference", format: .signed(4)), Column("low", format: .signed(4)),
        Column("high", format: .signed(4)),
      ])
    table.append(
      "recall@1", recalls.first, recalls.second, recallGain.value, recallGain.low, recallGain.high)
    table.append(
      "MRR", reciprocals.first, reciprocals.second, reciprocalGain.value, reciprocalGain.low,
      reciprocalGain.high)
    table.append("queries ranked better", lossCount, winCount, winCount - lossCount, nil, nil)
    return table
  }

  /// The rows where the two differ most; nil where they differ nowhere.
  func rowTable(_ name: String, fileRows: [Int], texts: RowTexts, count: Int = 1000) -> Table? {
    var columns = [
      Column("query"), Column("firstRank", heading: "first's rank"),
      Column("secondRank", heading: "second's rank"),
    ]
    if texts.queries != nil { columns.append(Column("queryText", heading: "query's text")) }
    if texts.keys != nil { columns.append(Column("keyText", heading: "own key's text")) }
    var table = Table(name, title: "Where they differ most", columns: columns)
    table.shownRowCount = 10
    let rows = differing(.max)
    guard !rows.isEmpty else { return nil }
    table.totalRowCount = rows.count
    for row in rows.prefix(count) {
      var cells: [(any JSONRepresentable)?] = [
        fileRows[row], ranks.first[row].wholeIfExact, ranks.second[row].wholeIfExact,
      ]
      if let queries = texts.queries { cells.append(queries[row].shortened(to: 60)) }
      if let keys = texts.keys { cells.append(keys[row].shortened(to: 60)) }
      table.append(row: cells)
    }
    return table
  }

  /// What results hold of it.
  var json: JSONObject {
    [
      "first": names.first, "second": names.second, "recallGain": recallGain,
      "reciprocalRankGain": reciprocalGain, "wins": winCount, "losses": lossCount,
      "ties": ranks.first.count - winCount - lossCount, "sentence": sentence,
    ]
  }
}
