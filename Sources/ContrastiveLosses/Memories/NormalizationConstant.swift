public import ContrastiveEmbeddings
public import ContrastiveEngine
import RealModule

/// Z, by which NPID's probabilities are divided: an estimate of Σⱼ exp(v·mⱼ/τ) over a whole memory.
///
/// Kept as its logarithm: at τ = 0.001 it may be e¹⁰⁰⁰. The authors' code estimates it once, from the
/// first batch; others let it follow, `update(toward:momentum:)` after every batch, as embeddings
/// trained from random ones soon have another Z than the first.
/// ```swift
/// var z = try NormalizationConstant(
///   estimating: embeddings, memory: memory, indices: indices,
///   temperature: 0.07)
/// ```
/// - Source: [Wu et al. 2018](https://arxiv.org/abs/1805.01978), eq. 8.
public struct NormalizationConstant: Hashable, Sendable {
  /// log Z: finite.
  public private(set) var logValue: Double

  /// Z; infinite where `Double` cannot hold it.
  public var value: Double { .exp(logValue) }

  /// Creates a constant from Z.
  ///
  /// - Throws: `ContrastiveError` unless Z is positive and finite.
  public init(_ value: Double) throws(ContrastiveError) {
    guard value > 0, value.isFinite else {
      throw .init(.normalization, .number(found: value, expected: .positive))
    }
    logValue = .log(value)
  }

  /// Creates a constant from log Z.
  ///
  /// - Throws: `ContrastiveError` unless it is finite.
  public init(logValue: Double) throws(ContrastiveError) {
    guard logValue.isFinite else {
      throw .init(.logNormalization, .number(found: logValue, expected: .finite))
    }
    self.logValue = logValue
  }

  /// Estimates Z from a batch's candidates: n times the mean of exp(v·mⱼ/τ) over all of them, positives
  /// among them, as the authors' code does.
  ///
  /// - Parameters: As for ``NPIDNCE``.
  /// - Throws: As ``NPIDNCE``.
  /// - Complexity: O(N·K·d)
  public init<E: Embeddings>(
    estimating embeddings: E, memory: UnitRows<E.Scalar>, indices: [[Int]],
    temperature: Temperature, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) {
    try options.requireValid()
    let inputs = try MemoryCandidates(embeddings, memory, indices)
    let engine = MemoryPairsEngine(
      rows: inputs.rows, memory: inputs.memory, candidates: indices, rowsNeedGradient: false,
      scales: try temperature.scales(
        for: E.Scalar.self, rowCount: indices.count, of: inputs.rows.name), offset: 0,
      weights: .equal(1),
      observes: false, options: options)
    logValue = try engine.logMeanExponential() + .log(Double(memory.rowCount))
  }

  /// Moves Z toward another estimate: Z ← momentum·Z + (1 − momentum)·Ẑ.
  ///
  /// - Parameters:
  ///   - estimate: Ẑ.
  ///   - momentum: From 0 to 1.
  /// - Throws: `ContrastiveError` for another momentum.
  public mutating func update(
    toward estimate: NormalizationConstant, momentum: Double = 0.99
  ) throws(ContrastiveError) {
    guard (0...1).contains(momentum) else {
      throw .init(.momentum, .number(found: momentum, expected: .from(0, to: 1)))
    }
    logValue = logAddExp(
      .log(momentum) + logValue, .log(onePlus: -momentum) + estimate.logValue)
  }
}
