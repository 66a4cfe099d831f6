import Contrastive
import ContrastiveLosses
import TestSupport
import Testing

/// Every gradient of every loss against central differences of the library's own value, at 200 random
/// shapes each.
@Suite("Gradients equal central differences of the loss")
struct CentralDifferenceTests {
  /// Where a part of the loss takes no gradient, differences of the value would see it.
  static let subjects = LossSubject.allCases.filter { !$0.stopsGradients }

  /// The plain loop's dual numbers hold that part constant.
  @Test(
    "and dual numbers where a part is held constant",
    arguments: LossSubject.allCases.filter(\.stopsGradients))
  func stoppedParts(_ subject: LossSubject) throws {
    for seed in 0..<200 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let temperatures: [Double] = [0.05, 0.1, 0.3, 1, 4]
      let plain = subject.plain(
        rows: Int.random(in: subject.fewestRows...6, using: &generator),
        columns: Int.random(in: 1...6, using: &generator),
        dimension: Int.random(in: 2...5, using: &generator),
        temperature: temperatures[Int.random(in: 0..<5, using: &generator)], seed: seed)
      try subject.answer(plain, as: Double.self).expectClose(
        to: plain.answer(),
        tolerance: TestSupport.Tolerance(temperature: plain.temperature, scalar: Double.self),
        lossSize: 1 / plain.temperature, gradientSize: 1 / plain.temperature, "\(subject)")
    }
  }

  @Test("at random shapes and temperatures", arguments: subjects)
  func everyGradient(_ subject: LossSubject) throws {
    try compare(subject, shapeCount: 200)
  }

  @Test(
    "at random temperatures of rows", arguments: subjects.filter(\.takesRowTemperatures))
  func rowTemperatures(_ subject: LossSubject) throws {
    for sides in 1...subject.sides { try compare(subject, shapeCount: 60, rowSides: sides) }
  }

  /// - Parameter rowSides: How many temperatures a row, or a pair of rows, has of its own.
  private func compare(_ subject: LossSubject, shapeCount: Int, rowSides: Int = 0) throws {
    var compared = 0
    for seed in 0..<UInt64(shapeCount) {
      // A draw within reach of a kink, where there is no derivative, is replaced.
      for attempt in 0..<5 as Range<UInt64> {
        var generator = SeededGenerator(seed: seed &+ 1000 &* attempt)
        let rows = Int.random(in: subject.fewestRows...6, using: &generator)
        let columns = Int.random(in: max(1, subject.fewestColumns)...6, using: &generator)
        let dimension = Int.random(in: 2...5, using: &generator)
        let temperatures: [Double] = [0.02, 0.05, 0.1, 0.3, 1, 4]
        let temperature = temperatures[Int.random(in: 0..<6, using: &generator)]
        var plain = subject.plain(
          rows: rows, columns: columns, dimension: dimension, temperature: temperature,
          seed: seed &+ 1000 &* attempt)
        if rowSides > 0 {
          plain = plain.withTemperatures(
            ofRows: subject.temperatureCount(rows: rows, columns: columns, sides: rowSides),
            seed: generator.next())
        }
        if try isSmooth(subject, plain, &generator) {
          compared += 1
          break
        }
      }
    }
    #expect(compared == shapeCount)
  }

  /// Compares an element of every gradient; returns whether the loss has no kink near.
  private func isSmooth(
    _ subject: LossSubject, _ plain: PlainLoss, _ generator: inout SeededGenerator
  ) throws -> Bool {
    let answer = try subject.answer(plain, as: Double.self)
    let finest = plain.finestTemperature
    let h = 6e-6 * max(finest, 0.01)
    let tolerance = finest < 0.05 ? 1e-5 : 1e-7
    for (name, matrix) in plain.inputs.sorted(by: { $0.key < $1.key })
    where matrix.rowCount > 0 && !subject.constants.contains(name) {
      let gradient = try #require(answer.gradients[name])
      let row = Int.random(in: 0..<matrix.rowCount, using: &generator)
      let column = Int.random(in: 0..<matrix.columnCount, using: &generator)
      func value(_ offset: Double) throws -> Double {
        var moved = plain
        moved.inputs[name] = matrix.replacing(row, column, by: matrix[row, column] + offset)
        return try subject.answer(moved, as: Double.self).loss
      }
      if try hasKink(at: answer.loss, within: 10 * h, value) { return false }
      let size = gradient.reduce(1 / finest / Double(matrix.rowCount)) {
        max($0, abs($1))
      }
      let difference = try (value(h) - value(-h)) / (2 * h)
      #expect(
        abs(gradient[row * matrix.columnCount + column] - difference) <= tolerance * size,
        "\(subject) by \(name)[\(row), \(column)] at τ = \(finest)")
    }
    for (row, temperature) in (plain.temperatures ?? []).enumerated() {
      let slope = try #require(answer.gradients["temperatures"])[row]
      let h = 6e-6 * temperature
      func value(_ offset: Double) throws -> Double {
        var moved = plain
        moved.temperatures?[row] += offset
        return try subject.answer(moved, as: Double.self).loss
      }
      if try hasKink(at: answer.loss, within: 10 * h, value) { return false }
      let difference = try (value(h) - value(-h)) / (2 * h)
      // A mean of rows' terms is known to its own rounding, however little of it is this row's.
      let size = max(
        abs(slope), 1 / (temperature * temperature * Double(answer.terms.count)),
        1 / (temperature * finest * Double(answer.terms.count)))
      #expect(
        abs(slope - difference) <= tolerance * size,
        "\(subject) by τ[\(row)] = \(temperature): \(slope), not \(difference)")
    }
    if let slope = answer.gradients["temperature"]?[0], subject.hasTemperature {
      func value(_ offset: Double) throws -> Double {
        var moved = plain
        moved.temperature += offset
        return try subject.answer(moved, as: Double.self).loss
      }
      if try hasKink(at: answer.loss, within: 10 * h, value) { return false }
      let difference = try (value(h) - value(-h)) / (2 * h)
      let size = max(abs(slope), 1 / (plain.temperature * plain.temperature))
      #expect(
        abs(slope - difference) <= tolerance * size, "\(subject) by τ at \(plain.temperature)")
    }
    return true
  }

  /// Whether the slopes to the two sides differ by more than a curvature of 1/τ² explains: 1/τ² times
  /// the reach is 6e-5 of a slope of 1/τ.
  private func hasKink(
    at value: Double, within reach: Double, _ f: (Double) throws -> Double
  ) throws -> Bool {
    let (above, below) = try ((f(reach) - value) / reach, (value - f(-reach)) / reach)
    return abs(above - below) > 0.02 * max(1, abs(above) + abs(below))
  }
}
