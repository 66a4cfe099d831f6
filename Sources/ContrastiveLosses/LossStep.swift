import ContrastiveBounds
public import ContrastiveEmbeddings

/// What a loss returns for a training step.
public struct LossStep<Scalar: EmbeddingScalar, Gradient: Sendable>: Sendable {
  /// Σ wᵢLᵢ; by default the mean over the terms.
  public let value: Scalar

  /// The terms Lᵢ, unweighted.
  public let terms: [Scalar]

  /// The derivatives of the value; what was not asked for is `nil`.
  public let gradient: Gradient

  /// What the same pass saw besides, or `nil` if it was not to look.
  public internal(set) var diagnostics: Diagnostics?
}

extension LossStep {
  init(
    _ result: RowsResult<Scalar>, gradient: Gradient, level: DiagnosticsLevel,
    hasSinglePositive: Bool, floor: CandidateSet?, temperature: Temperature, dimension: Int
  ) throws(ContrastiveError) {
    value = Scalar(result.value)
    terms = result.values.map { Scalar($0) }
    self.gradient = gradient
    guard level == .all else {
      diagnostics = nil
      return
    }
    var observed = Diagnostics(result.observations, hasSinglePositive: hasSinglePositive)
    if let floor {
      try observed.setFloor(
        floor, temperature: temperature, dimension: dimension, mean: result.meanTerm)
    }
    diagnostics = observed
  }
}

/// The terms of a loss, and a way back from them.
public struct LossTerms<Scalar: EmbeddingScalar, Variables: Sendable, Gradient: Sendable>: Sendable
{
  /// The terms, unweighted.
  public let values: [Scalar]

  let pull: @Sendable (_ weights: [Double], Variables) throws(ContrastiveError) -> Gradient

  /// The gradient of Σ cᵢLᵢ, for the cotangent c.
  ///
  /// This is what automatic differentiation, gradient caching and gradient accumulation ask of a
  /// loss. Nothing of the size of the similarity matrix was kept for it: the pass is run again.
  ///
  /// - Parameters:
  ///   - cotangent: cᵢ, one per term.
  ///   - variables: What to differentiate by.
  /// - Throws: `ContrastiveError` if there are more or fewer cotangents (`weights` in its text) than
  ///   terms, or one is not finite.
  /// - Complexity: That of the loss's value with gradient.
  public func pullback(
    _ cotangent: [Scalar], of variables: Variables
  ) throws(ContrastiveError) -> Gradient {
    try pull(cotangent.map { Double($0) }, variables)
  }
}
