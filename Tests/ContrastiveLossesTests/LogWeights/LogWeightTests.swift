import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

/// Strategies, tile edges and central differences are in `RowsEngineTests` and `CentralDifferenceTests`.
@Suite("Log-weights of candidates")
struct LogWeightTests {
  @Test("equal plain loops", arguments: LossSubject.takingLogWeights)
  func plainLoops(_ subject: LossSubject) throws {
    let subject = subject.addingLogWeights
    for (rows, columns, temperature) in [(2, 3, 0.2), (7, 5, 0.1), (8, 9, 1)] {
      let plain = subject.plain(rows: rows, columns: columns, temperature: temperature)
      func check<Scalar: EmbeddingScalar>(as scalar: Scalar.Type) throws {
        try subject.answer(plain, as: scalar).expectClose(
          to: plain.answer(),
          tolerance: TestSupport.Tolerance(temperature: temperature, scalar: scalar),
          lossSize: subject.isDifference ? 1 / temperature : 1e-3,
          gradientSize: 1 / (Double(rows) * temperature), "\(subject) of \(rows) rows")
      }
      try check(as: Double.self)
      try check(as: Float.self)
    }
  }

  /// e^(−10⁴) is no number above 0, so that what is left of the candidate is exactly nothing.
  @Test(
    "of log 2 write a candidate twice, and of −10⁴ leave it out",
    arguments: LogWeightedSubject.allCases, [2, 0])
  func copies(_ subject: LogWeightedSubject, count copies: Int) throws {
    let logWeight = copies == 2 ? log(2) : -1e4
    func check<Scalar: EmbeddingScalar>(as scalar: Scalar.Type) throws {
      let written = try subject.outcome(as: scalar, copies: copies)
      let weighted = try subject.outcome(as: scalar) { count in
        (0..<count).map { $0 == count - 1 ? logWeight : 0 }
      }
      try expect(weighted, equals: written, as: scalar, "\(subject)")
      let plain = try subject.outcome(as: scalar)
      #expect(plain.terms != weighted.terms)
    }
    try check(as: Double.self)
    try check(as: Float.self)
  }

  @Test(
    "of one number for all leave cross-entropies as they are",
    arguments: LogWeightedSubject.allCases)
  func equal(_ subject: LogWeightedSubject) throws {
    func check<Scalar: EmbeddingScalar>(as scalar: Scalar.Type) throws {
      let plain = try subject.outcome(as: scalar)
      for number in [-2.5, 0, 1.25] {
        let factor = subject.factor(of: number)
        var expected = plain
        expected.terms = plain.terms.map { $0 * factor }
        expected.gradients = plain.gradients.mapValues { $0.map { $0.map { $0 * factor } } }
        let weighted = try subject.outcome(as: scalar) { Array(repeating: number, count: $0) }
        try expect(weighted, equals: expected, as: scalar, "\(subject) at \(number)")
      }
    }
    try check(as: Double.self)
    try check(as: Float.self)
  }

  /// DCLW's weights of the positives are 1 on average, and take their own of the number each.
  @Test("of one number for all leave DCLW's mean as it is, and smoothed terms")
  func equalMeans() throws {
    let (x, y) = (Self.x, Self.y)
    let weights = PairLogWeights(
      rows: Array(repeating: 1.5, count: 6), columns: Array(repeating: 1.5, count: 6))
    let weighted = DecoupledContrastive(temperature: 0.3, weightTemperature: 0.5)
    expectClose(
      try weighted.value(viewA: x, viewB: y, logWeights: weights),
      try weighted.value(viewA: x, viewB: y), size: 10, tolerance: 1e-14, "DCLW")
    let smoothed = try SmoothedInfoNCE(temperature: 0.3, smoothing: 0.2)
    expectClose(
      try smoothed.perTerm(
        queries: x, keys: y, logWeights: PairLogWeights(columns: weights.columns)
      ).values, try smoothed.perTerm(queries: x, keys: y).values, size: 10, tolerance: 1e-14,
      "smoothed")
  }

