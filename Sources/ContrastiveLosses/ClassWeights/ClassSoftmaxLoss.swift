public import ContrastiveEmbeddings
public import ContrastiveEngine

/// A softmax over scaled cosines of features and class weights, whose term is a function of the row's sums alone, as that of
/// ``NormFaceSoftmax``.
///
/// A loss of one's own writes `function` alone.
public protocol ClassSoftmaxLoss: LogWeightedClassLoss, TemperedLoss {
  /// What the loss is, given a row's sums.
  var function: any RowFunction { get }
}

extension ClassSoftmaxLoss {
  /// Runs the loss.
  ///
  /// - Complexity: 2NCd flops for the value, 4NCd with the gradient by the features, 6NCd
  ///   with that by the class weights (8NCd when the logits of 64 rows exceed 32 MiB, or
  ///   `options.keptByteCount` if that is less), all by GEMM; memory for the gradients, a
  ///   few tiles per thread, and these logits.
  public func step<F: Embeddings, W: Embeddings>(
    features: F, classWeights: W, labels: [Int], logWeights: [Double]?,
    of variables: ClassWeightVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<F.Scalar, ClassWeightGradient<F.Scalar>>
  where W.Scalar == F.Scalar {
    try ClassWeightStep(
      features, classWeights, labels: labels, logWeights: logWeights, temperature: temperature,
      options: pass.options
    ).run(function, of: variables, pass: pass)
  }
}
