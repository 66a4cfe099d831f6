import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

/// Where products of 8-bit codes tell which logits to compute: against the dense way, and Double.
@Suite("Losses of screened logits")
struct ScreeningLossTests {
  static let dimension = 48
  static let rowCount = 140
  static let columnCount = 330

  /// What the candidates are, and what is differentiated by.
  enum Candidates: CaseIterable {
    case inBatch, queue, queueWithoutEqualIDs, shared, inBatchAndShared, batchCandidates
    case equalIDs, hardness, logWeights

    var loss: InfoNCE {
      var loss = InfoNCE(temperature: 1)
      if self == .hardness { loss.hardness = 7 }
      if self == .batchCandidates { loss.batchCandidates = .all }
      return loss
    }

    func negatives<Scalar>(_ rows: Matrix<Scalar>) throws -> Negatives<Scalar> {
      switch self {
      case .inBatch, .batchCandidates, .hardness: .inBatch
      case .queue, .queueWithoutEqualIDs: .shared(try UnitRows(normalizing: rows))
      case .shared: .shared(rows)
      case .inBatchAndShared, .equalIDs, .logWeights: .inBatchAndShared(rows)
      }
    }

    func falseNegatives<Scalar>(_ rows: Matrix<Scalar>) -> FalseNegatives<Scalar> {
      let ids = (0..<rowCount).map { $0 % 11 }
      switch self {
      case .queueWithoutEqualIDs, .equalIDs:
        // Of the ids 0 and 1 whole tiles.
        return .equalIDs(ids, negatives: (0..<rows.rowCount).map { $0 < 192 ? 0 : $0 % 13 })
      default: return .none
      }
    }

    /// As of items with frequencies from 1 to 3e-6.
    var logWeights: LogWeights? {
      guard self == .logWeights else { return nil }
      return LogWeights(
        positives: (0..<rowCount).map { Double($0 % 9) * 1.6 },
        negatives: (0..<columnCount).map { Double($0 % 8) * 1.6 })
    }

    /// Constant keys, so that sums and gradient take one pass.
    var isOnePass: Bool { self == .queue || self == .queueWithoutEqualIDs }

    var variables: InfoNCE.Variables { isOnePass ? [.queries, .logScale] : .all }
  }

  enum Data: CaseIterable {
    case clustered, random, tied, oneHot, zeroRows

    func rows(_ count: Int, seed: UInt64) -> Matrix<Float> {
      let dimension = ScreeningLossTests.dimension
      switch self {
      case .clustered:
        return SparseGradientTests.clustered(count, dimension: dimension, seed: seed)
      case .random:
        return Matrix.random(rowCount: count, columnCount: dimension, seed: seed)
      case .tied:
        // Each row about four times, at other lengths; every third is a row of the other arrays.
        let own = SparseGradientTests.clustered(count, dimension: dimension, seed: seed)
        let common = SparseGradientTests.clustered(37, dimension: dimension, seed: 5)
        return Matrix(rowCount: count, columnCount: dimension) { r, c in
          let source = r % 37
          return (source % 3 == 0 ? common : own)[source, c] * (r % 2 == 0 ? 1 : 0.5)
        }
      case .oneHot:
        return Matrix(rowCount: count, columnCount: dimension) { r, c in
          (r * Int(seed) + r / dimension) % dimension == c ? 1 : 0
        }
      case .zeroRows:
        let rows = SparseGradientTests.clustered(count, dimension: dimension, seed: seed)
        return Matrix(rowCount: count, columnCount: dimension) { r, c in
          (r + Int(seed)) % 17 == 3 ? 0 : rows[r, c]
        }
      }
    }
  }

  struct Inputs<Scalar: EmbeddingScalar> {
    let candidates: Candidates
    let queries: Matrix<Scalar>
    let positives: Matrix<Scalar>
    let negatives: Matrix<Scalar>

    var double: Inputs<Double> {
      Inputs<Double>(
        candidates: candidates, queries: queries.converted(), positives: positives.converted(),
        negatives: negatives.converted())
    }

