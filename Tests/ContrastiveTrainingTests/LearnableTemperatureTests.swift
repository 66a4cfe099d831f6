import Contrastive
import ContrastiveTraining
import Foundation
import TestSupport
import Testing

@Suite("A learned temperature")
struct LearnableTemperatureTests {
  @Test("begins at log(1/0.07)")
  func initial() {
    #expect(abs(LearnableTemperature<Double>().logScale - 2.659260036932778) < 1e-15)
    #expect(LearnableTemperature<Float>().logScale == Float(2.659260036932778))
    #expect(abs(LearnableTemperature<Double>().value.value - 0.07) < 1e-16)
    #expect(abs(LearnableTemperature<Float>(0.5).value.value - 0.5) < 1e-7)
  }

  @Test("is clamped after the step, as open_clip does")
  func clamp() throws {
    func moved(
      by gradient: Double, from start: Temperature, clamp: LearnableTemperature<Double>.Clamp
    ) throws -> Double {
      var temperature = LearnableTemperature<Double>(start, clamp: clamp)
      var optimizer = SGD<Double>(learningRate: 1)
      try temperature.update(by: gradient, with: &optimizer)
      return temperature.logScale
    }
    #expect(try moved(by: -10, from: 0.07, clamp: .clip) == log(100))
    #expect(try moved(by: 10, from: 0.07, clamp: .clip) == 0)
    #expect(try abs(moved(by: -10, from: 1, clamp: .none) - 10) < 1e-15)
    #expect(try moved(by: 10, from: 1, clamp: .none) == -10)
    #expect(try moved(by: -10, from: 1, clamp: .logScale(-1...3)) == 3)
    #expect(try moved(by: 10, from: 1, clamp: .logScale(-1...3)) == -1)
    // Within it nothing happens, and a first value outside is brought in.
    #expect(try moved(by: 0.5, from: 0.07, clamp: .clip) == 2.659260036932778 - 0.5)
    #expect(try moved(by: 0, from: 0.001, clamp: .clip) == log(100))
  }

  @Test("does not decay")
  func decay() throws {
    var temperature = LearnableTemperature<Double>()
    var optimizer = Adam<Double>.adamW(learningRate: 0.1, weightDecay: 1)
    try temperature.update(by: 0, with: &optimizer)
    #expect(temperature.logScale == LearnableTemperature<Double>().logScale)
  }

  @Test("is unchanged by what is no gradient")
  func errors() throws {
    var temperature = LearnableTemperature<Float>(0.5, clamp: .none)
    var optimizer = SGD<Float>(learningRate: 1)
    for gradient in [nil, Float.nan, .infinity, 1000, -1000] {
      #expect(throws: ContrastiveError.self) {
        try temperature.update(by: gradient, with: &optimizer)
      }
      #expect(temperature.value == LearnableTemperature<Float>(0.5).value)
    }
  }

  // The slope of the loss by log s is zero at its least value, where a learned temperature settles.
  @Test("settles where the loss is least")
  func settles() throws {
    let queries = Matrix<Double>.random(rowCount: 12, columnCount: 6, seed: 1)
    var keys = Matrix<Double>.random(rowCount: 12, columnCount: 6, seed: 2)
    try keys.add(queries, times: 0.7)
    var temperature = LearnableTemperature<Double>(1)
    var optimizer = Adam<Double>(learningRate: 0.05)
    var slope = 1.0
    for _ in 0..<500 {
      let step = try CLIP(temperature: temperature.value).valueWithGradient(
        images: queries, texts: keys, of: .logScale)
      slope = try #require(step.gradient.logScale)
      try temperature.update(by: slope, with: &optimizer)
    }
    #expect(abs(slope) < 1e-6)
    #expect((0.01...1).contains(temperature.value.value))
  }
}
