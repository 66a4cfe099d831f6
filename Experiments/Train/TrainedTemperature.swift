import Contrastive
import ContrastiveTraining

/// The temperature of a training run.
enum TrainedTemperature: Sendable {
  /// Given for every epoch; constant, for one.
  case scheduled(TemperatureSchedule)

  /// Learned with an optimiser of its own.
  case learned(LearnableTemperature<Float>, Adam<Float>)

  var isLearned: Bool {
    if case .learned = self { true } else { false }
  }

  /// The temperature of the next step.
  func value(inEpoch epoch: Int) -> Temperature {
    switch self {
    case .scheduled(let schedule): schedule.temperature(at: Double(epoch))
    case .learned(let temperature, _): temperature.value
    }
  }

  mutating func update(by gradient: Float?) throws(ContrastiveError) {
    guard case .learned(var temperature, var optimizer) = self else { return }
    try temperature.update(by: gradient, with: &optimizer)
    self = .learned(temperature, optimizer)
  }
}
