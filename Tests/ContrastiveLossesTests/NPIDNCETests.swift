import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("NPID's noise-contrastive loss")
struct NPIDNCETests: ReferenceSuite {
  static let cases = Reference.named("npid-nce").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    let loss = NPIDNCE(
      temperature: try Temperature(try reference.number("temperature")),
      normalization: try NormalizationConstant(try reference.number("Z")),
      epsilon: try reference.number("epsilon"))
    return Answer(
      try loss.valueWithGradient(
        embeddings: try reference.matrix("embeddings", as: scalar),
        memory: try UnitRows(validating: try reference.matrix("memory")),
        indices: try reference.integerRows("indices"), options: options))
  }

  static let embeddings = Matrix<Double>.random(rowCount: 5, columnCount: 4, seed: 1)
  static let memory = Matrix<Double>.random(rowCount: 9, columnCount: 4, seed: 2)
  static let indices = LossSubject.candidates(5, 9)

  @Test("with Z from the first batch is the authors' code's")
  func lemniscate() throws {
    // Numbers of a run of the authors' formulas in float64: τ = 0.07, n = 10, K = 3.
    let embeddings = Matrix<Double>(rowCount: 4, columnCount: 3) {
      sin(0.7 * Double(3 * $0 + $1) + 0.3)
    }
    let memory = try Matrix<Double>(rowCount: 10, columnCount: 3) {
      sin(0.4 * Double(3 * $0 + $1) + 1.7)
    }.normalized()
    let indices = [[0, 4, 5, 6], [1, 7, 8, 9], [2, 0, 3, 9], [3, 1, 1, 6]]
    for options in ComputeOptions.referenceVariants {
      let z = try NormalizationConstant(
        estimating: embeddings, memory: memory, indices: indices, temperature: 0.07,
        options: options)
      #expect(abs(z.value / 2523065.413853394 - 1) < 1e-13)
      let step = try NPIDNCE(temperature: 0.07, normalization: z).valueWithGradient(
        embeddings: embeddings, memory: memory, indices: indices, options: options)
      #expect(abs(step.value - 7.387455029616) < 1e-12)
    }
  }

  @Test("gradients equal central differences", arguments: [0.1, 1])
  func finiteDifferences(temperature: Double) throws {
    let memory = try Self.memory.normalized()
    let z = try NormalizationConstant(logValue: 1 / temperature)
    func step(
      _ rows: Matrix<Double>, _ temperature: Double, of variables: EmbeddingVariables = []
    ) throws -> LossStep<Double, EmbeddingGradient<Double>> {
      try NPIDNCE(temperature: try Temperature(temperature), normalization: z).valueWithGradient(
        embeddings: rows, memory: memory, indices: Self.indices, of: variables)
    }
    let at = try step(Self.embeddings, temperature, of: .all)
    let h = finiteDifferenceStep * temperature
    let size = max(1, at.value) / temperature
    expectClose(
      at.gradient.embeddings?.elements,
      try TestSupport.finiteDifferences(of: Self.embeddings, step: h) {
        try step($0, temperature).value
      }, size: size, tolerance: finiteDifferenceTolerance, "embeddings")
    let above = try step(Self.embeddings, temperature + h * temperature).value
    let below = try step(Self.embeddings, temperature - h * temperature).value
    expectClose(
      at.gradient.temperature, (above - below) / (2 * h * temperature), size: size / temperature,
      tolerance: finiteDifferenceTolerance, "temperature")
  }

  @Test("of equal rows is that of one logit, with noise or without", arguments: [0, 1, 5])
  func collapsed(noiseCount: Int) throws {
    let rows = Matrix<Double>(rowCount: 7, columnCount: 3) { _, c in [1, 2, -2][c] }
    let z = try NormalizationConstant(30)
    let step = try NPIDNCE(temperature: 0.5, normalization: z, epsilon: 1e-3).valueWithGradient(
      embeddings: rows.rows(0..<2), memory: try rows.normalized(),
      indices: (0..<2).map { row in (0...noiseCount).map { ($0 + row) % 7 } })
    let (p, share) = (exp(2.0) / 30, Double(noiseCount) / 7)
    let noise = noiseCount > 0 ? log(share / (p + share + 1e-3)) : 0
    let expected = -log(p / (p + share + 1e-3)) - Double(noiseCount) * noise
    expectClose(step.value, expected, size: expected, tolerance: 1e-13, "loss")
    #expect(
      step.diagnostics?.meanNegativeSimilarity.map { abs($0 - 1) < 1e-15 } ?? (noiseCount == 0))
  }

  @Test("is finite and right where exponentials overflow", arguments: [1e-3, 0.01, 1e3])
  func extremes(temperature: Double) throws {
    let tau = try Temperature(temperature)
    func answer<Scalar: EmbeddingScalar>(_: Scalar.Type) throws -> Answer {
      let rows = Self.embeddings.converted(to: Scalar.self)
      let memory = try Self.memory.converted(to: Scalar.self).normalized()
      let z = try NormalizationConstant(
        estimating: rows, memory: memory, indices: Self.indices, temperature: tau)
      return Answer(
        try NPIDNCE(temperature: tau, normalization: z).valueWithGradient(
          embeddings: rows, memory: memory, indices: Self.indices))
    }
    let double = try answer(Double.self)
    try answer(Float.self).expectClose(
      to: double,
      tolerance: TestSupport.Tolerance(temperature: min(1, temperature), scalar: Float.self),
      gradientSize: 1 / temperature, "τ = \(temperature)")
    // By hand: u = z − log Z − log(K/n + ε), and log Z = log n + log-mean-exp.
    let (rows, memory) = (
      try Self.embeddings.normalized().matrix, try Self.memory.normalized().matrix
    )
    let logits = Self.indices.enumerated().map { row, list in
      list.map { j in (0..<4).reduce(0.0) { $0 + rows[row, $1] * memory[j, $1] } / temperature }
    }
    let largest = logits.joined().max() ?? 0
    let logZ =
      largest + log(logits.joined().reduce(0) { $0 + exp($1 - largest) } / 15) + log(9)
    func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }
    let terms = logits.map { row in
      row.enumerated().reduce(0.0) { sum, logit in
        let u = logit.element - logZ - log(2.0 / 9 + 1e-7)
        return sum + (logit.offset == 0 ? softplus(-u) : softplus(u) + log1p(1e-7 * 9 / 2))
      }
    }
    expectClose(
      double.terms, terms, size: max(1, terms.max() ?? 0), tolerance: 1e-13 + 1e-15 / temperature,
      "terms")
  }

  @Test("of a zero row has gradient 0, and the logit 0 for all")
  func zeroRow() throws {
    let memory = try Self.memory.converted(to: Float.self).normalized()
    let step = try NPIDNCE(temperature: 0.1, normalization: try NormalizationConstant(9))
      .valueWithGradient(
        embeddings: Matrix<Float>(rowCount: 1, columnCount: 4), memory: memory,
        indices: [[0, 1, 2]])
    let (p, share) = (1.0 / 9, 2.0 / 9 + 1e-7)
    let expected = -log(p / (p + share)) - 2 * log(2.0 / 9 / (p + share))
    #expect(abs(Double(step.value) - expected) < 1e-6)
    #expect(step.gradient.embeddings?.elements == [0, 0, 0, 0] && step.gradient.temperature == 0)
  }

  @Test("draws a row's own and noise from all rows, the same for a seed")
  func draws() throws {
    var generator = SeededGenerator(seed: 3)
    let positives = [4, 0, 9]
    let drawn = try NPIDNCE.indices(
      positives: positives, noiseCount: 1000, memoryRowCount: 10, using: &generator)
    #expect(drawn.map(\.first) == positives && drawn.allSatisfy { $0.count == 1001 })
    // Of 3000 draws 300 for each row, give or take 16.4: six standard deviations are 99.
    for row in 0..<10 {
      let count = drawn.reduce(0) { $0 + $1.dropFirst().count { $0 == row } }
      #expect((201...399).contains(count))
    }
    var again = SeededGenerator(seed: 3)
    #expect(
      try NPIDNCE.indices(
        positives: positives, noiseCount: 1000, memoryRowCount: 10, using: &again) == drawn)
    #expect(
      try NPIDNCE.indices(
        positives: positives, noiseCount: 0, memoryRowCount: 10, using: &again)
        == [[4], [0], [9]])
  }

  @Test("says what does not fit, or is no row of the memory")
  func errors() throws {
    let one = try NormalizationConstant(1)
    let memory = try LossErrorTests.rows.normalized()
    let good = [[0, 1], [1, 2], [2, 2]]
    func check(
      _ line: String, _ rows: Matrix<Double> = LossErrorTests.rows, _ indices: [[Int]] = good,
      memory: UnitRows<Double>? = nil, epsilon: Double = 1e-7,
      normalization: NormalizationConstant? = nil,
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let memory = try memory ?? LossErrorTests.rows.normalized()
      expectRefusal(line, sourceLocation: sourceLocation) {
        _ = try NPIDNCE(
          temperature: 0.1, normalization: normalization ?? one, epsilon: epsilon
        ).valueWithGradient(embeddings: rows, memory: memory, indices: indices)
      }
    }
    try check(
      "memory: expected at least one row, found none", memory: memory.rows(0..<0))
    try check("memory: expected 1 column, as embeddings, found 2 columns", LossErrorTests.narrow)
    try check(
      "indices: expected 3 rows, as embeddings, found 2 rows", LossErrorTests.rows, [[0], [1]])
    try check(
      "indices: expected at least one index, that of the positive, found none in row 0",
      LossErrorTests.rows,
      [[], [], []])
    try check(
      "indices: expected 2 indices, as in row 0, found 1 index in row 1", LossErrorTests.rows,
      [[0, 1], [1], [2, 2]])
    try check(
      "indices: expected a row of memory, from 0 to 2, found 3 in row 2", LossErrorTests.rows,
      [[0, 1], [1, 2], [2, 3]])
    try check(
      "indices: expected a row of memory, from 0 to 2, found -1 in row 0", LossErrorTests.rows,
      [[0, -1], [1, 2], [2, 3]])
    for epsilon in [-1e-7, .nan, .infinity] as [Double] {
      try check(
        "epsilon: expected a finite number, 0 or more, found \(epsilon)",
        epsilon: epsilon)
    }
    try check(
      "epsilon: expected a positive finite number where no row has noise, found 0.0",
      LossErrorTests.rows,
      [[0], [1], [2]], epsilon: 0)
    let most = Double.greatestFiniteMagnitude.squareRoot()
    try check(
      "log Z: expected a number from \(-most) to \(most) in Double arithmetic, found 1e+300",
      normalization: try NormalizationConstant(logValue: 1e300))
    var generator = SeededGenerator(seed: 1)
    func draw(_ line: String, _ positives: [Int], _ noiseCount: Int, _ rowCount: Int) {
      expectRefusal(line) {
        _ = try NPIDNCE.indices(
          positives: positives, noiseCount: noiseCount, memoryRowCount: rowCount,
          using: &generator)
      }
    }
    draw("noiseCount: expected a whole number, 0 or more, found -1", [0], -1, 3)
    draw("memoryRowCount: expected a positive whole number, found 0", [], 1, 0)
    draw("positives: expected a row of memory, from 0 to 2, found 3 in row 1", [0, 3], 1, 3)
  }
}
