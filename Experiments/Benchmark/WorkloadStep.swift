import Contrastive

/// A step that is timed.
typealias WorkloadStep = (DiagnosticsLevel) throws -> WorkloadResult<Float>

/// What a step returned, held as long as a training loop would.
struct WorkloadResult<Scalar: EmbeddingScalar> {
  let loss: Double
  let gradients: [Matrix<Scalar>]

  init<Gradient>(_ step: LossStep<Scalar, Gradient>, gradients: Matrix<Scalar>?...) {
    loss = Double(step.value)
    self.gradients = gradients.compactMap(\.self)
  }

  /// The size of the gradients by arrays, in bytes.
  var gradientByteCount: Int {
    gradients.map { $0.rowCount * $0.rowStride * MemoryLayout<Scalar>.stride }.reduce(0, +)
  }
}
