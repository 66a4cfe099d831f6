import ArgumentParser
import Contrastive

/// Queries and documents of tokens.
struct TokenOptions: ParsableArguments {
  @Option(help: "N × T × d: the queries' tokens; N × d, of a token each.") var queries: String
  @Option(help: "M × U × d: the documents' tokens; M × d, of a token each.")
  var documents: String
  @Option(help: "N integers: how many tokens of each query count; without it all.")
  var queryLengths: String?
  @Option(help: "M integers: how many tokens of each document count; without it all.")
  var documentLengths: String?
}

/// The tokens of files, and their padding.
struct TokenArrays<Scalar: FileScalar> {
  let queries: TokenRows<Scalar>
  let documents: TokenRows<Scalar>
  private let queryArray: InputArray<Scalar>
  private let documentArray: InputArray<Scalar>

  init(_ options: TokenOptions) throws {
    queryArray = try InputArray<Scalar>(options.queries, ranks: 2...3)
    documentArray = try InputArray<Scalar>(options.documents, ranks: 2...3)
    queries = try queryArray.tokens(.queries, lengths: options.queryLengths, .queryLengths)
    documents = try documentArray.tokens(
      .documents, lengths: options.documentLengths, .documentLengths)
  }

  /// What a step came to, its gradients padded as the arrays are.
  func outcome(
    _ step: LossStep<Scalar, TokenGradient<Scalar>>
  ) throws -> LossOutcome<Scalar> {
    var outcome = LossOutcome(step, byTemperature: step.gradient.byTemperature)
    outcome.hasNegatives = documents.lengths.count > 1
    for (name, gradient, tokens, array) in [
      ("queries", step.gradient.queries, queries, queryArray),
      ("documents", step.gradient.documents, documents, documentArray),
    ] {
      guard let gradient else { continue }
      outcome.gradients.append(
        .init(
          name: name, matrix: try tokens.padded(gradient, to: array.width),
          shape: array.fileShape))
    }
    return outcome
  }
}

extension InputArray {
  /// How many tokens a sequence has room for.
  fileprivate var width: Int { shape.count == 3 ? shape[1] : 1 }

  fileprivate func tokens(
    _ rows: ContrastiveError.Argument, lengths file: String?, _ name: ContrastiveError.Argument
  ) throws -> TokenRows<Scalar> {
    guard shape[0] > 0 else {
      throw ContrastiveError(rows, .count(.row, found: 0, expected: .atLeast(1)))
    }
    let lengths =
      try file.map { try readArray($0).withRank(1).integers() }
      ?? Array(repeating: width, count: shape[0])
    guard lengths.count == shape[0] else {
      throw ContrastiveError(name, .count(found: lengths.count, expected: .exactly(shape[0])))
    }
    do {
      return try TokenRows(padded: matrix, lengths: lengths)
    } catch {
      throw error.renamed { $0 == .lengths ? name : $0 == .rows ? rows : $0 }
    }
  }
}
