import Contrastive

/// Points on the sphere that go down a loss together.
///
/// For the loss of telling each point from all others, one is a class's weight and the feature of its
/// samples at once, NormFace's well-separated classes:
/// ```
/// L = 1/n Σᵢ −log( exp(s) / Σⱼ exp(s·xᵢ·xⱼ) )
/// ```
/// This is InfoNCE in the batch with the same rows as queries and as positives; its gradient is
/// the sum of those by both.
struct SphereDescent {
  /// A loss and its gradient by raw rows.
  typealias Objective =
    (Matrix<Double>) throws(ContrastiveError) -> (value: Double, gradient: Matrix<Double>)

  private let objective: Objective
  private(set) var points: Matrix<Double>

  /// The loss at the start and after every step.
  private(set) var losses: [Double] = []

  /// Scatters points evenly at random over the sphere.
  init(pointCount: Int, dimension: Int, seed: UInt64, objective: @escaping Objective) {
    var generator = SeededGenerator(seed: seed)
    self.objective = objective
    points = UnitRows.random(rowCount: pointCount, columnCount: dimension, using: &generator).matrix
  }

  /// Scatters points that are to be told from each other.
  init(pointCount: Int, dimension: Int, temperature: Temperature, seed: UInt64) {
    let loss = InfoNCE(temperature: temperature)
    self.init(pointCount: pointCount, dimension: dimension, seed: seed) {
      points throws(ContrastiveError) in
      let step = try loss.valueWithGradient(
        queries: points, positives: points, of: [.queries, .positives], diagnostics: .none)
      guard var gradient = step.gradient.queries, let byPositives = step.gradient.positives else {
        preconditionFailure("both gradients were asked for")
      }
      try gradient.add(byPositives)
      return (step.value, gradient)
    }
  }

  /// Goes down until the gradient vanishes.
  ///
  /// Gradient descent with Armijo's condition: a step that does not lower the loss by a small part
  /// of what the slope promises is halved, and the next one after a success is longer. Near a
  /// minimum the loss is above it by |g|²/2μ at the least curvature μ, so that a gradient of 1e-7
  /// leaves nearly nothing.
  ///
  /// - Returns: Whether the gradient vanished within the steps allowed.
  @discardableResult
  mutating func run(maximumStepCount: Int) throws -> Bool {
    var (value, gradient) = try objective(points)
    losses = [value]
    var length = 1.0
    while losses.count <= maximumStepCount {
      let slope = gradient.elements.reduce(0) { $0 + $1 * $1 }
      guard slope > 1e-14 else { return true }
      let next = try Self.step(from: points, along: gradient, length: length)
      let (nextValue, nextGradient) = try objective(next)
      if nextValue <= value - 1e-4 * length * slope {
        (points, value, gradient) = (next, nextValue, nextGradient)
        losses.append(value)
        length *= 1.5
      } else {
        length /= 2
        // No step is seen to lower the loss: its rounding errors are larger than the slope.
        guard length > 1e-12 else { return true }
      }
    }
    return false
  }

  /// A step against the gradient, back onto the sphere. The gradient by raw rows is tangent to it.
  private static func step(
    from points: Matrix<Double>, along gradient: Matrix<Double>, length: Double
  ) throws(ContrastiveError) -> Matrix<Double> {
    var next = points
    try next.add(gradient, times: -length)
    return try next.normalized().matrix
  }
}
