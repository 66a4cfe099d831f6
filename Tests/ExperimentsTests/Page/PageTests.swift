import ArgumentParser
import Foundation
import Testing

@testable import Experiments

@Suite("report")
struct PageTests {
  /// A folder of results as a command writes it, with a picture that gnuplot need not draw.
  private static func write(
    _ name: String, claims: [Claim], illustrations: [Illustration] = [], rows: Int,
    to folder: borrowing TemporaryFolder
  ) throws {
    var table = Table(
      "numbers", title: "Numbers & more",
      columns: [Column("word"), Column("loss", heading: "L < 1", unit: "nats")])
    for row in 0..<rows { table.append("w\(row)", Double(row)) }
    var plot = Plot(
      name: "curve", title: "Curve \"\(name)\"", subject: "s", x: Axis("x"), y: Axis("y"))
    plot.series = [Series("y", points: [(0, 0)])]
    var report = Report(
      title: "About \(name)", explanation: "a < b & c", claims: claims, tables: [table],
      notes: ["A note."], plots: [plot])
    report.finding = claims.isEmpty ? "" : "\(name) was found."
    report.illustrations = illustrations
    report.result = [:]
    let record: JSONObject = [
      "command": "sweep", "arguments": ["sweep", "--ids", "my ids.npy", "--output", "o", "--json"],
      "seed": 7, "options": ["steps": 3, "json": true] as JSONObject,
    ]
    _ = try report.write(to: OutputFolder(folder.path(name)), record: record, gnuplot: nil)
    try folder.write(InlinePictureTests.svg, to: "\(name)/curve.svg")
  }

  private static func page(_ names: String..., in folder: borrowing TemporaryFolder) throws -> (
    report: Report, html: String
  ) {
    let report = try ReportPage.report(
      names + ["--results", folder.path(""), "--output", folder.path("page.html")])
    return (report, try folder.text(of: "page.html"))
  }

