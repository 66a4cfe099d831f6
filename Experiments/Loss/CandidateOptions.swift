import ArgumentParser
import Contrastive

/// Which candidates InfoNCE leaves out, adds, or weighs.
struct CandidateOptions: ParsableArguments {
  /// The choices of `--batch-candidates`, joined by a plus sign.
  struct BatchCandidates: ExpressibleByArgument, CustomStringConvertible {
    let library: InfoNCE.BatchCandidates
    let description: String

    static var allValueStrings: [String] { choices.map(\.name) }

    static let choices: [(name: String, library: InfoNCE.BatchCandidates)] = [
      ("queries", .queriesWithQueries), ("positives", .positivesWithPositives),
      ("columns", .positivesWithQueries),
    ]

    init?(argument: String) {
      var library: InfoNCE.BatchCandidates = []
      for name in argument.split(separator: "+", omittingEmptySubsequences: false) {
        guard let choice = Self.choices.first(where: { $0.name == name }) else { return nil }
        library.insert(choice.library)
      }
      self.library = library
      description = argument
    }
  }

  /// The choices of `--margin-kind`.
  enum MarginKind: String, CaseIterable, ExpressibleByArgument {
    case absolute, relative
  }

  @Option(help: "N integers or texts: candidates with the query's id are left out.") var ids:
    String?
  @Option(help: "M integers or texts: the ids of the negatives.") var negativeIds: String?
  @Option(
    help: ArgumentHelp(
      "Leave out candidates with a cosine above the positive's less m.", valueName: "m"))
  var margin: Double?
  @Option(
    help: "The margin's kind: cos − m (absolute, as without it), or cos − m |cos|, of the positive."
  )
  var marginKind: MarginKind?
  @Option(help: "N × dg: a guide's embeddings of the queries, for --margin.")
  var guideQueries: String?
  @Option(help: "N × dg: the guide's embeddings of the positives.") var guidePositives: String?
  @Option(help: "M × dg: the guide's embeddings of the negatives.") var guideNegatives: String?
  @Option(
    help: ArgumentHelp("α: α·cos is added to negatives' logits, constant.", valueName: "alpha"))
  var hardness = 0.0
  @Option(
    help: ArgumentHelp(
      "Also compare queries with queries, positives with positives, or (columns) positives with "
        + "queries; several are joined by a plus sign, or each given.",
      valueName: "queries+positives+columns"))
  var batchCandidates: [BatchCandidates] = []
  @Option(help: "N numbers: added to the logits of the positives as candidates.")
  var logWeights: String?
  @Option(help: "M numbers, or N × M of paired negatives: added to the logits of the negatives.")
  var negativeLogWeights: String?

  func validate() throws {
    if ids != nil, margin != nil {
      throw ValidationError("--ids, --margin: only one rule can leave candidates out.")
    }
    if marginKind != nil, margin == nil {
      throw ValidationError("--margin-kind: needs --margin, whose kind it is.")
    }
    if negativeIds != nil, ids == nil {
      throw ValidationError("--negative-ids: needs --ids, the ids of the queries.")
    }
    if guideQueries != nil || guidePositives != nil || guideNegatives != nil {
      guard guideQueries != nil, guidePositives != nil, margin != nil else {
        throw ValidationError(
          "--guide-queries, --guide-positives: a guide needs both, and --margin.")
      }
    }
    if negativeLogWeights != nil, logWeights == nil {
      throw ValidationError("--negative-log-weights: needs --log-weights, those of the positives.")
    }
  }

