import ArgumentParser
import Contrastive

/// Which rows of one array are positives of which of another, where a row may have several.
struct PositiveOptions: ParsableArguments {
  @Option(help: "N integers or texts: the ids of the queries (images).") var queryIds: String?
  @Option(
    help:
      "M integers or texts: the ids of the keys (texts); those of a query's id are its positives.")
  var keyIds: String?
  @Option(help: "N × M, instead of ids: not 0 where the key is a positive of the query.")
  var mask: String?
  @Option(
    help: "N integers or texts: keys of a query's id here that are no positives are left out.")
  var excludedQueryIds: String?
  @Option(help: "M integers or texts: the keys' ids for this.") var excludedKeyIds: String?

  func validate() throws {
    if (queryIds == nil) != (keyIds == nil) {
      throw ValidationError("--query-ids and --key-ids go together: give both or neither.")
    }
    if (excludedQueryIds == nil) != (excludedKeyIds == nil) {
      throw ValidationError(
        "--excluded-query-ids and --excluded-key-ids go together: give both or neither.")
    }
  }

  /// - Parameters:
  ///   - softTargets: Whether these are given, by a loss that has them.
  ///   - form: The form, of a loss that has several.
  /// - Throws: `ValidationError` unless one thing says which rows are positives, and it has a meaning in the form.
  func requireOne(softTargets: Bool? = nil, form: PositiveFormName? = nil) throws {
    let given = [queryIds != nil, mask != nil, softTargets == true]
    guard given.count(where: { $0 }) == 1 else {
      throw ValidationError(
        "--query-ids and --key-ids, --mask\(softTargets == nil ? "" : ", --soft-targets"): one of these says which "
          + "keys are positives.")
    }
    if softTargets == true, form == .sumInside {
      throw ValidationError(
        "--form sum-inside: has no weights; give --mask instead of --soft-targets, or another form."
      )
    }
  }

  /// - Parameters:
  ///   - softTargets: The file of these, by a loss that has them.
  ///   - keys: What the columns of a file are, for its error.
  func positives<Scalar>(
    softTargets: String? = nil, keys: InputArray<Scalar>, named name: ContrastiveError.Argument
  ) throws -> PairPositives {
    if let queryIds, let keyIds {
      let ids = try readLabels(queryIds, keyIds).numbers
      return .equalIDs(queries: ids[0], keys: ids[1])
    }
    guard let file = mask ?? softTargets else { return .lists([]) }
    let matrix = try InputArray<Double>(file).matrix
    guard matrix.columnCount == keys.matrix.rowCount else {
      throw ContrastiveError(
        .positives,
        .count(
          .column, found: matrix.columnCount,
          expected: .exactly(keys.matrix.rowCount, .onePerRow(of: name))))
    }
    try matrix.requireFinite(.positives)
    guard mask != nil else { return .softTargets(matrix) }
    return .lists(
      (0..<matrix.rowCount).map { row in
        (0..<matrix.columnCount).filter { matrix[row, $0] != 0 }
      })
  }

  var exclusion: Exclusion {
    get throws {
      guard let excludedQueryIds, let excludedKeyIds else { return .none }
      let ids = try readLabels(excludedQueryIds, excludedKeyIds).numbers
      return .equalIDs(rows: ids[0], keys: ids[1])
    }
  }
}

/// The choices of `--form`.
enum PositiveFormName: String, CaseIterable, ExpressibleByArgument {
  case meanOutside = "mean-outside"
  case eachAgainstNegatives = "each-against-negatives"
  case sumInside = "sum-inside"

  var library: PositiveForm {
    switch self {
    case .meanOutside: .meanOutside
    case .eachAgainstNegatives: .eachAgainstNegatives
    case .sumInside: .sumInside
    }
  }

  static let formula =
    "log Σⱼ exp(s·cⱼ) − mean over P of s·cₚ (mean-outside); mean over P of softplus(ℓ − s·cₚ) "
    + "(each-against-negatives); softplus(ℓ − log Σₚ exp(s·cₚ)) (sum-inside)"

  static let equals =
    "pytorch-metric-learning 2.9.0 with ref_emb: SupConLoss (mean-outside, its rows averaged over those with a "
    + "positive), NCALoss with softmax_scale 1/2τ (sum-inside: MIL-NCE)"

  static let discussion = """
    --form says where the mean or the sum over the positives stands; all are the same where there is one.
    """
}
