import ContrastiveEmbeddings
import ContrastiveEngine

extension LossTerms where Variables: OptionSet {
  /// The terms that a loss's step gives, and its gradients with other weights.
  init(
    options: ComputeOptions,
    _ step:
      @escaping @Sendable (Variables, LossPass) throws(ContrastiveError) -> LossStep<
        Scalar, Gradient
      >
  ) throws(ContrastiveError) {
    let values = try step([], LossPass(diagnostics: .none, options: options)).terms
    self.init(values: values) { weights, variables throws(ContrastiveError) in
      try step(
        variables, LossPass(reduction: .weighted(weights), diagnostics: .none, options: options)
      ).gradient
    }
  }
}

extension LossStep {
  /// The same step, its gradient under other names.
  func renaming<Other: Sendable>(_ gradient: (Gradient) -> Other) -> LossStep<Scalar, Other> {
    LossStep<Scalar, Other>(
      value: value, terms: terms, gradient: gradient(self.gradient), diagnostics: diagnostics)
  }
}