  /// Requires the options to mean something for negatives of a kind.
  ///
  /// - Throws: `ValidationError` naming the one that does not.
  func validate(for mode: InfoNCECommand.Candidates) throws {
    if mode == .paired {
      for (option, isGiven) in [("--ids", ids != nil), ("--margin", margin != nil)] where isGiven {
        throw ValidationError(
          "\(option): paired negatives are lists of each query's own; leave out of the lists what is no negative, or give "
            + "--candidates shared or in-batch+shared.")
      }
    }
    if !batchCandidates.isEmpty, mode != .inBatch, mode != .inBatchAndShared {
      throw ValidationError(
        "--batch-candidates: \(mode.rawValue) negatives are not of the batch; give --candidates in-batch+shared, or "
          + "leave it out.")
    }
    if mode == .shared, ids != nil, negativeIds == nil {
      throw ValidationError(
        "--ids: shared negatives are left out by ids of their own; give --negative-ids.")
    }
    let ofNegatives = [
      ("--negative-ids", negativeIds != nil, false),
      ("--guide-negatives", guideNegatives != nil, guideQueries != nil),
      ("--negative-log-weights", negativeLogWeights != nil, logWeights != nil),
    ]
    for (option, isGiven, isNeeded) in ofNegatives {
      if isGiven, mode == .inBatch {
        throw ValidationError("\(option): needs --negatives, the rows that it is of.")
      }
      if isNeeded, !isGiven, mode != .inBatch {
        throw ValidationError("\(option): --negatives need it, as the positives have theirs.")
      }
    }
  }

  /// Requires that no candidates are left out by similarity, which ranks do not do together.
  func requireNoMargin() throws {
    if margin != nil { throw ValidationError("--margin: not under mpirun; leave it out.") }
  }

  /// The ids of a rank's rows.
  func ids<Scalar: FileScalar>(sharedBy ranks: SharedRows) throws -> FalseNegatives<Scalar> {
    guard let ids else { return .none }
    guard let negativeIds else {
      return .equalIDs(
        try ranks.part(of: try readLabels(ids).numbers[0], .ids, as: .queries))
    }
    let numbers = try readLabels(ids, negativeIds).numbers
    return .equalIDs(
      try ranks.part(of: numbers[0], .ids, as: .queries),
      negatives: Array(numbers[1][ranks.equalRange(of: numbers[1].count)]))
  }

  func falseNegatives<Scalar: FileScalar>(
    as scalar: Scalar.Type
  ) throws -> FalseNegatives<Scalar> {
    if let ids {
      guard let negativeIds else { return .equalIDs(try readLabels(ids).numbers[0]) }
      let numbers = try readLabels(ids, negativeIds).numbers
      return .equalIDs(numbers[0], negatives: numbers[1])
    }
    guard let margin else { return .none }
    let limit: FalseNegatives<Scalar>.Margin =
      marginKind == .relative ? .relative(margin) : .absolute(margin)
    guard let guideQueries, let guidePositives else { return .moreSimilar(margin: limit) }
    let queries = try InputArray<Scalar>(guideQueries).matrix
    let positives = try InputArray<Scalar>(guidePositives).matrix
    guard let guideNegatives else {
      return .moreSimilar(guideQueries: queries, positives: positives, margin: limit)
    }
    return .moreSimilar(
      guideQueries: queries, positives: positives,
      negatives: try InputArray<Scalar>(guideNegatives).matrix, margin: limit)
  }

  var libraryBatchCandidates: InfoNCE.BatchCandidates {
    batchCandidates.reduce([]) { $0.union($1.library) }
  }

  /// - Parameter shape: Of paired negatives' weights, N × M.
  /// - Throws: `CommandFailure` for rows of another shape, which would be weights of others' negatives.
  func libraryLogWeights(paired shape: [Int]?) throws -> LogWeights? {
    guard let logWeights else { return nil }
    return LogWeights(
      positives: try readNumbers(logWeights),
      negatives: try negativeLogWeights.map { file -> [Double] in
        let array = try readArray(file)
        guard let shape, array.shape.count == 2 else { return try array.withRank(1).converted() }
        guard array.shape == shape else {
          throw CommandFailure(
            "\(file): expected \(shape[0]) × \(shape[1]), a row for each query, found \(array.shape[0]) × \(array.shape[1])"
          )
        }
        return array.converted()
      } ?? [])
  }
}
