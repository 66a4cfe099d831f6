import Foundation
import Testing

@testable import Experiments

@Suite("report")
struct PageTests {
  @Test("is well-formed and complete in itself, with names that are used once")
  func selfContained() throws {
    let folder = try TemporaryFolder()
    try WrittenResults.write("one", claims: [ClaimTests.claim(.agrees)], rows: 2, to: folder)
    try WrittenResults.write("two", claims: [ClaimTests.claim(.doesNotAgree)], rows: 30, to: folder)
    let html = try WrittenResults.page(in: folder).html
    let elements = try #require(Elements(html))
    #expect(elements.names.contains("svg") && elements.names.contains("nav"))
    // Nothing is fetched: links are places in this page, or addresses to follow by hand.
    for (element, attributes) in elements.all {
      for (name, value) in attributes where ["src", "srcset", "data", "poster"].contains(name) {
        Issue.record("\(element) \(name)=\(value)")
      }
      if let link = attributes["href"] ?? attributes["xlink:href"] {
        #expect(link.hasPrefix("#") || link == "data:," || element == "a")
      }
    }
    #expect(!elements.names.contains("script") && !html.contains("@import"))
    for match in html.matches(of: #/url\((.)/#) { #expect(match.1 == "#") }
    let names = elements.all.compactMap { $0.attributes["id"] }
    #expect(Set(names).count == names.count)
    let places = elements.all.compactMap { $0.attributes["href"] ?? $0.attributes["xlink:href"] }
      .filter { $0.hasPrefix("#") }
    #expect(places.count >= 6 && places.allSatisfy { names.contains(String($0.dropFirst())) })
  }

  @Test("shows claims, tables, notes, pictures and the record of every folder")
  func contents() throws {
    let folder = try TemporaryFolder()
    try WrittenResults.write("one", claims: [ClaimTests.claim(.agrees)], rows: 2, to: folder)
    try WrittenResults.write(
      "two",
      claims: [
        ClaimTests.claim(.doesNotAgree), ClaimTests.claim(.agreesInPart),
        ClaimTests.claim(
          .agrees, evidence: .trained(on: "digits", beside: ClaimTests.baseline(false))),
      ], illustrations: [ClaimTests.illustration()], rows: 30, to: folder)
    let (report, html) = try WrittenResults.page(in: folder)
    let text = try #require(Elements(html)).text
    for words in [
      "About one", "a < b & c", "The entropy falls.", "Wang & Liu 2021", "6.9 to 0.1 nats",
      "Numbers & more", "L < 1", "(nats)", "w29", "A note.", "seed", "json = true, steps = 3",
      "sweep --ids 'my ids.npy'",
      "1 claim of papers took training: 1 agrees, 0 agree in part, 0 do not agree. Of its comparisons 1 of 1 holds. 3 claims are of printed numbers, computed "
        + "again: 1 agrees, 1 agrees in part, 1 does not agree.",
      "What does not agree (1)", "What agrees in part (1)", "+1, a; +1, b", "6.9 to 0.1 nats.",
      "Printed numbers that are right (1)", "What agrees, by training (1)",
      "agrees; the best trained is worse than the best baseline", "The best has 3.",
      "1 theorem or limit is illustrated, without a verdict.", "The entropy has a limit.",
      "one was found.", "of pixels 7", "at every step",
      "after first results were seen",
    ] {
      #expect(text.contains(words), "\(words)")
    }
    #expect(html.contains("<details><summary>Numbers &amp; more (30 rows)</summary>"))
    #expect(html.contains("<article class=\"claim differs\">"))
    #expect(html.contains("prefers-color-scheme: dark"))
    // What agrees and is worth nothing is not green.
    #expect(html.contains("<article class=\"claim in-part\">"))
    #expect(html.contains("<article class=\"claim illustrated\">"))
    #expect(report.result["claims"] == .integer(4) && report.result["illustrations"] == .integer(1))
    #expect(
      report.result["verdicts"]?.description
        == #"{"agrees": 2, "agreesInPart": 1, "doesNotAgree": 1, "undecided": 0, "notTested": 0}"#
    )
  }

  @Test("leads with what was found, then with what does not agree, and only then with what does")
  func order() throws {
    let folder = try TemporaryFolder()
    try WrittenResults.write(
      "one",
      claims: [
        ClaimTests.claim(.agrees),
        ClaimTests.claim(
          .agrees, evidence: .trained(on: "digits", beside: ClaimTests.baseline(true))),
        ClaimTests.claim(.agreesInPart), ClaimTests.claim(.doesNotAgree),
        ClaimTests.claim(.notTested),
        ClaimTests.claim(.undecided, settled: .after("how", verdicts: [.agrees])),
      ],
      illustrations: [ClaimTests.illustration(), ClaimTests.illustration(isRight: false)],
      rows: 2, to: folder)
    let text = try #require(Elements(try WrittenResults.page(in: folder).html)).text
    let places = try [
      "one was found.", "1 claim of papers took training", "1 of which had another verdict before",
      "1 computation of them is at fault.", Verdict.rule,
      "What is at fault (1)", "Computed: 0.1 nats. Checked: within 0.2.", "What does not agree (1)",
      "What agrees in part (1)",
      "What errors do not tell (1)",
      "Verdicts before, of this or of claims that became it, in no order: “agrees”.",
      "What was not tested (1)", "What agrees, by training (1)",
      "Printed numbers that are right (1)",
      "Theorems and limits, illustrated (1)",
      "About one", "What is claimed",
    ].map { try #require(text.range(of: $0)?.lowerBound, "\($0)") }
    #expect(places == places.sorted())
  }

  @Test("has tables that the keyboard can scroll, with names")
  func tables() throws {
    let folder = try TemporaryFolder()
    try WrittenResults.write("one", claims: [], rows: 2, to: folder)
    let elements = try #require(Elements(try WrittenResults.page(in: folder).html))
    let scrolled = elements.all.filter { $0.attributes["class"] == "scroll" }
    #expect(scrolled.count == 1)
    #expect(
      scrolled.allSatisfy {
        $0.attributes["tabindex"] == "0" && $0.attributes["role"] == "region"
          && $0.attributes["aria-label"] == "Numbers & more"
      })
  }
}
