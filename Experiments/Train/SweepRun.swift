import Contrastive

/// One training run of a sweep.
struct SweepRun: Hashable, Comparable {
  let temperature: Double
  let seed: UInt64

  /// The name of its files.
  var name: String { "tau-\(temperature)-seed-\(seed)" }

  static func < (a: SweepRun, b: SweepRun) -> Bool {
    (a.temperature, a.seed) < (b.temperature, b.seed)
  }
}

/// What a finished run is known by. Of the same options it is the same to the bit, but for the time.
struct SweepResult: Codable, Hashable {
  let metrics: RetrievalMetrics

  /// The mean loss of the last epoch's batches, and the last batch's.
  let loss: Double
  let lastLoss: Double

  /// How long the training steps took on one thread.
  let seconds: Double
}
