public import ContrastiveEmbeddings
public import ContrastiveEngine
import ContrastiveKernels

/// A loss of pairs on prefixes of the embeddings, so that each prefix is
/// an embedding by itself.
///
/// For a loss L of queries and keys, prefixes of the first d₁, d₂, …
/// coordinates, and a weight w of each:
/// ```
/// Lᵢ = Σₖ wₖ·Lᵢ( first dₖ coordinates, normalised again )
/// loss = Σₖ wₖ·L( first dₖ coordinates, normalised again )
/// ```
/// A sum and not a mean: weights are used as they are. Prefixes come in
/// any order, and the longest may be shorter than the rows, whose other
/// coordinates have the gradient 0. A prefix of zeros is a zero row of
/// that prefix alone. Rows of both kinds, `Matrix` and `UnitRows`, are
/// normalised prefix by prefix, and gradients are by the rows as they
/// were given.
///
/// ```swift
/// let loss = try Matryoshka(
///   InfoNCE(temperature: 0.05), dimensions: [32, 64, 128, 256, 512])
/// let step = try loss.valueWithGradient(queries: q, keys: k)
/// ```
/// Chance and floor are the weighted sums of the prefixes', and the
/// floor is attainable where the shortest prefix attains its own: a
/// simplex there is one in all others. All other diagnostics are the
/// longest prefix's.
///
/// - Source: [Kusupati et al. 2022](https://arxiv.org/abs/2205.13147),
///   eq. 1; equals sentence-transformers 6.2.0's `MatryoshkaLoss`, over
///   ``InfoNCE`` that of `MultipleNegativesRankingLoss` with scale 1/τ.
public struct Matryoshka<Loss: PairedLoss>: PairedLoss {
  /// The loss of every prefix.
  public var loss: Loss

  /// How many coordinates each prefix has, and how much its loss
  /// weighs, the shortest first.
  public let prefixes: [MatryoshkaPrefix]

