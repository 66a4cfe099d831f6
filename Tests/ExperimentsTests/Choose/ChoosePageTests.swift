import Contrastive
import Foundation
import TestSupport
import Testing

@testable import Experiments

/// What the page's program computes, read from the document of a browser, against the library.
@Suite(
  "The page of choose, in a browser",
  .enabled(if: Browser.isInstalled, "Chromium is not installed: apt-get install chromium"),
  .serialized)
struct ChoosePageTests {
  /// The slider's places that are looked at: both ends, grid points, and between them.
  private static let places = [0, 7, 75, 231, 300, 301, 444, 600]

  private struct Reading: Decodable {
    let tau: Double
    let loss: Double
    let effective: Double
    let floor: Double
    let chance: Double
  }

  private static let readAll = """
    const found = [];
    for (const place of [\(places.map(String.init).joined(separator: ", "))]) {
      await set("temperature", place);
      found.push({ tau: read("tau"), loss: read("loss"), effective: read("effective"),
        floor: read("floor"), chance: read("chance") });
    }
    return found;
    """

  @Test("shows the library's loss at every temperature, of all queries")
  func wholeData() throws {
    let pairs = ChoosePairs(count: 300, dimension: 24, noise: 0.8)
    let page = try pairs.page()
    let outcome = try Browser.open(page.html().text, script: Self.readAll)
    #expect(outcome.console.isEmpty, "\(outcome.console)")
    let readings = try outcome.readings(as: [Reading].self)
    #expect(readings.first?.tau == 0.005 && readings.last?.tau == 2)
    let points = try pairs.sweep(readings.map(\.tau))
    for (reading, point) in zip(readings, points) {
      expect(reading.loss, equals: Double(point.value), "loss at \(reading.tau)")
      let seen = point.diagnostics
      expect(reading.floor, equals: try #require(seen.floor), "floor at \(reading.tau)")
      expect(reading.chance, equals: try #require(seen.chance), "chance at \(reading.tau)")
    }
  }

  @Test("shows the mean over the queries that were drawn, of pairs that are more")
  func sampledData() throws {
    let pairs = try ChoosePairs.bundled(count: 2000)
    let page = try pairs.page()
    #expect(page.sample.rows.count == PageSample.largestCount)
    let outcome = try Browser.open(page.html().text, script: Self.readAll)
    #expect(outcome.console.isEmpty, "\(outcome.console)")
    let readings = try outcome.readings(as: [Reading].self)
    let points = try pairs.sweep(readings.map(\.tau))
    for (reading, point) in zip(readings, points) {
      let terms = try #require(point.terms)
      let drawn = page.sample.rows.map { Double(terms[$0]) }
      expect(
        reading.loss, equals: drawn.reduce(0, +) / Double(drawn.count), "loss at \(reading.tau)")
    }
  }

  @Test("shows the median of the effective negatives")
  func effectiveNegatives() throws {
    let pairs = ChoosePairs(count: 201, dimension: 16, noise: 1)
    let outcome = try Browser.open(try pairs.page().html().text, script: Self.readAll)
    for reading in try outcome.readings(as: [Reading].self) {
      let statistics = try Candidates(pairs.keys).statistics(
        of: pairs.queries, scales: [1 / reading.tau])
      let sorted = statistics.entropies().map { exp($0) }.sorted()
      expect(reading.effective, equals: sorted[100], "at \(reading.tau)")
    }
  }

  @Test("leaves out candidates for false negatives as the library leaves out rows of one id")
  func masks() throws {
    // Rows 2n and 2n + 1 have the same key, and little noise makes no others suspicious.
    let pairs = ChoosePairs(count: 300, dimension: 24, noise: 0.05, keysPerGroup: 2)
    let page = try pairs.page()
    let suspected = page.sample.suspicions.flatMap { $0 }.filter { $0 != .none }
    #expect(suspected.count == 300 && suspected.allSatisfy { $0 == .duplicate })
    let outcome = try Browser.open(
      page.html().text,
      script: """
        await set("temperature", 300);
        const tau = read("tau");
        const all = read("loss");
        await click("suspected");
        const without = read("loss");
        const chance = read("chance");
        await click("suspected");
        // One of the first query's alone: its twin, the nearest of all.
        const query = read("query-loss");
        document.querySelector("#hardest input").click();
        await settled();
        return [tau, all, without, chance, read("loss"), query, read("query-loss")];
        """)
    #expect(outcome.console.isEmpty, "\(outcome.console)")
    let readings = try outcome.readings(as: [Double].self)
    let temperature = readings[0]
    let ids = (0..<300).map { $0 / 2 }
    let (all, without) = (
      try pairs.sweep([temperature])[0],
      try pairs.sweep([temperature], excluding: .equalIDs(ids))[0]
    )
    expect(readings[1], equals: Double(all.value), "with all")
    expect(readings[2], equals: Double(without.value), "without")
    expect(readings[3], equals: try #require(without.diagnostics.chance), "chance")
    let (terms, fewer) = (try #require(all.terms), try #require(without.terms))
    expect(readings[5], equals: Double(terms[0]), "the first query with all")
    expect(readings[6], equals: Double(fewer[0]), "the first query without one")
    let change = Double(terms[0] - fewer[0]) / 300
    expect(readings[4], equals: Double(all.value) - change, "without one of the first query's")
  }

  @Test("gives in smaller batches the mean loss of batches that are drawn")
  func batches() throws {
    let pairs = ChoosePairs(count: 256, dimension: 16, noise: 0.9)
    let outcome = try Browser.open(
      try pairs.page().html().text,
      script: """
        const found = [];
        await set("batch", 100);
        for (const place of [150, 250, 400]) {
          await set("temperature", place);
          found.push([read("tau"), read("batch-size"), read("batch-loss")]);
        }
        await set("batch", 200);
        found.push([read("tau"), read("batch-size"), read("batch-loss"), read("loss")]);
        return found;
        """)
    let readings = try outcome.readings(as: [[Double]].self)
    var generator = SeededGenerator(seed: 3)
    for reading in readings.dropLast() {
      let temperature = try Temperature(reading[0])
      var losses: [Double] = []
      for _ in 0..<600 {
        let rows = (0..<256).sample(Int(reading[1]), using: &generator)
        let step = try InfoNCE(temperature: temperature).sweep(
          queries: pairs.queries.rows(at: rows), positives: pairs.keys.rows(at: rows),
          temperatures: [temperature])
        losses.append(Double(step[0].value))
      }
      let mean = losses.reduce(0, +) / 600
      let variance = losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 599
      // Four standard errors of the draws, what the page says that coins take off, and a hundredth for the bins.
      let tolerance =
        4 * (variance / 600).squareRoot() + 0.5 / (reading[1] - 1) + 0.01 * mean
      #expect(abs(reading[2] - mean) <= tolerance, "\(reading) against \(mean) ± \(tolerance)")
    }
    let whole = try #require(readings.last)
    #expect(whole[1] == 256 && whole[2] == whole[3])
  }

  @Test(
    "is right of data that say nothing: collapsed, few, of one dimension",
    arguments: [2, 3, 50, 65, 66])
  func degenerate(count: Int) throws {
    let rows = Matrix<Float>(rowCount: count, columnCount: 1) { _, _ in 1 }
    let page = try ChoosePage(
      queries: ChoosePairs.source(rows), keys: ChoosePairs.source(rows), subject: "collapsed")
    let outcome = try Browser.open(page.html().text, script: Self.readAll)
    #expect(outcome.console.isEmpty, "\(outcome.console)")
    #expect(!outcome.body.contains("NaN") && !outcome.body.contains("Infinity"))
    for reading in try outcome.readings(as: [Reading].self) {
      let chance = log(Double(count))
      expect(reading.loss, equals: chance, "loss")
      expect(reading.chance, equals: chance, "chance")
      expect(reading.effective, equals: Double(count - 1), "effective negatives")
    }
  }

  /// 1e-3 is what the page promises: of the cubic, and of numbers of 24 bits.
  private func expect(
    _ value: Double, equals expected: Double, _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(
      abs(value - expected) <= 1e-3 * abs(expected) + 1e-12, "\(what): \(value), not \(expected)",
      sourceLocation: sourceLocation)
  }
}
