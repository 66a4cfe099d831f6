// But for Adam, whose roots and divisions would take a twentieth of a training step, these are plain
// loops, which the compiler vectorises, and not C of every instruction set.
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
  package func descendByAdam(
    _ gradient: Block, first: Block, second: Block, constants: AdamConstants<Scalar>,
    on isa: InstructionSet = .best
  ) {
    checkTrainingShape(gradient)
    checkTrainingShape(first)
    checkTrainingShape(second)
    unsafe constants.list.withUnsafeBufferPointer { constants in
      guard let constants = constants.baseAddress else { return }
      unsafe Scalar._adam(
        gradient.source, gradient.rowStride, first.target, first.rowStride, second.target,
        second.rowStride, rowCount, columnCount, target, rowStride, constants, on: isa)
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

  /// In the order of `CContrastiveKernels.h`.
  var list: [Scalar] {
    [rate, firstShare, secondKept, secondShare, rootCorrection, epsilon, decay, shrinkage]
  }
}
