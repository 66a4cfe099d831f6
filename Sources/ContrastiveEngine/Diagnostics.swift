package import ContrastiveBounds

/// What a loss's pass over the candidates tells besides the loss.
///
/// It costs no second pass: counts, one more accumulator in the sum of exponentials, and the inner
/// product of two sums of rows. What is not defined for a loss is `nil`.
public struct Diagnostics: Hashable, Sendable {
  /// The share of queries whose positive ranks first.
  ///
  /// The rank is 1 + #greater + #equal/2 among the candidates: in a collapsed model, all of whose
  /// K + 1 candidates tie, it is the middle one, 1 + K/2, and not the first. Cosines that differ by
  /// less than their rounding are equal.
  public var top1Accuracy: Double?

  /// The share of queries whose positive ranks fifth or better.
  public var top5Accuracy: Double?

  /// The mean cosine of queries and their positives.
  public var meanPositiveSimilarity: Double?

  /// The mean cosine over all pairs of a query and one of its negatives.
  public var meanNegativeSimilarity: Double?

  /// The mean over queries of the entropy, in nats, of the weights with which the negatives share
  /// the gradient, Wang & Liu's r: exp(s·cⱼ) / Σₖ exp(s·cₖ) over the negatives.
  ///
  /// It falls from log K at τ → ∞ to 0 at τ → 0, where the hardest negative takes all. Of
  /// `HardNegative` it is the entropy at the sharper exponent (1 + β)·s.
  public var gradientEntropy: Double?

  /// The mean over queries of the entropy's exponential: how many negatives, equally weighted,
  /// would share the gradient as unequally as they do. From 1 to K.
  public var effectiveNegatives: Double?

  /// The share of the weights of pairs that the gradient took up, of losses of one way: InfoNCE
  /// but for paired negatives, NormFace's softmax, and `HardNegative`.
  ///
  /// 1 if the gradient was computed by matrix products throughout. Below τ = 0.025 (in `Double`, 0.0029) weights
  /// beneath the rounding of their row's sum are left out, where that pays: on trained embeddings all
  /// but about 1 % at τ = 0.01 in `Float`.
  public var gradientDensity: Double?

  /// By how much logits may be off that were computed by sixteen-bit products; `nil` where none were.
  public var logitError: LogitError?

  /// The loss when all embeddings are equal: log(K + 1), unless a loss with a margin, a factor, or
  /// no positive in its denominator says otherwise.
  public var chance: Double?

  /// The greatest lower bound proved for the loss on this candidate set: see `CandidateSet`.
  ///
  /// It is proved of rows of length 1 at the most. Of `UnitRows` that are longer, within their tolerance, a loss may be below.
  public var floor: Double?

  /// Whether embeddings of this dimension exist that reach the floor.
  public var floorAttainable: Bool?

  /// How much of the loss is floor, which no training can remove: the floor divided by the mean of
  /// the terms, whatever the reduction. From 0 to 1; `nil` for losses that can be negative.
  public var floorShare: Double?

  public init() {}
}

extension Diagnostics {
  package init(_ rows: RowObservations, hasSinglePositive: Bool) {
    let rowCount = Double(rows.rowCount)
    logitError = rows.logitError
    if rows.chanceCount > 0 { chance = rows.chance / Double(rows.chanceCount) }
    if rows.negativeCount > 0 {
      meanNegativeSimilarity = rows.negativeSimilarity / Double(rows.negativeCount)
    }
    if rows.rowsWithNegatives > 0 {
      gradientEntropy = rows.entropy / Double(rows.rowsWithNegatives)
      effectiveNegatives = rows.effectiveNegatives / Double(rows.rowsWithNegatives)
    }
    if rows.pairCount > 0 {
      gradientDensity = Double(rows.weightCount) / Double(rows.pairCount)
    }
    if hasSinglePositive, rows.rowCount > 0 {
      top1Accuracy = Double(rows.top1) / rowCount
      top5Accuracy = Double(rows.top5) / rowCount
      meanPositiveSimilarity = rows.positiveSimilarity / rowCount
    }
  }

  /// - Parameter mean: The mean over the terms, which is what the floor bounds; `nil` if they can be negative.
  package mutating func setFloor(_ bound: LossBound, mean: Double?) {
    floor = bound.value
    floorAttainable = bound.isAttainable
    guard let mean else { return }
    // The floor may exceed the computed loss by a rounding; 0/0 is a loss all of which is floor.
    floorShare = mean > 0 ? min(1, bound.value / mean) : 1
  }
}

/// How much a loss is to observe besides its value and gradient.
public enum DiagnosticsLevel: Hashable, Sendable {
  /// Nothing.
  case none
  /// All that the loss defines.
  case all
}
