import Contrastive
import ContrastiveTraining

/// MoCo on the digits: an encoder whose queries look for keys of an encoder that follows it.
///
/// An MLP of 64, 256 and 32 units, trained by Adam on InfoNCE against a queue of the keys before.
struct DigitMoCo: Sendable {
  var temperature: Temperature
  var momentum = 0.99
  var seed: UInt64
  var epochs = 100

  var queueCapacity = Self.defaultQueueCapacity
  var batchSize = Self.defaultBatchSize
  var learningRate = 1e-3

  /// Of batches of the default size, on the training digits; a short last batch is dropped.
  static let stepsPerEpoch = Digits.trainingCount / defaultBatchSize

  static let defaultBatchSize = 128
  static let defaultQueueCapacity = 1024

  static let dimensions = [Digits.pixelCount, 256, 32]

  /// The share of queries that have a key of their own image, of the epoch before, among the negatives.
  ///
  /// At step s of an epoch a queue of `capacity` keys holds the s batches before, none of which is of its image, and then the
  /// last ones of the epoch before; earlier epochs, which a longer queue holds too, are left out.
  static func ownKeyShare(queue capacity: Int) -> Double {
    let steps = stepsPerEpoch
    let kept = (0..<steps).map { step in
      let keys = capacity - step * defaultBatchSize
      return Double(min(max(0, keys), steps * defaultBatchSize))
    }
    // Each key is of any image alike.
    return kept.mean / Double(Digits.trainingCount)
  }

  /// What is otherwise with a queue here, for an explanation.
  static func queueMeaning(_ capacity: Int) -> String {
    "Of \(Digits.trainingCount) images \(capacity.words("key")) are many: about "
      + "\((100 * ownKeyShare(queue: capacity)).text(digits: 2)) % of the queries have their own image's key of the epoch before "
      + "among the negatives; of ImageNet's, in MoCo, hardly any do."
  }

  /// What training came to.
  struct Outcome: Sendable {
    let encoder: MLPEncoder<Float>

    /// Of every epoch the mean loss, and the mean share of queries whose key ranks first among all
    /// candidates.
    let losses: [Double]
    let accuracies: [Double]
  }

  /// Trains on images without their labels.
  func train(on digits: Digits, tally: Tally) throws -> Outcome {
    var generator = SeededGenerator(seed: seed)
    let options = ComputeOptions(threads: 1)
    var encoder = try MLPEncoder<Float>.random(
      dimensions: Self.dimensions, options: options, using: &generator)
    var keyEncoder = encoder
    var optimizer = Adam<Float>(learningRate: learningRate)
    var queue = try KeyQueue<Float>(
      capacity: queueCapacity, dimension: Self.dimensions.last ?? 1,
      prefill: .random(seed: generator.next()))
    var batches = try MiniBatches(
      rowCount: digits.labels.count, batchSize: batchSize, seed: generator.next())
    let loss = InfoNCE(temperature: temperature)
    let views = DigitViews()
    var (losses, accuracies): ([Double], [Double]) = ([], [])
    for _ in 0..<epochs {
      var (lossSum, accuracySum) = (0.0, 0.0)
      for _ in 0..<batches.countPerEpoch {
        let rows = batches.next().rows
        try keyEncoder.parameters.update(toward: encoder.parameters, momentum: momentum)
        let keys = try keyEncoder(views.view(of: digits, rows: rows, using: &generator))
        let (queries, pass) = try encoder.forward(
          views.view(of: digits, rows: rows, using: &generator))
        let step = try loss.valueWithGradient(
          queries: queries, positives: keys, negatives: .shared(queue.keys), of: .queries,
          options: options)
        try optimizer.update(
          &encoder.parameters, by: encoder.backward(step.gradient.queries, through: pass))
        try queue.enqueue(keys)
        lossSum += Double(step.value)
        accuracySum += step.diagnostics?.top1Accuracy ?? 0
      }
      losses.append(lossSum / Double(batches.countPerEpoch))
      accuracies.append(accuracySum / Double(batches.countPerEpoch))
      try tally.step()
    }
    return Outcome(encoder: encoder, losses: losses, accuracies: accuracies)
  }
}
