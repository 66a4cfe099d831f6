import Contrastive
import Foundation
import TestSupport
import Testing

@testable import Experiments

@Suite("explain-loss")
struct ExplainLossTests {
  @Test("reads a loss between the library's floor and chance")
  func ruler() throws {
    let result = try ExplainLoss.result("--loss", "5.9", "--batch", "4096", "--temperature", "0.07")
    let floor = try CandidateSet.inBatch(size: 4096).floor(temperature: 0.07).value
    #expect(result["floor"]?.double == floor)
    #expect(abs(try #require(result["chance"]?.double) - log(4096)) < 1e-12)
    #expect(
      abs(try #require(result["mutualInformation"]?.double) - (log(4096) - 5.9)) < 1e-12)
    #expect(abs(try #require(result["perplexity"]?.double) - exp(5.9)) < 1e-9)
  }

  @Test("says in table and sentence how far it is from the floor up to chance")
  func direction() throws {
    let report = try ExplainLoss.report(
      ["--loss", "3.2", "--batch", "512", "--temperature", "0.1"])
    let levels = report.table("explain-loss")
    let row = try #require(levels.cells(in: "level").firstIndex(of: .string("this loss")))
    let place = try #require(levels.numbers(in: "place")[row])
    #expect(
      report.conclusion.hasPrefix(
        "3.2 is \((100 * place).text(digits: 3)) % of the way from the floor up to chance"))
  }

  @Test(
    "says of a loss above chance that it is, however large, and however close floor and chance are",
    arguments: [("800", "256", "0.001"), ("50", "4096", "1e20")])
  func aboveChance(loss: String, batch: String, temperature: String) throws {
    let report = try ExplainLoss.report(
      ["--loss", loss, "--batch", batch, "--temperature", temperature])
    #expect(report.conclusion.hasPrefix("\(loss) is above chance"), "\(report.conclusion)")
    #expect(report.result.undefinedKey == nil)
  }

  @Test("marks the loss at its batch in the picture")
  func mark() throws {
    let folder = try TemporaryFolder()
    let rows = Matrix<Float>.random(rowCount: 100, columnCount: 8, seed: 1)
    try rows.write(to: folder.path("q.npy"))
    try rows.write(to: folder.path("k.npy"))
    let report = try ExplainLoss.report([
      "--loss", "3.2", "--batch", "512", "--temperature", "0.1", "--queries",
      folder.path("q.npy"), "--keys", folder.path("k.npy"),
    ])
    let mark = try #require(report.plots.first?.marks.first)
    #expect(mark.x == 512 && mark.y == 3.2 && mark.label.contains("512"))
  }

