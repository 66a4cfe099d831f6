public import ContrastiveEmbeddings
public import ContrastiveEngine
import RealModule

/// How evenly embeddings cover the sphere: the logarithm of the mean Gaussian potential of pairs.
///
/// ```
/// loss = log( 2/(n(n−1)) Σ_{i<j} exp(−t·‖x̂ᵢ − x̂ⱼ‖²) ),
/// ‖x̂ᵢ − x̂ⱼ‖² = 2 − 2·cos
/// ```
/// 0 when all rows coincide; no pair contributes less than −4t; evenly spread rows have
/// `UniformSphere.uniformityOptimum(t:)`. Pairs i < j only, the diagonal excluded. Here the form
/// 2 − 2·cos loses nothing: the loss depends on distances absolutely, not relatively. A zero row
/// stays one: 1 from every unit row, and 0 from another.
///
/// - Source: [Wang & Isola 2020](https://arxiv.org/abs/2005.10242), eq. 9; equals `uniform_loss` of
///   the authors' `align_uniform`, which takes `torch.pdist`, on normalised rows.
public struct Uniformity: Hashable, Sendable {
  /// t, the sharpness of the potential.
  public let t: Double

  /// Creates the loss.
  ///
  /// - Throws: `ContrastiveError` unless t is positive and finite.
  public init(t: Double = 2) throws(ContrastiveError) {
    guard t > 0, t.isFinite else {
      throw .init(.t, .number(found: t, expected: .positive))
    }
    self.t = t
  }

  /// Returns the loss and its gradient.
  ///
  /// With ℓᵢ = log Σ_{j≠i} exp(2t·cosᵢⱼ), which the engine streams, the loss is
  /// log Σᵢ exp(ℓᵢ) − 2t − log n(n−1): a weight exp(ℓᵢ)/Σ exp(ℓ) of a row is known only after the
  /// last, so the gradient takes a second pass.
  ///
  /// - Parameters:
  ///   - embeddings: `n × d`, at least two rows. A `Matrix` is normalised, `UnitRows` are not.
  ///   - variables: What to differentiate by; of the temperature's readings none.
  ///   - reduction: The weight of the one term that there is: 1 of `.mean` and `.sum`.
  ///   - options: Threads, and memory for logits.
  /// - Throws: `ContrastiveError` for fewer than two rows, or a raw row with a NaN or an infinity.
  /// - Complexity: n²d flops by GEMM, 4n²d with the gradient, or 5n²d where a triangle of logits
  ///   exceeds `options.keptByteCount`; memory O(nd) besides.
  public func valueWithGradient<E: Embeddings>(
    embeddings: E, of variables: EmbeddingVariables = .embeddings, reduction: Reduction = .mean,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<E.Scalar, EmbeddingGradient<E.Scalar>> {
    let rows = try AnyEmbeddings(embeddings, named: .embeddings)
    let n = rows.rowCount
    let weight = try LossPass(reduction: reduction, options: options).weights(termCount: 1)[0]
    guard n > 1 else {
      throw .init(.embeddings, .count(.row, found: n, expected: .atLeast(2)))
    }
    var problem = MutualProblem(
      rows: rows.unitBlock(options: options), roles: .selfExcluded, rowsNeedGradient: false,
      columnsNeedGradient: false, function: LogSumExp(),
      scales: .one(
        try Temperature(scale: 2, times: t, named: .t, for: E.Scalar.self).scale),
      weights: .equal(1))
    problem.observes = false
    let rowValues = try problem.run(options: options).values
    // Of a zero row the engine knows the cosines alone, 0, for which distances of unit rows would be 2.
    let zeros = Double(rows.squaredLengths(options: options).count { $0 == 0 })
    let corrections = [(2 * zeros * (Double(n) - zeros), t), (zeros * (zeros - 1), 2 * t)]
      .filter { $0.0 > 0 }
    let largest = (rowValues + corrections.map(\.1)).max() ?? 0
    let sum =
      rowValues.reduce(0) { $0 + .exp($1 - largest) }
      + corrections.reduce(0) { $0 + $1.0 * (.exp($1.1 - largest) - .exp(-largest)) }
    let value = largest + .log(sum) - 2 * t - .log(Double(n)) - .log(Double(n - 1))

    var gradient = EmbeddingGradient<E.Scalar>()
    if variables.contains(.embeddings) {
      problem.rowsNeedGradient = true
      problem.columnsNeedGradient = true
      problem.weights = .each(rowValues.map { weight * .exp($0 - largest) / sum })
      let result = try problem.run(options: options)
      gradient = EmbeddingGradient(
        result, of: rows, temperature: 1, variables: .embeddings, options: options)
    }
    return LossStep(
      value: E.Scalar(weight * value), terms: [E.Scalar(value)], gradient: gradient,
      diagnostics: nil)
  }

  /// The logits' scale, 2t.
}
