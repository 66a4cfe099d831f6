import Contrastive
import Foundation
import Testing

@testable import Experiments

@Suite(
  "The controls and texts of the page of choose, in a browser",
  .enabled(if: Browser.isInstalled, "Chromium is not installed: apt-get install chromium"),
  .serialized)
struct ChoosePageControlTests {
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

  @Test("shows the whole list when it is asked to, which the keyboard then reaches")
  func longList() throws {
    let page = try ChoosePairs(count: 120, dimension: 8, noise: 0.5).page()
    let outcome = try Browser.open(
      page.html().text, width: 768,
      script: """
        const shown = () => document.querySelectorAll("#hardest li:not([hidden])").length;
        const end = () => {
          document.querySelector("#hardest input[tabindex='0']").dispatchEvent(
            new KeyboardEvent("keydown", { key: "End", bubbles: true }));
          return [...document.querySelectorAll("#hardest input")].indexOf(document.activeElement);
        };
        const found = [shown(), end()];
        await click("more");
        found.push(shown(), end(), element("more").getAttribute("aria-expanded") === "true" ? 1 : 0);
        await click("next");
        found.push(shown());
        await click("more");
        // What has the list's stop is seen also where it was at the end.
        found.push(shown(), document.querySelectorAll("#hardest li:not([hidden]) input[tabindex='0']").length);
        return found;
        """)
    #expect(outcome.console.isEmpty, "\(outcome.console)")
    #expect(try outcome.readings(as: [Int].self) == [10, 9, 50, 49, 1, 50, 10, 1])
  }

  @Test("calls rows by their numbers in the files")
  func fileRows() throws {
    let page = try ChoosePairs(count: 30, dimension: 4, noise: 0.2)
      .page(fileRows: (0..<30).map { 1000 + 7 * $0 })
    let outcome = try Browser.open(
      page.html().text,
      script: """
        await click("next");
        return ["row", "query-text", "key-text"].map((id) => element(id).textContent)
          .concat(document.querySelector("#hardest .word").textContent);
        """)
    let readings = try outcome.readings(as: [String].self)
    #expect(readings[0] == "row 1007")
    #expect(readings[1] == "the query of row 1007" && readings[2] == "the key of row 1007")
    let hardest = try #require(page.sample.top[1].first).column
    #expect(readings[3].contains("the key of row \(1000 + 7 * hardest)"))
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
    "has controls that the keyboard reaches, with names, at every width", arguments: [360, 1600])
  func controls(width: Int) throws {
    let page = try ChoosePairs(count: 120, dimension: 8, noise: 0.5).page()
    let outcome = try Browser.open(
      page.html().text, width: width,
      script: """
        const all = [...document.querySelectorAll("input, button")];
        const unnamed = all.filter((e) => !(e.ariaLabel || e.textContent.trim() || e.labels?.[0]?.textContent.trim()));
        const boxes = [...document.querySelectorAll("#hardest li:not([hidden]) input")];
        const hidden = [...document.querySelectorAll("#hardest li[hidden] input")];
        const unreachable = all.filter((e) => e.tabIndex < 0 && !boxes.includes(e) && !hidden.includes(e));
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
          read("tau") / before, boxes.length, slider.getAttribute("aria-valuetext").includes("loss") ? 1 : 0,
          document.documentElement.scrollWidth - document.documentElement.clientWidth];
        """)
    let readings = try outcome.readings(as: [Double].self)
    #expect(readings[0] > 50)
    #expect(Array(readings[1...3]) == [0, 0, 1])
    #expect(readings[4] > 1.3 && readings[6] == 1)
    // Where panels are below the list, it is short at first.
    #expect(readings[5] == (width < 960 ? 10 : 50))
    // Nothing is wider than the window.
    #expect(readings[7] <= 0)
  }
}