  @Test("says of a row beyond Float that it is")
  func range() throws {
    let folder = try TemporaryFolder()
    try folder.write("1,2\n3,1e39\n", to: "q.csv")
    try folder.write("1,2\n3,4\n", to: "k.csv")
    let failure = #expect(throws: CommandFailure.self) {
      try ExplainLoss.report([
        "--loss", "3", "--batch", "5", "--temperature", "0.1", "--queries", folder.path("q.csv"),
        "--keys", folder.path("k.csv"),
      ])
    }
    #expect(failure?.description.contains("q.csv: row 1 holds 1e+39, out of Float's range") == true)
  }

  @Test("knows losses that cannot be, and such as are worse than nothing")
  func outside() throws {
    let below = try ExplainLoss.report(["--loss", "0.5", "--batch", "4096", "--temperature", "1"])
    #expect(below.conclusion.contains("below the floor"))
    let above = try ExplainLoss.report(["--loss", "9", "--batch", "64", "--temperature", "0.07"])
    #expect(above.conclusion.contains("above chance"))
    // What cannot be certifies nothing, and results say so as the text does.
    #expect(below.result["mutualInformation"] == nil && above.result["mutualInformation"] != nil)
    for report in [below, above] {
      #expect(report.result["sentence"] == .string(report.conclusion))
    }
  }

  @Test("draws batches of one's own, and extrapolates as more of the same negatives would")
  func curve() throws {
    let queries = Matrix<Float>.random(rowCount: 256, columnCount: 8, seed: 1)
    var keys = queries
    try keys.add(.random(rowCount: 256, columnCount: 8, seed: 2), times: 1)
    let curve = try BatchCurve(queries: queries, keys: keys, temperature: 0.2, seed: 1)
    let whole = try curve.point(size: 256)
    let loss = try InfoNCE(temperature: 0.2).value(queries: queries, positives: keys)
    // The lead of a Float loss L has its error times 1/(1 − e⁻ᴸ).
    #expect(
      abs(whole.loss - Double(loss)) < 1e-5 && whole.deviation == nil && !whole.isExtrapolated)
    let half = try curve.point(size: 128)
    #expect(half.loss < whole.loss && (half.deviation ?? 0) > 0)
    // Queries and keys twice over have each negative twice, and each key once more as its own negative.
    let doubled = try curve.point(size: 511)
    #expect(doubled.isExtrapolated)
    let twice = { (m: Matrix<Float>) in m.rows(at: Array(0..<256) + Array(0..<256)) }
    let exact = try InfoNCE(temperature: 0.2).value(
      queries: twice(queries), positives: twice(keys),
      excluding: .equalIDs(Array(0..<256) + Array(0..<256)))
    #expect(abs(doubled.loss - Double(exact)) < 1e-5)
  }

  @Test("has the deviation of batches of new pairs, of those that are at most half of all")
  func deviation() throws {
    let queries = Matrix<Float>.random(rowCount: 256, columnCount: 8, seed: 1)
    var keys = queries
    try keys.add(.random(rowCount: 256, columnCount: 8, seed: 2), times: 1)
    let curve = try BatchCurve(queries: queries, keys: keys, temperature: 0.2, seed: 1)
    var generator = SeededGenerator(seed: 1 + 64)
    let losses = try (0..<8).map { _ in
      let rows = (0..<256).sample(64, using: &generator)
      return Double(
        try InfoNCE(temperature: 0.2).value(
          queries: queries.rows(at: rows), positives: keys.rows(at: rows)))
    }
    // A mean of n of N without replacement has the variance of one with it times 1 − n/N.
    let expected = try #require(losses.deviation) / 0.75.squareRoot()
    #expect(abs(try #require(curve.point(size: 64).deviation) / expected - 1) < 1e-12)
    #expect(try curve.point(size: 128).deviation != nil)
    #expect(try curve.point(size: 129).deviation == nil)
  }

  @Test("has in its table no loss below the floor, what deviations are, and truth values")
  func batches() throws {
    let folder = try TemporaryFolder()
    // Losses of pairs that nearly are found, whose batches differ by more than their mean.
    let rows = Matrix<Float>.random(rowCount: 300, columnCount: 4, seed: 1)
    try rows.write(to: folder.path("q.npy"))
    try rows.write(to: folder.path("k.npy"))
    let report = try ExplainLoss.report([
      "--loss", "3.2", "--batch", "512", "--temperature", "0.002", "--queries",
      folder.path("q.npy"), "--keys", folder.path("k.npy"),
    ])
    let table = report.table("explain-loss-batches")
    let sizes = table.numbers(in: "batch").compactMap(\.self)
    #expect(
      table.cells(in: "extrapolated") == sizes.map { JSON?.some(.boolean($0 > 300)) }
        && sizes.count == 8)
    let lows = zip(table.numbers(in: "low"), table.numbers(in: "floor")).compactMap { low, floor in
      low.flatMap { low in floor.map { (low, $0) } }
    }
    #expect(!lows.isEmpty && lows.allSatisfy { $0.0 >= $0.1 })
    #expect(report.notes.contains { $0.hasPrefix("deviation is that of one batch's loss") })
  }

  @Test("draws its ruler no wider than the terminal", arguments: [1, 24, 60, 200])
  func width(_ columns: Int) throws {
    let outcome = try ExperimentsProgram.run(
      "explain-loss", "--loss", "5.9", "--batch", "4096", "--temperature", "0.07",
      environment: ["COLUMNS": "\(columns)"])
    let marks: Set<Character> = ["├", "─", "●", "┤"]
    let words = outcome.output.split { $0.isWhitespace }
    let ruler = try #require(words.first { $0.allSatisfy(marks.contains) })
    #expect(ruler.count == min(60, columns) && ruler.contains("●"))
  }
}