    func step(
      temperature: Temperature, of variables: InfoNCE.Variables? = nil, options: ComputeOptions
    ) throws -> LossStep<Scalar, InfoNCE.Gradient<Scalar>> {
      var loss = candidates.loss
      loss.temperature = temperature
      return try loss.valueWithGradient(
        queries: queries, positives: positives, negatives: try candidates.negatives(negatives),
        excluding: candidates.falseNegatives(negatives), logWeights: candidates.logWeights,
        of: variables ?? candidates.variables, options: options)
    }
  }

  static func inputs(_ candidates: Candidates, _ data: Data) -> Inputs<Float> {
    Inputs(
      candidates: candidates, queries: data.rows(rowCount, seed: 1),
      positives: data.rows(rowCount, seed: 2), negatives: data.rows(columnCount, seed: 3))
  }

  /// Small tiles: several row blocks of several tiles each, the last ones short.
  static func options(
    screens: Bool, strategy: ComputeOptions.Strategy? = nil, threads: Int = 1,
    isa: InstructionSet = .best
  ) -> ComputeOptions {
    var options = ComputeOptions(
      tileRows: 64, tileColumns: 64, strategy: strategy, threads: threads, isa: isa)
    options.screens = screens
    return options
  }

  /// How far a result may be from the one without rounding, and without anything left out.
  struct Tolerance {
    let scale: Double
    var epsilon = Double(Float.ulpOfOne)

    /// A logit: a unit row's elements have three roundings, and an inner product's random walk √d.
    var logit: Double { scale * (Double(dimension).squareRoot() + 8) * epsilon }

    /// What is left to approximations, or left out, of a row's sum.
    var share: Double { 2 * scale * epsilon }

    /// A term, and a weight relative to itself: those of a logit and of a sum.
    var term: Double { 2 * logit + share }
    var weight: Double { 2 * logit + 2 * share }

    /// Means of u over the weights exp(u): what is left out has a u of log(ε/M) about, what is not
    /// has the logits' errors.
    var mean: Double { (share + logit) * log(Double(rowCount * 4 + columnCount) / epsilon) }
  }

