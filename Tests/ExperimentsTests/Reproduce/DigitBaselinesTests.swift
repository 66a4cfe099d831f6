import Contrastive
import Testing

@testable import Experiments

@Suite("DigitBaselines")
struct DigitBaselinesTests {
  @Test("digits are scored beside pixels and untrained encoders, which learnt nothing of shifts")
  func baselines() throws {
    let (training, test) = try Digits.load()
    let exam = try DigitExam(training: training, test: test)
    #expect(test.labels.count == Digits.testCount)
    let baselines = try DigitBaselines(exam, seeds: 2)
    // As computed by NumPy: 379 of 397 digits as they are, and below half of shifted ones.
    #expect(abs(baselines.pixels.accuracy(.clean) - 379.0 / 397) < 1e-12)
    #expect((0.42...0.52).contains(baselines.pixels.accuracy(.shifted)))
    #expect(baselines.untrained.count == 2)
    #expect(baselines.untrained.allSatisfy { (0.3...0.48).contains($0.accuracy(.shifted)) })
    // As NumPy has it, 0.948 to 0.4 %: no training is needed to know of shifts.
    #expect((0.935...0.96).contains(baselines.pixels.accuracy(.shifted, among: .shifts)))
    // Encoders are asked among nine shifts as well as pixels are, and gain by it.
    for encoder in baselines.untrained {
      #expect(
        encoder.accuracy(.shifted, among: .shifts) > encoder.accuracy(.shifted) + 0.2)
    }
    for task in DigitTask.allCases {
      let ranked = DigitBaselines.ranked(baselines.all, task)
      #expect(ranked.count == 4 && ranked[0].name == "raw pixels in nine shifts")
      #expect(ranked.map(\.share.mean).isFalling)
      #expect(baselines.accuracyText.contains("\(task.name) raw pixels in nine shifts 0.9"))
    }
    let encoders = DigitBaselines.Encoders.at(
      [0.1, 0.2], [[baselines.pixels], baselines.untrained])
    // The best of both is what learnt nothing itself: no difference.
    let contests = baselines.contests(encoders)
    #expect(contests.map(\.isWon) == [nil, nil])
    #expect(
      contests[0].sentence.hasPrefix(
        "in accuracy on shifted digits the best trained, at τ = 0.1 in nine shifts, has 0.9"))
    #expect(contests[0].sentence.contains("of raw pixels in nine shifts (+0 ± 0, for "))
    let worse = DigitBaselines.Encoders.at([0.2], [[baselines.untrained[0]]])
    #expect(baselines.contests(worse)[0].isWon == false)
    #expect(baselines.baseline(worse).standing == .worse)
    #expect(
      baselines.finding(worse).hasPrefix(
        "In accuracy on shifted digits the best trained, at τ = 0.2 in nine"))
    // A trial at each task, with each other temperature that there is.
    let trials = DigitBaselines.trials(encoders, at: 0.1, than: [0.1, 0.2, 0.5], of: [0.1, 0.2])
    #expect(
      trials.map(\.name) == [
        "accuracy on shifted digits at τ = 0.1 less that at 0.2",
        "accuracy on digits as they are at τ = 0.1 less that at 0.2",
      ])
    // Raw pixels name more digits, of both tasks, than encoders before training.
    #expect(trials.map { $0.difference(1).isPositive } == [true, true])
    #expect(DigitBaselines.trials(encoders, at: 0.3, than: [0.1], of: [0.1, 0.2]).isEmpty)
    #expect(baselines.table.rows.count == 3)
    let digits = baselines.digitTable("digits", of: encoders)
    #expect(digits.rows.count == 397 && digits.columns.count == 17)
    #expect(
      abs(
        digits.numbers(in: "on digits as they are raw pixels").compactMap(\.self).mean - 379.0 / 397
      )
        < 1e-12)
    for task in DigitTask.allCases {
      let lines = baselines.referenceLines(task)
      #expect(lines.count == 4)
      #expect(lines[0].keyTitle?.hasPrefix("raw pixels in nine shifts, 0.9") == true)
    }
  }
}
