import Contrastive
import Foundation
import Testing

@testable import Experiments

@Suite("What training brought, on the page of choose")
struct RecallEvidenceTests {
  @Test("takes its numbers and verdicts from the table that is printed")
  func table() throws {
    let evidence = try RecallEvidence.madeUp([0.05: 0.8, 0.01: 0.5, 0.1: 0.795])
    #expect(evidence.points.map(\.temperature) == [0.01, 0.05, 0.1])
    #expect(evidence.points.map(\.recall) == [0.5, 0.8, 0.795])
    // Queries are at rank 1 or 9.
    #expect(abs(evidence.points[1].meanReciprocalRank - (0.8 + 0.2 / 9)) < 1e-12)
    #expect(evidence.points.map(\.isWorse) == [true, false, false])
    #expect(evidence.points[2].verdict.contains("not told apart"))
    #expect(evidence.points[1].difference == nil)
    let difference = try #require(evidence.points[0].difference)
    #expect(abs(difference.value + 0.3) < 1e-12 && difference.range.upperBound < 0)
    #expect(evidence.points.allSatisfy { $0.range.contains($0.recall) })
    #expect(evidence.untrained.recall == 0.3 && evidence.untrained.isWorse)
  }

  @Test("has a band for each run of temperatures that are not told apart, and none of a single one")
  func bands() throws {
    let runs = try RecallEvidence.madeUp([0.01: 0.8, 0.02: 0.5, 0.05: 0.8, 0.1: 0.795, 1: 0.5])
    #expect(runs.bands == [0.01...0.01, 0.05...0.1])
    #expect(try RecallEvidence.madeUp([0.01: 0.8, 0.02: 0.5]).bands.isEmpty)
  }

  @Test(
    "is drawn and told below the sentence, with what is not told apart",
    .enabled(if: Browser.isInstalled, "Chromium is not installed: apt-get install chromium"))
  func page() throws {
    let page = try ChoosePairs(count: 100, dimension: 8, noise: 0.5).page()
    let evidence = try #require(page.evidence)
    let outcome = try Browser.open(
      page.html().text,
      script: """
        const texts = (selector) => [...document.querySelectorAll(selector)].map((e) => e.textContent);
        const heights = [...document.querySelectorAll("#evidence circle")].map((e) => Number(e.getAttribute("cy")));
        return { cells: texts(".evidence tbody tr").map((text) => text.replace(/\\s+/g, " ")),
          marks: heights, bands: texts(".band-text"), cautions: texts(".cautions li"),
          headings: texts(".evidence thead th"),
          isAfterSentence: document.querySelector(".lead").parentElement.nextElementSibling.className === "evidence",
          least: element("least-note").textContent };
        """)
    struct Found: Decodable {
      let cells: [String]
      let marks: [Double]
      let bands: [String]
      let cautions: [String]
      let headings: [String]
      let isAfterSentence: Bool
      let least: String
    }
    #expect(outcome.console.isEmpty, "\(outcome.console)")
    let found = try outcome.readings(as: Found.self)
    #expect(found.isAfterSentence)
    #expect(found.cells.count == 6 && found.cells[0].hasPrefix("0.010.500 "))
    for (cells, point) in zip(found.cells, evidence.points + [evidence.untrained]) {
      #expect(cells.hasSuffix(point.verdict))
    }
    // The untrained rows' mark is the first; recalls that are higher are drawn higher, and equal ones at one height.
    let recalls = [evidence.untrained.recall] + evidence.points.map(\.recall)
    #expect(found.marks.count == recalls.count)
    for (a, b) in zip(found.marks, recalls) {
      for (c, d) in zip(found.marks, recalls) { #expect((a < c) == (b > d)) }
    }
    #expect(found.cautions == page.cautions && found.headings.contains("MRR"))
    // The slider ends at 2.
    #expect(found.bands == ["not told apart", "not told apart, to 5 →"])
    #expect(found.least.contains("not where to train"))
  }

  @Test("has an interval of no width for a temperature that is worse by it, and none for the best")
  func emptyInterval() throws {
    var table = Table(
      "recalls",
      columns: [
        "temperature", "recallAt1", "low", "high", "difference", "differenceLow", "differenceHigh",
        "meanReciprocalRank", "verdict",
      ].map { Column($0) })
    table.append(0.01, 0.5, 0.5, 0.5, -0.5, -0.5, -0.5, 0.6, "worse")
    table.append(0.05, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, "the best")
    table.append(nil as Double?, 0.25, 0.25, 0.25, -0.75, -0.75, -0.75, 0.5, "worse")
    let evidence = try #require(RecallEvidence(table, testCount: 4))
    #expect(evidence.points[0].difference?.range == -0.5 ... -0.5 && evidence.points[0].isWorse)
    #expect(evidence.points[1].difference == nil && !evidence.points[1].isWorse)
    #expect(evidence.untrained.isWorse)
  }
}