  static func expectClose<Scalar, Other>(
    _ actual: LossStep<Scalar, InfoNCE.Gradient<Scalar>>,
    to expected: LossStep<Other, InfoNCE.Gradient<Other>>, scale: Double, _ what: String
  ) throws {
    let ulp = Double(Scalar.ulpOfOne)
    let tolerance = Tolerance(scale: scale, epsilon: ulp)
    let (a, b) = (Answer(actual), Answer(expected))
    let termSize = b.terms.reduce(1) { max($0, abs($1)) }
    TestSupport.expectClose(
      a.terms, b.terms, size: 1, tolerance: tolerance.term + ulp * termSize, "\(what): terms")
    TestSupport.expectClose(
      a.loss, b.loss, size: 1, tolerance: tolerance.term + ulp * termSize, "\(what): value")
    let steepest = b.terms.reduce(0) { max($0, 1 - exp(-$1)) }
    for name in ["queries", "positives", "negatives"] {
      #expect((a.gradients[name] == nil) == (b.gradients[name] == nil), "\(what): \(name)")
      guard let gradient = b.gradients[name] else { continue }
      let size = gradient.reduce(scale * steepest / Double(rowCount)) { max($0, abs($1)) }
      TestSupport.expectClose(
        a.gradients[name], gradient, size: size, tolerance: tolerance.weight,
        "\(what): gradient of \(name)")
    }
    #expect((a.gradients["logitScale"] == nil) == (b.gradients["logitScale"] == nil))
    if let slope = b.gradients["logitScale"] {
      TestSupport.expectClose(
        a.gradients["logitScale"], slope, size: slope.reduce(1) { max($0, abs($1)) },
        tolerance: tolerance.mean, "\(what): slope by log s")
    }
    let (x, y) = (try #require(actual.diagnostics), try #require(expected.diagnostics))
    #expect(x.top1Accuracy == y.top1Accuracy, "\(what): top 1")
    #expect(x.top5Accuracy == y.top5Accuracy, "\(what): top 5")
    for (path, tolerance) in [
      (\Diagnostics.meanPositiveSimilarity, tolerance.logit / scale),
      (\.meanNegativeSimilarity, tolerance.logit / scale), (\.gradientEntropy, tolerance.mean),
      (\.effectiveNegatives, tolerance.mean),
    ] {
      guard let value = y[keyPath: path] else {
        #expect(x[keyPath: path] == nil, "\(what): \(path)")
        continue
      }
      TestSupport.expectClose(
        x[keyPath: path], value, size: max(1, abs(value)), tolerance: tolerance,
        "\(what): \(path)")
    }
  }

  @Test(
    "are the dense ones, and Double's, in value, gradients and diagnostics",
    arguments: Candidates.allCases, Data.allCases)
  func dense(_ candidates: Candidates, _ data: Data) throws {
    let inputs = Self.inputs(candidates, data)
    let doubles = inputs.double
    let all = InstructionSet.available
    for (turn, temperature) in ([0.01, 0.02, 0.005] as [Temperature]).enumerated() {
      let options = Self.options(screens: false, strategy: .kept, threads: 2)
      let double = try doubles.step(temperature: temperature, options: options)
      let kept = try inputs.step(temperature: temperature, options: options)
      // All instruction sets at one temperature, and one at each of the others.
      for (place, isa) in (turn == 0 ? all[...] : [all[turn % all.count]]).enumerated() {
        let options = Self.options(screens: true, threads: 1 + (turn + place) % 2, isa: isa)
        let what = "\(candidates) \(data) τ = \(temperature.value) \(isa) \(options.threads)"
        let screened = try inputs.step(temperature: temperature, options: options)
        try Self.expectClose(screened, to: double, scale: temperature.scale, "\(what), Double")
        try Self.expectClose(screened, to: kept, scale: temperature.scale, "\(what), dense")
      }
    }
  }

  @Test(
    "are those of values without a gradient", arguments: Candidates.allCases,
    [Data.clustered, .tied, .zeroRows])
  func valueOnly(_ candidates: Candidates, _ data: Data) throws {
    let inputs = Self.inputs(candidates, data)
    let double = try inputs.double.step(
      temperature: 0.01, of: [], options: Self.options(screens: false, strategy: .kept))
    for (place, isa) in InstructionSet.available.enumerated() {
      let screened = try inputs.step(
        temperature: 0.01, of: [],
        options: Self.options(screens: true, threads: 1 + place % 2, isa: isa))
      try Self.expectClose(screened, to: double, scale: 100, "\(candidates) \(data) \(isa)")
    }
  }

  @Test("are the dense ones in Double too", arguments: Candidates.allCases)
  func doublePrecision(_ candidates: Candidates) throws {
    let inputs = Self.inputs(candidates, .clustered).double
    for variables in [candidates.variables, []] as [InfoNCE.Variables] {
      let kept = try inputs.step(
        temperature: 0.005, of: variables, options: Self.options(screens: false, strategy: .kept))
      let screened = try inputs.step(
        temperature: 0.005, of: variables, options: Self.options(screens: true))
      try Self.expectClose(screened, to: kept, scale: 200, "\(candidates)")
    }
  }

  // An inner product by itself is summed in another order than in a product of matrices: terms of
  // which all bits are those of the unscreened way were computed that way.
  // (Log-weights make codes coarse, and may not be worth it.)
  @Test(
    "come of screening, on clustered rows",
    arguments: Candidates.allCases.filter { $0 != .logWeights })
  func isScreened(_ candidates: Candidates) throws {
    let inputs = Self.inputs(candidates, .clustered)
    for isa in InstructionSet.available {
      for variables in [candidates.variables, []] as [InfoNCE.Variables] {
        let screened = try inputs.step(
          temperature: 0.01, of: variables,
          options: Self.options(screens: true, isa: isa))
        let plain = try inputs.step(
          temperature: 0.01, of: variables,
          options: Self.options(screens: false, isa: isa))
        #expect(screened.terms != plain.terms, "\(candidates) \(isa), \(variables)")
        guard !variables.isEmpty else { continue }
        let density = try #require(screened.diagnostics?.gradientDensity)
        #expect(density > 0 && density < 0.7)
      }
    }
  }

  @Test("have the same bits run after run", arguments: Candidates.allCases, 1...3)
  func sameBits(_ candidates: Candidates, threads: Int) throws {
    let inputs = Self.inputs(candidates, .clustered)
    for variables in [candidates.variables, []] as [InfoNCE.Variables] {
      let options = Self.options(screens: true, threads: threads)
      let first = try inputs.step(
        temperature: 0.01, of: variables, options: options)
      for _ in 0..<3 {
        let again = try inputs.step(
          temperature: 0.01, of: variables, options: options)
        #expect(Answer(again) == Answer(first))
        #expect(again.diagnostics == first.diagnostics)
      }
    }
  }

  // The margin of logits grows with s. Above some 88 of them exp would overflow in Float.
  @Test(
    "stay right where the codes' errors are too large an exponent",
    arguments: [Candidates.inBatch, .queue, .queueWithoutEqualIDs, .hardness],
    [1e-3, 1e-4, 1e-5, 1e-6] as [Temperature])
  func largeScales(_ candidates: Candidates, temperature: Temperature) throws {
    let inputs = Self.inputs(candidates, .clustered)
    let doubles = inputs.double
    for variables in [candidates.variables, []] as [InfoNCE.Variables] {
      let double = try doubles.step(
        temperature: temperature, of: variables,
        options: Self.options(screens: false, strategy: .kept))
      let screened = try inputs.step(
        temperature: temperature, of: variables,
        options: Self.options(screens: true))
      let tolerance = Tolerance(scale: temperature.scale)
      let terms = zip(screened.terms, double.terms)
      for (row, (actual, expected)) in terms.enumerated() {
        #expect(
          abs(Double(actual) - expected)
            <= tolerance.term + Double(Float.ulpOfOne) * abs(expected), "row \(row)")
      }
    }
  }

