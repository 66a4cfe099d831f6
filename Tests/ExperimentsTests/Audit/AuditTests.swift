import Contrastive
import Foundation
import TestSupport
import Testing

@testable import Experiments

/// Pairs in 12 dimensions, keys near their queries.
private struct NoisyPairs {
  var queries: Matrix<Float>
  var keys: Matrix<Float>

  init(rowCount: Int = 300, noise: Float = 0.8) throws {
    queries = .random(rowCount: rowCount, columnCount: 12, seed: 1)
    keys = queries
    try keys.add(.random(rowCount: rowCount, columnCount: 12, seed: 2), times: noise)
  }

  func write(to folder: borrowing TemporaryFolder) throws -> [String] {
    try queries.write(to: folder.path("q.npy"))
    try keys.write(to: folder.path("k.npy"))
    return ["--queries", folder.path("q.npy"), "--keys", folder.path("k.npy")]
  }

  /// All cosines, as one product.
  func cosines() throws -> Matrix<Float> { try Similarity.cosine.matrix(queries, keys) }
}

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

  @Test("knows cones and ranks in closed form")
  func geometry() throws {
    // Three axes, each ten times: cosines 1 within and 0 across; the covariance has two equal eigenvalues.
    let axes = Matrix<Float>(rowCount: 30, columnCount: 5) { $0 % 3 == $1 ? Float($0 + 1) : 0 }
    let side = try SideAudit(axes.rowSource)
    #expect(abs(side.meanCosine - 3 * 90 / Double(30 * 29)) < 1e-6)
    #expect(abs(side.effectiveRank - 2) < 1e-5)
    #expect(abs(side.spread - 2.0 / 3) < 1e-6)
    // A third of the rows on each of three axes, and nothing on two.
    #expect(abs(side.deviation - 3 * (2.0 / 9).squareRoot() / 5) < 1e-6)
    #expect(!side.isCollapsed)
    let point = Matrix<Float>(rowCount: 30, columnCount: 5) { Float(($0 + 1) * ($1 + 1)) }
    let collapsed = try SideAudit(point.rowSource)
    #expect(collapsed.isCollapsed && collapsed.deviation < 1e-3)
  }

  @Test("finds the same hardest negatives and ranks as a product of all rows")
  func neighbors() throws {
    let pairs = try NoisyPairs()
    let cosines = try pairs.cosines()
    let found = try Neighbors(
      queries: pairs.queries.rowSource, keys: pairs.keys.rowSource, ids: nil, count: 4,
      progress: ProgressLine(write: nil))
    for row in 0..<300 {
      let others = (0..<300).filter { $0 != row }.sorted { cosines[row, $0] > cosines[row, $1] }
      #expect(found.hardest[row].map(\.column) == Array(others.prefix(4)))
      #expect(abs(found.positives[row] - Double(cosines[row, row])) < 1e-6)
      #expect(found.aboveCounts[row] == others.count { cosines[row, $0] > cosines[row, row] })
    }
    #expect(found.negatives.reduce(0, +) == 300 * 299)
  }

  @Test("takes rows of a query's id for no negatives, by rules neither")
  func neighborsWithIDs() throws {
    // More columns than a tile has, and rows of an id in different tiles.
    let pairs = try NoisyPairs(rowCount: 700)
    let cosines = try pairs.cosines()
    let ids = (0..<700).map { $0 % 233 }
    let found = try Neighbors(
      queries: pairs.queries.rowSource, keys: pairs.keys.rowSource, ids: ids, count: 3,
      rules: [.absolute(0.1)], progress: ProgressLine(write: nil))
    for row in 0..<700 {
      let others = (0..<700).filter { ids[$0] != ids[row] }
      let hardest = others.sorted { cosines[row, $0] > cosines[row, $1] }.prefix(3)
      let own = cosines[row, row]
      #expect(found.hardest[row].map(\.column) == Array(hardest))
      #expect(found.aboveCounts[row] == others.count { cosines[row, $0] > own })
      #expect(found.removedCounts[0][row] == others.count { cosines[row, $0] > own - 0.1 })
    }
    var negativeCount: Int64 = 0
    for id in ids { negativeCount += Int64(ids.count { $0 != id }) }
    #expect(found.negatives.reduce(0, +) == negativeCount)
  }

  @Test("counts near-duplicates of a side once a pair, as two loops do")
  func nearDuplicates() throws {
    let pairs = try NoisyPairs(rowCount: 700)
    let cosines = try Similarity.cosine.matrix(pairs.keys, pairs.keys)
    var (count, touched): (Int, Set<Int>) = (0, [])
    for i in 0..<700 {
      for j in i + 1..<700 where cosines[i, j] >= 0.6 {
        count += 1
        touched.formUnion([i, j])
      }
    }
    let found = try NearDuplicates(
      pairs.keys.rowSource, threshold: 0.6, originals: Array(0..<700), task: "",
      progress: ProgressLine(write: nil))
    #expect(found.pairCount == count && count > 100)
    #expect(found.touchedCount == touched.count)
    let first = try #require(found.examples.first)
    #expect(
      abs(first.cosine - Double(cosines[first.first, first.second])) < 1e-6
        && first.first < first.second)
    #expect(zip(found.examples, found.examples.dropFirst()).allSatisfy { $0.cosine >= $1.cosine })
  }

  @Test("says in the conclusion how many rows have near-duplicates, and what that does to recall")
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
    #expect(report.conclusion.contains(" of 300 queries ("))
    #expect(report.conclusion.contains(" of them and ") && report.conclusion.contains("recall@1"))
    #expect(!report.conclusion.contains(" of 300 keys ("))
    // A rank is a whole number but for ties.
    let hardest = report.table("audit-hardest")
    #expect(
      hardest.cells(in: "rank").contains { if case .integer? = $0 { true } else { false } })
    #expect(hardest.totalRowCount == hardest.rows.count)
    #expect(try !self.report(NoisyPairs(noise: 0.3)).conclusion.contains("near-duplicate"))
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
      .table("audit-false-negatives")
    #expect(table.rows.count == 1)
    #expect(table.rows[0][0] == .integer(20) && table.rows[0][1] == .integer(40))
    #expect(table.rows[0][3] == .string("text 20") && table.rows[0][4] == .string("text 40"))
  }

  @Test("mines negatives by ranks, margins and a cap")
  func mining() throws {
    let pairs = try NoisyPairs()
    let cosines = try pairs.cosines()
    let keyCosines = try Similarity.cosine.matrix(pairs.keys, pairs.keys)
    let folder = try TemporaryFolder()
    let files = try pairs.write(to: folder)
    let path = folder.path("mined.npy")
    _ = try Audit.report(
      files + [
        "--negatives-output", path, "--negatives", "3", "--first-rank", "2", "--last-rank", "9",
        "--absolute-margin", "0.05", "--positive-cap", "0.5",
      ])
    let mined = try FileArray(reading: path)
    #expect(mined.shape == [300, 3])
    let numbers = try mined.integers()
    for row in 0..<300 {
      let others = (0..<300).filter { $0 != row }.sorted { cosines[row, $0] > cosines[row, $1] }
      let expected = others[1..<9].filter {
        cosines[row, $0] <= cosines[row, row] - 0.05 && keyCosines[row, $0] <= 0.5
      }.prefix(3)
      #expect(
        Array(numbers[row * 3..<row * 3 + 3])
          == Array(expected) + Array(repeating: -1, count: 3 - expected.count))
    }
  }

  @Test("replaces no file by mined negatives unless it is told to")
  func replacement() throws {
    let folder = try TemporaryFolder()
    let files = try NoisyPairs().write(to: folder)
    try folder.write("mine", to: "mined.jsonl")
    let arguments = ["audit"] + files + ["--negatives-output", folder.path("mined.jsonl")]
    let refused = try ExperimentsProgram.run(arguments: arguments)
    #expect(refused.status == 73 && refused.output.isEmpty)
    #expect(try folder.text(of: "mined.jsonl") == "mine")
    #expect(try ExperimentsProgram.run(arguments: arguments + ["--force"]).status == 0)
    let lines = try folder.text(of: "mined.jsonl").split(separator: "\n")
    #expect(lines.count == 300)
    let input = try ExperimentsProgram.run(
      arguments: ["audit"] + files + ["--negatives-output", folder.path("q.npy"), "--force"])
    #expect(input.status == 73 && input.errors.contains("q.npy"))
  }
}