  static let x = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 1)
  static let y = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 2)

  /// Terms are as large as logits, and gradients as 1/τ.
  private func expect<Scalar: EmbeddingScalar>(
    _ actual: LogWeightedSubject.Outcome, equals expected: LogWeightedSubject.Outcome,
    as scalar: Scalar.Type, _ what: String
  ) throws {
    let temperature = LogWeightedSubject.temperature
    let tolerance = TestSupport.Tolerance(temperature: temperature, scalar: scalar)
    expectClose(
      actual.terms, expected.terms, size: expected.terms.reduce(1) { max($0, abs($1)) },
      tolerance: tolerance.loss, what)
    #expect(actual.gradients.keys == expected.gradients.keys)
    for (name, rows) in expected.gradients {
      let numbers = rows.flatMap(\.self)
      expectClose(
        try #require(actual.gradients[name]).flatMap(\.self), numbers,
        size: numbers.reduce(1 / temperature) { max($0, abs($1)) }, tolerance: tolerance.gradient,
        "\(what): \(name)")
    }
  }

  // MARK: What they mean

  /// A zero row has cosine 0 with every class.
  @Test("of the classes' shares make chance their cross-entropy")
  func shares() throws {
    let shares = [0.7, 0.2, 0.1]
    let step = try NormFaceSoftmax(temperature: 0.1).valueWithGradient(
      features: Matrix<Double>(rowCount: 3, columnCount: 4) { _, _ in 0 },
      classWeights: Self.y.rows(0..<3), labels: [0, 1, 2], logWeights: shares.map { log($0) })
    expectClose(
      step.terms, shares.map { -log($0) }, size: 1, tolerance: 1e-14, "terms")
  }

  @Test("stay out of ranks and similarities, and leave neither chance nor floor")
  func diagnostics() throws {
    let (x, y) = (Self.x, Self.y)
    let weights = PairLogWeights(
      rows: [0, 1, -2, 3, 0, 1], columns: [2, 0, 0, -1, 0.5, 0])
    let columns = PairLogWeights(columns: weights.columns)
    var pairs: [(Diagnostics?, Diagnostics?)] = []
    let views: [any LogWeightedTwoViewLoss] = [
      NTXent(temperature: 0.3), DecoupledContrastive(temperature: 0.3),
      try MACL(temperature: 0.3),
    ]
    for loss in views {
      pairs.append(
        (
          try loss.valueWithGradient(viewA: x, viewB: y).diagnostics,
          try loss.valueWithGradient(viewA: x, viewB: y, logWeights: weights).diagnostics
        ))
    }
    let oneWay: [any LogWeightedPairedLoss] = [
      InfoNCE(temperature: 0.3), MoCoV3(temperature: 0.3), try RINCE(temperature: 0.3),
      try SmoothedInfoNCE(temperature: 0.3),
      try Matryoshka(InfoNCE(temperature: 0.3), dimensions: [4]),
    ]
    for loss in oneWay {
      pairs.append(
        (
          try loss.valueWithGradient(queries: x, keys: y).diagnostics,
          try loss.valueWithGradient(queries: x, keys: y, logWeights: columns).diagnostics
        ))
    }
    let classes: [any LogWeightedClassLoss] = [
      NormFaceSoftmax(temperature: 0.3), try ArcFace(temperature: 0.3, margin: 0.1), try ProxyNCA(),
    ]
    for loss in classes {
      let labels = Array(0..<6)
      pairs.append(
        (
          try loss.valueWithGradient(features: x, classWeights: y, labels: labels).diagnostics,
          try loss.valueWithGradient(
            features: x, classWeights: y, labels: labels, logWeights: weights.rows
          ).diagnostics
        ))
    }
    let custom = OneWayLoss(PositiveCrossEntropy(), temperature: 0.3)
    pairs.append(
      (
        try custom.valueWithGradient(queries: x, candidates: Candidates(y)).diagnostics,
        try custom.valueWithGradient(
          queries: x, candidates: Candidates(y, logWeights: weights.columns)
        ).diagnostics
      ))
    for (plain, weighted) in pairs {
      let (plain, weighted) = (try #require(plain), try #require(weighted))
      #expect(plain.chance != nil && weighted.chance == nil)
      #expect(weighted.floor == nil && weighted.floorShare == nil)
      #expect(weighted.top1Accuracy == plain.top1Accuracy)
      expectClose(
        weighted.meanPositiveSimilarity, try #require(plain.meanPositiveSimilarity), size: 1,
        tolerance: 1e-13, "positive similarity")
      expectClose(
        weighted.meanNegativeSimilarity, try #require(plain.meanNegativeSimilarity), size: 1,
        tolerance: 1e-12, "negative similarity")
    }
    let batches: [any LogWeightedLabelledLoss] = [
      SupCon(temperature: 0.3), NTXentPairs(temperature: 0.3), try NCA(),
    ]
    for loss in batches {
      let step = try loss.valueWithGradient(
        embeddings: x, labels: [0, 0, 1, 1, 2, 2], logWeights: weights.rows)
      #expect(step.diagnostics != nil && step.diagnostics?.chance == nil)
    }
  }
}
