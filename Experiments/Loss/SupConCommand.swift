import ArgumentParser
import Contrastive
import ContrastiveDistributed

/// The supervised contrastive loss.
struct SupConCommand: TemperedLossReporting, RankLossReporting, LogWeightedLossReporting {
  static let configuration = CommandConfiguration(
    loss: "supcon",
    abstract: "SupCon: every row of an anchor's label against all other rows.",
    notes: [
      "perQuery lists the anchors; one without another row of its label has 0, and is "
        + "not counted in the mean.",
      noteOfTemperature,
    ],
    examples: "--embeddings z.npy --labels y.npy --temperature 0.1")
  static let title = "SupCon"
  static let gradientNames = ["embeddings"]
  static let card = LossCard(
    type: "SupCon",
    formula: "log Σ_{j≠a} exp(s·c) − mean over P of s·cₚ",
    candidates: "all other rows",
    positives: "rows of the label, or of a list",
    reduction: "mean over anchors with a positive",
    scale: "s; no τ/0.07",
    equals:
      "pytorch-metric-learning 2.9.0 SupConLoss; HobbitLong/SupContrast@66a8fe5 but for τ/0.07 and its mean over all anchors",
    otherNames: ["supervised-contrastive", "sup-contrast"])
  static let defaultTemperature = 0.07
  static let termName = "anchor"
  static let conditionOfTerms = "no row has another as its positive"

  @Option(help: "n × d: the embeddings.") var embeddings: String
  @Option(help: "n integers or texts: the labels.") var labels: String?
  @Option(
    help: ArgumentHelp("Rows of this label are left out.", valueName: "label"))
  var ignoreLabel: String?
  @Option(help: "n × n, instead of labels: not 0 where the column is a positive of the row.")
  var mask: String?
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var logWeightOptions: LogWeightOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var rankOptions: RankOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    if (labels == nil) == (mask == nil) {
      throw ValidationError("--labels, --mask: one of them says which rows are positives.")
    }
    if ignoreLabel != nil, labels == nil {
      throw ValidationError("--ignore-label: needs --labels.")
    }
  }

  func outcome<Scalar: FileScalar>(as scalar: Scalar.Type) throws -> LossOutcome<Scalar> {
    let embeddings = try InputArray<Scalar>(embeddings)
    let loss = SupCon(temperature: try temperature)
    let variables: EmbeddingVariables = .forReport(arrays: wantsGradients)
    let step: LossStep<Scalar, EmbeddingGradient<Scalar>>
    let anchorCount: Int
    let ranks = try rankOptions.ranks(rowCount: embeddings.matrix.rowCount)
    if ranks != nil { try requireNoLogWeights() }
    let logWeights = try logWeightOptions.numbers
    for (option, isGiven) in [("--mask", mask != nil), ("--ignore-label", ignoreLabel != nil)]
    where isGiven && ranks != nil {
      throw ValidationError("\(option): not under mpirun; give --labels alone.")
    }
    var remarks: [String] = []
    if let labels {
      let labels = try readLabels(labels)
      let (numbers, ignored) = (labels.numbers[0], try ignored(in: labels))
      if let ranks {
        step = try loss.part(of: ranks, of: .embeddings).valueWithGradient(
          embeddings: ranks.part(of: embeddings, "embeddings", as: "embeddings"),
          labels: ranks.part(of: numbers, .labels, as: .embeddings), of: variables,
          reduction: lossOptions.libraryReduction, across: ranks.group)
      } else {
        step = try loss.valueWithGradient(
          embeddings: embeddings.matrix, labels: numbers, ignoring: ignored,
          logWeights: logWeights, of: variables, reduction: lossOptions.libraryReduction)
      }
      if let ignoreLabel, !numbers.contains(where: { $0 == ignored }) {
        remarks.append("no row has the label '\(ignoreLabel)' of --ignore-label")
      }
      anchorCount = numbers.filter { $0 != ignored }.pairedCount
    } else {
      let positives = try readMask()
      step = try loss.valueWithGradient(
        embeddings: embeddings.matrix, positives: positives, logWeights: logWeights, of: variables,
        reduction: lossOptions.libraryReduction)
      anchorCount = positives.anchorCount
    }
    var outcome = LossOutcome(step, of: embeddings)
    try ranks?.gather(&outcome)
    outcome.remarks = remarks + outcome.remarks
    outcome.allTermCount = anchorCount
    outcome.hasNegatives = outcome.diagnostics?.meanNegativeSimilarity != nil
    return outcome
  }

  /// The number of the label to ignore, which for texts is one of them.
  private func ignored(in labels: FileLabels) throws -> Int? {
    guard let ignoreLabel else { return nil }
    if let names = labels.names { return names.firstIndex(of: ignoreLabel) }
    guard let label = Int(ignoreLabel) else {
      throw CommandFailure(
        "--ignore-label \(ignoreLabel): the labels are whole numbers; give one of them")
    }
    return label
  }

  private func readMask() throws -> Positives {
    guard let mask else { return Positives([]) }
    let matrix = try InputArray<Double>(mask).matrix
    guard matrix.rowCount == matrix.columnCount else {
      throw ContrastiveError(
        .positives,
        .count(
          .column, found: matrix.columnCount,
          expected: .exactly(matrix.rowCount, .onePer(.row))))
    }
    try matrix.requireFinite(.positives)
    return Positives(rowCount: matrix.rowCount) { matrix[$0, $1] != 0 }
  }
}
