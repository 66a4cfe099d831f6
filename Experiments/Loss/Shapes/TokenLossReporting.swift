import ArgumentParser
import Contrastive

/// A loss of queries and documents of tokens.
protocol TokenLossReporting: TemperedLossReporting, LogWeightedLossReporting {
  associatedtype LossType: TokenLoss

  /// Whether queries are candidates too.
  static var isBothWays: Bool { get }

  var tokens: TokenOptions { get }

  var mask: DocumentIDOptions { get }

  var loss: LossType { get throws }
}

/// Which documents are no negatives.
struct DocumentIDOptions: ParsableArguments {
  @Option(
    help:
      "M integers or texts: documents of the id of a query's own document are no negatives of it.")
  var ids: String?

  func exclusion(queryCount: Int) throws -> Exclusion {
    guard let ids else { return .none }
    let numbers = try readLabels(ids).numbers[0]
    return .equalIDs(rows: Array(numbers.prefix(queryCount)), keys: numbers)
  }
}

extension TokenLossReporting {
  static var gradientNames: [String] { ["queries", "documents"] }

  /// Scores are sums over tokens.
  static var defaultTemperature: Double { 1 }

  func outcome<Scalar: FileScalar>(as scalar: Scalar.Type) throws -> LossOutcome<Scalar> {
    let arrays = try TokenArrays<Scalar>(tokens)
    let count = arrays.queries.lengths.count
    let logWeights =
      Self.isBothWays
      ? try logWeightOptions.ofBothSides(rowCount: count) : try logWeightOptions.ofPositives
    var outcome = try arrays.outcome(
      loss.valueWithGradient(
        queries: arrays.queries, documents: arrays.documents,
        excluding: mask.exclusion(queryCount: count), logWeights: logWeights,
        of: .forReport(arrays: wantsGradients), reduction: lossOptions.libraryReduction))
    if mask.ids != nil {
      // Of what is left.
      outcome.hasNegatives = outcome.diagnostics?.effectiveNegatives != nil
      outcome.addRemarkOfIDs()
    }
    return outcome
  }
}

extension TemperedLossReporting {
  static var noteOfTokens: String {
    "Arrays are of three dimensions, padded, and padding is not read; or of two, a token each. "
      + "Without an option τ is 1, as scores are sums over tokens."
  }
}
