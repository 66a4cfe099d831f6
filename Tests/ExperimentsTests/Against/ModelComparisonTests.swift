import Contrastive
import TestSupport
import Testing

@testable import Experiments

@Suite("Two models compared")
struct ModelComparisonTests {
  private func comparison(_ first: [[Double]], _ second: [[Double]]) throws -> ModelComparison {
    try ModelComparison(
      ("a", "b"), first: first, second: second, resamples: Resamples(of: first[0].count, seed: 1))
  }

  @Test("has the means of 1/rank beside their difference, and not 1 over mean ranks")
  func reciprocals() throws {
    // Each of two seeds finds every second key: 1/rank is 5/9 on average, and 1 over the mean rank 1/5.
    let row = { (seed: Int) in (0..<60).map { ($0 + seed).isMultiple(of: 2) ? 1.0 : 9 } }
    let compared = try comparison([row(0), row(1)], [Array(repeating: 2, count: 60)])
    let table = compared.table("models")
    let place = try #require(table.cells(in: "measure").firstIndex(of: .string("MRR")))
    let numbers = try ["first", "second", "difference"].map {
      try #require(table.numbers(in: $0)[place])
    }
    #expect(abs(numbers[0] - 5.0 / 9) < 1e-12 && numbers[1] == 0.5)
    #expect(abs(numbers[1] - numbers[0] - numbers[2]) < 1e-12)
  }

  @Test("has no table of rows that differ where none does")
  func nothing() throws {
    let ranks = (0..<40).map { Double($0 % 3 + 1) }
    let texts = RowTexts()
    let same = try comparison([ranks], [ranks])
    #expect(same.rowTable("rows", fileRows: Array(0..<40), texts: texts) == nil)
    var other = ranks
    other[7] += 1
    let rows = try comparison([ranks], [other]).rowTable(
      "rows", fileRows: Array(0..<40), texts: texts)
    #expect(rows?.numbers(in: "query") == [7])
  }

  @Test("has in its results the comparison of untrained rows that notes have")
  func untrained() throws {
    let folder = try TemporaryFolder()
    let pairs = try TurnedPairs(rowCount: 120)
    let files = try pairs.write(to: folder)
    var keys = pairs.keys
    try keys.add(.random(rowCount: 120, columnCount: 8, seed: 9), times: 0.3)
    try keys.write(to: folder.path("other.npy"))
    let report = try Choose.report(
      files + [
        "--against", folder.path("q.npy"), folder.path("other.npy"), "--batch", "16", "--epochs",
        "2", "--temperatures", "0.1,0.5", "--seeds", "2",
      ])
    guard case .string(let sentence)? = report.result["against"]?["untrained"]?["sentence"] else {
      Issue.record("no sentence of untrained rows")
      return
    }
    #expect(sentence.contains(", untrained") && report.notes.contains(sentence))
  }
}
