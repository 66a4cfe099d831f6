import CContrastiveKernels

extension Block {
  /// Sets momentum · self + (1 − momentum) · other.
  package func interpolate(toward other: Block, momentum: Double) {
    checkSameShape(as: other)
    unsafe Scalar.kernels(on: .best).pointee.interpolate(other.source, target, momentum)
  }

  /// A step of gradient descent with momentum.
  ///
  /// ```
  /// d = g + decay · θ,   v ← momentum · v + d,
  /// θ ← θ − rate · (nesterov ? d + momentum · v : v)
  /// ```
  package func descend(
    _ gradient: Block, velocity: Block, rate: Double, momentum: Double, decay: Double,
    isNesterov: Bool
  ) {
    checkSameShape(as: gradient)
    checkSameShape(as: velocity)
    unsafe Scalar.kernels(on: .best).pointee.descend(
      gradient.source, velocity.target, target, rate, momentum, decay, isNesterov)
  }

  /// A step of Adam.
  ///
  /// ```
  /// θ ← shrinkage · θ,   d = g + decay · θ
  /// m ← m + (1 − β₁)(d − m),   v ← β₂v + (1 − β₂)d²
  /// θ ← θ − rate · m / (√v / rootCorrection + ε)
  /// ```
  package func descendByAdam(
    _ gradient: Block, first: Block, second: Block, constants: AdamConstants,
    on isa: InstructionSet = .best
  ) {
    checkSameShape(as: gradient)
    checkSameShape(as: first)
    checkSameShape(as: second)
    unsafe Scalar.kernels(on: isa).pointee.adam(
      gradient.source, first.target, second.target, target, constants.forC)
  }

  /// Adds a row to every row.
  package func addToRows(_ row: Block) {
    precondition(row.rowCount == 1 && row.columnCount == columnCount, "one row of this width")
    for r in 0..<rowCount { rows(r..<r + 1).add(row) }
  }

  /// Sets every element below 0 to 0.
  package func rectify() {
    unsafe Scalar.kernels(on: .best).pointee.rectify(target)
  }

  /// Sets the elements to 0 where those of `other` are not positive.
  package func clear(whereNotPositive other: Block) {
    checkSameShape(as: other)
    unsafe Scalar.kernels(on: .best).pointee.clearWhereNotPositive(other.source, target)
  }
}

/// What is the same for all elements of a step of Adam.
package struct AdamConstants: Sendable {
  package var rate: Double
  package var firstShare: Double
  package var secondKept: Double
  package var secondShare: Double
  package var rootCorrection: Double
  package var epsilon: Double
  package var decay: Double
  package var shrinkage: Double

  package init(
    rate: Double, firstShare: Double, secondKept: Double, secondShare: Double,
    rootCorrection: Double, epsilon: Double, decay: Double, shrinkage: Double
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

  var forC: contrastive_adam {
    contrastive_adam(
      rate: rate, firstShare: firstShare, secondKept: secondKept, secondShare: secondShare,
      rootCorrection: rootCorrection, epsilon: epsilon, decay: decay, shrinkage: shrinkage)
  }
}