  @Test("is well-formed and complete in itself, with names that are used once")
  func selfContained() throws {
    let folder = try TemporaryFolder()
    try Self.write("one", claims: [ClaimTests.claim(.agrees)], rows: 2, to: folder)
    try Self.write("two", claims: [ClaimTests.claim(.doesNotAgree)], rows: 30, to: folder)
    let html = try Self.page(in: folder).html
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
    try Self.write("one", claims: [ClaimTests.claim(.agrees)], rows: 2, to: folder)
    try Self.write(
      "two",
      claims: [
        ClaimTests.claim(.doesNotAgree), ClaimTests.claim(.agreesInPart),
        ClaimTests.claim(
          .agrees, evidence: .trained(on: "digits", beside: ClaimTests.baseline(false))),
      ], illustrations: [ClaimTests.illustration()], rows: 30, to: folder)
    let (report, html) = try Self.page(in: folder)
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
    try Self.write(
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
    let text = try #require(Elements(try Self.page(in: folder).html)).text
    let places = try [
      "one was found.", "1 claim of papers took training", "1 of which had another verdict before",
      "1 computation of them is at fault.", Verdict.rule,
      "What is at fault (1)", "Computed: 0.1 nats. Checked: within 0.2.", "What does not agree (1)",
      "What agrees in part (1)",
      "What errors do not tell (1)", "Verdicts before: “agrees”.",
      "What was not tested (1)", "What agrees, by training (1)",
      "Printed numbers that are right (1)",
      "Theorems and limits, illustrated (1)",
      "About one", "What is claimed",
    ].map { try #require(text.range(of: $0)?.lowerBound, "\($0)") }
    #expect(places == places.sorted())
  }

  @Test("shows the folders that are named, reproductions first")
  func selection() throws {
    let folder = try TemporaryFolder()
    for name in ["a", "distillation", "softmax"] {
      try Self.write(name, claims: [], rows: 1, to: folder)
    }
    let all = try Self.page(in: folder).report
    #expect(all.result["sections"] == ["softmax", "distillation", "a"].json)
    let one = try Self.page("a", in: folder)
    #expect(one.report.result["sections"] == ["a"].json && !one.html.contains("distillation"))
    let failure = #expect(throws: CommandFailure.self) { try Self.page("b", in: folder) }
    #expect(failure?.status == .missingFile && failure?.description.contains("softmax") == true)
  }

  @Test("says when its results were made, and which files beside it tell of earlier ones")
  func dates() throws {
    let folder = try TemporaryFolder()
    for name in ["one", "two", "."] {
      try Self.write(name, claims: [], rows: 1, to: folder)
    }
    for (name, date) in [
      ("one", "2026-01-02T03:04:05Z"), ("two", "2026-01-04T03:04:05Z"),
      (".", "2026-01-03T03:04:05Z"),
    ] {
      try folder.write(#"{"date": "\#(date)"}"#, to: "\(name)/run.json")
    }
    let (report, html) = try Self.page(in: folder)
    #expect(html.contains("2026-01-02T03:04:05Z to 2026-01-04T03:04:05Z"))
    #expect(report.notes.count == 1 && report.notes[0].contains("were written before two ran"))
    try folder.write(#"{"date": "2026-01-05T03:04:05Z"}"#, to: "run.json")
    #expect(try Self.page(in: folder).report.notes.isEmpty)
  }

  @Test("shows one folder of any command's results")
  func oneFolder() throws {
    let folder = try TemporaryFolder()
    try Self.write("one", claims: [], rows: 1, to: folder)
    let report = try ReportPage.report(
      ["--results", folder.path("one"), "--output", folder.path("")])
    #expect(report.result["file"] == .string(folder.path("report.html")))
    #expect(try folder.names() == ["one", "report.html"])
    let html = try folder.text(of: "report.html")
    #expect(!html.contains("class=\"overview\""))
    // Without claims there is no word of any.
    let elements = try #require(Elements(html))
    #expect(
      !elements.text.lowercased().replacing(Page.style.lowercased(), with: "").contains("claim"))
    #expect(report.title == "A page of 1 result" && !report.explanation.contains("claim"))
  }

  @Test("has tables that the keyboard can scroll, with names")
  func tables() throws {
    let folder = try TemporaryFolder()
    try Self.write("one", claims: [], rows: 2, to: folder)
    let elements = try #require(Elements(try Self.page(in: folder).html))
    let scrolled = elements.all.filter { $0.attributes["class"] == "scroll" }
    #expect(scrolled.count == 1)
    #expect(
      scrolled.allSatisfy {
        $0.attributes["tabindex"] == "0" && $0.attributes["role"] == "region"
          && $0.attributes["aria-label"] == "Numbers & more"
      })
  }

  @Test("says what is missing, and leaves no page")
  func errors() throws {
    let folder = try TemporaryFolder()
    let empty = #expect(throws: CommandFailure.self) { try Self.page(in: folder) }
    #expect(empty?.status == .badData && empty?.description.contains("reproduce all") == true)
    let none = #expect(throws: CommandFailure.self) {
      try ReportPage.report(["--results", folder.path("none"), "--output", folder.path("p.html")])
    }
    #expect(none?.status == .missingFile)
    try Self.write("one", claims: [], rows: 1, to: folder)
    try folder.write("{}", to: "one/report.json")
    let bad = #expect(throws: CommandFailure.self) { try Self.page(in: folder) }
    #expect(bad?.description.contains("one/report.json") == true)
    #expect(try folder.names() == ["one"])
  }

  @Test("refuses a reproduction that there is not")
  func unknown() {
    #expect(throws: (any Error).self) { try ReportPage.parse(["nonsense"]) }
  }

  @Test("is written by the program, which says so")
  func program() throws {
    let folder = try TemporaryFolder()
    let page = folder.path("out.html")
    let outcome = try ExperimentsProgram.run("report", "distillation", "--output", page)
    #expect(outcome.status == 0 && outcome.errors == "")
    #expect(
      outcome.output.contains("3 theorems and limits are illustrated")
        && outcome.output.contains(page))
    #expect(try folder.names() == ["out.html"])
  }

  @Test("runs reproductions itself where there are no results")
  func running() throws {
    let folder = try TemporaryFolder()
    let report = try ReportPage.report(["distillation", "--output", folder.path("out.html")])
    #expect(report.result["sections"] == ["distillation"].json)
    #expect(report.tables.map(\.name) == ["reproductions"])
    #expect(try folder.text(of: "out.html").contains("Distillation at high temperature"))
    #expect(try folder.names() == ["out.html"])
  }
}
