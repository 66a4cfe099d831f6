import Contrastive

extension Comparison {
  // A loss of size F, known to a few ε·F, whose third derivative is of size F·c³, with c = 1/τ: central differences
  // at h = (3ε)^⅓/c are off by F·c·4e-11 in a single rounding (see `finiteDifferences` of the tests), and 25 times
  // that is allowed. The logits, up to 1/τ, are what rounds here.
  private static var relativeStep: Double { 8.7e-6 }
  private static var tolerance: Double { 1e-9 }

  /// Compares every gradient of the loss with central differences of its value.
  mutating func compareDifferences() throws {
    for (seed, temperature) in [0.05, 0.2, 1].enumerated() {
      for smoothing in [0, 0.1, 0.7] {
        var random = SeededGenerator(seed: UInt64(seed))
        func rows(_ count: Int) -> Matrix<Double> {
          UnitRows.random(rowCount: count, columnCount: 4, using: &random).matrix
        }
        let arrays = [rows(5), rows(5), rows(7)]
        let function = LabelSmoothing(smoothing: smoothing)
        let name = "ε = \(smoothing), τ = \(temperature)"
        try compare(temperatures: [temperature], arrays, "one way, \(name)") {
          try Self.oneWay(function, $0, Temperature($1[0]))
        }
        let individual = (0..<5).map { temperature * (1 + 0.2 * Double($0)) }
        try compare(temperatures: individual, arrays, "one way, τ of rows, \(name)") {
          try Self.oneWay(function, $0, Temperature(rows: $1))
        }
        try compare(
          temperatures: [temperature], Array(arrays.prefix(2)), "both ways, \(name)"
        ) {
          try Self.bothWays(function, $0, Temperature($1[0]))
        }
      }
    }
  }

  /// A loss, and its gradients by arrays and temperatures.
  private struct Slopes {
    let value: Double
    let arrays: [Matrix<Double>?]
    let temperatures: [Double]?

    init(
      value: Double, arrays: [Matrix<Double>?], _ gradient: TemperatureGradient<Double>
    ) {
      self.value = value
      self.arrays = arrays
      temperatures = gradient.temperatures ?? gradient.temperature.map { [$0] }
    }
  }

  /// In the batch and against further keys, of which some rows do without some.
  private static func oneWay(
    _ function: LabelSmoothing, _ arrays: [Matrix<Double>], _ temperature: Temperature
  ) throws -> Slopes {
    var candidates = try Candidates(arrays[1])
    try candidates.add(arrays[2], excluding: .lists([[0, 3], [], [6], [], []]))
    let step = try OneWayLoss(function, temperature: temperature).valueWithGradient(
      queries: arrays[0], candidates: candidates)
    return Slopes(
      value: step.value, arrays: [step.gradient.queries] + step.gradient.keys,
      step.gradient.byTemperature)
  }

  private static func bothWays(
    _ function: LabelSmoothing, _ arrays: [Matrix<Double>], _ temperature: Temperature
  ) throws -> Slopes {
    let step = try BothWaysLoss(function, temperature: temperature).valueWithGradient(
      images: arrays[0], texts: arrays[1])
    return Slopes(
      value: step.value, arrays: [step.gradient.images, step.gradient.texts],
      step.gradient.byTemperature)
  }

  private mutating func compare(
    temperatures: [Double], _ arrays: [Matrix<Double>], _ name: String,
    _ loss: ([Matrix<Double>], [Double]) throws -> Slopes
  ) throws {
    let slopes = try loss(arrays, temperatures)
    let smallest = temperatures.min() ?? 1
    let (h, size) = (Self.relativeStep * smallest, 1 / (smallest * smallest))
    func difference(_ value: (Double) throws -> Double) rethrows -> Double {
      try (value(h) - value(-h)) / (2 * h)
    }
    for (index, array) in arrays.enumerated() {
      var differences: [Double] = []
      for row in 0..<array.rowCount {
        for column in 0..<array.columnCount {
          differences.append(
            try difference { step in
              var moved = arrays
              moved[index][row, column] += step
              return try loss(moved, temperatures).value
            })
        }
      }
      expect(
        slopes.arrays[index]?.elements, differences, size: size, tolerance: Self.tolerance,
        "\(name): array \(index)")
    }
    var differences: [Double] = []
    for index in temperatures.indices {
      differences.append(
        try difference { step in
          var moved = temperatures
          moved[index] += step
          return try loss(arrays, moved).value
        })
    }
    expect(
      slopes.temperatures, differences, size: size, tolerance: Self.tolerance, "\(name): by τ")
  }
}
