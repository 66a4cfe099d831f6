import Contrastive

/// One training run of a sweep.
struct SweepRun: Hashable, Comparable {
  let temperature: Double
  let seed: UInt64

  /// How often the rows are gone through, where that is not what the settings say.
  var epochs: Int?

  /// The name of its files.
  var name: String {
    "tau-\(temperature)-seed-\(seed)" + (epochs.map { "-epochs-\($0)" } ?? "")
  }

  static func < (a: SweepRun, b: SweepRun) -> Bool {
    (a.temperature, a.seed, a.epochs ?? 0) < (b.temperature, b.seed, b.epochs ?? 0)
  }
}

/// What became of a run.
enum SweepOutcome: Hashable {
  case finished(SweepResult)
  case diverged(Divergence)

  var result: SweepResult? { if case .finished(let result) = self { result } else { nil } }

  var divergence: Divergence? {
    if case .diverged(let divergence) = self { divergence } else { nil }
  }
}

extension SweepOutcome: Codable {
  init(from decoder: any Decoder) throws {
    if let divergence = try? Divergence(from: decoder) {
      self = .diverged(divergence)
    } else {
      self = .finished(try SweepResult(from: decoder))
    }
  }

  func encode(to encoder: any Encoder) throws {
    switch self {
    case .finished(let result): try result.encode(to: encoder)
    case .diverged(let divergence): try divergence.encode(to: encoder)
    }
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

  /// Every test row's rank, where that was asked for.
  var ranks: [Double]?
}
