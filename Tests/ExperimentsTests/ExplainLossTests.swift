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

  @Test("knows losses that cannot be, and such as are worse than nothing")
  func outside() throws {
    let below = try ExplainLoss.report(["--loss", "0.5", "--batch", "4096", "--temperature", "1"])
    #expect(below.conclusion.contains("below the floor"))
    let above = try ExplainLoss.report(["--loss", "9", "--batch", "64", "--temperature", "0.07"])
    #expect(above.conclusion.contains("above chance"))
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
}
