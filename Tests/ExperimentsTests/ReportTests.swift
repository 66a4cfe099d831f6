import Testing

@testable import Experiments

@Suite("Report")
struct ReportTests {
  @Test("prints its title, explanation, tables and notes with an empty line between them")
  func text() {
    var table = Table("t", columns: [Column("a")])
    table.append(2)
    var report = Report(
      title: "Title τ", explanation: String(repeating: "word ", count: 17), tables: [table])
    report.notes = ["One.", "Two\nlines."]
    let words = Array(repeating: "word", count: 16).joined(separator: " ")
    #expect(
      report.text == """
        Title τ
        =======

        \(words)
        word

        a
        -
        2

        One.

        Two lines.

        """)
  }

  @Test("ends with its conclusion, which pages begin with")
  func conclusion() {
    var report = Report(title: "Title", explanation: "Words.")
    report.notes = ["A note."]
    report.conclusion = "So it is."
    #expect(report.text.hasSuffix("A note.\n\nSo it is.\n"))
    #expect(ReportDocument(report).finding == "So it is.")
  }

  @Test("gives a word that is too long a line of its own")
  func longWord() {
    #expect("aa bbbbbb c".wrapped(to: 4) == "aa\nbbbbbb\nc")
  }
}
