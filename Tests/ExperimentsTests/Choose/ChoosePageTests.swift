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

  @Test("leaves out suspected false negatives as the library leaves out rows of one id")
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

  @Test("keeps its state in the address, and takes it from there")
  func address() throws {
    let page = try ChoosePairs(count: 80, dimension: 8, noise: 0.5).page()
    let outcome = try Browser.open(
      page.html().text, hash: "#tau=0.07&query=3&batch=20",
      script: """
        const before = [read("tau"), read("batch-size")];
        const place = element("place").textContent;
        await click("next");
        await set("temperature", 600);
        const after = location.hash;
        location.hash = "#tau=0.5&query=80";
        await settled();
        return { before, place, after, tau: read("tau"), last: element("place").textContent };
        """)
    struct State: Decodable {
      let before: [Double]
      let place: String
      let after: String
      let tau: Double
      let last: String
    }
    let state = try outcome.readings(as: State.self)
    #expect(state.before == [0.07, 20] && state.place == "3 of 80")
    #expect(state.after == "#tau=2&query=4&batch=20")
    #expect(state.tau == 0.5 && state.last == "80 of 80")
  }

  @Test("shows texts as they are, whatever is in them")
  func texts() throws {
    let texts = [
      "<b>bold</b> & \"quoted\"", "</script><script>document.title = 'taken'</script>",
      String(repeating: "long ", count: 10_000), "\u{202E}right to left\u{2028}line",
    ]
    let page = try ChoosePairs(count: 4, dimension: 4, noise: 0.3).page(texts: texts)
    let html = try page.html().text
    #expect(html.utf8.count < 200_000)
    let outcome = try Browser.open(
      html,
      script: """
        const found = [];
        for (let i = 0; i < 4; i += 1) {
          found.push(element("query-text").textContent);
          await click("next");
        }
        return [document.title, ...found];
        """)
    #expect(outcome.console.isEmpty, "\(outcome.console)")
    let readings = try outcome.readings(as: [String].self)
    #expect(readings[0].hasPrefix("Which temperature?"))
    #expect(readings[1] == texts[0] && readings[2] == texts[1] && readings[4] == texts[3])
    #expect(readings[3].count == 400 && readings[3].hasSuffix("…"))
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

  @Test(
    "has controls that the keyboard reaches, with names, at every width", arguments: [360, 1600])
  func controls(width: Int) throws {
    let page = try ChoosePairs(count: 120, dimension: 8, noise: 0.5).page()
    let outcome = try Browser.open(
      page.html().text, width: width,
      script: """
        const all = [...document.querySelectorAll("input, button")];
        const unnamed = all.filter((e) => !(e.ariaLabel || e.textContent.trim() || e.labels?.[0]?.textContent.trim()));
        const boxes = [...document.querySelectorAll("#hardest input")];
        const unreachable = all.filter((e) => e.tabIndex < 0 && !boxes.includes(e));
        const press = (e, key) =>
          e.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
        // One stop for the list, and arrows inside it.
        boxes[0].focus();
        const stops = boxes.filter((e) => e.tabIndex === 0).length;
        press(boxes[0], "ArrowDown");
        const isSecond = document.activeElement === boxes[1];
        press(boxes[1], "End");
        const isLast = document.activeElement === boxes.at(-1);
        const slider = element("temperature");
        slider.focus();
        const before = read("tau");
        press(slider, "PageUp");
        await settled();
        return [all.length, unnamed.length, unreachable.length, stops === 1 && isSecond && isLast ? 1 : 0,
          read("tau") / before, slider.getAttribute("aria-valuetext").includes("loss") ? 1 : 0,
          document.documentElement.scrollWidth - document.documentElement.clientWidth];
        """)
    let readings = try outcome.readings(as: [Double].self)
    #expect(readings[0] > 50)
    #expect(Array(readings[1...3]) == [0, 0, 1])
    #expect(readings[4] > 1.3 && readings[5] == 1)
    // Nothing is wider than the window.
    #expect(readings[6] <= 0)
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
