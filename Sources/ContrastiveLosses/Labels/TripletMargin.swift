public import ContrastiveEmbeddings
public import ContrastiveEngine

/// The triplet loss: an anchor's positive is to be nearer than its negative, by a margin.
///
/// For triplets of an anchor a, a positive p and a negative n, a distance D and the margin m:
/// ```
/// Lᵢ = max(0, D(aᵢ, pᵢ) − D(aᵢ, nᵢ) + m)
/// loss = 1/T Σᵢ Lᵢ
/// ```
/// The triplets are given as three arrays, or are those of a labelled batch that a ``TripletSelection`` says. The mean counts the
/// triplets that are right by the margin, whose term is 0; `.meanOverNonZero` does not.
///
/// The loss is m when all embeddings are equal: where it stays there, the model has collapsed. All
/// distances go by Σ(x − y)², so that a gap of 1e-4 in `Float` keeps its digits. At the kink, where the
/// term just reaches 0, the gradient is 0; so is that of `.euclidean` where two rows coincide, as rows
/// that are not normalised do within 3e-23 in `Float` and 2e-162 in `Double`, whose square is no number
/// above 0. A zero row has cosine 0 with everything, and gradient 0; unless rows are not normalised, and
/// it is a point like others.
///
/// - Source: [Schroff et al. 2015](https://arxiv.org/abs/1503.03832), eq. 2 (`.squaredEuclidean`,
///   normalised, m = 0.2); equals pytorch-metric-learning's `TripletMarginLoss` with
///   `CosineSimilarity` or `LpDistance`: with its default reducer under `.meanOverNonZero`, with
///   `MeanReducer` under `.mean`.
public struct TripletMargin: Hashable, Sendable {
  /// D.
  public enum Distance: Hashable, Sendable, CaseIterable {
    /// 1 − cos.
    case cosine
    /// ‖x − y‖.
    case euclidean
    /// ‖x − y‖².
    case squaredEuclidean
  }

  /// m, by how much nearer the positive is to be, in the distance's unit: not negative.
  public var margin: Double

  /// D.
  public var distance: Distance

  /// Whether Euclidean distances are those of rows of length 1. A cosine's always are.
  public var isNormalized: Bool

  /// Which triplets of a labelled batch count. Given ones all do.
  public var selection: TripletSelection

  /// Creates the loss.
  public init(
    margin: Double = 0.2, distance: Distance = .squaredEuclidean, isNormalized: Bool = true,
    selection: TripletSelection = .hardest
  ) {
    self.margin = margin
    self.distance = distance
    self.isNormalized = isNormalized
    self.selection = selection
  }

  /// What the loss of given triplets can be differentiated by.
  public struct Variables: OptionSet, Hashable, Sendable {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The anchors as they were given: raw rows, or unit rows.
    public static let anchors = Variables(rawValue: 1)
    /// The positives as they were given.
    public static let positives = Variables(rawValue: 2)
    /// The negatives as they were given.
    public static let negatives = Variables(rawValue: 4)
    /// All three.
    public static let all: Variables = [.anchors, .positives, .negatives]
  }

  /// Derivatives of the loss of given triplets; what was not asked for is `nil`.
  public struct Gradient<Scalar: EmbeddingScalar>: LossGradient {
    /// dL/da, `T × d`: through the normalisation for raw rows.
    public internal(set) var anchors: Matrix<Scalar>?
    /// dL/dp, `T × d`.
    public internal(set) var positives: Matrix<Scalar>?
    /// dL/dn, `T × d`.
    public internal(set) var negatives: Matrix<Scalar>?

    public var byArrays: [NamedGradient<Scalar>] {
      [("anchors", anchors), ("positives", positives), ("negatives", negatives)]
    }
  }

  /// Returns the loss of given triplets, its gradient, the share of triplets whose positive is the
  /// nearer, and, of normalised rows, the mean similarities.
  ///
  /// - Parameters:
  ///   - anchors: `T × d`, at least one row. A `Matrix` is normalised unless Euclidean distances are
  ///     not to be, `UnitRows` never are.
  ///   - positives: `T × d`; row i belongs to anchor i.
  ///   - negatives: `T × d`; row i belongs to anchor i.
  ///   - variables: What to differentiate by.
  ///   - reduction: The weights of the triplets' terms.
  ///   - diagnostics: What to observe besides.
  ///   - options: Threads, and the workspace.
  /// - Throws: `ContrastiveError` if shapes do not fit, a row holds a NaN or an infinity, the margin is
  ///   negative or not finite, or a squared distance of rows that are not normalised overflows.
  /// - Complexity: O(T·d); memory for the gradients.
  public func valueWithGradient<A: Embeddings, P: Embeddings, N: Embeddings>(
    anchors: A, positives: P, negatives: N, of variables: Variables = .all,
    reduction: Reduction = .mean, diagnostics: DiagnosticsLevel = .all,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<A.Scalar, Gradient<A.Scalar>>
  where P.Scalar == A.Scalar, N.Scalar == A.Scalar {
    let anchors = try rows(anchors, named: .anchors)
    let positives = try rows(positives, named: .positives)
    let negatives = try rows(negatives, named: .negatives)
    try anchors.requireRows()
    for others in [positives, negatives] {
      try others.requireRowCount(as: anchors)
      try others.requireColumnCount(as: anchors)
    }
    func gradient(_ variable: Variables) -> Block<A.Scalar>? {
      guard variables.contains(variable) else { return nil }
      return options.block(
        rowCount: anchors.rowCount, columnCount: anchors.columnCount, zeroed: true)
    }
    let engine = TripletEngine(
      loss: self, anchors: .init(anchors, gradient: gradient(.anchors)),
      positives: .init(positives, gradient: gradient(.positives)),
      negatives: .init(negatives, gradient: gradient(.negatives)), count: anchors.rowCount,
      options: options)
    let result = try engine.run(reduction: reduction, observes: diagnostics == .all)
    return LossStep(
      value: A.Scalar(result.value), terms: result.values.map { A.Scalar($0) },
      gradient: Gradient(
        anchors: anchors.gradient(fromUnit: engine.anchors.gradient, options: options),
        positives: positives.gradient(fromUnit: engine.positives.gradient, options: options),
        negatives: negatives.gradient(fromUnit: engine.negatives.gradient, options: options)),
      diagnostics: result.diagnostics)
  }

  /// Rows as distances are taken of them.
  func rows<E: Embeddings>(
    _ rows: E, named name: ContrastiveError.Argument
  ) throws(ContrastiveError) -> AnyEmbeddings<E.Scalar> {
    try margin.requireLogit(as: E.Scalar.self, named: .margin, atLeast: 0)
    let rows = try AnyEmbeddings(rows, named: name)
    return takesRowsAsGiven ? rows.takenAsGiven : rows
  }

  /// Whether raw rows are not normalised.
  var takesRowsAsGiven: Bool { distance != .cosine && !isNormalized }

  func distances<Scalar>(
    _ x: Block<Scalar>, _ y: Block<Scalar>, on isa: InstructionSet
  ) -> RowDistances {
    switch distance {
    case .cosine: RowDistances(cosineOf: x, y, on: isa)
    case .euclidean: RowDistances(euclideanOf: x, y, on: isa)
    case .squaredEuclidean: RowDistances(squaredEuclideanOf: x, y, on: isa)
    }
  }
}
