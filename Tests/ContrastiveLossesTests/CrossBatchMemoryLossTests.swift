import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("Losses against a cross-batch memory")
struct CrossBatchMemoryLossTests: ReferenceSuite {
  static let cases = Reference.named("cross-batch-memory").cases

  /// SupCon, or pairs.
  enum Loss: CaseIterable {
    case supCon, pairs

    func step<Scalar>(
      _ embeddings: Matrix<Scalar>, _ labels: [Int], ids: [Int]? = nil,
      _ memory: CrossBatchMemory<Scalar>, temperature: Temperature,
      of variables: EmbeddingVariables = .all, options: ComputeOptions = ComputeOptions()
    ) throws -> LossStep<Scalar, EmbeddingGradient<Scalar>> {
      try self == .supCon
        ? SupCon(temperature: temperature).valueWithGradient(
          embeddings: embeddings, labels: labels, ids: ids, memory: memory, of: variables,
          options: options)
        : NTXentPairs(temperature: temperature).valueWithGradient(
          embeddings: embeddings, labels: labels, ids: ids, memory: memory, of: variables,
          options: options)
    }
  }

  @Test("equal the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    let (embeddings, labels) = (
      try reference.matrix("embeddings", as: scalar), try reference.integers("labels")
    )
    let (earlier, earlierLabels) = (
      try reference.matrix("earlier", as: scalar), try reference.integers("earlierLabels")
    )
    var memory = try CrossBatchMemory<Scalar>(
      capacity: Int(try reference.number("capacity")), dimension: embeddings.columnCount)
    for start in stride(from: 0, to: earlier.rowCount, by: labels.count) {
      let batch = start..<start + labels.count
      try memory.enqueue(earlier.rows(batch), labels: Array(earlierLabels[batch]))
    }
    let ids = try memory.enqueue(embeddings, labels: labels)
    let loss: Loss = try reference.text("loss") == "supcon" ? .supCon : .pairs
    return Answer(
      try loss.step(
        embeddings, labels, ids: ids, memory,
        temperature: try Temperature(try reference.number("temperature")), options: options))
  }

  static let rows = Matrix<Double>.random(rowCount: 6, columnCount: 3, seed: 1)
  static let labels = [0, 1, 0, 2, 1, 5]

  /// The rows' own copies and some more.
  static func memory() throws -> (CrossBatchMemory<Double>, ids: [Int]) {
    var memory = try CrossBatchMemory<Double>(capacity: 12, dimension: 3)
    try memory.enqueue(
      Matrix.random(rowCount: 7, columnCount: 3, seed: 2), labels: [0, 1, 2, 3, 0, 1, 2])
    return (memory, try memory.enqueue(rows, labels: labels))
  }

  @Test("equal those of a batch alone, if the memory holds nothing else", arguments: [0.05, 1])
  func batchAlone(temperature: Double) throws {
    let temperature = try Temperature(temperature)
    var memory = try CrossBatchMemory<Double>(capacity: 9, dimension: 3)
    let ids = try memory.enqueue(Self.rows, labels: Self.labels)
    let supCon = try Loss.supCon.step(
      Self.rows, Self.labels, ids: ids, memory, temperature: temperature)
    let alone = try SupCon(temperature: temperature).valueWithGradient(
      embeddings: Self.rows, labels: Self.labels)
    expectClose(supCon.terms, alone.terms, size: 10, tolerance: 1e-13, "SupCon's terms")
    expectClose(supCon.value, alone.value, size: 10, tolerance: 1e-13, "SupCon")
    // Keys that are constants leave the derivative by the temperature alone.
    expectClose(
      supCon.gradient.logScale, try #require(alone.gradient.logScale), size: 10, tolerance: 1e-12,
      "its slope")
    let pairs = try Loss.pairs.step(
      Self.rows, Self.labels, ids: ids, memory, temperature: temperature)
    let pairsAlone = try NTXentPairs(temperature: temperature).valueWithGradient(
      embeddings: Self.rows, labels: Self.labels)
    expectClose(pairs.terms, pairsAlone.terms, size: 10, tolerance: 1e-13, "terms of pairs")
    for (step, other) in [
      (supCon.diagnostics, alone.diagnostics), (pairs.diagnostics, pairsAlone.diagnostics),
    ] {
      for (path, name) in [
        (\Diagnostics.chance, "chance"), (\.meanNegativeSimilarity, "negative similarity"),
        (\.gradientEntropy, "entropy"), (\.effectiveNegatives, "effective negatives"),
      ] {
        expectClose(
          step?[keyPath: path], try #require(other?[keyPath: path]), size: 10, tolerance: 1e-12,
          name)
      }
      #expect(step?.top1Accuracy == nil && step?.floor == nil)
    }
  }

  @Test("give what was asked for, the same alone and together", arguments: Loss.allCases)
  func unasked(_ loss: Loss) throws {
    let (memory, ids) = try Self.memory()
    func gradient(_ variables: EmbeddingVariables) throws -> EmbeddingGradient<Double> {
      try loss.step(
        Self.rows, Self.labels, ids: ids, memory, temperature: 0.2, of: variables
      ).gradient
    }
    let all = try gradient(.all)
    let none = try gradient([])
    #expect(none.embeddings == nil && none.temperature == nil && none.logScale == nil)
    let embeddings = try gradient(.embeddings)
    #expect(embeddings.embeddings == all.embeddings && embeddings.scale == nil)
    let scale = try gradient(.scale)
    #expect(scale.scale == all.scale && scale.embeddings == nil)
  }

  @Test("of unit rows have the gradient that the normalisation makes that of raw rows")
  func unitRows() throws {
    let (memory, ids) = try Self.memory()
    let loss = SupCon(temperature: 0.2)
    let raw = try loss.valueWithGradient(
      embeddings: Self.rows, labels: Self.labels, ids: ids, memory: memory)
    let unit = try loss.valueWithGradient(
      embeddings: Self.rows.normalized(), labels: Self.labels, ids: ids, memory: memory)
    #expect(unit.terms == raw.terms)
    let byUnit = try #require(unit.gradient.embeddings)
    #expect(try Self.rows.pullBackNormalization(byUnit) == raw.gradient.embeddings)
    #expect(byUnit != raw.gradient.embeddings)
  }

  @Test("leave out keys of a row's id, whatever their labels", arguments: Loss.allCases)
  func ids(_ loss: Loss) throws {
    var memory = try CrossBatchMemory<Double>(capacity: 5, dimension: 3)
    let keys = Matrix<Double>.random(rowCount: 5, columnCount: 3, seed: 4)
    try memory.enqueue(keys, labels: [0, 0, 1, 1, 1], ids: [7, 8, 7, 9, 8])
    let step = try loss.step(
      Self.rows.rows(0..<1), [0], ids: [7], memory, temperature: 0.2)
    var rest = try CrossBatchMemory<Double>(capacity: 3, dimension: 3)
    try rest.enqueue(
      Matrix(rowCount: 3, columnCount: 3) { keys[[1, 3, 4][$0], $1] }, labels: [0, 1, 1])
    let expected = try loss.step(Self.rows.rows(0..<1), [0], rest, temperature: 0.2)
    expectClose(step.value, expected.value, size: 1, tolerance: 1e-14, "value")
    expectClose(
      step.gradient.embeddings?.elements, try #require(expected.gradient.embeddings).elements,
      size: 1, tolerance: 1e-13, "gradient")
    #expect(step.terms.count == 1 && step.value > 0)
  }

  @Test("are 0 without positives, and without keys", arguments: Loss.allCases)
  func noPositives(_ loss: Loss) throws {
    var memory = try CrossBatchMemory<Double>(capacity: 3, dimension: 3)
    for _ in 0..<2 {
      let step = try loss.step(Self.rows, Self.labels, memory, temperature: 0.1)
      #expect(step.value == 0)
      #expect(step.terms == (loss == .supCon ? Array(repeating: 0, count: 6) : []))
      #expect(step.gradient.embeddings == Matrix(rowCount: 6, columnCount: 3))
      #expect(step.gradient.temperature == 0)
      #expect(step.diagnostics?.chance == nil)
      try memory.enqueue(Self.rows.rows(0..<3), labels: [70, 80, 90])
    }
  }

  @Test("of equal rows are their level of chance", arguments: Loss.allCases, [0.001, 1, 1000])
  func collapsed(_ loss: Loss, temperature: Double) throws {
    let row = [0.6, -0.3, 1]
    var memory = try CrossBatchMemory<Double>(capacity: 10, dimension: 3)
    let keys = Matrix<Double>(rowCount: 7, columnCount: 3) { row[$1] }
    try memory.enqueue(keys, labels: [0, 0, 1, 1, 1, 1, 2])
    let step = try loss.step(
      keys.rows(0..<3), [0, 1, 9], memory, temperature: try Temperature(temperature))
    // Two pairs against 5 negatives, four against 3; or all seven keys twice.
    let expected = loss == .pairs ? (2 * log(6.0) + 4 * log(4.0)) / 6 : log(7.0)
    #expect(abs(step.value - expected) < 1e-14 * max(1, 1 / temperature))
    expectClose(step.diagnostics?.chance, expected, size: 1, tolerance: 1e-15, "chance")
    #expect(step.gradient.embeddings?.isFinite == true)
  }

  @Test("keep the digits of separated rows", arguments: Loss.allCases)
  func separated(_ loss: Loss) throws {
    // The positive at +1 and 1023 negatives at −1: log(1 + 1023·exp(−2/τ)), and 0.07 is not a
    // `Double`, so that the exponent is the one of its nearest.
    let expected = log1p(1023 * exp(-2 / 0.07))
    // σ(margin)·(−2/τ), with 1 − σ = exp(−loss).
    let slope = expm1(-expected) * 2 / 0.07
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type, tolerance: Double) throws {
      var memory = try CrossBatchMemory<Scalar>(capacity: 1024, dimension: 2)
      try memory.enqueue(
        Matrix<Scalar>(rowCount: 1024, columnCount: 2) { $1 == 1 ? 0 : $0 == 5 ? 1 : -1 },
        labels: (0..<1024).map { $0 == 5 ? 3 : 4 })
      let step = try loss.step([[2, 0]] as Matrix<Scalar>, [3], memory, temperature: 0.07)
      #expect(abs(Double(step.value) / expected - 1) < tolerance)
      expectClose(
        Double(try #require(step.gradient.logScale)), slope, size: -slope, tolerance: tolerance,
        "slope by log s")
    }
    // A logit of 1/τ is rounded to ½ε/τ, and there are two.
    try check(Double.self, tolerance: 16 * .ulpOfOne / 0.07)
    try check(Float.self, tolerance: 16 * Double(Float.ulpOfOne) / 0.07)
  }

  @Test("are finite for zero rows, ties and hard negatives", arguments: Loss.allCases)
  func extremes(_ loss: Loss) throws {
    var memory = try CrossBatchMemory<Float>(capacity: 4, dimension: 2)
    try memory.enqueue(
      [[0, 0], [1, 0], [1, 0], [-1, 0]] as Matrix<Float>, labels: [0, 0, 1, 0])
    let rows: Matrix<Float> = [[0, 0], [3, 0], [-2, 0]]
    for temperature in [0.001, 0.01, 1000] as [Double] {
      let step = try loss.step(rows, [0, 1, 1], memory, temperature: try Temperature(temperature))
      #expect(step.value.isFinite && step.value > 0)
      let gradient = try #require(step.gradient.embeddings)
      #expect(gradient.isFinite)
      #expect(gradient.rows(0..<1).elements == [0, 0])
      #expect(step.gradient.temperature?.isFinite == true)
      // Row 2 is opposite to its only positive, and at one with a negative.
      expectClose(
        Double(try #require(step.terms.last)),
        log1p(exp(2 / temperature) + exp(1 / temperature) + 1).isFinite
          ? log1p(exp(2 / temperature) + exp(1 / temperature) + 1) : 2 / temperature,
        size: max(1, 2 / temperature), tolerance: 1e-6, "the hardest")
    }
  }

  @Test("say in one line what does not fit")
  func errors() throws {
    let (memory, ids) = try Self.memory()
    let ending = "holds a NaN or an infinity; every number must be finite"
    for (rows, labels, ids, line) in [
      (Self.rows, [1], ids, "labels: expected 6, one per row of embeddings, found 1"),
      (Self.rows, Self.labels, [1, 2], "ids: expected 6, one per row of embeddings, found 2"),
      (
        Self.rows.columns(0..<2), Self.labels, ids,
        "embeddings: expected 3 columns, as the memory, found 2 columns"
      ),
      (Self.rows.replacing(4, 0, by: .nan), Self.labels, ids, "embeddings: row 4 \(ending)"),
      (Self.rows.rows(0..<0), [], [], "embeddings: expected at least one row, found none"),
    ] {
      for loss in Loss.allCases {
        let error = #expect(throws: ContrastiveError.self) {
          try loss.step(rows, labels, ids: ids, memory, temperature: 0.1)
        }
        #expect(error?.description == line)
      }
    }
    let weights = #expect(throws: ContrastiveError.self) {
      try NTXentPairs(temperature: 0.1).valueWithGradient(
        embeddings: Self.rows, labels: Self.labels, memory: memory, reduction: .weighted([1]))
    }
    #expect(weights?.description.hasPrefix("weights: expected ") == true)
  }
}
