#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  public import _Differentiation

  extension Matryoshka: Differentiable where Loss: TemperedLoss & TemperatureDifferentiable {
    public typealias TangentVector = Temperature.TangentVector
  }

  extension Matryoshka: TemperatureDifferentiable
  where Loss: TemperedLoss & TemperatureDifferentiable {}

  extension PairedLoss where Self: TemperatureDifferentiable {
    /// The loss, differentiable by both sides and by log s.
    ///
    /// Where the keys are constants, as a momentum encoder's are, value and gradient of losses of one direction take
    /// one pass.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: (self, queries, keys))
    @differentiable(reverse,wrt: (self, queries))
    public func callAsFunction<Scalar: DifferentiableScalar>(
      queries: Matrix<Scalar>, keys: Matrix<Scalar>,
      excluding falseNegatives: FalseNegatives<Scalar> = .none, reduction: Reduction = .mean,
      options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      lossValue(self, queries, keys, by: (PairVariables.queries, .keys)) {
        (loss, queries, keys, variables) throws(ContrastiveError) in
        try loss.step(
          queries: queries, keys: keys, excluding: falseNegatives, of: variables,
          pass: LossPass(reduction: reduction, diagnostics: .none, options: options))
      }
    }
  }

  extension LogWeightedPairedLoss where Self: TemperatureDifferentiable {
    /// The loss of candidates with log-weights, differentiable by both sides and by log s.
    ///
    /// Of query i and key j, and of losses both ways also of key j and query i, the logits are
    /// ```
    /// zᵢⱼ = s·cᵢⱼ + bⱼ,    zⱼᵢ = s·cᵢⱼ + aᵢ
    /// ```
    /// a and b are constants: value and derivatives are those that `valueWithGradient` has with the same
    /// numbers.
    ///
    /// Where the keys are constants too, losses of one direction take one pass.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit, and numbers that are not finite or not one for each
    ///   candidate, fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: (self, queries, keys))
    @differentiable(reverse,wrt: (self, queries))
    public func callAsFunction<Scalar: DifferentiableScalar>(
      queries: Matrix<Scalar>, keys: Matrix<Scalar>,
      excluding falseNegatives: FalseNegatives<Scalar> = .none, logWeights: PairLogWeights?,
      reduction: Reduction = .mean, options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      lossValue(self, queries, keys, by: (PairVariables.queries, .keys)) {
        (loss, queries, keys, variables) throws(ContrastiveError) in
        try loss.step(
          queries: queries, keys: keys, excluding: falseNegatives, logWeights: logWeights,
          of: variables,
          pass: LossPass(reduction: reduction, diagnostics: .none, options: options))
      }
    }
  }
#endif
