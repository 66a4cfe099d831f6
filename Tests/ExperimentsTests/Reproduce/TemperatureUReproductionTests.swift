import Testing

@testable import Experiments

@Suite("reproduce temperature-u")
struct TemperatureUReproductionTests {
  @Test("temperature-u has but an analogy to MoCo v2, beside embeddings that need no training")
  func temperatureU() throws {
    let report = try TemperatureUReproduction.report([
      "--temperatures", "0.05,0.1,0.2,0.5", "--seeds", "1", "--epochs", "1",
    ])
    #expect(report.claims.count == 1)
    let claim = try #require(report.claims.first)
    #expect(claim.place.contains("w/o MLP") && claim.evidence.kind == .analogy)
    #expect(claim.evidence.text.contains("the paper's other row is not tested"))
    #expect(claim.evidence.baseline?.text.contains("0.474") == true)
    // The paper's temperatures from 0.1 on with the next, after each length of training.
    #expect(
      claim.verdict.comparisons.map(\.name)
        == ["after 1 epoch", "after 4 epochs"].flatMap { name in
          [("0.1", "0.2"), ("0.2", "0.5")].map {
            "recall@1 at τ = \($0) less that at \($1), \(name)"
          }
        })
    // The best of both lengths of training is held against canonical correlation, and what each came to is said, too.
    #expect(claim.standing == .worse && claim.evidence.baseline?.contests.count == 1)
    #expect(
      claim.line.contains(
        "In recall@1 the best trained at the source's settings, after 4 epochs at τ = "))
    // 0.05 is outside of the paper's table, and stands apart.
    #expect(claim.evidence.baseline?.others.count == 1)
    #expect(
      claim.line.contains(
        "the best trained outside the source's table, which decides nothing, after 4 epochs at τ = 0.05, has"
      ))
    #expect(claim.evidence.baseline?.text.contains(", beside the best trained, after 4") == true)
    #expect(claim.statement == "Without an MLP head, accuracy falls from τ = 0.1 over 0.2 to 0.5.")
    #expect(report.explanation.contains(", for 1 epoch and for 4 epochs."))
    for epochs in ["1 epoch", "4 epochs"] {
      #expect(report.finding.contains("Recall@1 after \(epochs) goes from 0."))
    }
    let recalls = try #require(report.plots.first)
    #expect(recalls.series.count == 2)
    #expect(
      recalls.referenceLines.compactMap(\.keyTitle) == ["canonical correlation", "untrained"])
    for (name, temperatures) in [
      ("temperature-u-1", [0.05, 0.1, 0.2, 0.5]), ("temperature-u-4", [0.05, 0.1, 0.2, 0.5]),
    ] {
      #expect(report.table(name).numbers(in: "temperature") == temperatures)
    }
    #expect(report.attachments.count == 3 && report.attachments[2].rows.count == 1000)
    // As NumPy has it by a singular value decomposition: 0.676, 0.669 and 0.624.
    let canonical = report.table("temperature-u-canonical")
    let recall = Dictionary(
      zip(canonical.numbers(in: "ridge"), canonical.numbers(in: "recallAt1")),
      uniquingKeysWith: { a, _ in a })
    for (ridge, expected) in [(0.01, 0.676), (0.1, 0.669), (1, 0.624)] {
      // A name or two of 1000 whose nearest are as near but for rounding.
      #expect(abs(try #require(recall[ridge] ?? nil) - expected) < 0.0025)
    }
    // The best ridge is inside the grid: less does not help further.
    let found = canonical.numbers(in: "recallAt1").compactMap(\.self)
    #expect(try #require(found.max()) > found[0] && #require(found.max()) > found[found.count - 1])
    #expect(report.finding.contains("canonical correlation"))
    #expect(report.finding.ranges(of: ", worse than the 0.674 of canonical").count == 2)
    #expect(report.explanation.contains("all-MiniLM-L6-v2"))
  }
}
