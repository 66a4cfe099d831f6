import Contrastive
import Foundation
import TestSupport
import Testing

@testable import Experiments

@Suite("audit")
struct AuditTests {
  private func report(_ pairs: NoisyPairs, _ options: String...) throws -> Report {
    let folder = try TemporaryFolder()
    return try Audit.report(try pairs.write(to: folder) + options)
  }

  private func number(_ property: String, _ side: String, _ report: Report) throws -> Double {
    let table = report.table("audit-sides")
    let row = try #require(table.cells(in: "property").firstIndex(of: .string(property)))
    return try #require(table.numbers(in: side)[row])
  }

  @Test("counts copies, zero and constant rows exactly")
  func rows() throws {
    var pairs = try NoisyPairs()
    for column in 0..<12 {
      pairs.keys[7, column] = pairs.keys[3, column]
      pairs.keys[9, column] = pairs.keys[3, column]
      pairs.keys[11, column] = 0
      pairs.keys[13, column] = 0.25
      pairs.queries[5, column] = 0
      pairs.queries[6, column] = column == 0 ? -0.0 : 0
      pairs.queries[8, column] = column == 0 ? 0 : pairs.queries[2, column]
    }
    pairs.queries[2, 0] = -0.0
    let report = try report(pairs)
    #expect(try number("equal to an earlier row", "keys", report) == 2)
    #expect(try number("rows of zeros", "keys", report) == 1)
    #expect(try number("rows of one number", "keys", report) == 1)
    // −0 is 0; and rows of zeros are these and no copies.
    #expect(try number("equal to an earlier row", "queries", report) == 1)
    #expect(try number("rows of zeros", "queries", report) == 2)
    #expect(
      report.notes.contains {
        $0.contains("k.npy: 2 of 300 rows are equal to an earlier one, as row 7 to row 3")
      })
    #expect(report.explanation.contains("Rows are counted from 0"))
  }

  @Test("counts copies of one id as none, in any order of the rows")
  func ids() throws {
    var pairs = try NoisyPairs(rowCount: 40)
    for row in [7, 9, 11, 13] {
      for column in 0..<12 { pairs.keys[row, column] = pairs.keys[3, column] }
    }
    // Two ids have the row: one copy.
    var ids = Array(0..<40)
    (ids[9], ids[11], ids[13]) = (3, 7, 3)
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<5 {
      let order = (0..<40).shuffled(using: &generator)
      let side = try SideAudit(
        pairs.keys.rows(at: order).rowSource, ids: order.map { ids[$0] })
      #expect(side.copyCount == 1)
      #expect(try SideAudit(pairs.keys.rows(at: order).rowSource).copyCount == 4)
    }
    let folder = try TemporaryFolder()
    let files = try pairs.write(to: folder)
    try folder.write(ids.map { "group \($0)\n" }.joined(), to: "ids.txt")
    let report = try Audit.report(files + ["--ids", folder.path("ids.txt")])
    #expect(try number("equal to an earlier row of another id", "keys", report) == 1)
    #expect(report.explanation.contains("by --ids there are 37 groups"))
    let note = try #require(report.notes.first { $0.contains("of another id") })
    #expect(note.contains("give them one id") && !note.contains("--ids"))
    // A rule that leaves out all negatives: of 40 queries 39 other keys, less those of a group of three and of one of two.
    let margin = try Audit.report(
      files + ["--ids", folder.path("ids.txt"), "--absolute-margin", "3"])
    let rules = try #require(margin.tables.first { $0.title == "What a rule leaves out" })
    #expect(rules.numbers(in: "queriesEmptied").last == 40)
    #expect(rules.numbers(in: "removed").last == 40 * 39 - 8)
    #expect(rules.numbers(in: "share").last == 1)
  }

  @Test("says first how many rows have near-duplicates, and what that does to recall")
  func manyNearDuplicates() throws {
    var pairs = try NoisyPairs(noise: 0.3)
    // Forty queries ask alike, for keys of their own.
    for row in 0..<40 {
      for column in 0..<12 {
        pairs.queries[row, column] = pairs.queries[0, column] + (column == 0 ? Float(row) / 1e4 : 0)
      }
    }
    let folder = try TemporaryFolder()
    let report = try Audit.report(try pairs.write(to: folder))
    #expect(report.finding.contains(" of 300 queries ("))
    #expect(report.finding.contains(" of them and ") && report.finding.contains("recall@1"))
    #expect(!report.finding.contains(" of 300 keys ("))
    // A rank is a whole number but for ties.
    let hardest = report.table("audit-hardest")
    #expect(
      hardest.cells(in: "rank").contains { if case .integer? = $0 { true } else { false } })
    #expect(hardest.totalRowCount == hardest.rows.count)
    #expect(try !self.report(NoisyPairs(noise: 0.3)).finding.contains("near-duplicate"))
  }

  @Test("draws cosines where there are any")
  func cosineAxis() throws {
    let plot = try #require(report(NoisyPairs(noise: 0.1)).plots.first)
    let range = try #require(plot.x.range)
    #expect(range.upperBound <= 1 && range.lowerBound >= -1 && range.contains(0.97))
    let heights = plot.series.flatMap(\.points).filter { ($0.y ?? 0) > 0 }
    #expect(heights.allSatisfy { range.contains($0.x) })
  }

  @Test("tells what rules remove as two loops do")
  func rules() throws {
    let pairs = try NoisyPairs()
    let cosines = try pairs.cosines()
    let report = try report(pairs, "--absolute-margin", "0.1", "--relative-margin", "0.2")
    let table = report.table("audit-rules")
    let limits: [(Float) -> Float] = [{ $0 }, { $0 - 0.1 }, { $0 - 0.2 * abs($0) }]
    for (row, limit) in limits.enumerated() {
      let removed = (0..<300).map { i in
        (0..<300).count { $0 != i && cosines[i, $0] > limit(cosines[i, i]) }
      }
      #expect(table.numbers(in: "removed")[row] == Double(removed.reduce(0, +)))
      #expect(table.numbers(in: "queriesTouched")[row] == Double(removed.count { $0 > 0 }))
    }
  }

  @Test("suspects two rows of which each prefers the other's key")
  func suspicions() throws {
    var pairs = try NoisyPairs(noise: 0.1)
    for column in 0..<12 {
      let key = pairs.keys[20, column]
      pairs.keys[20, column] = pairs.keys[40, column]
      pairs.keys[40, column] = key
    }
    let folder = try TemporaryFolder()
    let files = try pairs.write(to: folder)
    try folder.write((0..<300).map { "text \($0)\n" }.joined(), to: "texts.txt")
    let table = try Audit.report(files + ["--texts", folder.path("texts.txt")])
      .table("audit-suspected")
    #expect(table.rows.count == 1)
    #expect(table.rows[0][0] == .integer(20) && table.rows[0][1] == .integer(40))
    #expect(table.rows[0][3] == .string("text 20") && table.rows[0][4] == .string("text 40"))
    // Queries' texts stand beside those of their keys.
    try folder.write((0..<300).map { "query \($0)\n" }.joined(), to: "queries.txt")
    let both = try Audit.report(
      files + ["--texts", folder.path("texts.txt"), "--query-texts", folder.path("queries.txt")]
    ).table("audit-suspected")
    #expect(
      both.rows[0].dropFirst(3) == [
        .string("query 20"), .string("text 20"), .string("query 40"), .string("text 40"),
      ])
  }
}
