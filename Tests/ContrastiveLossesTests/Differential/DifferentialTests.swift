import Foundation
import TestSupport
import Testing

/// Problems that nobody thought of: shapes, temperatures, lengths, ties, labels, weights, strategies, threads and
/// instruction sets are drawn, and `Double`, `Float` and plain loops have to agree.
///
/// For longer than tests take, and with other seeds than theirs:
/// ```
/// CONTRASTIVE_FUZZ_SECONDS=3600 CONTRASTIVE_FUZZ_SEED=1000 \
///   swift test --filter DifferentialTests
/// ```
/// A failure prints the line that repeats it.
@Suite("Losses of drawn problems")
struct DifferentialTests {
  @Test("agree in Float, in Double and with plain loops", arguments: LossSubject.allCases)
  func some(_ subject: LossSubject) {
    var outcome = DifferentialTrial.Outcome()
    for seed in 0..<12 as Range<UInt64> { run(subject, seed, &outcome) }
    // Some of them have something to compare.
    #expect(outcome.withPlainLoops > 0 && outcome.comparisons > outcome.undecided)
  }

  private static let environment = ProcessInfo.processInfo.environment

  private static let seconds = environment["CONTRASTIVE_FUZZ_SECONDS"].flatMap { Double($0) }

  @Test("agree for as long as is asked", .enabled(if: seconds != nil))
  func many() throws {
    let seconds = try #require(Self.seconds)
    let first = UInt64(Self.environment["CONTRASTIVE_FUZZ_SEED"] ?? "") ?? 1000
    var outcome = DifferentialTrial.Outcome()
    let start = ContinuousClock.now
    var seed = first
    while ContinuousClock.now - start < .seconds(seconds) {
      for subject in LossSubject.allCases { run(subject, seed, &outcome) }
      seed += 1
    }
    print("from seed \(first): \(outcome)")
  }

  private static let trial = environment["CONTRASTIVE_FUZZ_TRIAL"]

  @Test("agree in the trial that is asked for", .enabled(if: trial != nil))
  func one() throws {
    let parts = try #require(Self.trial).split(separator: ":")
    try #require(parts.count == 2)
    let subject = try #require(LossSubject.allCases.first { $0.description == parts[0] })
    var outcome = DifferentialTrial.Outcome()
    run(subject, try #require(UInt64(parts[1])), &outcome)
  }

  private func run(
    _ subject: LossSubject, _ seed: UInt64, _ outcome: inout DifferentialTrial.Outcome
  ) {
    LossSubject.$labelSeed.withValue(seed.isMultiple(of: 2) ? seed : nil) {
      do {
        try DifferentialTrial(subject, seed: seed).check(&outcome)
      } catch {
        Issue.record("\(subject):\(seed) is refused: \(error)")
      }
    }
  }
}
