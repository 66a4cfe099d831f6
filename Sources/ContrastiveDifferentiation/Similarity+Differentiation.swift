#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveSimilarity
  import _Differentiation

  extension Similarity {
    /// The similarities of every row of `x` with every row of `y`: `matrix(x, y)`, differentiable.
    ///
    /// `Similarity.dot(inputs, weights)` is a linear layer without a bias, whose weights are a row for each
    /// output.
    ///
    /// - Parameters:
    ///   - x: `N × d`.
    ///   - y: `M × d`.
    /// - Returns: `N × M`. Shapes that do not fit, and rows that are not finite, fail as
    ///   `throwingFailures` describes.
    /// - Complexity: 2NMd flops, and 4NMd more for the pullback.
    @differentiable(reverse)
    public func callAsFunction<Scalar: DifferentiableScalar>(
      _ x: Matrix<Scalar>, _ y: Matrix<Scalar>
    ) -> Matrix<Scalar> {
      attempt { () throws(ContrastiveError) in try matrix(x, y) } ?? .zero
    }

    @derivative(of: callAsFunction)
    @usableFromInline
    func derivative<Scalar: DifferentiableScalar>(
      _ x: Matrix<Scalar>, _ y: Matrix<Scalar>
    ) -> (value: Matrix<Scalar>, pullback: (Matrix<Scalar>) -> (Matrix<Scalar>, Matrix<Scalar>)) {
      (
        self(x, y),
        { gradient in
          // Of what failed, or of what nothing depends on.
          let nothing = (
            Matrix<Scalar>(rowCount: x.rowCount, columnCount: x.columnCount),
            Matrix<Scalar>(rowCount: y.rowCount, columnCount: y.columnCount)
          )
          guard gradient != .zero else { return nothing }
          return attempt { () throws(ContrastiveError) in try pullback(x, y, gradient) } ?? nothing
        }
      )
    }
  }
#endif
