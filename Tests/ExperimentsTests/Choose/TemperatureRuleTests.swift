import Contrastive
import Foundation
import TestSupport
import Testing

@testable import Experiments

/// Which of the temperatures that are not told apart is named, and what is advised besides.
@Suite("The rule by which a temperature is named")
struct TemperatureRuleTests {
  private typealias Made = TemperatureChoiceTests

  /// Of 400 test queries as many as are said find their keys with all seeds: not all the same ones, so that two
  /// temperatures differ with a standard error of about 0.022.
  private func recalls(_ counts: [Double: Int]) throws -> TrainedRecalls {
    var generator = SeededGenerator(seed: 6)
    var outcomes: [SweepRun: SweepOutcome] = [:]
    for (temperature, count) in counts.sorted(by: { $0.key < $1.key }) {
      let found = Set(
        (0..<280).shuffled(using: &generator).prefix(min(count, 260))
          + (280..<400).shuffled(using: &generator).prefix(max(0, count - 260)))
      for seed in 1...5 {
        outcomes[SweepRun(temperature: temperature, seed: UInt64(seed))] = .finished(
          Made.result((0..<400).map { found.contains($0) ? 1 : 7 }))
      }
    }
    return try #require(
      try TrainedRecalls(
        outcomes, of: Array(outcomes.keys), untrained: Array(repeating: 7, count: 400),
        resamples: Resamples(of: 400, seed: 1)))
  }

  @Test("takes none of a plateau below the best, however far the grid goes on it")
  func plateau() throws {
    let counts = [0.05: 280, 0.1: 284, 0.2: 279, 0.5: 200, 1: 200]
    for grid in [
      [0.02, 0.05, 0.1, 0.2, 0.5, 1], [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1],
      [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5],
    ] {
      let recalls = try recalls(
        Dictionary(uniqueKeysWithValues: grid.map { ($0, counts[$0] ?? 270) }))
      let choice = TemperatureChoice(recalls)
      #expect(choice == .alike(among: grid.filter { $0 < 0.5 }, use: 0.1))
    }
  }

  @Test("takes no end of the best that is above the others by chance")
  func chance() throws {
    let recalls = try recalls([0.01: 284, 0.02: 281, 0.05: 282, 0.1: 280, 0.2: 282, 0.5: 200])
    let choice = TemperatureChoice(recalls)
    #expect(recalls.temperatures[recalls.best] == 0.01 && choice.use == 0.05)
    let table = Choose.reasonsTable(recalls, choice: choice, length: Made.length)
    let verdicts = Dictionary(
      uniqueKeysWithValues: zip(
        table.numbers(in: "temperature").map { $0 ?? 0 },
        table.cells(in: "verdict").map { $0 ?? .string("") }))
    #expect(verdicts[0.05] == .string("use this") && verdicts[0.01] == .string("best on average"))
    #expect(verdicts[0.5] == .string("worse") && verdicts[0] == .string("untrained: worse"))
    #expect(table.title == "After 10 epochs (60 steps) of 512 pairs each, learning rate 0.0005")
    // Of the best it is 0, and no gap in a picture.
    #expect(table.numbers(in: "difference").allSatisfy { $0 != nil })
    let recall = Dictionary(
      uniqueKeysWithValues: zip(recalls.temperatures, recalls.comparison.means.map(\.value)))
    #expect(
      Made.sentence(choice, recall: recall).contains(
        "; use 0.05, the middle one of those within a standard error of the best."))
  }

  @Test("takes of two in the middle the better", arguments: [(284, 283, 0.05), (283, 284, 0.1)])
  func twoInTheMiddle(first: Int, second: Int, use: Double) throws {
    let recalls = try recalls([0.02: 282, 0.05: first, 0.1: second, 0.2: 281, 0.5: 200])
    #expect(TemperatureChoice(recalls).use == use)
  }

  @Test(
    "advises a wider grid where its end is as good as the best, and not where it is below",
    arguments: [
      (
        [0.01: 0.7, 0.02: 0.7, 0.05: 0.695, 0.2: 0.5], "within 0.01 of the best: add smaller ones."
      ),
      ([0.01: 0.67, 0.02: 0.68, 0.05: 0.7, 0.2: 0.5], "; use 0.05, the best on average."),
      (
        [0.01: 0.5, 0.02: 0.68, 0.05: 0.7, 0.2: 0.695],
        "The largest that was tried is within 0.01 of the best: add larger ones, up to 1."
      ),
      ([0.01: 0.5, 0.02: 0.68, 0.05: 0.7, 1: 0.695], "; use 0.05, the best on average."),
    ])
  func ends(recall: [Double: Double], ending: String) {
    let among = recall.keys.sorted().filter { recall[$0] ?? 0 > 0.6 }
    let best = recall.filter { $0.value == 0.7 }.keys.max() ?? 0
    let sentence = Made.sentence(.alike(among: among, use: best), recall: recall)
    #expect(sentence.hasSuffix(ending), "\(sentence)")
  }

  @Test("says how many test pairs would tell what is worth finding, and the most that was seen")
  func needed() throws {
    let recalls = try recalls([0.05: 270, 0.1: 284, 0.2: 276])
    let needed = recalls.needed(toTell: [0, 1, 2])
    #expect(needed.count == 2 && needed[0].difference == TemperatureChoice.worthwhile)
    #expect(abs(needed[1].difference - 14.0 / 400) < 1e-12)
    // As the squares of differences, but for which pair it is and two digits.
    let ratio = Double(needed[0].testCount) / Double(needed[1].testCount)
    #expect(abs(ratio / pow(3.5, 2) - 1) < 0.5, "\(needed)")
    #expect(
      Self.needed(0.01, 20_312.2).testCount == 21_000 && Self.needed(0.1, 7.1).testCount == 8)
    #expect(recalls.needed(toTell: [1]).isEmpty)
    #expect(
      needed.text?.hasPrefix("To tell apart what differs by 0.01 would take about ") == true
        && needed.text?.contains(", the most that was seen among these, about ") == true)
  }

  private static func needed(
    _ difference: Double, _ count: Double
  ) -> TrainedRecalls.NeededPairs {
    TrainedRecalls.NeededPairs(difference: difference, testCount: count, testedCount: 400)
  }

  // Of three temperatures and untrained, t at 1 − 0.05/6 is 2.65 of 399 degrees, 2.64 of 1999, and (t + 0.84)²·0.99/0.01
  // 1207 and 1199.5.
  @Test(
    "says of equal rankings how many pairs would show a difference, or that these would have",
    arguments: [
      (400, "To tell apart what differs by 0.01 would take about 1300 test pairs."),
      (2000, "A difference of 0.01 would most likely have been seen on these 2000 test pairs."),
    ])
  func equalRankings(rowCount: Int, text: String) throws {
    var outcomes: [SweepRun: SweepOutcome] = [:]
    for temperature in [0.05, 0.1, 0.2] {
      for seed in 1...5 {
        outcomes[SweepRun(temperature: temperature, seed: UInt64(seed))] = .finished(
          Made.result((0..<rowCount).map { $0.isMultiple(of: 2) ? 1 : 7 }))
      }
    }
    let recalls = try #require(
      try TrainedRecalls(
        outcomes, of: Array(outcomes.keys), untrained: Array(repeating: 7, count: rowCount),
        resamples: Resamples(of: rowCount, count: 200, seed: 1)))
    #expect(TemperatureChoice(recalls) == .undecided(among: [0.05, 0.1, 0.2], use: 0.1))
    let needed = recalls.needed(toTell: [0, 1, 2])
    #expect(needed.count == 1 && needed.text == text, "\(needed)")
    let testPairs = rowCount == 400 ? 1300 : 1200
    let json: JSONObject = [
      "difference": 0.01, "testPairs": testPairs, "areTested": testPairs == 1200,
    ]
    #expect(needed.first?.json == json.json)
  }

  @Test(
    "says of what the data cannot tell that it is the best by chance, only where it is the best",
    arguments: [
      (
        [0.05: 0.69, 0.1: 0.7, 0.2: 0.69],
        "0.1 is the best on average, by no more than chance explains. To tell apart what differs by 0.01 would take "
          + "about 5000 test pairs."
      ),
      (
        [0.05: 0.7, 0.1: 0.69, 0.2: 0.69],
        "0.1 is the middle one of those within a standard error of the best. To tell apart what differs by 0.01 would "
          + "take about 5000 test pairs."
      ),
      (
        [0.05: 0.7, 0.1: 0.7, 0.2: 0.7],
        "0.1 is the middle one of those within a standard error of the best. To tell apart what differs by 0.01 would "
          + "take about 5000 test pairs."
      ),
    ])
  func undecided(recall: [Double: Double], ending: String) {
    let choice = TemperatureChoice.undecided(among: [0.05, 0.1, 0.2], use: 0.1)
    let needed = [Self.needed(0.01, 5000)]
    let start =
      "Your data cannot tell: 0.05 to 0.2 cannot be told apart by recall@1 on these 400 test pairs after 10 epochs "
      + "(60 steps)"
    #expect(Made.sentence(choice, recall: recall, needed: needed) == "\(start); \(ending)")
    let rise = Estimate(value: 0.05, halfWidth: 0.02)
    #expect(
      Made.sentence(choice, recall: recall, needed: needed, change: .rise(at: 0.1, by: rise))
        == start
        + ", which are too few: recall@1 at 0.1 rises by 0.05 (0.03 to 0.07) in 10 more. Train longer: --epochs 40. "
        + "So far \(ending)")
  }

  @Test("marks in the picture of recalls the temperature that the sentence names")
  func mark() throws {
    let counts = [0.01: 284, 0.02: 281, 0.05: 282, 0.1: 280, 0.2: 282]
    func marked(_ counts: [Double: Int]) throws -> Mark? {
      let recalls = try recalls(counts)
      let choice = TemperatureChoice(recalls)
      let table = Choose.reasonsTable(recalls, choice: choice, length: Made.length)
      return Choose.mark(
        in: Series("", of: table, x: "temperature", y: "recallAt1"), choice: choice)
    }
    let undecided = try marked(counts)
    #expect(undecided?.x == 0.05 && undecided?.label == "middle of the best: 0.705 at τ = 0.05")
    let best = try marked(counts.merging([0.05: 285]) { $1 })
    #expect(best?.x == 0.05 && best?.label.hasPrefix("best on average: ") == true)
    let alike = try marked(counts.merging([0.5: 200]) { $1 })
    #expect(alike?.x == 0.05 && alike?.label.hasPrefix("use this: ") == true)
  }
}