  /// Creates the loss.
  ///
  /// - Parameters:
  ///   - loss: The loss of every prefix.
  ///   - dimensions: How many coordinates each prefix has, in any order.
  ///   - weights: wₖ, in the same order: finite, not negative; `nil` for
  ///     1 each.
  /// - Throws: `ContrastiveError` if there is no prefix, one has no
  ///   coordinate, two have equally many, or the weights do not fit.
  public init(
    _ loss: Loss, dimensions: [Int], weights: [Double]? = nil
  ) throws(ContrastiveError) {
    guard !dimensions.isEmpty else {
      throw .init(.dimensions, .count(.number, found: 0, expected: .atLeast(1)))
    }
    if let index = dimensions.firstIndex(where: { $0 < 1 }) {
      throw .init(
        .dimensions, row: index, .integer(found: dimensions[index], expected: .positive))
    }
    let weights = weights ?? dimensions.map { _ in 1 }
    guard weights.count == dimensions.count else {
      throw .init(
        .weights,
        .count(found: weights.count, expected: .exactly(dimensions.count, .as(.dimensions))))
    }
    if let index = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
      throw .init(.weights, row: index, .number(found: weights[index], expected: .notNegative))
    }
    prefixes = zip(dimensions, weights).map { MatryoshkaPrefix(dimension: $0, weight: $1) }
      .sorted { $0.dimension < $1.dimension }
    for (shorter, longer) in zip(prefixes, prefixes.dropFirst())
    where shorter.dimension == longer.dimension {
      throw .init(
        .dimensions,
        .choice(found: "\(shorter.dimension) twice", expected: "each at most once"))
    }
    self.loss = loss
  }

  public typealias Variables = PairVariables
  public typealias Gradient = PairGradient

  /// Runs the loss.
  ///
  /// - Throws: As the loss itself, and `ContrastiveError` for rows of
  ///   fewer coordinates than a prefix.
  /// - Complexity: Of ``InfoNCE``, ``MoCoV3`` and ``RINCE`` with all
  ///   candidates in the batch the flops of one pass over the longest
  ///   prefix, 6N²d with all gradients, and an exponential or two for
  ///   each prefix of a pair, where the logits of 64 rows of all
  ///   prefixes fit in 32 MiB, or in `options.keptByteCount` if that is
  ///   less. Otherwise, and of any other loss, a pass for every prefix.
  public func step<Q: Embeddings, K: Embeddings>(
    queries: Q, keys: K, excluding falseNegatives: FalseNegatives<Q.Scalar>,
    of variables: PairVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<Q.Scalar, PairGradient<Q.Scalar>>
  where K.Scalar == Q.Scalar {
    let (queries, keys) = try matrices(queries, keys)
    if case .none = falseNegatives.rule,
      let step = try nested(queries: queries, keys: keys, of: variables, pass: pass)
    {
      return step
    }
    return try sum(queries, keys, options: pass.options) {
      queries, keys throws(ContrastiveError) in
      try loss.step(
        queries: queries, keys: keys, excluding: falseNegatives, of: variables, pass: pass)
    }
  }

  /// - Throws: `ContrastiveError` unless rows go together, and have a coordinate for each of every prefix.
  private func matrices<Q: Embeddings, K: Embeddings>(
    _ queries: Q, _ keys: K
  ) throws(ContrastiveError) -> (queries: Matrix<Q.Scalar>, keys: Matrix<Q.Scalar>)
  where K.Scalar == Q.Scalar {
    let queryRows = try AnyEmbeddings(queries, named: .queries)
    let keyRows = try AnyEmbeddings(keys, named: .keys)
    try keyRows.requireShape(as: queryRows)
    for prefix in prefixes where prefix.dimension > queryRows.columnCount {
      throw .init(
        .dimensions,
        .integer(
          found: prefix.dimension, expected: .between(1, queryRows.columnCount)))
    }
    return (queryRows.matrix, keyRows.matrix)
  }

  /// - Parameter step: The loss of a prefix of both sides.
  private func sum<Scalar>(
    _ queries: Matrix<Scalar>, _ keys: Matrix<Scalar>, options: ComputeOptions,
    _ step: (Matrix<Scalar>, Matrix<Scalar>) throws(ContrastiveError) -> LossStep<
      Scalar, PairGradient<Scalar>
    >
  ) throws(ContrastiveError) -> LossStep<Scalar, PairGradient<Scalar>> {
    var sum = PrefixSum<Scalar>(
      rowCount: queries.rowCount, columnCount: queries.columnCount, options: options)
    for prefix in prefixes {
      let columns = 0..<prefix.dimension
      sum.add(
        try step(queries.columns(columns), keys.columns(columns)), times: prefix.weight)
    }
    return sum.step
  }
}

extension Matryoshka: LogWeightedPairedLoss where Loss: LogWeightedPairedLoss {
  /// Runs the loss of candidates with log-weights, the same for every prefix.
  ///
  /// - Complexity: A pass for every prefix.
  public func step<Q: Embeddings, K: Embeddings>(
    queries: Q, keys: K, excluding falseNegatives: FalseNegatives<Q.Scalar>,
    logWeights: PairLogWeights?, of variables: PairVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<Q.Scalar, PairGradient<Q.Scalar>>
  where K.Scalar == Q.Scalar {
    guard let logWeights else {
      return try step(
        queries: queries, keys: keys, excluding: falseNegatives, of: variables, pass: pass)
    }
    let (queries, keys) = try matrices(queries, keys)
    return try sum(queries, keys, options: pass.options) {
      queries, keys throws(ContrastiveError) in
      try loss.step(
        queries: queries, keys: keys, excluding: falseNegatives, logWeights: logWeights,
        of: variables, pass: pass)
    }
  }
}

/// A prefix of embeddings.
public struct MatryoshkaPrefix: Hashable, Sendable {
  /// How many coordinates it has.
  public let dimension: Int

  /// How much its loss weighs.
  public let weight: Double
}

extension Matryoshka: Equatable where Loss: Equatable {}
extension Matryoshka: Hashable where Loss: Hashable {}

extension Matryoshka: TemperedLoss where Loss: TemperedLoss {
  /// τ of every prefix's loss.
  public var temperature: Temperature {
    get { loss.temperature }
    set { loss.temperature = newValue }
  }
}
