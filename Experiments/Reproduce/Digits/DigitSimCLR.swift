import Contrastive
import ContrastiveTraining

/// SimCLR on the digits: two views of each look for each other among all others of the batch.
///
/// An MLP of 64, 256 and 32 units, trained by Adam on NT-Xent.
struct DigitSimCLR: Sendable {
  var temperature: Temperature
  var seed: UInt64
  var epochs = 100

  static let defaultBatchSize = 256
  var batchSize = Self.defaultBatchSize
  var learningRate = 1e-3

  /// Trains on images without their labels.
  ///
  /// - Returns: What was trained, and the mean loss of every epoch.
  func train(
    on digits: Digits, tally: Tally
  ) throws -> (encoder: MLPEncoder<Float>, losses: [Double]) {
    var generator = SeededGenerator(seed: seed)
    let options = ComputeOptions(threads: 1)
    var encoder = try MLPEncoder<Float>.random(
      dimensions: DigitMoCo.dimensions, options: options, using: &generator)
    var optimizer = Adam<Float>(learningRate: learningRate)
    var batches = try MiniBatches(
      rowCount: digits.labels.count, batchSize: batchSize, seed: generator.next())
    let loss = NTXent(temperature: temperature)
    var losses: [Double] = []
    for _ in 0..<epochs {
      var lossSum = 0.0
      for _ in 0..<batches.countPerEpoch {
        let rows = batches.next().rows
        let (a, passA) = try encoder.forward(
          DigitViews().view(of: digits, rows: rows, using: &generator))
        let (b, passB) = try encoder.forward(
          DigitViews().view(of: digits, rows: rows, using: &generator))
        let step = try loss.valueWithGradient(
          viewA: a, viewB: b, of: [.viewA, .viewB], diagnostics: .none, options: options)
        var gradient = try encoder.backward(step.gradient.viewA, through: passA)
        try gradient.add(encoder.backward(step.gradient.viewB, through: passB))
        try optimizer.update(&encoder.parameters, by: gradient)
        lossSum += Double(step.value)
      }
      losses.append(lossSum / Double(batches.countPerEpoch))
      try tally.step()
    }
    return (encoder, losses)
  }

  /// How embeddings do at the task, on two views of every image at once; every seed has its own.
  func diagnostics(
    on digits: Digits, embed: (Matrix<Float>) throws -> Matrix<Float>
  ) throws -> Diagnostics {
    var generator = SeededGenerator(seed: ~seed)
    let rows = Array(digits.labels.indices)
    func view() throws -> Matrix<Float> {
      try embed(DigitViews().view(of: digits, rows: rows, using: &generator))
    }
    let step = try NTXent(temperature: temperature).valueWithGradient(
      viewA: view(), viewB: view(), of: [], options: ComputeOptions(threads: 1))
    return step.diagnostics ?? Diagnostics()
  }
}
