#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import _Differentiation

  /// Sums and differences, element by element.
  ///
  /// `zero` is the matrix without rows, which is neutral to matrices of any shape: a derivative that is
  /// nothing has no shape to be nothing of. Other shapes that differ stop the program, unless
  /// `throwingFailures` is there to throw.
  extension Matrix: AdditiveArithmetic {
    /// The matrix without rows or columns.
    public static var zero: Matrix { Matrix(rowCount: 0, columnCount: 0) }

    private var isZero: Bool { rowCount == 0 && columnCount == 0 }

    @differentiable(reverse)
    public static func + (a: Matrix, b: Matrix) -> Matrix {
      a.isZero ? b : a.adding(b, times: 1)
    }

    @differentiable(reverse)
    public static func - (a: Matrix, b: Matrix) -> Matrix { a.adding(b, times: -1) }

    public static func += (a: inout Matrix, b: Matrix) { a = a + b }

    public static func -= (a: inout Matrix, b: Matrix) { a = a - b }

    private func adding(_ other: Matrix, times factor: Scalar) -> Matrix {
      if other.isZero { return self }
      if isZero { return other.multiplied(by: factor) }
      return attempt { () throws(ContrastiveError) in
        var sum = self
        try sum.add(other, times: factor)
        return sum
      } ?? .zero
    }
  }

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
