#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  import _Differentiation

  extension InfoNCE {
    /// The loss, differentiable by queries, positives, negatives and log s.
    ///
    /// What is constant costs nothing: with the keys of a momentum encoder and of a queue, value and gradient take
    /// one pass. Negatives that an encoder makes are `.shared(encoder(documents))`.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: (self, queries, positives, negatives))
    @differentiable(reverse,wrt: (self, queries, positives))
    @differentiable(reverse,wrt: (self, queries))
    public func callAsFunction<Scalar: DifferentiableScalar>(
      queries: Matrix<Scalar>, positives: Matrix<Scalar>,
      negatives: Negatives<Scalar> = .inBatch,
      excluding falseNegatives: FalseNegatives<Scalar> = .none, logWeights: LogWeights? = nil,
      reduction: Reduction = .mean, options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      LossStep.value { () throws(ContrastiveError) in
        try valueWithGradient(
          queries: queries, positives: positives, negatives: negatives, excluding: falseNegatives,
          logWeights: logWeights, of: [], reduction: reduction, diagnostics: .none,
          options: options)
      }
    }

    @derivative(of: callAsFunction, wrt: (self, queries, positives, negatives))
    @usableFromInline
    func derivative<Scalar: DifferentiableScalar>(
      queries: Matrix<Scalar>, positives: Matrix<Scalar>, negatives: Negatives<Scalar>,
      excluding falseNegatives: FalseNegatives<Scalar>, logWeights: LogWeights?,
      reduction: Reduction, options: ComputeOptions
    ) -> (
      value: Scalar,
      pullback: (Scalar) -> (
        Temperature.TangentVector, Matrix<Scalar>, Matrix<Scalar>, Matrix<Scalar>
      )
    ) {
      LossStep.differentiated { () throws(ContrastiveError) in
        try valueWithGradient(
          queries: queries, positives: positives, negatives: negatives, excluding: falseNegatives,
          logWeights: logWeights, of: [.queries, .positives, .negatives, .logScale],
          reduction: reduction,
          diagnostics: .none, options: options)
      } _: {
        (
          $0.times($1?.byTemperature), $0.times($1?.queries, as: queries),
          $0.times($1?.positives, as: positives),
          $0.times(negatives: $1?.negatives)
        )
      }
    }

    @derivative(of: callAsFunction, wrt: (self, queries, positives))
    @usableFromInline
    func derivativeWithConstantNegatives<Scalar: DifferentiableScalar>(
      queries: Matrix<Scalar>, positives: Matrix<Scalar>, negatives: Negatives<Scalar>,
      excluding falseNegatives: FalseNegatives<Scalar>, logWeights: LogWeights?,
      reduction: Reduction, options: ComputeOptions
    ) -> (
      value: Scalar,
      pullback: (Scalar) -> (Temperature.TangentVector, Matrix<Scalar>, Matrix<Scalar>)
    ) {
      LossStep.differentiated(by: queries, positives) { () throws(ContrastiveError) in
        try valueWithGradient(
          queries: queries, positives: positives, negatives: negatives, excluding: falseNegatives,
          logWeights: logWeights, of: [.queries, .positives, .logScale], reduction: reduction,
          diagnostics: .none, options: options)
      }
    }

    @derivative(of: callAsFunction, wrt: (self, queries))
    @usableFromInline
    func derivativeWithConstantKeys<Scalar: DifferentiableScalar>(
      queries: Matrix<Scalar>, positives: Matrix<Scalar>, negatives: Negatives<Scalar>,
      excluding falseNegatives: FalseNegatives<Scalar>, logWeights: LogWeights?,
      reduction: Reduction, options: ComputeOptions
    ) -> (
      value: Scalar,
      pullback: (Scalar) -> (Temperature.TangentVector, Matrix<Scalar>)
    ) {
      LossStep.differentiated(by: queries) { () throws(ContrastiveError) in
        try valueWithGradient(
          queries: queries, positives: positives, negatives: negatives, excluding: falseNegatives,
          logWeights: logWeights, of: [.queries, .logScale], reduction: reduction,
          diagnostics: .none, options: options)
      }
    }
  }
#endif
