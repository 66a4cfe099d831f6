import Contrastive
import Foundation
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
      #expect(
        baselines.accuracyText(beside: []).contains("\(task.name) raw pixels in nine shifts 0.9"))
    }
    let encoders = DigitBaselines.Encoders.at(
      [0.1, 0.2], [[baselines.pixels], baselines.untrained], printed: [0.1, 0.2])
    // The best of both is what learnt nothing itself: no difference.
    let contests = baselines.contests(encoders, printed: true)
    #expect(baselines.contests(encoders, printed: false).isEmpty)
    #expect(contests.map(\.isWon) == [nil, nil])
    #expect(
      contests[0].sentence.hasPrefix(
        "in accuracy on shifted digits (the share that a vote of the 20 nearest training digits names rightly; “in nine shifts”, "
      ))
    #expect(
      contests[0].sentence.contains(
        ") the best trained at the source's settings, at τ = 0.1 in nine shifts, has 0.9"))
    #expect(
      contests[1].sentence.hasPrefix(
        "in accuracy on digits as they are the best trained at the source's settings, at τ = "))
    // Beside what learnt nothing stands what was trained.
    #expect(
      baselines.accuracyText(beside: encoders.named).contains(
        ", beside the best trained, at τ = 0.1 in nine shifts 0.9"))
    #expect(contests[0].sentence.contains("of raw pixels in nine shifts (+0 ± 0, for "))
    let worse = DigitBaselines.Encoders.at(
      [0.2], [[baselines.untrained[0]]], printed: [0.2])
    #expect(baselines.contests(worse, printed: true)[0].isWon == false)
    #expect(baselines.baseline(worse).standing == .worse)
    #expect(
      baselines.finding(worse).contains(
        ") the best trained at the source's settings, at τ = 0.2 in nine"))
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

  @Test("what was trained outside the source's table stands apart, and wins nothing for it")
  func outside() throws {
    let baselines = DigitBaselines(
      pixels: DigitClaimTests.scores(500), untrained: [DigitClaimTests.scores(400)])
    let encoders = DigitBaselines.Encoders.at(
      [0.1, 0.2], [[DigitClaimTests.scores(300)], [DigitClaimTests.scores(900)]], printed: [0.1, 1])
    let baseline = baselines.baseline(encoders)
    // The best of all is at 0.2, which the source does not have.
    #expect(baseline.standing == .worse)
    #expect(baseline.contests.allSatisfy { $0.sentence.contains("settings, at τ = 0.1") })
    #expect(baseline.others.map(\.isWon) == [true, true])
    #expect(
      baseline.others[0].sentence.hasPrefix(
        "in accuracy on shifted digits the best trained outside the source's table, which decides nothing, at τ = 0.2"
      ))
    #expect(baseline.text.contains("raw pixels 0.5, ") && baseline.text.contains("at τ = 0.1 0.3"))
    #expect(!baseline.text.contains("0.2"))
    // With none of the source's nothing decides.
    let none = baselines.baseline(.at([0.2], [[DigitClaimTests.scores(900)]], printed: [0.1]))
    #expect(none.standing == nil && none.others.count == 2)
  }

  @Test("the best is told from its nearest rival, or is none: easy rivals lift no verdict")
  func superlatives() {
    func verdict(_ named: [Int]) -> Verdict {
      let encoders = DigitBaselines.Encoders.at(
        [0.1, 0.3, 0.7, 1], named.map { [DigitClaimTests.scores($0)] }, printed: [0.1, 0.3, 1])
      return Verdict(
        contrasts: DigitBaselines.superlatives(
          encoders, at: 0.3, of: [0.1, 0.3, 1], trained: [0.1, 0.3, 0.7, 1]))
    }
    // 0.7 is not in the table, and is no rival.
    #expect(verdict([500, 800, 900, 600]).kind == .agrees)
    let close = verdict([500, 800, 900, 799])
    #expect(close.kind == .undecided && close.comparisons.count == 2)
    #expect(
      close.comparisons[0].name
        == "accuracy on shifted digits at τ = 0.3 less that at each other τ of the source's")
    let parts = close.comparisons[0].result.components(separatedBy: " is not told, ")
    #expect(parts.count == 2 && parts[0].hasPrefix("the nearest rival τ = 1 +0.001"))
    #expect(parts[1].hasPrefix("τ = 0.1 +0.3") && parts[1].hasSuffix(" holds"))
    #expect(verdict([500, 800, 900, 900]).kind == .doesNotAgree)
    let encoders = DigitBaselines.Encoders.at([0.3], [[DigitClaimTests.scores(1)]], printed: [0.3])
    #expect(
      DigitBaselines.superlatives(encoders, at: 0.3, of: [0.1, 0.3], trained: [0.3]).isEmpty)
    #expect(DigitBaselines.superlatives(encoders, at: 0.1, of: [0.1, 0.3], trained: [0.3]).isEmpty)
  }
}
