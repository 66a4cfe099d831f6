import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

/// The losses that need no engine, at random shapes: against their definitions as loops, and their
/// gradients against central differences.
@Suite("Losses of plain rows")
struct PlainRowLossTests {
  enum Subject: CaseIterable {
    case alignment, tolerance, crossEntropy, distillation

    var names: [String] {
      switch self {
      case .alignment: ["x", "y"]
      case .tolerance: ["embeddings"]
      case .crossEntropy: ["logits"]
      case .distillation: ["studentLogits", "teacherLogits"]
      }
    }

    var hasTemperature: Bool { self == .crossEntropy || self == .distillation }

    static func labels(_ count: Int, below limit: Int) -> [Int] { (0..<count).map { $0 % limit } }

    func answer(_ inputs: [Matrix<Double>], temperature: Double) throws -> Answer {
      let (first, temperature) = (inputs[0], try Temperature(temperature))
      return switch self {
      case .alignment:
        Answer(try Alignment(exponent: 3).valueWithGradient(x: first, y: inputs[1]))
      case .tolerance:
        Answer(
          try Contrastive.Tolerance().valueWithGradient(
            embeddings: first, labels: Self.labels(first.rowCount, below: 2)))
      case .crossEntropy:
        Answer(
          try SoftmaxCrossEntropy(temperature: temperature).valueWithGradient(
            logits: first, labels: Self.labels(first.rowCount, below: first.columnCount)))
      case .distillation:
        Answer(
          try Distillation(temperature: temperature).valueWithGradient(
            studentLogits: first, teacherLogits: inputs[1]))
      }
    }

    /// The definition, without a care for digits.
    func value(_ inputs: [Matrix<Double>], temperature: Double) -> Double {
      let (n, d) = (inputs[0].rowCount, inputs[0].columnCount)
      func unit(_ rows: Matrix<Double>) -> [[Double]] {
        (0..<n).map { r in
          let length = (0..<d).reduce(0) { $0 + rows[r, $1] * rows[r, $1] }.squareRoot()
          return (0..<d).map { rows[r, $0] / length }
        }
      }
      func probabilities(_ rows: Matrix<Double>, _ r: Int) -> [Double] {
        let weights = (0..<d).map { exp(rows[r, $0] / temperature) }
        return weights.map { $0 / weights.reduce(0, +) }
      }
      switch self {
      case .alignment:
        let (x, y) = (unit(inputs[0]), unit(inputs[1]))
        return (0..<n).reduce(0) { sum, r in
          let square = zip(x[r], y[r]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
          return sum + pow(square, 1.5) / Double(n)
        }
      case .tolerance:
        let x = unit(inputs[0])
        let pairs = (0..<n).flatMap { i in
          (i + 1..<max(i + 1, n)).filter { $0 % 2 == i % 2 }.map { (i, $0) }
        }
        return pairs.reduce(0) { sum, pair in
          sum + zip(x[pair.0], x[pair.1]).reduce(0) { $0 + $1.0 * $1.1 } / Double(pairs.count)
        }
      case .crossEntropy:
        return (0..<n).reduce(0) { $0 - log(probabilities(inputs[0], $1)[$1 % d]) / Double(n) }
      case .distillation:
        return (0..<n).reduce(0) { sum, r in
          let (q, p) = (probabilities(inputs[0], r), probabilities(inputs[1], r))
          let divergence = zip(p, q).reduce(0) { $0 + $1.0 * log($1.0 / $1.1) }
          return sum + temperature * temperature * divergence / Double(n)
        }
      }
    }
  }

  @Test("equal their loops and central differences at 200 shapes", arguments: Subject.allCases)
  func everyGradient(_ subject: Subject) throws {
    for seed in 0..<200 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let rows = Int.random(in: subject == .tolerance ? 3...7 : 1...6, using: &generator)
      let columns = Int.random(in: 2...6, using: &generator)
      let temperatures: [Double] = [0.1, 0.3, 1, 4]
      let temperature = temperatures[Int.random(in: 0..<4, using: &generator)]
      var inputs = subject.names.indices.map {
        Matrix<Double>.random(
          rowCount: rows, columnCount: columns, seed: 10 * seed + UInt64($0))
      }
      let answer = try subject.answer(inputs, temperature: temperature)
      // Probabilities of e^−40 and their logarithms lose a few digits of the loop.
      expectClose(
        answer.loss, subject.value(inputs, temperature: temperature), size: 40, tolerance: 1e-13,
        "\(subject)")
      let h = 6e-6 * temperature
      for (index, name) in subject.names.enumerated() {
        let gradient = try #require(answer.gradients[name])
        let (row, column) = (
          Int.random(in: 0..<rows, using: &generator),
          Int.random(in: 0..<columns, using: &generator)
        )
        let given = inputs[index]
        func value(_ offset: Double) throws -> Double {
          inputs[index] = given.replacing(row, column, by: given[row, column] + offset)
          defer { inputs[index] = given }
          return try subject.answer(inputs, temperature: temperature).loss
        }
        let difference = try (value(h) - value(-h)) / (2 * h)
        let size = gradient.reduce(max(1, 1 / temperature) / Double(rows)) { max($0, abs($1)) }
        expectClose(
          gradient[row * columns + column], difference, size: size, tolerance: 1e-7,
          "\(subject) by \(name) at \(temperature)")
      }
      guard subject.hasTemperature else { continue }
      func value(_ offset: Double) throws -> Double {
        try subject.answer(inputs, temperature: temperature + offset).loss
      }
      let difference = try (value(h) - value(-h)) / (2 * h)
      expectClose(
        answer.gradients["temperature"]?[0], difference, size: 1 / (temperature * temperature),
        tolerance: 1e-7, "\(subject) by the temperature \(temperature)")
    }
  }
}
