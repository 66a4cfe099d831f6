import ArgumentParser
import Contrastive

/// The triplet loss, of given triplets or of a labelled batch's hardest.
struct TripletMarginCommand: LossReporting {
  static let configuration = CommandConfiguration(
    loss: "triplet-margin",
    abstract: "Triplet loss: a positive nearer than a negative, by a margin.",
    notes: [
      "Of triplets, given as three arrays; or of a batch with labels, every row of which "
        + "is the anchor of its hardest triplet: the farthest row of its label, the nearest "
        + "of another. Rows without both have no term. --triplets takes others: all that miss "
        + "the margin, and of these the semi-hard, whose negative is farther than the positive, "
        + "or the hard.",
      "mean counts the triplets whose term is 0; --reduction mean-over-non-zero does not.",
    ],
    examples: "--anchors a.npy --positives p.npy --negatives n.npy",
    "--embeddings z.npy --labels y.npy --distance cosine",
    "--embeddings z.npy --labels y.npy --triplets semi-hard")
  static let title = "Triplet loss"
  static let gradientNames = ["anchors", "positives", "negatives", "embeddings"]
  static let card = LossCard(
    type: "TripletMargin",
    formula: "max(0, d(a, p) − d(a, n) + m)",
    candidates: "given, or the hardest, semi-hard, hard or all triplets of a labelled batch",
    positives: "given, or rows of the label",
    reduction: "mean over triplets, zeros counted",
    scale: "no temperature",
    equals:
      "torch 2.15.0 triplet_margin_loss; pytorch-metric-learning 2.9.0 TripletMarginLoss but for its mean over non-zero",
    otherNames: ["triplet", "batch-hard"])
  static let termName = "triplet"
  static let hasHinge = true
  static let canLackNegatives = false
  static let conditionOfTerms =
    "no row has both another of its label and one of another, or no triplet is of the kind"

  /// The choices of `--distance`.
  enum Distance: String, CaseIterable, ExpressibleByArgument {
    case cosine, euclidean
    case squaredEuclidean = "squared-euclidean"

    var library: TripletMargin.Distance {
      switch self {
      case .cosine: .cosine
      case .euclidean: .euclidean
      case .squaredEuclidean: .squaredEuclidean
      }
    }
  }

  /// The choices of `--triplets`.
  enum Selection: String, CaseIterable, ExpressibleByArgument {
    case hardest, hard, all
    case semiHard = "semi-hard"

    var library: TripletSelection {
      switch self {
      case .hardest: .hardest
      case .semiHard: .semiHard
      case .hard: .hard
      case .all: .all
      }
    }
  }

  @Option(help: "T × d: the anchors.") var anchors: String?
  @Option(help: "T × d: row i is the positive of anchor i.") var positives: String?
  @Option(help: "T × d: row i is the negative of anchor i.") var negatives: String?
  @Option(help: "n × d: a batch instead.") var embeddings: String?
  @Option(help: "n integers or texts: the labels of the batch.") var labels: String?
  @Option(
    help: "Which triplets of the batch: hardest, semi-hard, hard, or all that miss the margin.")
  var triplets = Selection.hardest
  @Option(help: "The distance: cosine, euclidean or squared-euclidean.")
  var distance = Distance.squaredEuclidean
  @Option(help: "Whether Euclidean distances are those of normalised rows: true or false.")
  var normalized = true
  @Option(
    help: ArgumentHelp("By how much nearer the positive is to be.", valueName: "m"))
  var margin = 0.2
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    let given = [anchors, positives, negatives].compactMap(\.self).count
    let batch = [embeddings, labels].compactMap(\.self).count
    guard (given, batch) == (3, 0) || (given, batch) == (0, 2) else {
      throw ValidationError(
        "Give --anchors, --positives and --negatives, or --embeddings and --labels.")
    }
    if given > 0, triplets != .hardest {
      throw ValidationError("--triplets: is of a batch; those that are given all count.")
    }
    if distance == .cosine, !normalized {
      throw ValidationError("--normalized: cosines are always of normalised rows; leave it out.")
    }
  }

  func outcome<Scalar: FileScalar>(as scalar: Scalar.Type) throws -> LossOutcome<Scalar> {
    let loss = TripletMargin(
      margin: margin, distance: distance.library, isNormalized: normalized,
      selection: triplets.library)
    guard let anchors, let positives, let negatives else {
      return try batchOutcome(loss)
    }
    let arrays = try [anchors, positives, negatives].map { try InputArray<Scalar>($0) }
    let step = try loss.valueWithGradient(
      anchors: arrays[0].matrix, positives: arrays[1].matrix, negatives: arrays[2].matrix,
      of: wantsGradients ? .all : [], reduction: lossOptions.libraryReduction)
    return LossOutcome(step, of: arrays[0], arrays[1], arrays[2])
  }

  private func batchOutcome<Scalar: FileScalar>(
    _ loss: TripletMargin
  ) throws -> LossOutcome<Scalar> {
    let embeddings = try InputArray<Scalar>(embeddings ?? "")
    let step = try loss.valueWithGradient(
      embeddings: embeddings.matrix, labels: try readLabels(labels ?? "").numbers[0],
      of: wantsGradients ? .embeddings : [], reduction: lossOptions.libraryReduction)
    return LossOutcome(step, of: embeddings)
  }
}
