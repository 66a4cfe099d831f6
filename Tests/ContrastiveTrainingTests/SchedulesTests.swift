import Contrastive
import ContrastiveTraining
import Testing

@Suite("Schedules")
struct SchedulesTests {
  // open_clip's cosine_lr, base 5e-4, 4 steps of warm-up, 12 in all, computed by its own lines:
  // base·(step + 1)/warm-up, and 0.5·(1 + cos(π·(step − 4)/8))·base.
  @Test("of the learning rate are open_clip's")
  func learningRate() {
    let schedule = CosineLearningRate(peak: 5e-4, warmUpSteps: 4, totalSteps: 12)
    let expected = [
      1.25e-4, 2.5e-4, 3.75e-4, 5e-4, 5e-4, 4.809698831278217e-4, 4.267766952966369e-4,
      3.456708580912725e-4, 2.5e-4, 1.543291419087276e-4, 7.322330470336313e-5,
      1.903011687217833e-5,
    ]
    for (step, value) in expected.enumerated() {
      #expect(abs(schedule.learningRate(at: step) - value) <= 1e-18)
    }
    #expect(schedule.learningRate(at: 12) == 0 && schedule.learningRate(at: 100) == 0)
    let plain = CosineLearningRate(peak: 1, totalSteps: 2)
    #expect(plain.learningRate(at: 0) == 1)
    #expect(abs(plain.learningRate(at: 1) - 0.5) < 1e-15)
    let warm = CosineLearningRate(peak: 1, warmUpSteps: 3, totalSteps: 3)
    #expect((0...3).map(warm.learningRate) == [1.0 / 3, 2.0 / 3, 1, 0])
  }

  // Kukleva et al.'s defaults; the values are those of the authors' code at these epochs.
  @Test(
    "of the temperature are the authors'",
    arguments: [(0, 1), (50, 0.8681980515339464), (100, 0.55), (200, 0.1), (300, 0.55), (400, 1)])
  func temperature(epoch: Double, value: Double) throws {
    let schedule = try TemperatureSchedule.cosine(minimum: 0.1, maximum: 1, halfPeriod: 200)
    #expect(abs(schedule.temperature(at: epoch).value - value) <= 4e-16)
    #expect(TemperatureSchedule.constant(0.07).temperature(at: epoch) == 0.07)
  }

  @Test("of the temperature refuse what is none")
  func temperatureErrors() {
    #expect(throws: ContrastiveError.self) {
      try TemperatureSchedule.cosine(minimum: 1, maximum: 0.1, halfPeriod: 200)
    }
    for halfPeriod in [0, -1, Double.nan, .infinity] {
      #expect(throws: ContrastiveError.self) {
        try TemperatureSchedule.cosine(minimum: 0.1, maximum: 1, halfPeriod: halfPeriod)
      }
    }
  }

  // BYOL's 1 − (1 − τ)·(cos(πk/K) + 1)/2.
  @Test("of the momentum rise to 1")
  func momentum() {
    let schedule = MomentumSchedule.cosine(base: 0.996, totalSteps: 8)
    let expected = [
      0.996, 0.996152240934977, 0.996585786437627, 0.997234633135270, 0.998, 0.998765366864730,
      0.999414213562373, 0.999847759065023, 1, 1,
    ]
    for (step, value) in expected.enumerated() {
      #expect(abs(schedule.momentum(at: step) - value) <= 1e-15)
    }
    #expect(MomentumSchedule.constant(0.999).momentum(at: 7) == 0.999)
  }
}
