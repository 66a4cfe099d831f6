import Testing

@testable import Experiments

@Suite("losses")
struct LossesTests {
  @Test("says in one line which losses are left out, and why")
  func omissions() throws {
    let report = try Losses.report([])
    #expect(report.notes.count == Losses.all.count + 1)
    let line = try #require(report.notes.last)
    #expect(line.hasPrefix("Left out: ") && !line.contains("\n"))
    for name in [
      "VICReg", "Barlow Twins", "SphereFace", "SoftTriple", "lifted structure",
      "captioning losses", "SPLADE",
    ] {
      #expect(line.contains(name))
    }
    for omission in LossOmission.all { #expect(line.contains("(\(omission.reason))")) }
    #expect(report.text.contains("Left out: VICReg"))
  }

  @Test("has no card for what it says is left out")
  func contradictions() {
    let omitted = Set(LossOmission.all.flatMap(\.losses).map { $0.nameLetters })
    for loss in Losses.all {
      for name in [loss.commandName, loss.card.type] + loss.card.otherNames {
        #expect(!omitted.contains(name.nameLetters), "\(name) is there, and said to be left out")
      }
    }
  }

  @Test("has the same below the documentation's table, with a line for each loss above")
  func markdown() throws {
    let lines = Losses.markdownText.split(separator: "\n", omittingEmptySubsequences: false)
    let place = try #require(lines.firstIndex { $0 == LossOmission.line })
    let rows = lines.indices.filter { lines[$0].hasPrefix("| `") }
    #expect(rows.count == Losses.all.count)
    #expect(lines[place - 1].isEmpty && rows.last == place - 2)
    #expect(lines[place + 2] == "## Topics")
  }
}
