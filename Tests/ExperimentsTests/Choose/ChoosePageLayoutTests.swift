import Contrastive
import Foundation
import Testing

@testable import Experiments

/// Where things are on the page, at the widths of a telephone, a tablet and a desk.
@Suite(
  "What the page of choose looks like, in a browser",
  .enabled(if: Browser.isInstalled, "Chromium is not installed: apt-get install chromium"),
  .serialized)
struct ChoosePageLayoutTests {
  @Test("has numbers under their words, and words that do not touch", arguments: [360, 768, 1440])
  func places(width: Int) throws {
    let page = try ChoosePairs(count: 200, dimension: 8, noise: 0.5).page()
    let outcome = try Browser.open(
      page.html().text, width: width,
      script: """
        const rect = (e) => e.getBoundingClientRect();
        const indents = [...document.querySelectorAll(".numbers > div")].map(
          (e) => Math.abs(rect(e.querySelector("data")).left - rect(e.querySelector("dt")).left));
        const ticks = [...document.querySelectorAll(".tick")].map((e) => {
          const [r, line] = [rect(e), getComputedStyle(e, "::before")];
          return { left: r.left, right: r.right, top: r.top, bottom: r.bottom, line: r.left + parseFloat(line.left) };
        });
        let touching = 0;
        for (const a of ticks) {
          for (const b of ticks) {
            if (a === b) continue;
            if (a.top < b.bottom && b.top < a.bottom && a.left < b.right && b.left < a.right) touching += 1;
            // The line of a lower one passes the words of an upper one.
            if (a.top > b.top && a.line > b.left - 2 && a.line < b.right + 2) touching += 1;
          }
        }
        const heading = document.querySelector("h1");
        const table = rect(document.querySelector(".evidence table"));
        return [innerWidth, Math.max(...indents), touching,
          rect(heading).height / parseFloat(getComputedStyle(heading).lineHeight),
          table.right - innerWidth, document.querySelectorAll("#batch-chart .loss").length,
          document.documentElement.scrollWidth - document.documentElement.clientWidth,
          Math.max(...ticks.map((t) => t.right)) - innerWidth];
        """)
    #expect(outcome.console.isEmpty, "\(outcome.console)")
    let readings = try outcome.readings(as: [Double].self)
    #expect(readings[0] == Double(width))
    #expect(readings[1] < 1, "numbers are right of their words")
    #expect(readings[2] == 0, "labels of temperatures touch")
    #expect(readings[3] < 1.5, "the heading is more than a line")
    #expect(readings[4] <= 0 && readings[6] <= 0 && readings[7] <= 0, "wider than the window")
    #expect(readings[5] == 1, "no picture of smaller batches")
  }

  @Test("has words in pictures that nothing touches, wherever τ is", arguments: [360, 768, 1440])
  func words(width: Int) throws {
    let page = try ChoosePairs(count: 200, dimension: 8, noise: 0.8).page()
    let outcome = try Browser.open(
      page.html().text, width: width,
      script: """
        const found = [];
        const box = (e) => e.getBoundingClientRect();
        for (const place of [0, 200, 260, 300, 340, 480, 570, 600]) {
          await set("temperature", place);
          for (const svg of document.querySelectorAll(".figure svg")) {
            // Above and below letters a text has some room of its own.
            const texts = [...svg.querySelectorAll("text")].map((e) => {
              const r = box(e);
              return { words: e.textContent, left: r.left, right: r.right, top: r.top + 2, bottom: r.bottom - 2 };
            });
            const things = [...svg.querySelectorAll(".now, .median, .weight-mean, .pointer")].map((e) => {
              const r = box(e);
              return { words: e.getAttribute("class"), left: r.left, right: r.right, top: r.top, bottom: r.bottom };
            });
            texts.forEach((a, i) => {
              for (const b of [...texts.slice(i + 1), ...things]) {
                if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
                  found.push(`${place}: ${a.words}, ${b.words}`);
              }
              if (a.left < box(svg).left - 1 || a.right > box(svg).right + 1) found.push(`${place}: ${a.words} is cut`);
            });
          }
        }
        return found;
        """)
    #expect(try outcome.readings(as: [String].self) == [])
  }

  @Test("draws the loss at every temperature, none beyond the picture, and numbers its axis")
  func curve() throws {
    let page = try ChoosePairs(count: 300, dimension: 8, noise: 1.2).page()
    let outcome = try Browser.open(
      page.html().text,
      script: """
        const svg = document.querySelector("#curve svg");
        const points = svg.querySelector(".loss").getAttribute("d").slice(1).split("L")
          .map((p) => Number(p.split(" ")[1]));
        const chance = Number(svg.querySelector("line.bound").getAttribute("y1"));
        const axis = [...svg.querySelectorAll(".tick-text")].map((e) => Number(e.textContent));
        return { points, chance, axis, height: svg.clientHeight };
        """)
    struct Found: Decodable {
      let points: [Double]
      let chance: Double
      let axis: [Double]
      let height: Double
    }
    let found = try outcome.readings(as: Found.self)
    #expect(found.points.count == 73)
    #expect(found.points.allSatisfy { $0 >= 0 && $0 <= found.height })
    // Small temperatures are above chance here, and lie apart from each other there.
    #expect(found.points[0] < found.points[10] - 2 && found.points[10] < found.chance)
    #expect(found.axis.count >= 5 && found.axis == found.axis.sorted())
    #expect((found.axis.last ?? 0) > log(300))
  }

  @Test(
    "has bars that fill their width at the largest share, at any temperature, and says what that is"
  )
  func bars() throws {
    let page = try ChoosePairs(count: 300, dimension: 8, noise: 0.5).page()
    let outcome = try Browser.open(
      page.html().text,
      script: """
        const found = [];
        for (const place of [0, 300, 600]) {
          await set("temperature", place);
          const widths = [...document.querySelectorAll("#hardest .fill")].map((e) => parseFloat(e.style.width));
          const share = document.querySelector("#hardest .share").textContent;
          found.push([Math.max(...widths), element("bar-scale").textContent.includes(`, ${share};`) ? 1 : 0,
            widths.every((w, k) => k === 0 || w <= widths[k - 1]) ? 1 : 0]);
        }
        return found;
        """)
    for reading in try outcome.readings(as: [[Double]].self) { #expect(reading == [100, 1, 1]) }
  }

  @Test(
    "says so where all negatives count alike or one alone, and where the softmax is sure of nothing or all"
  )
  func degenerate() throws {
    let page = try ChoosePairs(count: 300, dimension: 32, noise: 0.1).page()
    let outcome = try Browser.open(
      page.html().text,
      script: """
        const found = [];
        for (const place of [0, 350, 600]) {
          await set("temperature", place);
          found.push(...["effective-plain", "reliability-plain"].map((id) =>
            element(id).checkVisibility() ? element(id).textContent : ""));
        }
        return found;
        """)
    let found = try outcome.readings(as: [String].self)
    #expect(found[0].contains("a single negative") && found[1].contains("right edge"))
    #expect(found[2].isEmpty && found[3].isEmpty)
    #expect(found[4].contains("nearly all negatives") && found[5].contains("left edge"))
  }
}
