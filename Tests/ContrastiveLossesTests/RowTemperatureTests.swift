import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

/// Tile edges, strategies and central differences are in `RowsEngineTests` and `CentralDifferenceTests`.
@Suite("A temperature for each row")
struct RowTemperatureTests {
  static let subjects = LossSubject.allCases.filter(\.takesRowTemperatures)

  /// To rounding only: with one temperature rows and columns may share their exponentials.
  @Test("is, where all are equal, the temperature for all", arguments: subjects)
  func equalTemperatures(_ subject: LossSubject) throws {
    for temperature in [0.05, 0.2, 1.5] {
      let plain = subject.plain(rows: 7, columns: 6, dimension: 4, temperature: temperature)
      for sides in 1...subject.sides {
        var rows = plain
        rows.temperatures = Array(
          repeating: temperature,
          count: subject.temperatureCount(rows: 7, columns: 6, sides: sides))
        try check(subject, plain, rows, as: Double.self)
        try check(subject, plain, rows, as: Float.self)
      }
    }
  }

  private func check<Scalar: EmbeddingScalar>(
    _ subject: LossSubject, _ plain: PlainLoss, _ rows: PlainLoss, as scalar: Scalar.Type
  ) throws {
    let one = try subject.answer(plain, as: scalar)
    var each = try subject.answer(rows, as: scalar)
    let slopes = try #require(each.gradients["logScales"])
    #expect(slopes.count == rows.temperatures?.count)
    let tolerance = TestSupport.Tolerance(temperature: plain.temperature, scalar: scalar)
    expectClose(
      slopes.reduce(0, +), try #require(one.gradients["logitScale"])[0],
      size: max(one.loss, 1 / plain.temperature), tolerance: tolerance.gradient,
      "\(subject): slope by log s")
    for name in ["temperatures", "scales", "logScales"] { each.gradients[name] = nil }
    each.expectClose(
      to: one, tolerance: tolerance, lossSize: subject.isDifference ? 1 / plain.temperature : 1e-3,
      gradientSize: 0.1 / plain.temperature, "\(subject) at \(plain.temperature)")
  }

  @Test("stays finite, and in Float right, from τ = 1e-3 to 1e3 in one batch", arguments: subjects)
  func extremeTemperatures(_ subject: LossSubject) throws {
    for sides in 1...subject.sides {
      var plain = subject.plain(rows: 7, columns: 9, dimension: 6)
      plain.temperatures = (0..<subject.temperatureCount(rows: 7, columns: 9, sides: sides)).map {
        pow(10, Double($0 % 7) - 3)
      }
      let double = try subject.answer(plain, as: Double.self)
      let float = try subject.answer(plain, as: Float.self)
      #expect(double.terms.allSatisfy { $0.isFinite })
      for gradient in [double, float].flatMap(\.gradients.values) {
        #expect(gradient.allSatisfy { $0.isFinite })
      }
      var arrays = float
      for name in ["temperatures", "scales", "logScales", "bias"] { arrays.gradients[name] = nil }
      arrays.expectClose(
        to: double, tolerance: TestSupport.Tolerance(temperature: 1e-3, scalar: Float.self),
        lossSize: subject.isDifference ? 1e3 : 1e-3, gradientSize: 100, "\(subject)")
    }
  }

  /// The row that minds may have its negatives where the others do not.
  @Test("has no floor, which the mean of the rows' floors is not")
  func floor() throws {
    let rows: Matrix<Double> = [[1], [-1], [1]]
    let temperatures = [1e6, 1, 1e6]
    let step = try InfoNCE(temperature: Temperature(rows: temperatures)).valueWithGradient(
      queries: rows, positives: rows)
    let floors = try temperatures.map {
      try CandidateSet.inBatch(size: 3).floor(temperature: Temperature($0), dimension: 1).value
    }
    // Two rows at log 3 but for 1e-6, and one of a positive at 1 and two negatives at −1.
    expectClose(
      step.value, (2 * log(3) + log1p(2 * exp(-2))) / 3, size: 1, tolerance: 1e-6, "loss")
    expectClose(floors.reduce(0, +) / 3, 0.855, size: 1, tolerance: 5e-4, "mean of floors")
    #expect(step.value < 0.813)
    let diagnostics = try #require(step.diagnostics)
    #expect(diagnostics.floor == nil && diagnostics.floorAttainable == nil)
    #expect(diagnostics.floorShare == nil)
    // What one temperature has.
    let one = try InfoNCE(temperature: 1).valueWithGradient(queries: rows, positives: rows)
    #expect(one.diagnostics?.floor != nil)
  }

