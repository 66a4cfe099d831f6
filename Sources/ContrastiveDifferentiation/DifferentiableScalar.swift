#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import _Differentiation

  /// A number that embeddings are made of and losses are differentiated in: `Float` or `Double`.
  public protocol DifferentiableScalar: EmbeddingScalar, Differentiable
  where TangentVector == Self {}

  extension Float: DifferentiableScalar {}
  extension Double: DifferentiableScalar {}
#endif
