import ArgumentParser
import Contrastive

/// InfoNCE of queries that may have several positives.
struct InfoNCEGroupsCommand: TemperedLossReporting {
  static let configuration = CommandConfiguration(
    commandName: "info-nce-groups",
    abstract: "InfoNCE of N queries against M keys, of which a query may have several positives.",
    discussion: """
      \(PositiveFormName.discussion)
      perQuery lists the queries; one without a positive has 0, and is not counted in the mean.
      Without an option τ is 0.07.

      Example:
        Experiments loss info-nce-groups --queries q.npy --keys k.npy --query-ids a.npy --key-ids b.npy
      """)
  static let title = "InfoNCE of several positives"
  static let gradientNames = ["queries", "keys"]
  static let card = LossCard(
    type: "MultiPositiveInfoNCE",
    formula: PositiveFormName.formula,
    candidates: "all M keys, less those left out by ids",
    positives: "keys of the query’s id, of a list, or by weights",
    reduction: "mean over queries with a positive",
    scale: "s",
    equals: PositiveFormName.equals,
    otherNames: ["mil-nce", "multi-positive", "cwcl"])
  static let defaultTemperature = 0.07
  static let conditionOfTerms = "no query has a key as its positive"

  @Option(help: "N × d: the queries.") var queries: String
  @Option(help: "M × d: the keys.") var keys: String
  @OptionGroup var positives: PositiveOptions
  @Option(help: "N × M, instead of ids: the positives' weights, 0 for a negative.")
  var softTargets: String?
  @Option(help: "Where the mean or sum over the positives stands.")
  var form = PositiveFormName.meanOutside
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    try positives.requireOne(softTargets: softTargets != nil, form: form)
  }

  func outcome<Scalar: EmbeddingScalar & ArrayElement>(
    as scalar: Scalar.Type
  ) throws -> LossOutcome<Scalar> {
    let queries = try InputArray<Scalar>(queries)
    let keys = try InputArray<Scalar>(keys)
    let all = try positives.positives(softTargets: softTargets, keys: keys, named: .keys)
    let step = try MultiPositiveInfoNCE(temperature: try temperature, form: form.library)
      .valueWithGradient(
        queries: queries.matrix, keys: keys.matrix, positives: all,
        excluding: try positives.exclusion, of: .forReport(arrays: wantsGradients),
        reduction: lossOptions.libraryReduction)
    var outcome = LossOutcome(step, byTemperature: step.gradient.byTemperature)
    outcome.allTermCount = all.anchorCounts.queries
    outcome.hasNegatives = step.diagnostics?.meanNegativeSimilarity != nil
    outcome.add("queries", step.gradient.queries, of: queries)
    outcome.add("keys", step.gradient.keys, of: keys)
    return outcome
  }
}
