import ContrastiveEmbeddings
public import ContrastiveEngine

/// What a pass over a loss is asked for besides derivatives: the weights of its terms, whether it looks around, and
/// threads.
///
/// A loss writes one method, `step`, that takes it; `value`, `valueWithGradient` and `perTerm`, with their
/// defaults, are its protocol's.
public struct LossPass: Sendable {
  /// How the terms become the value.
  public var reduction: Reduction

  /// `.none` saves a few per cent.
  public var diagnostics: DiagnosticsLevel

  /// Threads, and memory for logits.
  public var options: ComputeOptions

  /// Creates a pass.
  public init(
    reduction: Reduction = .mean, diagnostics: DiagnosticsLevel = .all,
    options: ComputeOptions = ComputeOptions()
  ) {
    self.reduction = reduction
    self.diagnostics = diagnostics
    self.options = options
  }

  /// The weights of the terms.
  ///
  /// - Throws: `ContrastiveError` for a reduction that is not the loss's, or options that cannot be.
  func weights(termCount: Int, hasHinge: Bool = false) throws(ContrastiveError) -> TermWeights {
    try options.requireValid()
    return try reduction.weights(termCount: termCount, hasHinge: hasHinge)
  }
}
