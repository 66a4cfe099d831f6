import Testing

@testable import Experiments

@Suite("Claim")
struct ClaimTests {
  static func claim(agrees: Bool) -> Claim {
    Claim(
      "The entropy falls.", paper: .behaviour, "figure 3", measured: "6.9 to 0.1 nats",
      agrees: agrees)
  }

  @Test("is printed with its source, what was measured and the verdict")
  func text() {
    #expect(
      Self.claim(agrees: true).text == """
        agrees   The entropy falls.
                 Source: Wang & Liu 2021, figure 3
                 Measured: 6.9 to 0.1 nats
        """)
    #expect(Self.claim(agrees: false).text.hasPrefix("DIFFERS  The entropy falls.\n"))
  }

  @Test("has lines of at most 80 characters")
  func width() {
    let words = Array(repeating: "word", count: 60).joined(separator: " ")
    let claim = Claim(words, paper: nil, words, measured: words, agrees: true)
    #expect(claim.text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(claim.source == words)
  }

  @Test("stands in results with all its parts")
  func json() {
    #expect(
      Self.claim(agrees: false).json.description == """
        {"claim": "The entropy falls.", "paper": "Wang & Liu 2021", \
        "address": "https://arxiv.org/abs/2012.09740", "place": "figure 3", \
        "measured": "6.9 to 0.1 nats", "agrees": false}
        """)
  }

  @Test("is printed before the tables of its report, all of which must agree")
  func report() {
    var table = Table("t", columns: [Column("a")])
    table.append(1)
    var report = Report(title: "T", explanation: "", tables: [table])
    #expect(report.agrees)
    report.claims = [Self.claim(agrees: true), Self.claim(agrees: false)]
    #expect(!report.agrees)
    #expect(report.text.hasPrefix("T\n=\n\nagrees   The entropy"))
    #expect(report.text.hasSuffix("\n\na\n-\n1\n"))
  }
}
