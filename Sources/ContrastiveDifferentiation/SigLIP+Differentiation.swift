#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  public import _Differentiation

  /// Scale and bias are learned: they move along log s and b.
  extension SigLIP: Differentiable {
    /// Derivatives by, or a step of, log s and b.
    public struct TangentVector: AdditiveArithmetic, Differentiable, Hashable, Sendable {
      public typealias TangentVector = Self

      /// dL/d(log s), or what to add to log s: of every row, where these have temperatures of their own.
      public var logScale: Double

      /// dL/d(log sᵢ), or what to add to each; empty for one temperature, and for a step of 0.
      public var rowLogScales: [Double]

      /// dL/db, or what to add to b.
      public var bias: Double

      /// Creates derivatives or a step.
      public init(logScale: Double, rowLogScales: [Double] = [], bias: Double) {
        self.logScale = logScale
        self.rowLogScales = rowLogScales
        self.bias = bias
      }

      init(_ temperature: Temperature.TangentVector, bias: Double) {
        self.init(
          logScale: temperature.logScale, rowLogScales: temperature.rowLogScales, bias: bias)
      }

      /// The part of log s.
      var temperature: Temperature.TangentVector {
        Temperature.TangentVector(logScale: logScale, rowLogScales: rowLogScales)
      }

      public static var zero: Self { Self(logScale: 0, bias: 0) }

      public static func + (a: Self, b: Self) -> Self {
        Self(a.temperature + b.temperature, bias: a.bias + b.bias)
      }

      public static func - (a: Self, b: Self) -> Self {
        Self(a.temperature - b.temperature, bias: a.bias - b.bias)
      }
    }

    /// Adds to log s, as `Temperature.move(by:)` does, and to b.
    public mutating func move(by offset: TangentVector) {
      temperature.move(by: offset.temperature)
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
      images: Matrix<Scalar>, texts: Matrix<Scalar>,
      excluding falseNegatives: FalseNegatives<Scalar> = .none, reduction: Reduction = .mean,
      options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      LossStep.value { () throws(ContrastiveError) in
        try valueWithGradient(
          images: images, texts: texts, excluding: falseNegatives, of: [], reduction: reduction,
          diagnostics: .none, options: options)
      }
    }

    @derivative(
      of: callAsFunction(images:texts:excluding:reduction:options:), wrt: (self, images, texts)
    )
    @usableFromInline
    func derivative<Scalar: DifferentiableScalar>(
      images: Matrix<Scalar>, texts: Matrix<Scalar>,
      excluding falseNegatives: FalseNegatives<Scalar>, reduction: Reduction,
      options: ComputeOptions
    ) -> (value: Scalar, pullback: (Scalar) -> (TangentVector, Matrix<Scalar>, Matrix<Scalar>)) {
      LossStep.differentiated { () throws(ContrastiveError) in
        try valueWithGradient(
          images: images, texts: texts, excluding: falseNegatives,
          of: [.images, .texts, .bias, .logScale], reduction: reduction, diagnostics: .none,
          options: options)
      } _: {
        (
          TangentVector($0.times($1?.byTemperature), bias: $0.times($1?.bias)),
          $0.times($1?.images, as: images), $0.times($1?.texts, as: texts)
        )
      }
    }
  }
#endif
