package import ContrastiveEmbeddings

/// A problem for one of the engines that tiles of logits, or of several prefixes' logits, are made in.
private enum EngineProblem<Scalar: EmbeddingScalar> {
  case oneWay(OneWayProblem<Scalar>)
  case mutual(MutualProblem<Scalar>)
  case nested(NestedEngine<Scalar>)

  // Specialised: all that these engines do in a step is compiled for both scalars here, where its parts can be seen,
  // and not where a caller in another module happens to be. Elsewhere a tile's work is all in kernels.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func run(options: ComputeOptions) throws(ContrastiveError) -> EngineResult<Scalar> {
    switch self {
    case .oneWay(let problem): try OneWayEngine(problem, options: options).run()
    case .mutual(let problem): try problem.runDirections(options: options)
    case .nested(let engine): try engine.solve()
    }
  }
}

extension OneWayProblem {
  /// Runs the problem.
  package func run(options: ComputeOptions) throws(ContrastiveError) -> EngineResult<Scalar> {
    try EngineProblem.oneWay(self).run(options: options)
  }
}

extension MutualProblem {
  /// Runs the problem.
  package func run(options: ComputeOptions) throws(ContrastiveError) -> EngineResult<Scalar> {
    try EngineProblem.mutual(self).run(options: options)
  }
}

extension NestedEngine {
  /// Runs the problem.
  package func run() throws(ContrastiveError) -> EngineResult<Scalar> {
    try EngineProblem.nested(self).run(options: options)
  }
}
