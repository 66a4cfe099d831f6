#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import _Differentiation

  /// A matrix is its own tangent vector: a step of gradient descent is
  /// `weights.move(by: gradient.multiplied(by: -learningRate))`.
  extension Matrix: Differentiable {
    public typealias TangentVector = Matrix

    public mutating func move(by offset: Matrix) { self += offset }
  }

  extension Matrix {
    @derivative(of: +)
    @usableFromInline
    static func derivativeOfSum(
      a: Matrix, b: Matrix
    ) -> (value: Matrix, pullback: (Matrix) -> (Matrix, Matrix)) {
      (a + b, { ($0, $0) })
    }

    @derivative(of: -)
    @usableFromInline
    static func derivativeOfDifference(
      a: Matrix, b: Matrix
    ) -> (value: Matrix, pullback: (Matrix) -> (Matrix, Matrix)) {
      (a - b, { ($0, $0.multiplied(by: -1)) })
    }

    /// Two views that one batch was encoded with come apart again: `encoded.rows(0..<n)`.
    @derivative(of: rows)
    @usableFromInline
    func derivativeOfRows(
      _ range: Range<Int>
    ) -> (value: Matrix, pullback: (Matrix) -> Matrix) {
      let (rowCount, columnCount) = (rowCount, columnCount)
      return (
        rows(range),
        { slope in
          guard slope != .zero else { return .zero }
          return Matrix(rowCount: rowCount, columnCount: columnCount) { r, c in
            range.contains(r) ? slope[r - range.lowerBound, c] : 0
          }
        }
      )
    }
  }
#endif
