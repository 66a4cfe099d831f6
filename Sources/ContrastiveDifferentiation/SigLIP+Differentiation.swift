#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  public import _Differentiation

  /// Scale and bias are learned: they move along log s and b.
  extension SigLIP: Differentiable {
    /// Derivatives by, or a step of, log s and b.
    public struct TangentVector: AdditiveArithmetic, Differentiable, Hashable, Sendable {
      public typealias TangentVector = Self

      /// dL/d(log s), or what to add to log s.
      public var logScale: Double
      /// dL/db, or what to add to b.
      public var bias: Double

      /// Creates derivatives or a step.
      public init(logScale: Double, bias: Double) {
        self.logScale = logScale
        self.bias = bias
      }

      public static var zero: Self { Self(logScale: 0, bias: 0) }

      public static func + (a: Self, b: Self) -> Self {
        Self(logScale: a.logScale + b.logScale, bias: a.bias + b.bias)
      }

      public static func - (a: Self, b: Self) -> Self {
        Self(logScale: a.logScale - b.logScale, bias: a.bias - b.bias)
      }
    }

    /// Adds to log s, as `Temperature.move(by:)` does, and to b.
    public mutating func move(by offset: TangentVector) {
      temperature.move(by: Temperature.TangentVector(logScale: offset.logScale))
      bias += offset.bias
    }
  }

  extension SigLIP {
    /// The loss, differentiable by both sides, log s and b.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: (self, images, texts))
    public func callAsFunction<Scalar: DifferentiableScalar>(
      images: Matrix<Scalar>, texts: Matrix<Scalar>, reduction: Reduction = .mean,
      options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      LossStep.value { () throws(ContrastiveError) in
        try valueWithGradient(
          images: images, texts: texts, of: [], reduction: reduction, diagnostics: .none,
          options: options)
      }
    }

    @derivative(
      of: callAsFunction(images:texts:reduction:options:), wrt: (self, images, texts)
    )
    @usableFromInline
    func derivative<Scalar: DifferentiableScalar>(
      images: Matrix<Scalar>, texts: Matrix<Scalar>, reduction: Reduction, options: ComputeOptions
    ) -> (value: Scalar, pullback: (Scalar) -> (TangentVector, Matrix<Scalar>, Matrix<Scalar>)) {
      LossStep.differentiated { () throws(ContrastiveError) in
        try valueWithGradient(
          images: images, texts: texts, of: [.images, .texts, .bias, .logScale],
          reduction: reduction, diagnostics: .none, options: options)
      } _: {
        (
          TangentVector(logScale: $0.times($1?.logScale), bias: $0.times($1?.bias)),
          $0.times($1?.images, as: images), $0.times($1?.texts, as: texts)
        )
      }
    }
  }
#endif
