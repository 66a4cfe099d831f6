public import ContrastiveEmbeddings
public import ContrastiveEngine

/// The contrastive loss of pairs: rows of one label are to be within one margin of each other, others beyond another.
///
/// For `n` rows with labels y and all ordered pairs of different rows, those of one label P and the others N, a distance
/// D or the cosine c, margins m₊ and m₋, and f(u) = max(0, u), or max(0, u)² where the hinges are squared:
/// ```
/// h(i,j) = f(Dᵢⱼ − m₊) of P,  f(m₋ − Dᵢⱼ) of N         (Euclidean)
/// h(i,j) = f(m₊ − cᵢⱼ) of P,  f(cᵢⱼ − m₋) of N         (cosine)
/// loss = Σ_P h / #{P: h > 0} + Σ_N h / #{N: h > 0}
/// ```
/// Each mean is over the pairs above 0, and 0 without any: both kinds weigh alike, however few of them still count. The
/// term of a row is n times its share of the two, so that the mean of the terms is the loss; `.weighted` weighs
/// rows. (`.meanOverNonZero` leaves out rows none of whose pairs counts.)
///
/// Where embeddings are all equal the loss is m₋ for D and m₊ = 0, so that a loss which stays there tells of a
/// collapse. The least is 0. At a kink the derivative is 0, and so is that of D where two rows coincide. A zero row
/// has cosine 0 with everything, distance 1 from unit rows, and 0 from other zero rows. Distances of rows that are
/// close go by Σ(x − y)², and keep their digits; but squares below the least number of the scalar vanish: rows that
/// are not normalised and within 3e-23 of each other coincide in `Float`, 2e-162 in `Double`.
///
/// - Source: [Hadsell et al. 2006](https://ieeexplore.ieee.org/document/1640964), eq. 4, whose hinges are squared, halved,
///   and summed; unsquared it equals pytorch-metric-learning 2.9.0's `ContrastiveLoss` with `LpDistance` or
///   `CosineSimilarity`.
public struct ContrastiveMargin: UntemperedLabelledLoss, Hashable {
  /// What pairs are compared by.
  public enum Distance: Hashable, Sendable, CaseIterable {
    /// The cosine: margins are cosines, m₊ the higher one.
    case cosine
    /// D = ‖x − y‖.
    case euclidean
  }

  /// D, or the cosine.
  public var distance: Distance

  /// m₊: how near rows of one label are to be.
  public var positiveMargin: Double

  /// m₋: how far other rows are to be.
  public var negativeMargin: Double

  /// Whether Euclidean distances are those of rows of length 1. Cosines always are.
  public var isNormalized: Bool

  /// Whether hinges are squared, as Hadsell's are and pytorch-metric-learning's are not.
  public var isSquared: Bool

  /// Creates the loss.
  public init(
    distance: Distance = .euclidean, positiveMargin: Double = 0, negativeMargin: Double = 1,
    isNormalized: Bool = true, isSquared: Bool = false
  ) {
    self.distance = distance
    self.positiveMargin = positiveMargin
    self.negativeMargin = negativeMargin
    self.isNormalized = isNormalized
    self.isSquared = isSquared
  }

  /// Runs the loss.
  ///
  /// - Throws: As every ``LabelledLoss``, and `ContrastiveError` for a margin that is not finite or, of a distance,
  ///   negative, or if squared distances of rows that are not normalised may overflow.
  /// - Complexity: 2n²d flops for the value and 6n²d with the gradient, by GEMM, and O(d) for every pair of close rows;
  ///   memory for unit rows, the gradient and a tile per thread.
  public func step<E: Embeddings>(
    embeddings: E, labels: [Int], of variables: EmbeddingVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<E.Scalar, EmbeddingGradient<E.Scalar>> {
    let options = pass.options
    let least = distance == .euclidean ? 0.0 : nil
    try positiveMargin.requireLogit(as: E.Scalar.self, named: .positiveMargin, atLeast: least)
    try negativeMargin.requireLogit(as: E.Scalar.self, named: .negativeMargin, atLeast: least)
    var rows = try AnyEmbeddings(embeddings, named: .embeddings)
    if takesRowsAsGiven { rows = rows.takenAsGiven }
    let groups = try LabelGroups(labels, for: rows)
    let weights = try pass.weights(termCount: rows.rowCount, hasHinge: true)
    let hinges = PairHinges(
      loss: self, rows: rows.unitBlock(options: options), groups: groups, options: options)
    try hinges.squares.requireFinite(.squaredDistances, as: E.Scalar.self, named: rows.name)
    let sums = try hinges.sums()
    let terms = sums.terms
    let divisor = pass.reduction.divisor(of: terms)
    var value = 0.0
    for (row, term) in terms.enumerated() { value += weights[row] * term / divisor }
    var gradient = EmbeddingGradient<E.Scalar>()
    if variables.contains(.embeddings) {
      gradient.embeddings = rows.gradient(
        fromUnit: try hinges.gradient(sums, weights: terms.indices.map { weights[$0] / divisor }),
        options: options)
    }
    return LossStep(
      value: E.Scalar(value), terms: terms.map { E.Scalar($0) }, gradient: gradient,
      diagnostics: pass.diagnostics == .all ? hinges.diagnostics(sums) : nil)
  }

  /// Whether raw rows are not normalised.
  var takesRowsAsGiven: Bool { distance == .euclidean && !isNormalized }

  /// f(u) and its slope, of a pair that is u inside its margin.
  func hinge(_ u: Double) -> (value: Double, slope: Double) {
    guard u > 0 else { return (0, 0) }
    return isSquared ? (u * u, 2 * u) : (u, 1)
  }
}
