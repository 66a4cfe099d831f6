import ArgumentParser
import Contrastive

/// A loss of pairs with scores.
protocol ScoredPairLossReporting: TemperedLossReporting {
  associatedtype LossType: ScoredPairLoss

  var pairs: ScoredPairOptions { get }

  var loss: LossType { get throws }
}

/// Pairs, and a score of each.
struct ScoredPairOptions: ParsableArguments {
  @Option(help: "N × d: the first rows.") var a: String
  @Option(help: "N × d: row i forms a pair with row i of --a.") var b: String
  @Option(help: "N numbers: the larger, the closer the pair is to be. Only their order matters.")
  var scores: String
}

extension ScoredPairLossReporting {
  static var gradientNames: [String] { ["a", "b"] }

  static var defaultTemperature: Double { 0.05 }

  static var canLackNegatives: Bool { false }

  static var termName: String { "comparison of pairs" }

  static var conditionOfTerms: String { "all scores are equal" }

  func outcome<Scalar: EmbeddingScalar & ArrayElement>(
    as scalar: Scalar.Type
  ) throws -> LossOutcome<Scalar> {
    let (a, b) = (try InputArray<Scalar>(pairs.a), try InputArray<Scalar>(pairs.b))
    // As double whatever the precision: what differs in the file is not to tie.
    let scores = try readNumbers(pairs.scores)
    let step = try loss.valueWithGradient(
      a: a.matrix, b: b.matrix, scores: scores, of: .forReport(arrays: wantsGradients))
    var outcome = LossOutcome(
      step, byTemperature: step.gradient.byTemperature, hasTerms: false)
    if Set(scores).count < 2 { outcome.allTermCount = 0 }
    outcome.add("a", step.gradient.a, of: a)
    outcome.add("b", step.gradient.b, of: b)
    return outcome
  }
}
