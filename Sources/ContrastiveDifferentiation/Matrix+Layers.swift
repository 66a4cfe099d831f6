#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  import _Differentiation

  /// What a model of one's own needs besides products (`Similarity.dot(x, weights)` is a linear layer).
  extension Matrix where Scalar: DifferentiableScalar {
    /// max(x, 0) of each element x: a ReLU. Its derivative at 0 is 0, as PyTorch's.
    @differentiable(reverse)
    public func rectified() -> Matrix { map { max($0, 0) } }

    /// The sum of each row and one row: a layer's bias.
    ///
    /// - Parameter bias: `1 × d`, as long as this matrix's rows. Another shape fails as `throwingFailures`
    ///   describes.
    @differentiable(reverse)
    public func adding(bias: Matrix) -> Matrix {
      attempt { () throws(ContrastiveError) in
        guard bias.rowCount == 1 else {
          throw .init(.bias, .count(.row, found: bias.rowCount, expected: .exactly(1)))
        }
        var sum = self
        try sum.addRow(bias.elements)
        return sum
      } ?? self
    }

    /// What a differentiable function makes of each element: `hidden.mapped { $0 / (1 + exp(-$0)) }`.
    ///
    /// - Complexity: A call and a pullback for each element, whose closures cost some tens of nanoseconds:
    ///   ``rectified()`` has none.
    @differentiable(reverse,wrt: self)
    public func mapped(
      _ function: @differentiable(reverse) (Scalar) -> Scalar
    ) -> Matrix {
      map { function($0) }
    }

    @derivative(of: rectified)
    @usableFromInline
    func derivativeOfRectified() -> (value: Matrix, pullback: (Matrix) -> Matrix) {
      let value = rectified()
      return (value, { $0.multiplied(where: value) { $0 > 0 ? 1 : 0 } })
    }

    @derivative(of: adding(bias:))
    @usableFromInline
    func derivative(
      bias: Matrix
    ) -> (value: Matrix, pullback: (Matrix) -> (Matrix, Matrix)) {
      (
        adding(bias: bias),
        { slope in
          let sums = slope.columnSums
          let byBias = Matrix(rowCount: 1, columnCount: bias.columnCount) { _, column in
            column < sums.count ? Scalar(sums[column]) : 0
          }
          return (slope, byBias)
        }
      )
    }

    @derivative(of: mapped, wrt: self)
    @usableFromInline
    func derivativeOfMapped(
      _ function: @differentiable(reverse) (Scalar) -> Scalar
    ) -> (value: Matrix, pullback: (Matrix) -> Matrix) {
      let slopes = map { gradient(at: $0, of: function) }
      return (mapped(function), { $0.multiplied(where: slopes) { $0 } })
    }

    /// These elements times a factor made of the same ones of another matrix; as they are, where there are none.
    private func multiplied(where other: Matrix, by factor: (Scalar) -> Scalar) -> Matrix {
      var result = self
      result.withMutableRows { row, elements in
        let others = other.row(row)
        for column in elements.indices { elements[column] *= factor(others[column]) }
      }
      return result
    }
  }
#endif
