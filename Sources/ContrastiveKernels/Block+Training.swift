// Element by element, bound by memory: a step over 10⁶ weights takes a millisecond, where the
// products that made its gradient take tens. So these are plain loops, which the compiler
// vectorises, and not C of every instruction set.
extension Block {
  /// Sets momentum · self + (1 − momentum) · other.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func interpolate(toward other: Block, momentum: Scalar) {
    checkTrainingShape(other)
    for r in 0..<rowCount {
      let (x, y) = unsafe (other.source + r * other.rowStride, target + r * rowStride)
      for c in 0..<columnCount { unsafe y[c] = momentum * y[c] + (1 - momentum) * x[c] }
    }
  }

  /// A step of gradient descent with momentum.
  ///
  /// ```
  /// d = g + decay · θ,   v ← momentum · v + d,   θ ← θ − rate · (nesterov ? d + momentum · v : v)
  /// ```
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func descend(
    _ gradient: Block, velocity: Block, rate: Scalar, momentum: Scalar, decay: Scalar,
    isNesterov: Bool
  ) {
    checkTrainingShape(gradient)
    checkTrainingShape(velocity)
    for r in 0..<rowCount {
      let g = unsafe gradient.source + r * gradient.rowStride
      let (v, y) = unsafe (velocity.target + r * velocity.rowStride, target + r * rowStride)
      for c in 0..<columnCount {
        let d = unsafe g[c] + decay * y[c]
        let speed = unsafe momentum * v[c] + d
        unsafe v[c] = speed
        unsafe y[c] -= rate * (isNesterov ? d + momentum * speed : speed)
      }
    }
  }

  /// A step of Adam.
  ///
  /// ```
  /// θ ← shrinkage · θ,   d = g + decay · θ
  /// m ← m + (1 − β₁)(d − m),   v ← β₂v + (1 − β₂)d²
  /// θ ← θ − rate · m / (√v / rootCorrection + ε)
  /// ```
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func descendByAdam(
    _ gradient: Block, first: Block, second: Block, constants: AdamConstants<Scalar>
  ) {
    checkTrainingShape(gradient)
    checkTrainingShape(first)
    checkTrainingShape(second)
    let (rate, epsilon) = (constants.rate, constants.epsilon)
    let (decay, shrinkage) = (constants.decay, constants.shrinkage)
    let (firstShare, secondShare) = (constants.firstShare, constants.secondShare)
    let secondKept = constants.secondKept
    let rootCorrection = constants.rootCorrection
    for r in 0..<rowCount {
      let (g, y) = unsafe (gradient.source + r * gradient.rowStride, target + r * rowStride)
      let m = unsafe first.target + r * first.rowStride
      let v = unsafe second.target + r * second.rowStride
      for c in 0..<columnCount {
        let weight = unsafe y[c] * shrinkage
        let d = unsafe g[c] + decay * weight
        let mean = unsafe m[c] + firstShare * (d - m[c])
        let square = unsafe secondKept * v[c] + secondShare * (d * d)
        unsafe m[c] = mean
        unsafe v[c] = square
        unsafe y[c] = weight - rate * (mean / (square.squareRoot() / rootCorrection + epsilon))
      }
    }
  }

  /// Adds a row to every row.
  package func addToRows(_ row: Block) {
    precondition(row.rowCount == 1 && row.columnCount == columnCount, "one row of this width")
    for r in 0..<rowCount { rows(r..<r + 1).add(row) }
  }

  /// Sets every element below 0 to 0.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func rectify() {
    for r in 0..<rowCount {
      let y = unsafe target + r * rowStride
      // Not max(0, y), which loses a NaN.
      for c in 0..<columnCount { unsafe y[c] = y[c] < 0 ? 0 : y[c] }
    }
  }

  /// Sets the elements to 0 where those of `other` are not positive.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func clear(whereNotPositive other: Block) {
    checkTrainingShape(other)
    for r in 0..<rowCount {
      let (x, y) = unsafe (other.source + r * other.rowStride, target + r * rowStride)
      for c in 0..<columnCount { unsafe y[c] = x[c] > 0 ? y[c] : 0 }
    }
  }

  private func checkTrainingShape(_ other: Block) {
    precondition(
      rowCount == other.rowCount && columnCount == other.columnCount,
      "two blocks that go together have different shapes")
  }
}

/// What is the same for all elements of a step of Adam.
package struct AdamConstants<Scalar: EmbeddingScalar>: Sendable {
  package var rate: Scalar
  package var firstShare: Scalar
  package var secondKept: Scalar
  package var secondShare: Scalar
  package var rootCorrection: Scalar
  package var epsilon: Scalar
  package var decay: Scalar
  package var shrinkage: Scalar

  package init(
    rate: Scalar, firstShare: Scalar, secondKept: Scalar, secondShare: Scalar,
    rootCorrection: Scalar, epsilon: Scalar, decay: Scalar, shrinkage: Scalar
  ) {
    self.rate = rate
    self.firstShare = firstShare
    self.secondKept = secondKept
    self.secondShare = secondShare
    self.rootCorrection = rootCorrection
    self.epsilon = epsilon
    self.decay = decay
    self.shrinkage = shrinkage
  }
}
