import ArgumentParser
import Contrastive
import ContrastiveDistributed

/// InfoNCE in its four candidate modes.
struct InfoNCECommand: TemperedLossReporting, RankLossReporting {
  static let configuration = CommandConfiguration(
    loss: "info-nce",
    abstract: "InfoNCE: the cross-entropy of picking each query's positive.",
    notes: [noteOfTemperature],
    examples: "--queries q.npy --positives k.npy --temperature 0.07")
  static let title = "InfoNCE"
  static let gradientNames = ["queries", "positives", "negatives"]
  static let card = LossCard(
    type: "InfoNCE",
    formula: "softplus(ℓ − s·c₊)",
    candidates: "the positive and the negatives: in the batch, shared, paired, or both",
    positives: "row i of the positives",
    reduction: "mean over queries",
    scale: "s",
    equals:
      "info-nce-pytorch 0.1.4; sentence-transformers 6.2.0 MultipleNegativesRankingLoss and GISTEmbedLoss; facebookresearch/moco@132aea9 with a queue; GTE’s, arXiv 2308.03281, with all batch candidates",
    otherNames: ["mnrl", "multiple-negatives-ranking", "gist", "cpc", "n-pair"])
  static let defaultTemperature = 0.07

  /// The choices of `--candidates`.
  enum Candidates: String, CaseIterable, ExpressibleByArgument {
    case inBatch = "in-batch"
    case shared
    case paired
    case inBatchAndShared = "in-batch+shared"
  }

  @Option(help: "N × d: the queries.") var queries: String
  @Option(help: "N × d: row i is the positive of query i.") var positives: String
  @Option(help: "M × d, or N × M × d if they are paired: the negatives.") var negatives: String?
  @Option(
    help: """
      Where negatives come from; else in-batch without --negatives, paired if these are N × M × d, or \
      shared.
      """)
  var candidates: Candidates?
  @OptionGroup(title: "Candidate Options") var candidateOptions: CandidateOptions
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var rankOptions: RankOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    if mode == .inBatch, negatives != nil {
      throw ValidationError("--negatives: in-batch candidates take none; leave it out.")
    }
    if mode != .inBatch, negatives == nil {
      throw ValidationError("--negatives: \(mode.rawValue) candidates need a file of negatives.")
    }
    try candidateOptions.validate(for: mode)
    if candidateOptions.hardness > 0, temperatureOptions.temperatures != nil {
      throw ValidationError(
        "--hardness: needs one temperature for all queries; leave out --temperatures.")
    }
  }

  private var mode: Candidates { candidates ?? (negatives == nil ? .inBatch : .shared) }

  func outcome<Scalar: FileScalar>(as scalar: Scalar.Type) throws -> LossOutcome<Scalar> {
    let queries = try InputArray<Scalar>(queries)
    let positives = try InputArray<Scalar>(positives)
    var mode = mode
    var negatives = try negatives.map {
      try InputArray<Scalar>($0, ranks: candidates == nil || mode == .paired ? 2...3 : 2...2)
    }
    if candidates == nil, let shape = negatives?.shape, shape.count == 3 {
      // Some for each query, one as well, unless a dimension of 1 is but another way to write M × d. Of one query both
      // are the same.
      if shape[0] > 1, shape[0] == queries.shape[0], shape[2] == queries.matrix.columnCount {
        mode = .paired
        try candidateOptions.validate(for: mode)
      } else {
        negatives = try self.negatives.map { try InputArray<Scalar>($0, ranks: 2...2) }
      }
    }
    if let negatives, negatives.shape.count == 3, negatives.shape[0] != queries.shape[0] {
      throw ContrastiveError(
        .negatives,
        .count(
          .list, found: negatives.shape[0],
          expected: .exactly(queries.shape[0], .onePer(.query))))
    }
    let queryCount = queries.matrix.rowCount
    let pairedShape: [Int]? =
      if mode == .paired, let rows = negatives?.matrix.rowCount, queryCount > 0,
        rows.isMultiple(of: queryCount)
      { [queryCount, rows / queryCount] } else { nil }
    let ranks = try rankOptions.ranks(rowCount: queries.matrix.rowCount)
    let ownNegatives = negatives.map { all in ranks?.equalPart(of: all) ?? all.matrix }
    let source: Negatives<Scalar> =
      switch (mode, ownNegatives) {
      case (.shared, let rows?): .shared(rows)
      case (.paired, let rows?): .paired(rows)
      case (.inBatchAndShared, let rows?): .inBatchAndShared(rows)
      default: .inBatch
      }
    let loss = InfoNCE(
      temperature: try temperature, hardness: candidateOptions.hardness,
      batchCandidates: candidateOptions.libraryBatchCandidates)
    let variables: InfoNCE.Variables = .forReport(arrays: wantsGradients)
    let step: LossStep<Scalar, InfoNCE.Gradient<Scalar>>
    if let ranks {
      try candidateOptions.requireNoMargin()
      step = try loss.part(of: ranks, of: .queries).valueWithGradient(
        queries: ranks.part(of: queries, "queries", as: "queries"),
        positives: ranks.part(of: positives, "positives", as: "queries"),
        negatives: source, excluding: try candidateOptions.ids(sharedBy: ranks),
        logWeights: try candidateOptions.libraryLogWeights(paired: pairedShape)
          .map { try ranks.part(of: $0) },
        of: variables, reduction: lossOptions.libraryReduction, across: ranks.group)
    } else {
      step = try loss.valueWithGradient(
        queries: queries.matrix, positives: positives.matrix, negatives: source,
        excluding: try candidateOptions.falseNegatives(as: Scalar.self),
        logWeights: try candidateOptions.libraryLogWeights(paired: pairedShape), of: variables,
        reduction: lossOptions.libraryReduction)
    }
    var outcome =
      if let negatives {
        LossOutcome(step, of: queries, positives, negatives)
      } else {
        LossOutcome(step, of: queries, positives)
      }
    if candidateOptions.ids != nil { outcome.addRemarkOfIDs() }
    try ranks?.gather(&outcome)
    return outcome
  }
}
