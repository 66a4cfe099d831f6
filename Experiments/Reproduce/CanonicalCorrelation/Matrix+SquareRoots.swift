import Contrastive

extension Matrix<Double> {
  /// Enough for eigenvalues of 1e-14 of the norm.
  private static var largestStepCount: Int { 50 }

  /// The square root of a symmetric matrix with positive eigenvalues, and its inverse.
  ///
  /// Newton and Schulz's coupled iteration, which takes only products:
  /// ```
  /// Y ← Y·T,  Z ← T·Z,  T = (3 − Z·Y)/2,  from Y = A/‖A‖, Z = 1
  /// ```
  /// Y converges to (A/‖A‖)^(1/2) and Z to its inverse, for an eigenvalue λ after some
  /// log(‖A‖/λ)/log(2.25) steps and five more.
  ///
  /// Eigenvalues have to be above some 1e-12 of the norm: of smaller ones rounding makes what it likes.
  ///
  /// - Source: Higham 2008, Functions of Matrices, eq. 6.35.
  /// - Complexity: three products a step, some 30 steps where ‖A‖/λ is 1e6.
  func squareRoots() throws(ContrastiveError) -> (root: Matrix, inverse: Matrix) {
    let norm = elements.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let identity = Matrix(rowCount: rowCount, columnCount: rowCount).addingToDiagonal(1)
    var (root, inverse) = (multiplied(by: 1 / norm), identity)
    var distance = Double.infinity
    for _ in 0..<Self.largestStepCount {
      let product = try inverse.times(root)
      var remainder = identity
      try remainder.add(product, times: -1)
      let next = remainder.elements.reduce(0) { $0 + $1 * $1 }.squareRoot()
      // Converged, as far as rounding lets it: the distance falls by squares until it does not.
      guard next > 1e-13, next < distance else { break }
      distance = next
      var step = identity
      try step.add(remainder, times: 0.5)
      root = try root.times(step)
      inverse = try step.times(inverse)
    }
    return (
      root.multiplied(by: norm.squareRoot()), inverse.multiplied(by: 1 / norm.squareRoot())
    )
  }

  /// The matrix product.
  ///
  /// Of symmetric matrices a product with the transpose is the same but for rounding; an iteration of such
  /// products lets what is not symmetric grow until it overflows.
  private func times(_ other: Matrix) throws(ContrastiveError) -> Matrix {
    try Similarity.dot.matrix(self, other.transposed)
  }

  /// The matrix with a number added to each element of its diagonal.
  func addingToDiagonal(_ number: Double) -> Matrix {
    var result = self
    for index in 0..<min(rowCount, columnCount) { result[index, index] += number }
    return result
  }
}
