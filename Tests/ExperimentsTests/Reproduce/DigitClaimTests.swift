import ArgumentParser
import Testing

@testable import Experiments

/// Claims on digits, of scores and losses that nothing was trained for.
@Suite("Claims on digits")
struct DigitClaimTests {
  /// Scores that name the first so many of a thousand digits, at both tasks.
  static func scores(_ named: Int) -> DigitScores {
    let hits = (0..<1000).map { $0 < named ? 1.0 : 0 }
    return DigitScores(
      hits: DigitKeys.allCases.map { _ in DigitTask.allCases.map { _ in hits } }, uniformity: -1,
      tolerance: 0)
  }

  private static let baselines = DigitBaselines(pixels: scores(500), untrained: [scores(400)])
  private static let falling =
    ". With a loss that still fell over the last tenth of the epochs: at τ = 0.5"

  @Test(
    "of SimCLR say in their lines which losses still fell, and hold none but its own τ against pixels"
  )
  func simCLR() throws {
    let temperatures = [0.1, 0.2, 0.5]
    let outcomes = zip([300, 900, 200], [false, false, true]).map { named, isFalling in
      (0..<3).map { seed in
        SimCLRTemperatureReproduction.Outcome(
          entropy: 1, contrastiveAccuracy: 0.5 + 0.01 * Double(seed), scores: Self.scores(named),
          losses: (0..<10).map { isFalling ? Double(-$0) : 1 }, untrainedEntropy: 1,
          untrainedAccuracy: 0.25)
      }
    }
    let claims = SimCLRTemperatureReproduction.claims(
      on: outcomes, at: temperatures, pixels: 0.125,
      encoders: .at(
        temperatures, outcomes.map { $0.map(\.scores) },
        printed: SimCLRTemperatureReproduction.printed.map(\.temperature)),
      baselines: Self.baselines, epochs: 10)
    #expect(claims.count == 2 && claims.allSatisfy { $0.line.contains(Self.falling) })
    #expect(
      claims[0].line.contains(
        "of raw pixels 0.125, of the untrained encoder 0.25, beside 0.51, 0.51, 0.51 trained at τ = 0.1, 0.2, 0.5."
      ))
    // 0.2 alone is better than pixels, and not in the table.
    #expect(claims[1].verdict.kind == .agrees && claims[1].standing == .worse)
    #expect(claims[1].verdict.isOtherwise)
    #expect(claims[1].evidence.baseline?.others.map(\.isWon) == [true, true])
  }

  @Test("of Wang and Liu say the same, and when the temperatures were settled")
  func wangLiu() throws {
    let temperatures = [0.07, 0.2, 0.3]
    let encoders = DigitBaselines.Encoders.at(
      temperatures, [300, 900, 301].map { named in (0..<3).map { _ in Self.scores(named) } },
      printed: WangLiuReproduction.printed.map(\.temperature))
    let claims = try WangLiuReproduction.parse([]).digitClaims(
      temperatures, encoders, Self.baselines, remark: Self.falling)
    #expect(claims.count == 2 && claims.allSatisfy { $0.line.contains(Self.falling) })
    #expect(claims.allSatisfy { $0.settled.text.contains("0.02 joined them") })
    // One of a thousand digits tells nothing, and 0.2 decides nothing.
    #expect(claims[1].verdict.kind == .undecided && claims[1].standing == .worse)
    #expect(claims[1].line.contains("the nearest rival τ = 0.07 +0.001 ± 0.00"))
    #expect(claims[0].line.contains("beside 1, 1, 1 trained at τ = 0.07, 0.2, 0.3; tolerance of"))
  }
}
