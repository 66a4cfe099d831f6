import ArgumentParser
import Contrastive
import ContrastiveDistributed

/// One direction of MoCo v3's loss.
struct MoCoV3Command: TemperedLossReporting, RankLossReporting {
  static let configuration = CommandConfiguration(
    commandName: "moco-v3",
    abstract: "MoCo v3: one direction, 2τ times InfoNCE in the batch.",
    discussion: """
      Training adds the other direction: the other view's queries with the other keys.
      Without an option τ is 0.2.

      Example:
        Experiments loss moco-v3 --queries q.npy --keys k.npy --temperature 0.2
      """)
  static let title = "MoCo v3"
  static let gradientNames = ["queries", "keys"]
  static let card = LossCard(
    type: "MoCoV3",
    formula: "2τ · softplus(ℓ − s·c₊)",
    candidates: "the batch’s keys",
    positives: "the own key",
    reduction: "mean over queries, one direction",
    scale: "s, and 2τ outside",
    equals: "facebookresearch/moco-v3 contrastive_loss")
  static let defaultTemperature = 0.2

  @Option(help: "N × d: the queries.") var queries: String
  @Option(help: "N × d: row i is the positive key of query i.") var keys: String
  @Option(help: "N integers or texts: keys of a query's id are no negatives of it.")
  var ids: String?
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var rankOptions: RankOptions
  @OptionGroup var outputOptions: OutputOptions

  func outcome<Scalar: EmbeddingScalar & ArrayElement>(
    as scalar: Scalar.Type
  ) throws -> LossOutcome<Scalar> {
    let queries = try InputArray<Scalar>(queries)
    let keys = try InputArray<Scalar>(keys)
    let loss = MoCoV3(temperature: try temperature)
    let variables: MoCoV3.Variables = .forReport(arrays: wantsGradients)
    let ranks = try rankOptions.ranks(rowCount: queries.matrix.rowCount, ids: ids)
    let step =
      if let ranks {
        try loss.valueWithGradient(
          queries: ranks.part(of: queries, "queries", as: "queries"),
          keys: ranks.part(of: keys, "keys", as: "queries"), of: variables,
          reduction: lossOptions.libraryReduction, across: ranks.group)
      } else {
        try loss.valueWithGradient(
          queries: queries.matrix, keys: keys.matrix, excluding: try .equalIDs(in: ids),
          of: variables, reduction: lossOptions.libraryReduction)
      }
    var outcome = LossOutcome(step, byTemperature: step.gradient.byTemperature)
    if ids != nil { outcome.addRemarkOfIDs() }
    outcome.add("queries", step.gradient.queries, of: queries)
    outcome.add("keys", step.gradient.keys, of: keys)
    try ranks?.gather(&outcome)
    return outcome
  }
}
