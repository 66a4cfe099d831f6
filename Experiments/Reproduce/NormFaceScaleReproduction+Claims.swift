import Contrastive
import Foundation

/// What NormFace's text says of the scale, held against digits.
extension NormFaceScaleReproduction {
  static func claims(_ outcomes: [Outcome]) throws -> [Claim] {
    guard !outcomes.isEmpty else { return [] }
    let bound = try boundClaim(outcomes)
    guard let least = outcomes.min(by: { $0.scale < $1.scale }), least.scale <= 1 else {
      return [bound]
    }
    return [bound, try convergence(of: least), share(of: least)]
  }

  /// NormFace's own numbers of its training, in nats.
  private static let (printedEnd, printedBound) = (8.50, 8.27)
  private static var printedGap: Double { printedEnd / printedBound - 1 }

  private static func boundClaim(_ outcomes: [Outcome]) throws -> Claim {
    func percent(_ share: Double) -> String { (100 * share).text(digits: share < 1 ? 2 : 3) }
    return Claim(
      "The bound of the loss “is very close to the real value” at which training ends.",
      paper: .normFace, "§3.3, where features and weights have norm 1, which is s = 1 here",
      quote:
        "CASIA-WebFace: “from about 9.27 to about 8.50. The bound for this condition is 8.27, which is very "
        + "close to the real value”",
      evidence: .training,
      measured: "at s = \(list(outcomes.map(\.scale))) every run ends above the bound by "
        + outcomes.map { percent($0.largestGap / $0.bound) }.joined(separator: ", ")
        + " % of it at most, \(list(outcomes.map(\.largestGap))) nats, after \(outcomes[0].epochs) epochs, when the "
        + "loss still falls by \(outcomes.map { percent($0.fallOfLastEpochs) }.joined(separator: ", ")) % in "
        + "\(min(10, outcomes[0].epochs - 1))",
      baseline:
        "before training it is above it by \(list(outcomes.map(\.startGap))) nats; that nothing can be "
        + "below it is proposition 2, which loss-floor answers to",
      criterion:
        "of every seed, above the bound by no more of it than the paper's own training, 8.50/8.27 − 1 = "
        + "\(percent(printedGap)) %; the larger scales are ours",
      settled: .changed(
        "until then 1 % and 0.02 nats were allowed, and s = 8 did not count, for a reason that was wrong"
      ),
      verdict: Verdict(
        parts: outcomes.map {
          Verdict.Part(
            "at s = \(list([$0.scale]))\($0.scale > 1 ? ", which is ours," : "") "
              + "\(percent($0.largestGap / $0.bound)) % above it",
            $0.largestGap <= printedGap * $0.bound)
        }))
  }

  /// That training fails without a scale: what the paper means by it follows from the bound, and what it says of
  /// 10575 classes cannot be seen with ten.
  private static func convergence(of least: Outcome) throws -> Claim {
    let (loss, bound) = (least.finals.mean, least.bound)
    let chance = try CandidateSet.classes(Digits.classCount).chance()
    func attainable(_ classes: Int) throws -> String {
      try exp(
        -CandidateSet.classes(classes).floor(temperature: Temperature(scale: least.scale)).value
      )
      .text(digits: 2)
    }
    return Claim(
      "Without a scale “the network fails to converge”.", paper: .normFace, "§3.3",
      quote:
        "“after normalization, the network fails to converge. The loss only decreases a little and then converges "
        + "to a very big value”",
      evidence: .training,
      measured:
        "on ten classes, at s = \(list([least.scale])), the loss ends at \(list([loss])) nats of \(list([chance])) of "
        + "chance, and no network can bring it below \(list([bound])); the network names "
        + "\(least.percentRight.text(digits: 4)) % of its training digits",
      baseline: "before training it names "
        + "\((100 * least.runs.map(\.start.accuracy).mean).text(digits: 3)) % of them, at a loss of "
        + "\(list([least.runs.map(\.start.loss).mean])) nats",
      criterion:
        "none: the paper defines failing by the loss, of which \((100 * bound / chance).text(digits: 2)) % of chance "
        + "are bound here",
      settled: .changed(
        "at first a loss above half of chance counted as failing, by which the claim agreed, as it would for every "
          + "network; then training digits named, by which it did not, and of which the paper says nothing"
      ),
      verdict: .notTested(
        "that the loss stays big follows from the bound, and no network could have come out otherwise; whether "
          + "training fails besides shows only with many classes: of ten the best probability of the own one is "
          + "\(try attainable(Digits.classCount)), of the paper's 10575 it is \(try attainable(10_575))"
      ))
  }

  /// What the bound makes of a loss, at the least scale.
  private static func share(of least: Outcome) -> Claim {
    let share = least.bound / least.finals.mean
    return Claim(
      "Without a scale a network that is right has a loss nearly all of which is bound.",
      paper: nil, "what NormFace's §3.3 comes to on digits", evidence: .training,
      measured:
        "at s = \(list([least.scale])) the network names \(least.percentRight.text(digits: 4)) % of its training "
        + "digits, and of its loss of \(list([least.finals.mean])) nats \((100 * share).text(digits: 3)) % are bound. "
        + "What a scale does to other digits was not measured",
      baseline: "before training it names "
        + "\((100 * least.runs.map(\.start.accuracy).mean).text(digits: 3)) % of them, and of its loss of "
        + "\(list([least.runs.map(\.start.loss).mean])) nats "
        + "\((100 * least.bound / least.runs.map(\.start.loss).mean).text(digits: 3)) % are bound",
      criterion: "of every seed 99 % of training digits right; 95 % of the loss bound",
      settled: .changed(
        "until then it compared with a large scale, where the share of the bound depends on how long is trained"
      ),
      verdict: Verdict(parts: [
        Verdict.Part(
          "\(least.percentRight.text(digits: 4)) % of training digits right",
          least.runs.allSatisfy { $0.accuracy > 0.99 }),
        Verdict.Part("\((100 * share).text(digits: 3)) % of the loss bound", share > 0.95),
      ]))
  }

  static func finding(_ outcomes: [Outcome]) -> String {
    guard let least = outcomes.min(by: { $0.scale < $1.scale }) else { return "" }
    return
      "On ten classes a network trained at s = \(list([least.scale])) names "
      + "\(list([least.percentRight])) % of its training digits, at a loss of \(list([least.finals.mean])) "
      + "nats, of which \(list([least.bound])) no network can avoid."
  }

  private static func list(_ numbers: [Double]) -> String {
    numbers.map { $0.text(digits: 4) }.joined(separator: ", ")
  }
}
