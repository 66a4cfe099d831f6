import Testing

@testable import Experiments

@Suite("What train sweep says of temperatures")
struct TrainSweepBestTests {
  /// - Parameter places: A temperature, its recall@1 and the deviation of its seeds.
  private func note(
    _ places: [(Double, Double, Double?)], untrained: Double = 0.2, testCount: Int = 1000
  ) -> String? {
    var table = Table(
      "means",
      columns: [Column("temperature"), Column("recallAt1"), Column("recallAt1Deviation")])
    for (temperature, recall, deviation) in places { table.append(temperature, recall, deviation) }
    return TrainSweep.note(
      of: table,
      before: RetrievalMetrics(recallAt1: untrained, recallAt10: 1, meanReciprocalRank: 1),
      testCount: testCount)
  }

  @Test("is nothing of recalls that all are the same, and whether untrained ones are")
  func ties() {
    let equal = [0.01, 0.1, 1].map { ($0, 1.0, Double?(0)) }
    #expect(
      note(equal)
        == "recall@1 is the same at every τ that was tried: no τ can be chosen by it.")
    #expect(note(equal, untrained: 1)?.contains("was tried, and the same untrained: ") == true)
    // The larger of the two deviations counts, whosever it is.
    let noisy: [(Double, Double, Double?)] = [(0.01, 0.6, 0), (0.1, 0.55, 0.06), (1, 0.58, 0.03)]
    #expect(
      note(noisy)?.hasPrefix("recall@1 is the same at every τ that was tried, to within") == true)
    // One query of ten, without a second seed.
    let single: [(Double, Double, Double?)] = [(0.01, 0.6, nil), (0.1, 0.5, nil)]
    #expect(note(single, testCount: 10)?.contains("is the same at every τ") == true)
    #expect(note(single, testCount: 1000)?.contains("best at τ = 0.01;") == true)
    #expect(note([equal[0]]) == nil)
  }

  @Test(
    "falls to both sides only where something worse is on each, and otherwise names the open end")
  func sides() {
    let inside: [(Double, Double, Double?)] = [(0.01, 0.3, 0.01), (0.1, 0.6, 0.01), (1, 0.4, 0.01)]
    #expect(note(inside)?.hasSuffix("best at τ = 0.1; it falls to both sides.") == true)
    // The best is inside, and what lies below it is alike.
    let open: [(Double, Double, Double?)] = [(0.01, 0.595, 0.01), (0.1, 0.6, 0.01), (1, 0.4, 0.01)]
    let small = note(open)
    #expect(small?.contains("of that at 0.01; to the small end") == true, "\(small ?? "")")
    #expect(small?.hasSuffix("add smaller temperatures.") == true)
    let rising: [(Double, Double, Double?)] = [(0.01, 0.3, 0.01), (0.1, 0.5, 0.01), (1, 0.6, 0.01)]
    #expect(
      note(rising)?.hasSuffix(
        "to the large end of what was tried it does not fall: add larger temperatures.") == true)
  }
}
