import Contrastive

/// One step as a training loop calls it, rows normalised inside.
typealias WorkloadStep = (DiagnosticsLevel) throws -> WorkloadResult

/// What a step is run with, besides its arrays.
struct WorkloadSetting {
  let temperature: Temperature
  let storage: SixteenBitFormat?
  let options: ComputeOptions

  init(temperature: Temperature, storage: SixteenBitFormat?, threads: Int) {
    self.temperature = temperature
    self.storage = storage
    options = ComputeOptions(threads: threads)
  }
}

/// What a step returned, held as long as a training loop would.
struct WorkloadResult {
  let loss: Double
  private let gradients: [Matrix<Float>]

  init<Gradient>(_ step: LossStep<Float, Gradient>, gradients: Matrix<Float>?...) {
    loss = Double(step.value)
    self.gradients = gradients.compactMap(\.self)
  }

  /// The size of the gradients by arrays, in bytes.
  var gradientByteCount: Int {
    gradients.map { $0.rowCount * $0.rowStride * MemoryLayout<Float>.stride }.reduce(0, +)
  }
}
