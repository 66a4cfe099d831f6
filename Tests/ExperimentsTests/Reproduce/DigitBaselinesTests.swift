import Contrastive
import Testing

@testable import Experiments

@Suite("DigitBaselines")
struct DigitBaselinesTests {
  @Test("digits are scored beside pixels and untrained encoders, which learnt nothing of shifts")
  func baselines() throws {
    let (training, test) = try Digits.load()
    let baselines = try DigitBaselines(training: training, test: test, seeds: 2)
    // As computed by NumPy: 379 of 397 digits as they are, and below half of shifted ones.
    #expect(abs(baselines.pixels.cleanAccuracy - 379.0 / 397) < 1e-12)
    #expect((0.42...0.52).contains(baselines.pixels.neighborAccuracy))
    #expect(baselines.untrained.count == 2)
    #expect(baselines.untrained.allSatisfy { (0.3...0.48).contains($0.neighborAccuracy) })
    #expect(baselines.text(\.cleanAccuracy).hasPrefix("raw pixels 0.955, the untrained encoder 0."))
    // As NumPy has it, 0.948 to 0.4 %: no training is needed to know of shifts.
    #expect((0.935...0.96).contains(baselines.shiftedPixels.neighborAccuracy))
    for task in DigitTask.allCases {
      #expect(baselines.best(task).name == "raw pixels in nine shifts")
      #expect(baselines.ranked(task).map(\.share.mean).isFalling)
      #expect(baselines.accuracyText.contains("\(task.name) raw pixels in nine shifts 0.9"))
    }
    let encoders = DigitBaselines.Encoders.at(
      [0.1, 0.2], [[baselines.pixels], baselines.untrained])
    #expect(encoders.best(.clean)?.name == "at τ = 0.1")
    let parts = baselines.parts(encoders, .shifted)
    // Two untrained encoders leave one degree of freedom, whose t is 12.7.
    #expect(parts.map(\.holds) == [nil, false])
    #expect(parts[1].phrase.contains("is worse than raw pixels in nine shifts"))
    #expect(
      baselines.comparison(encoders).hasPrefix(
        "On shifted digits the best encoder, at τ = 0.1, names 0.4"))
    // Raw pixels name more digits, of both tasks, than encoders before training.
    let better = DigitBaselines.betterParts(encoders, at: [0.1], than: [0.2, 0.5], of: [0.1, 0.2])
    #expect(better.map(\.holds) == [true])
    #expect(better[0].phrase.hasPrefix("+0.0"))
    #expect(better[0].phrase.hasSuffix("(better at τ = 0.1 than at τ = 0.2)"))
    #expect(
      DigitBaselines.betterParts(encoders, at: [0.2], than: [0.1], of: [0.1, 0.2]).map(\.holds)
        == [false])
    #expect(DigitBaselines.betterParts(encoders, at: [0.3], than: [0.1], of: [0.1, 0.2]).isEmpty)
    #expect(baselines.table.rows.count == 4)
    let digits = baselines.digitTable("digits", of: encoders)
    #expect(digits.rows.count == 397 && digits.columns.count == 11)
    #expect(
      abs(
        digits.numbers(in: "on digits as they are raw pixels").compactMap(\.self).mean - 379.0 / 397
      )
        < 1e-12)
    for task in DigitTask.allCases {
      #expect(
        baselines.referenceLines(task).contains(
          .horizontal(at: task.share([baselines.pixels]).mean, label: "raw pixels")))
    }
  }
}
