import Testing

@testable import Experiments

@Suite("reproduce temperature-u")
struct TemperatureUReproductionTests {
  @Test("temperature-u has but an analogy to MoCo v2, beside embeddings that need no training")
  func temperatureU() throws {
    let report = try TemperatureUReproduction.report([
      "--temperatures", "0.05,0.1,0.2,0.5", "--seeds", "1", "--epochs", "1",
    ])
    #expect(report.claims.map(\.place).map { $0.contains("w/o MLP") } == [true, false, false])
    #expect(report.claims.map(\.isOwn) == [false, false, true])
    #expect(report.claims.map(\.evidence) == [.analogy, .nothing, .linear])
    #expect(report.claims[1].verdict.kind == .notTested)
    for claim in [report.claims[0], report.claims[2]] {
      #expect(claim.baseline?.contains("0.474") == true)
      #expect(claim.measured.contains("after 1 epochs"))
      #expect(claim.measured.contains("after 4 epochs"))
      // Every length of training has its own comparison with canonical correlation.
      for epochs in ["1", "4"] {
        #expect(
          claim.verdict.text.contains(
            "after \(epochs) epochs the best is worse than canonical correlation"))
      }
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
    #expect(report.finding.ranges(of: ": training lost.").count == 2)
    #expect(report.explanation.contains("all-MiniLM-L6-v2"))
  }
}
