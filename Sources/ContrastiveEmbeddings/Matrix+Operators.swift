/// Sums and differences, element by element.
///
/// `zero` is the matrix without rows, which is neutral to matrices of any shape: a derivative that is
/// nothing has no shape to be nothing of. Other shapes that differ stop the program with a line that
/// names them; `add` throws instead, and so does `throwingFailures` around a differentiable function.
extension Matrix: AdditiveArithmetic {
  /// The matrix without rows or columns.
  public static var zero: Matrix { Matrix(rowCount: 0, columnCount: 0) }

  public static func + (a: Matrix, b: Matrix) -> Matrix { a.isZero ? b : a.adding(b, times: 1) }

  public static func - (a: Matrix, b: Matrix) -> Matrix { a.adding(b, times: -1) }

  public static func += (a: inout Matrix, b: Matrix) { a = a + b }

  public static func -= (a: inout Matrix, b: Matrix) { a = a - b }

  private var isZero: Bool { rowCount == 0 && columnCount == 0 }

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
