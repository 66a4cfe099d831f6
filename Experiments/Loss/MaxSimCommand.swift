import ArgumentParser
import Contrastive

/// InfoNCE of late interaction.
struct MaxSimCommand: TemperedLossReporting {
  static let configuration = CommandConfiguration(
    commandName: "maxsim-info-nce",
    abstract: "Late interaction: InfoNCE of sums of query tokens' largest cosines.",
    discussion: """
      Arrays are of three dimensions, padded, and padding is not read; or of two, a token each. Without an option τ is 1, as scores are sums over
      tokens.

      Example:
        Experiments loss maxsim-info-nce --queries q.npy --documents d.npy \\
          --query-lengths ql.npy --document-lengths dl.npy --scale 1
      """)
  static let title = "InfoNCE of late interaction"
  static let gradientNames = ["queries", "documents"]
  static let card = LossCard(
    type: "MaxSimInfoNCE",
    formula: "softplus(ℓ − s·Sᵢᵢ), Sᵢⱼ = Σ over tokens t of max over tokens u of c_tu, ℓ of s·S",
    candidates: "all documents",
    positives: "document i",
    reduction: "mean over queries",
    scale: "s",
    equals: "torch 2.15.0 cross_entropy of sentence-transformers 6.2.0 maxsim",
    otherNames: ["colbert", "maxsim", "late-interaction"])
  static let defaultTemperature = 1.0

  @Option(help: "N × T × d: the queries' tokens.") var queries: String
  @Option(help: "M × U × d: the documents' tokens; document i belongs to query i.")
  var documents: String
  @Option(help: "N integers: how many tokens of each query count; without it all.")
  var queryLengths: String?
  @Option(help: "M integers: how many tokens of each document count; without it all.")
  var documentLengths: String?
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  func outcome<Scalar: EmbeddingScalar & ArrayElement>(
    as scalar: Scalar.Type
  ) throws -> LossOutcome<Scalar> {
    let queries = try InputArray<Scalar>(queries, ranks: 2...3)
    let documents = try InputArray<Scalar>(documents, ranks: 2...3)
    let (queryTokens, documentTokens) = (
      try tokens(of: queries, .queries, lengths: queryLengths, .queryLengths),
      try tokens(of: documents, .documents, lengths: documentLengths, .documentLengths)
    )
    let step = try MaxSimInfoNCE(temperature: try temperature).valueWithGradient(
      queries: queryTokens, documents: documentTokens, of: .forReport(arrays: wantsGradients),
      reduction: lossOptions.libraryReduction)
    var outcome = LossOutcome(step, byTemperature: step.gradient.byTemperature)
    outcome.hasNegatives = documents.shape[0] > 1
    if let gradient = step.gradient.queries {
      outcome.gradients.append(
        .init(
          name: "queries", matrix: try queryTokens.padded(gradient, to: queries.width),
          shape: queries.fileShape))
    }
    if let gradient = step.gradient.documents {
      outcome.gradients.append(
        .init(
          name: "documents", matrix: try documentTokens.padded(gradient, to: documents.width),
          shape: documents.fileShape))
    }
    return outcome
  }

  private func tokens<Scalar: EmbeddingScalar & ArrayElement>(
    of array: InputArray<Scalar>, _ rows: ContrastiveError.Argument, lengths file: String?,
    _ name: ContrastiveError.Argument
  ) throws -> TokenRows<Scalar> {
    guard array.shape[0] > 0 else {
      throw ContrastiveError(rows, .count(.row, found: 0, expected: .atLeast(1)))
    }
    let lengths =
      try file.map { try readArray($0).withRank(1).integers() }
      ?? Array(repeating: array.width, count: array.shape[0])
    guard lengths.count == array.shape[0] else {
      throw ContrastiveError(
        name, .count(found: lengths.count, expected: .exactly(array.shape[0])))
    }
    do {
      return try TokenRows(padded: array.matrix, lengths: lengths)
    } catch {
      throw error.renamed { $0 == .lengths ? name : $0 == .rows ? rows : $0 }
    }
  }
}

extension InputArray {
  /// How many tokens a sequence has room for.
  fileprivate var width: Int { shape.count == 3 ? shape[1] : 1 }
}
