public import ContrastiveEmbeddings
public import ContrastiveEngine
import RealModule

/// Instance discrimination by noise contrast: of an embedding and a row of the memory, whether the row
/// is its own or was drawn at random.
///
/// For `N` embeddings v, a memory of `n` unit rows m, the index y of a row's own and those of K rows
/// drawn as noise, and P(j) = exp(v·mⱼ/τ)/Z with a constant Z:
/// ```
/// Lᵢ = −log( P(y)/(P(y) + K/n + ε) )
///      − Σ_{j drawn} log( (K/n)/(P(j) + K/n + ε) )
///    = softplus(−u_y)
///      + Σ_{j drawn} ( softplus(uⱼ) + log(1 + ε·n/K) ),
/// uⱼ = v·mⱼ/τ − log Z − log(K/n + ε)
/// loss = 1/N Σᵢ Lᵢ
/// ```
/// The second form is the one computed: no exponential overflows, at whatever τ, and a loss of 1e-10
/// keeps its digits, which dividing probabilities loses (the authors' exponentials are unshifted, and
/// `Float` ends at τ = 0.011).
///
/// A softmax over the whole memory costs n rows; this costs K, and its gradient approaches that one's as
/// K grows. Draws may repeat, and may be the row's own. The memory is constant: after the step its rows
/// move towards their embeddings, as the authors' v ← normalise(½v + ½x). So is Z: neither is
/// differentiated. With a zero row all u are equal. With K = 0 there is the first term alone.
///
/// - Source: [Wu et al. 2018](https://arxiv.org/abs/1805.01978), eqs. 4 to 8; equals
///   lemniscate.pytorch's `NCEAverage` and `NCECriterion` on normalised embeddings, with ε = 1e-7.
public struct NPIDNCE: Hashable, Sendable {
  /// τ, and with it the scale s = 1/τ.
  public var temperature: Temperature

  /// Z, for which P is nearly a probability.
  public var normalization: NormalizationConstant

  /// ε, which the authors' code adds to denominators: finite, not negative.
  public var epsilon: Double

  /// Creates the loss.
  public init(
    temperature: Temperature, normalization: NormalizationConstant, epsilon: Double = 1e-7
  ) {
    self.temperature = temperature
    self.normalization = normalization
    self.epsilon = epsilon
  }

  /// Returns the loss, its gradient, and the mean similarities of embeddings to their own rows and to
  /// the noise.
  ///
  /// - Parameters:
  ///   - embeddings: `N × d`, at least one row. A `Matrix` is normalised, `UnitRows` are not.
  ///   - memory: `n × d`, at least one row.
  ///   - indices: N lists of K + 1 rows of the memory: a row's own, and then the noise, which
  ///     `indices(positives:noiseCount:memoryRowCount:using:)` draws.
  ///   - variables: What to differentiate by.
  ///   - reduction: The weights of the rows' terms Lᵢ.
  ///   - level: `.none` saves a few per cent.
  ///   - options: Threads, and the workspace.
  /// - Throws: `ContrastiveError` if shapes do not fit, an index is no row of the memory, a raw row
  ///   holds a NaN or an infinity, or ε is negative or not finite.
  /// - Complexity: 2N(K + 1)d flops for the value, 4N(K + 1)d with the gradient, by row; memory for the
  ///   gradient and K + 1 rows per thread.
  public func valueWithGradient<E: Embeddings>(
    embeddings: E, memory: UnitRows<E.Scalar>, indices: [[Int]],
    of variables: EmbeddingVariables = .all, reduction: Reduction = .mean,
    diagnostics level: DiagnosticsLevel = .all, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<E.Scalar, EmbeddingGradient<E.Scalar>> {
    typealias Scalar = E.Scalar
    let inputs = try MemoryCandidates(embeddings, memory, indices)
    guard epsilon >= 0, epsilon.isFinite else {
      throw .init(.epsilon, .number(found: epsilon, expected: .notNegative))
    }
    let noiseCount = inputs.noiseCount
    let noiseShare = Double(noiseCount) / Double(memory.rowCount)
    let weights = try LossPass(reduction: reduction, options: options).weights(
      termCount: indices.count)
    guard noiseShare + epsilon > 0 else {
      throw .init(.epsilon, .number(found: epsilon, expected: .positive("where no row has noise")))
    }
    try normalization.logValue.requireLogit(as: Scalar.self, named: .logNormalization)
    let offset = -normalization.logValue - .log(noiseShare + epsilon)
    let result = try MemoryPairsEngine(
      rows: inputs.rows, memory: inputs.memory, candidates: indices,
      rowsNeedGradient: variables.contains(.embeddings),
      scales: try temperature.scales(
        for: Scalar.self, rowCount: indices.count, of: inputs.rows.name), offset: offset,
      weights: weights,
      observes: level == .all, options: options
    ).run()

    let constant =
      noiseCount > 0 ? Double(noiseCount) * .log(onePlus: epsilon / noiseShare) : 0
    let constantValue = constant * indices.indices.reduce(0) { $0 + weights[$1] }
    var gradient = EmbeddingGradient<Scalar>()
    gradient.embeddings = inputs.rows.gradient(fromUnit: result.rowGradient, options: options)
    gradient.byTemperature = TemperatureGradient(
      logScaleSlopes: result.logScaleSlopes, at: temperature, of: variables)
    return LossStep(
      value: Scalar(result.value + constantValue),
      terms: result.values.map { Scalar($0 + constant) }, gradient: gradient,
      diagnostics: level == .all ? result.diagnostics(columnsPerRow: noiseCount + 1) : nil)
  }

  /// Draws the candidates of a batch: every row's own, and K rows of the memory drawn independently
  /// and uniformly, which may repeat, and may be the row's own.
  ///
  /// - Parameters:
  ///   - positives: The rows' own rows of the memory.
  ///   - noiseCount: K.
  ///   - memoryRowCount: n.
  ///   - generator: For example a `SeededGenerator`.
  /// - Throws: `ContrastiveError` if K is negative, n is not positive, or a positive is no row
  ///   of the memory.
  public static func indices<Generator: RandomNumberGenerator>(
    positives: [Int], noiseCount: Int, memoryRowCount: Int, using generator: inout Generator
  ) throws(ContrastiveError) -> [[Int]] {
    guard noiseCount >= 0 else {
      throw .init(.noiseCount, .integer(found: noiseCount, expected: .from(0)))
    }
    guard memoryRowCount > 0 else {
      throw .init(.memoryRowCount, .integer(found: memoryRowCount, expected: .positive))
    }
    if let row = positives.firstIndex(where: { !(0..<memoryRowCount).contains($0) }) {
      throw .init(
        .positives, row: row,
        .integer(found: positives[row], expected: .rows(of: .memory, count: memoryRowCount)))
    }
    return positives.map { positive in
      [positive] + (0..<noiseCount).map { _ in .random(in: 0..<memoryRowCount, using: &generator) }
    }
  }
}
