import Contrastive
import TestSupport
import Testing

@testable import Experiments

@Suite("What sweep says of the loss")
struct SweepSentenceTests {
  private func sentence(
    _ rows: [(Double, Double)], chance: Double = 5, accuracy: Double = 0, countsFound: Bool = true
  ) -> String? {
    var table = Table(
      "sweep",
      columns: [
        "temperature", "loss", "lossHigh", "chance", "logitScaleGradient", "top1Accuracy",
      ].map { Column($0) })
    for (index, (loss, slope)) in rows.enumerated() {
      table.append(Double(index + 1) / 10, loss, loss, chance, slope, accuracy)
    }
    return Sweep.sentence(of: table, countsFound: countsFound)
  }

  @Test("takes slopes of rounding for none, and names a range where the loss is flat")
  func flat() {
    let sharp = [(3.0, 1.0), (2.0, 1e-3), (2.0, -1e-3), (3.0, -1.0)]
    #expect(
      sentence(sharp)?.hasPrefix("The loss is least between τ = 0.2 and 0.3, where dL") == true)
    // Signs that change by less than a millionth of the loss are those of rounding.
    let noisy = [(3.0, 1.0), (2.0, 1e-6), (2.0, -1e-6), (2.0, 2e-6), (3.0, -1.0)]
    #expect(
      sentence(noisy)?.hasPrefix(
        "The loss is least between τ = 0.2 and 0.4, where it is the same to rounding") == true)
    // Of pairs told apart without a doubt it is 0 at the smallest temperatures.
    let certain = [(0.0, 0.0), (0.0, 0.0), (0.1, -0.3)]
    #expect(sentence(certain)?.contains("between τ = 0.1 and 0.2, where it is the same") == true)
    #expect(sentence([(1.0, -1.0), (2.0, -1.0)])?.contains("widen it by --minimum") == true)
    #expect(sentence([(2.0, 1.0), (1.0, 1.0)])?.contains("widen it by --maximum") == true)
  }

  // e⁵ is 148 candidates, of which chance finds 1: 0.19 are 28.
  @Test("is not that nothing is found, where a small τ makes more of errors than chance is")
  func confident() {
    let rows = [(22.0, 9.0), (15.0, 8.0), (10.0, 7.0)]
    #expect(sentence(rows)?.hasPrefix("No τ has a loss below chance") == true)
    #expect(sentence(rows, accuracy: 0.19)?.contains("widen it by --maximum") == true)
    // With ids a query has several right answers, and chance finds as many.
    #expect(
      sentence(rows, accuracy: 0.19, countsFound: false)?.hasPrefix("No τ has a loss below chance")
        == true)
  }

  @Test("is that no loss is below chance, of rows that do not belong together, or to another sign")
  func chance() throws {
    let queries = Matrix<Float>.random(rowCount: 300, columnCount: 8, seed: 1)
    let strangers = Matrix<Float>.random(rowCount: 300, columnCount: 8, seed: 2)
    let negated = Matrix<Float>(rowCount: 300, columnCount: 8) { -queries[$0, $1] }
    var near = queries
    try near.add(strangers, times: 2)
    for (keys, isAtChance) in [(strangers, true), (negated, true), (near, false)] {
      let folder = try TemporaryFolder()
      try queries.write(to: folder.path("q.npy"))
      try keys.write(to: folder.path("k.npy"))
      let report = try Sweep.report(
        ["--queries", folder.path("q.npy"), "--keys", folder.path("k.npy"), "--steps", "5"])
      guard case .string(let sentence)? = report.result["sentence"] else {
        Issue.record("no sentence")
        return
      }
      #expect(sentence.hasPrefix("No τ has a loss below chance") == isAtChance, "\(sentence)")
      #expect(report.notes.contains(sentence))
    }
  }

  @Test("has a range of least loss in choose, too")
  func range() {
    let crossing = LossSweep.crossing([2, 0, 0, -1], at: [0, 1, 2, 3])
    #expect(crossing.low == 1 && crossing.high == 2 && crossing.end == nil)
    let whole = LossSweep.crossing([0, 0], at: [0, 1])
    #expect(whole.low == 0 && whole.high == 1 && whole.end == nil)
    // A stop on the way down is no minimum.
    #expect(LossSweep.crossing([2, 0, 1, -1], at: [0, 1, 2, 3]).place == 2.5)
    #expect(LossSweep.withoutRounding([1e-7, -1e-7, 1], losses: [1, 1e-3, 1]) == [0, -1e-7, 1])
  }

  @Test("counts no queries that find their key where ids say that several are right")
  func ids() throws {
    // A fifteenth of the rows are pairs, which lower no mean loss by more than its error.
    let queries = Matrix<Float>.random(rowCount: 300, columnCount: 8, seed: 1)
    let strangers = Matrix<Float>.random(rowCount: 300, columnCount: 8, seed: 2)
    let keys = Matrix<Float>(rowCount: 300, columnCount: 8) { row, column in
      row < 20 ? queries[row, column] : strangers[row, column]
    }
    let folder = try TemporaryFolder()
    try queries.write(to: folder.path("q.npy"))
    try keys.write(to: folder.path("k.npy"))
    try folder.write((0..<300).map { "\($0 % 2)\n" }.joined(), to: "ids.txt")
    let files = [
      "--queries", folder.path("q.npy"), "--keys", folder.path("k.npy"), "--steps", "5",
      "--maximum", "0.05",
    ]
    for (ids, isAtChance) in [([], false), (["--ids", folder.path("ids.txt")], true)] {
      let sentence = try #require(try Sweep.report(files + ids).result["sentence"])
      guard case .string(let text) = sentence else {
        Issue.record("no sentence")
        return
      }
      #expect(text.hasPrefix("No τ has a loss below chance") == isAtChance, "\(ids) \(text)")
    }
  }
}
