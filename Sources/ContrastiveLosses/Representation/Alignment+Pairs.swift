public import ContrastiveEmbeddings
public import ContrastiveEngine

extension Alignment {
  /// Returns the loss.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func value<X: Embeddings, Y: Embeddings>(
    x: X, y: Y, reduction: Reduction = .mean, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> X.Scalar where Y.Scalar == X.Scalar {
    try valueWithGradient(x: x, y: y, of: [], reduction: reduction, options: options).value
  }

  /// Returns every pair's term, and a pullback for a cotangent vector.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func perTerm<X: Embeddings, Y: Embeddings>(
    x: X, y: Y, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossTerms<X.Scalar, Variables, Gradient<X.Scalar>>
  where Y.Scalar == X.Scalar {
    try LossTerms(options: options) { variables, pass throws(ContrastiveError) in
      try valueWithGradient(
        x: x, y: y, of: variables, reduction: pass.reduction, options: pass.options)
    }
  }
}

/// Of pairs, x are the queries and y the keys. There are no negatives to leave out.
extension Alignment: PairedLoss {
  public func step<Q: Embeddings, K: Embeddings>(
    queries: Q, keys: K, excluding falseNegatives: FalseNegatives<Q.Scalar>,
    of variables: PairVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<Q.Scalar, PairGradient<Q.Scalar>>
  where K.Scalar == Q.Scalar {
    try naming([.x: .queries, .y: .keys]) { () throws(ContrastiveError) in
      try valueWithGradient(
        x: queries, y: keys, of: Variables(rawValue: variables.rawValue),
        reduction: pass.reduction, options: pass.options)
    }.renaming { PairGradient(queries: $0.x, keys: $0.y) }
  }
}