  @Test("has no floor in any loss that has one otherwise")
  func noFloors() throws {
    let (x, y) = (
      Matrix<Double>.random(rowCount: 4, columnCount: 3, seed: 1),
      Matrix<Double>.random(rowCount: 4, columnCount: 3, seed: 2)
    )
    func floors(_ temperature: Temperature) throws -> [Double?] {
      let ofClassWeights = try LossSubject.ofClassWeights.map { subject in
        let loss = try #require(
          try subject.classWeightLoss(temperature: temperature, margin: 0.1))
        return try loss.valueWithGradient(
          features: x, classWeights: y, labels: [0, 1, 2, 3], of: [], reduction: .mean,
          diagnostics: .all, options: ComputeOptions()
        ).diagnostics?.floor
      }
      return [
        try CLIP(temperature: temperature).valueWithGradient(images: x, texts: y).diagnostics?
          .floor,
        try NTXent(temperature: temperature).valueWithGradient(viewA: x, viewB: y).diagnostics?
          .floor,
        try DecoupledContrastive(temperature: temperature).valueWithGradient(viewA: x, viewB: y)
          .diagnostics?.floor,
        try MoCoV3(temperature: temperature).valueWithGradient(queries: x, keys: y).diagnostics?
          .floor,
        try InfoNCE(temperature: temperature).valueWithGradient(
          queries: x, positives: y, negatives: .shared(y)
        ).diagnostics?.floor,
        try NPIDSoftmax(temperature: temperature).valueWithGradient(
          embeddings: x, memory: y.normalized(), targets: [0, 1, 2, 3]
        ).diagnostics?.floor,
      ] + ofClassWeights
    }
    #expect(try floors(0.5).allSatisfy { $0 != nil })
    #expect(try floors(Temperature(rows: [0.5, 0.5, 0.5, 0.5])).allSatisfy { $0 == nil })
  }

  @Test("equals its loops for logits too", arguments: [1, 2, 3] as [UInt64])
  func logits(seed: UInt64) throws {
    for (rows, columns) in [(1, 2), (5, 7), (33, 4)] {
      let student = Matrix<Double>.random(rowCount: rows, columnCount: columns, seed: seed)
      let teacher = Matrix<Double>.random(rowCount: rows, columnCount: columns, seed: seed + 50)
      let labels = (0..<rows).map { $0 % columns }
      var generator = SeededGenerator(seed: seed)
      let temperatures = (0..<rows).map { _ in Double.random(in: 0.05...2, using: &generator) }
      let temperature = try Temperature(rows: temperatures)
      let entropy = try SoftmaxCrossEntropy(temperature: temperature).valueWithGradient(
        logits: student, labels: labels)
      let distilled = try Distillation(temperature: temperature).valueWithGradient(
        studentLogits: student, teacherLogits: teacher)
      for row in 0..<rows {
        // A row of its own at its own temperature, whose loss and slopes it is a share of.
        let own = try Temperature(temperatures[row])
        let (s, t) = (student.rows(row..<row + 1), teacher.rows(row..<row + 1))
        let one = try SoftmaxCrossEntropy(temperature: own).valueWithGradient(
          logits: s, labels: [labels[row]])
        try checkRow(
          row, of: Answer(entropy), is: Answer(one), sharing: rows, temperature: temperatures[row])
        let other = try Distillation(temperature: own).valueWithGradient(
          studentLogits: s, teacherLogits: t)
        try checkRow(
          row, of: Answer(distilled), is: Answer(other), sharing: rows,
          temperature: temperatures[row])
      }
    }
  }

  private func checkRow(
    _ row: Int, of all: Answer, is one: Answer, sharing count: Int, temperature: Double
  ) throws {
    let size = max(1, one.loss, 1 / temperature)
    expectClose(all.terms[row], one.loss, size: size, tolerance: 1e-13, "term \(row)")
    for (rows, scalar) in [
      ("temperatures", "temperature"), ("scales", "scale"), ("logScales", "logitScale"),
    ] {
      let slope = try #require(one.gradients[scalar])[0]
      expectClose(
        Double(count) * (try #require(all.gradients[rows])[row]), slope,
        size: max(size / temperature, abs(slope)), tolerance: 1e-13, "\(rows)[\(row)]")
    }
    for name in ["logits", "studentLogits", "teacherLogits"] {
      guard let own = one.gradients[name] else { continue }
      let rows = try #require(all.gradients[name])
      expectClose(
        rows[row * own.count..<(row + 1) * own.count].map { Double(count) * $0 }, own,
        size: size / temperature, tolerance: 1e-13, "\(name) of row \(row)")
    }
  }

  @Test("is refused, in one line, where there are more or fewer, or one is no temperature")
  func errors() throws {
    func line(_ body: () throws -> Void) -> String {
      do {
        try body()
        return "done"
      } catch {
        return "\(error)"
      }
    }
    #expect(
      line { _ = try Temperature(rows: [1, 2, 3, 0]) }
        == "temperatures: expected a positive finite number, found 0.0 in row 3")
    #expect(
      line { _ = try Temperature(rows: [1, -.infinity]) }
        == "temperatures: expected a positive finite number, found -inf in row 1")
    #expect(
      line { _ = try Temperature(rowScales: [.nan]) }
        == "scales: expected a positive finite number, found nan in row 0")
    #expect(
      line { _ = try Temperature(rows: []) }
        == "temperatures: expected at least one number, found none")

    // Every subject, and counts that are none of its own.
    for subject in Self.subjects {
      var plain = subject.plain(rows: 4, columns: 4)
      let own = subject.temperatureCount(rows: 4, columns: 4)
      let fitting = subject.sides == 1 ? [own] : [own, 2 * own]
      for count in [1, 3, 5, 7, 9, subject.sides == 1 ? 2 * own : 3 * own]
      where !fitting.contains(count) {
        plain.temperatures = Array(repeating: 0.5, count: count)
        let text = line { _ = try subject.answer(plain, as: Double.self) }
        let expected = fitting.map { "\($0)" }.joined(separator: " or ")
        #expect(
          text.hasPrefix("temperatures: expected \(expected), ")
            && text.hasSuffix(", found \(count)") && !text.contains("\n"), "\(subject): \(text)")
      }
      // Scores of tokens are in double precision.
      guard !subject.isOfTokens else { continue }
      // 1/τ is beyond what sums of logits in Float can hold.
      plain.temperatures = Array(repeating: 0.5, count: own - 1) + [1e-30]
      let text = line { _ = try subject.answer(plain, as: Float.self) }
      #expect(text.hasPrefix("temperatures: expected a number from "), "\(subject): \(text)")
      #expect(
        text.hasSuffix(" in Float arithmetic, found 1e-30 in row \(own - 1)"), "\(subject): \(text)"
      )
    }

    let x = Matrix<Double>.random(rowCount: 4, columnCount: 3, seed: 1)
    let three = try Temperature(rows: [1, 1, 1])
    #expect(
      line {
        _ = try SoftmaxCrossEntropy(temperature: three).valueWithGradient(
          logits: x, labels: [0, 1, 2, 0])
      } == "temperatures: expected 4, as logits, found 3")
    #expect(
      line {
        _ = try Distillation(temperature: three).valueWithGradient(
          studentLogits: x, teacherLogits: x)
      } == "temperatures: expected 4, as studentLogits, found 3")
    #expect(
      line {
        _ = try InfoNCE(temperature: Temperature(rows: [1, 1, 1, 1]), hardness: 2)
          .valueWithGradient(queries: x, positives: x)
      } == "hardness: expected 0, or one temperature, found 2.0 with a temperature for each query")
  }
}