  // All codes of one direction are off the same way, so that errors add up over 3000 copies.
  @Test(
    "bound what many equal keys add up to", arguments: [15, 17, 18, 19, 20, 21, 22, 24], 0..<4)
  func equalKeys(distance: Int, direction: Int) throws {
    let (scale, count) = (100.0, 3000)
    let near = 0.96
    let far = near - Double(distance) / scale
    let angle = 0.4 + 0.9 * Double(direction)
    func key(_ cosine: Double, _ angle: Double) -> [Float] {
      let sine = (1 - cosine * cosine).squareRoot()
      return [cosine, sine * cos(angle), sine * sin(angle)].map { Float($0) }
    }
    let (first, other) = (key(near, 0), key(far, angle))
    let query = try Matrix<Float>(rows: [[1, 0, 0], [0.99, 0.05, -0.03]])
    let positive = try Matrix<Float>(rows: [[0.9, 0.1, -0.2], [0.9, 0.1, -0.2]])
    // The near one comes first: in one pass the first tile is dense.
    let negatives = Matrix<Float>(rowCount: count + 1, columnCount: 3) { r, c in
      (r == 0 ? first : other)[c]
    }
    let exact = try InfoNCE(temperature: 0.01).valueWithGradient(
      queries: query.converted(to: Double.self), positives: positive.converted(to: Double.self),
      negatives: .shared(negatives.converted(to: Double.self)))
    // Three dimensions' roundings, and the share that may be left out or approximated.
    let epsilon = Double(Float.ulpOfOne)
    let (logit, share) = (8 * scale * epsilon, 2 * scale * epsilon)
    for variables in [.queries, [.queries, .negatives], []] as [InfoNCE.Variables] {
      for threads in 1...2 {
        let rows = try UnitRows(normalizing: negatives)
        let step = try InfoNCE(temperature: 0.01).valueWithGradient(
          queries: query, positives: positive, negatives: .shared(rows), of: variables,
          options: Self.options(screens: true, threads: threads))
        for (actual, expected) in zip(step.terms, exact.terms) {
          #expect(abs(Double(actual) - expected) <= 2 * logit + share)
        }
        guard let actual = step.gradient.queries else { continue }
        let expected = try #require(exact.gradient.queries)
        for r in 0..<2 {
          for c in 0..<3 {
            #expect(
              abs(Double(actual[r, c]) - expected[r, c])
                <= scale / 2 * (2 * logit + 2 * share))
          }
        }
      }
    }
  }

  // Half a step of a key's codes, all of it along the query, lies between the positive and eight keys:
  // their codes are on the one side of it, they themselves on the other. Rows that were stored as
  // 16-bit numbers, or worse, are longer than 1, and errors in proportion.
  @Test(
    "rank keys by what they are, not by their codes", arguments: [-1, 1] as [Float],
    [1, 1.4] as [Float])
  func codesOnTheOtherSide(side: Float, length: Float) throws {
    let (largest, near) = (0.9 as Float, 0.95 as Float)
    let step = largest / 127
    let (keyCosine, positiveCosine) = ((42 + side * 0.49) * step, (42 + side * 0.46) * step)
    func row(_ first: Float, _ second: Float) -> [Float] {
      [first, second, (1 - first * first - second * second).squareRoot(), 0]
    }
    let query = try UnitRows(
      validating: Matrix<Float>(rows: [[0, length, 0, 0]]), tolerance: 0.5)
    let positive = try Matrix(rows: [row(largest, positiveCosine)])
    // One is much nearer, so that these need not be computed for their weights. In one pass the
    // first tile is dense.
    let negatives = try Matrix(
      rows: (0..<200).map {
        $0 == 0 ? row(0, near) : (100..<108).contains($0) ? row(largest, keyCosine) : row(0, -near)
      })
    for isa in InstructionSet.available {
      for variables in [.queries, [.queries, .negatives], []] as [InfoNCE.Variables] {
        let step = try InfoNCE(temperature: 0.01).valueWithGradient(
          queries: query, positives: positive,
          negatives: .shared(try UnitRows(validating: negatives)), of: variables,
          options: Self.options(screens: true, isa: isa))
        #expect(step.diagnostics?.top1Accuracy == 0)
        #expect(step.diagnostics?.top5Accuracy == (side > 0 ? 0 : 1), "\(isa), \(variables)")
      }
    }
  }

  // By s·c + b the eight keys at 0.6 would be above the positive where b is 12.7, and below it where b is −12.7.
  @Test("rank keys by their cosines, whatever their log-weights", arguments: [-1, 1])
  func codesOfLogWeights(sign: Double) throws {
    let query: Matrix<Float> = [[1, 0, 0]]
    let negatives = try Matrix<Float>(
      rows: (0..<200).map {
        $0 == 0 ? [0.99, 0, 0.14] : (100..<108).contains($0) ? [0.6, 0.8, 0] : [-1, 0, 0]
      })
    let weights = (0..<200).map { (100..<108).contains($0) ? sign * 12.7 : 0 }
    let positive = 0.6 + sign * 0.113
    let positives = try Matrix(
      rows: [[Float(positive), 0, Float((1 - positive * positive).squareRoot())]])
    for isa in InstructionSet.available {
      for variables in [.queries, [.queries, .negatives], []] as [InfoNCE.Variables] {
        let step = try InfoNCE(temperature: 0.01).valueWithGradient(
          queries: query, positives: positives, negatives: .shared(negatives),
          logWeights: LogWeights(positives: [0], negatives: weights), of: variables,
          options: Self.options(screens: true, isa: isa))
        #expect(step.diagnostics?.top5Accuracy == (sign > 0 ? 1 : 0), "\(isa), \(variables)")
      }
    }
  }

  // A row without a candidate in the first tile has no sum yet when the second is screened.
  @Test("read no key past the last", arguments: [1e-3, 1e-5, 1e-7] as [Temperature])
  func lastColumn(temperature: Temperature) throws {
    let queries = Data.clustered.rows(1, seed: 1)
    let positives = Data.clustered.rows(1, seed: 2)
    let rows = Data.clustered.rows(64 + 5, seed: 3)
    // Behind the last lies what would be the nearest.
    let many = Matrix(rowCount: 64 + 16, columnCount: Self.dimension) { r, c in
      r < rows.rowCount ? rows[r, c] : queries[0, c]
    }
    let negatives = try UnitRows(normalizing: many).matrix.rows(0..<rows.rowCount)
    let ids = Array(repeating: 0, count: 64) + Array(repeating: 1, count: 5)
    func term(_ options: ComputeOptions) throws -> Float {
      try InfoNCE(temperature: temperature).valueWithGradient(
        queries: queries, positives: positives,
        negatives: .shared(try UnitRows(validating: negatives)),
        excluding: .equalIDs([0], negatives: ids), of: .queries, options: options
      ).value
    }
    let (screened, kept) = (
      try term(Self.options(screens: true)),
      try term(Self.options(screens: false, strategy: .kept))
    )
    #expect(
      Double(abs(screened - kept))
        <= Tolerance(scale: temperature.scale).term + Double(abs(kept) * .ulpOfOne))
  }
}
