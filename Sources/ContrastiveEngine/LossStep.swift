package import ContrastiveBounds
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
  public package(set) var diagnostics: Diagnostics?

  package init(value: Scalar, terms: [Scalar], gradient: Gradient, diagnostics: Diagnostics?) {
    self.value = value
    self.terms = terms
    self.gradient = gradient
    self.diagnostics = diagnostics
  }
}

extension LossStep {
  /// - Parameter floor: What bounds the mean of the terms, where anything is known to.
  package init(
    _ result: EngineResult<Scalar>, gradient: Gradient, level: DiagnosticsLevel,
    hasSinglePositive: Bool, floor: LossBound?
  ) {
    var observed: Diagnostics?
    if level == .all {
      observed = Diagnostics(result.observations, hasSinglePositive: hasSinglePositive)
      if let floor {
        observed?.setFloor(floor, mean: result.canBeNegative ? nil : result.meanTerm)
      }
    }
    self.init(
      value: Scalar(result.value), terms: result.values.map { Scalar($0) }, gradient: gradient,
      diagnostics: observed)
  }
}

/// The terms of a loss, and a way back from them.
public struct LossTerms<Scalar: EmbeddingScalar, Variables: Sendable, Gradient: Sendable>: Sendable
{
  /// The terms, unweighted.
  public let values: [Scalar]

  private let pull: @Sendable (_ weights: [Double], Variables) throws(ContrastiveError) -> Gradient

  package init(
    values: [Scalar],
    pull: @escaping @Sendable (_ weights: [Double], Variables) throws(ContrastiveError) -> Gradient
  ) {
    self.values = values
    self.pull = pull
  }

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
