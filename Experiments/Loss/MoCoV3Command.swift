import ArgumentParser
import Contrastive
import ContrastiveDistributed

/// One direction of MoCo v3's loss.
struct MoCoV3Command: TemperedLossReporting, RankLossReporting, LogWeightedLossReporting {
  static let configuration = CommandConfiguration(
    loss: "moco-v3",
    abstract: "MoCo v3: one direction, 2τ times InfoNCE in the batch.",
    notes: [
      "Training adds the other direction: the other view's queries with the other keys.",
      noteOfTemperature,
    ],
    examples: "--queries q.npy --keys k.npy --temperature 0.2")
  static let title = "MoCo v3"
  static let gradientNames = ["queries", "keys"]
  static let card = LossCard(
    type: "MoCoV3",
    formula: "2τ · softplus(ℓ − s·c₊)",
    candidates: "the batch’s keys",
    positives: "the own key",
    reduction: "mean over queries, one direction",
    scale: "s, and 2τ outside",
    equals: "facebookresearch/moco-v3@c349e6e contrastive_loss")
  static let defaultTemperature = 0.2

  @Option(help: "N × d: the queries.") var queries: String
  @Option(help: "N × d: row i is the positive key of query i.") var keys: String
  @Option(help: "N integers or texts: keys of a query's id are no negatives of it.")
  var ids: String?
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var logWeightOptions: LogWeightOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var rankOptions: RankOptions
  @OptionGroup var outputOptions: OutputOptions

  func outcome<Scalar: FileScalar>(as scalar: Scalar.Type) throws -> LossOutcome<Scalar> {
    let loss = MoCoV3(temperature: try temperature)
    let variables: MoCoV3.Variables = .forReport(arrays: wantsGradients)
    return try PairedRows<Scalar>(("queries", queries), ("keys", keys), ids: ids).outcome(
      sharedBy: rankOptions
    ) {
      try loss.valueWithGradient(
        queries: $0, keys: $1, excluding: $2, logWeights: logWeightOptions.ofPositives,
        of: variables, reduction: lossOptions.libraryReduction)
    } across: {
      try requireNoLogWeights()
      return try loss.part(of: $3, of: .queries).valueWithGradient(
        queries: $0, keys: $1, excluding: $2, of: variables,
        reduction: lossOptions.libraryReduction, across: $3.group)
    }
  }
}
