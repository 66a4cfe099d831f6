import ArgumentParser
import Foundation
import Testing

@testable import Experiments

@Suite("report as a command")
struct ReportAsCommandTests {
  @Test("shows the folders that are named, reproductions first")
  func selection() throws {
    let folder = try TemporaryFolder()
    for name in ["a", "distillation", "softmax"] {
      try WrittenResults.write(name, claims: [], rows: 1, to: folder)
    }
    let all = try WrittenResults.page(in: folder).report
    #expect(all.result["sections"] == ["softmax", "distillation", "a"].json)
    let one = try WrittenResults.page("a", in: folder)
    #expect(one.report.result["sections"] == ["a"].json && !one.html.contains("distillation"))
    let failure = #expect(throws: CommandFailure.self) { try WrittenResults.page("b", in: folder) }
    #expect(failure?.status == .missingFile && failure?.description.contains("softmax") == true)
  }

  @Test("says when its results were made, and which files beside it tell of earlier ones")
  func dates() throws {
    let folder = try TemporaryFolder()
    for name in ["one", "two", "."] {
      try WrittenResults.write(name, claims: [], rows: 1, to: folder)
    }
    for (name, date) in [
      ("one", "2026-01-02T03:04:05Z"), ("two", "2026-01-04T03:04:05Z"),
      (".", "2026-01-03T03:04:05Z"),
    ] {
      try folder.write(#"{"date": "\#(date)"}"#, to: "\(name)/run.json")
    }
    let (report, html) = try WrittenResults.page(in: folder)
    #expect(html.contains("2026-01-02T03:04:05Z to 2026-01-04T03:04:05Z"))
    #expect(report.notes.count == 1 && report.notes[0].contains("were written before two ran"))
    try folder.write(#"{"date": "2026-01-05T03:04:05Z"}"#, to: "run.json")
    #expect(try WrittenResults.page(in: folder).report.notes.isEmpty)
  }

  @Test("shows one folder of any command's results")
  func oneFolder() throws {
    let folder = try TemporaryFolder()
    try WrittenResults.write("one", claims: [], rows: 1, to: folder)
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

  @Test("says what is missing, and leaves no page")
  func errors() throws {
    let folder = try TemporaryFolder()
    let empty = #expect(throws: CommandFailure.self) { try WrittenResults.page(in: folder) }
    #expect(empty?.status == .badData && empty?.description.contains("reproduce all") == true)
    let none = #expect(throws: CommandFailure.self) {
      try ReportPage.report(["--results", folder.path("none"), "--output", folder.path("p.html")])
    }
    #expect(none?.status == .missingFile)
    try WrittenResults.write("one", claims: [], rows: 1, to: folder)
    try folder.write("{}", to: "one/report.json")
    let bad = #expect(throws: CommandFailure.self) { try WrittenResults.page(in: folder) }
    #expect(bad?.description.contains("one/report.json") == true)
    #expect(try folder.names() == ["one"])
  }

  @Test("refuses a reproduction that there is not")
  func unknown() throws {
    #expect(throws: (any Error).self) { try ReportPage.parse(["nonsense"]) }
    #expect(try ReportPage.parse(["--output", "a/P.HTML"]).file == "a/P.HTML")
    #expect(try ReportPage.parse(["--output", "a"]).file == "a/report.html")
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
