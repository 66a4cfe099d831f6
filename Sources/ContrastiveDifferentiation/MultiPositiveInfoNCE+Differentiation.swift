#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  import _Differentiation

  extension MultiPositiveInfoNCE: TemperatureDifferentiable {
    public typealias TangentVector = Temperature.TangentVector
  }

  extension MultiPositiveInfoNCE {
    /// The loss, differentiable by queries, keys and log s.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: (self, queries, keys))
    @differentiable(reverse,wrt: (self, queries))
    public func callAsFunction<Scalar: DifferentiableScalar>(
      queries: Matrix<Scalar>, keys: Matrix<Scalar>, positives: PairPositives,
      excluding exclusion: Exclusion = .none, logWeights: [Double]? = nil,
      reduction: Reduction = .mean, options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      LossStep.value { () throws(ContrastiveError) in
        try valueWithGradient(
          queries: queries, keys: keys, positives: positives, excluding: exclusion,
          logWeights: logWeights, of: [], reduction: reduction, diagnostics: .none,
          options: options)
      }
    }

    @derivative(of: callAsFunction, wrt: (self, queries, keys))
    @usableFromInline
    func derivative<Scalar: DifferentiableScalar>(
      queries: Matrix<Scalar>, keys: Matrix<Scalar>, positives: PairPositives,
      excluding exclusion: Exclusion, logWeights: [Double]?, reduction: Reduction,
      options: ComputeOptions
    ) -> (
      value: Scalar,
      pullback: (Scalar) -> (Temperature.TangentVector, Matrix<Scalar>, Matrix<Scalar>)
    ) {
      LossStep.differentiated { () throws(ContrastiveError) in
        try valueWithGradient(
          queries: queries, keys: keys, positives: positives, excluding: exclusion,
          logWeights: logWeights, of: [.queries, .keys, .logScale], reduction: reduction,
          diagnostics: .none, options: options)
      } _: {
        (
          $0.times($1?.byTemperature), $0.times($1?.queries, as: queries),
          $0.times($1?.keys, as: keys)
        )
      }
    }

    @derivative(of: callAsFunction, wrt: (self, queries))
    @usableFromInline
    func derivativeWithConstantKeys<Scalar: DifferentiableScalar>(
      queries: Matrix<Scalar>, keys: Matrix<Scalar>, positives: PairPositives,
      excluding exclusion: Exclusion, logWeights: [Double]?, reduction: Reduction,
      options: ComputeOptions
    ) -> (value: Scalar, pullback: (Scalar) -> (Temperature.TangentVector, Matrix<Scalar>)) {
      LossStep.differentiated { () throws(ContrastiveError) in
        try valueWithGradient(
          queries: queries, keys: keys, positives: positives, excluding: exclusion,
          logWeights: logWeights, of: [.queries, .logScale], reduction: reduction,
          diagnostics: .none, options: options)
      } _: {
        ($0.times($1?.byTemperature), $0.times($1?.queries, as: queries))
      }
    }
  }
#endif
