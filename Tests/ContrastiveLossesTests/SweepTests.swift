import Contrastive
import ContrastiveKernels
import ContrastiveLosses
import TestSupport
import Testing

/// From one product everything that a call for every temperature gives.
@Suite("A sweep over temperatures")
struct SweepTests {
  static let temperatures: [Temperature] = [0.005, 0.02, 0.07, 0.5, 2, 1e3, 1e-3]
  static let queries = Matrix<Double>.random(rowCount: 37, columnCount: 6, seed: 1)

  static let positives = Matrix<Double>.random(rowCount: 37, columnCount: 6, seed: 2)
  static let shared = Matrix<Double>.random(rowCount: 53, columnCount: 6, seed: 3)

  static let paired = Matrix<Double>.random(rowCount: 37 * 4, columnCount: 6, seed: 4)

  enum Mode: CaseIterable { case inBatch, shared, paired, inBatchAndShared }

  static func negatives<Scalar: EmbeddingScalar>(_ mode: Mode) -> Negatives<Scalar> {
    switch mode {
    case .inBatch: .inBatch
    case .shared: .shared(Self.shared.converted(to: Scalar.self))
    case .paired: .paired(Self.paired.converted(to: Scalar.self))
    case .inBatchAndShared: .inBatchAndShared(Self.shared.converted(to: Scalar.self))
    }
  }

  private func expectSame<Scalar: EmbeddingScalar, Gradient>(
    _ point: SweepPoint<Scalar>, _ step: LossStep<Scalar, Gradient>, slope: Scalar?,
    _ comment: Comment
  ) throws {
    let tolerance = Tolerance(temperature: point.temperature.value, scalar: Scalar.self)
    func expect(_ actual: Double?, _ expected: Double?, size: Double) throws {
      guard let expected else {
        #expect(actual == nil, comment)
        return
      }
      #expect(
        abs(try #require(actual) - expected) <= tolerance.loss * max(size, abs(expected)), comment)
    }
    let scale = point.temperature.scale
    try expect(Double(point.value), Double(step.value), size: 1e-3)
    // Σ slope·z, of logits as large as s.
    try expect(Double(point.logScaleGradient), slope.map { Double($0) }, size: max(1e-3, scale))
    for (actual, expected) in zip(try #require(point.terms), step.terms) {
      try expect(Double(actual), Double(expected), size: 1e-3)
    }
    #expect(point.terms?.count == step.terms.count)
    let (seen, other) = (point.diagnostics, try #require(step.diagnostics))
    #expect(seen.top1Accuracy == other.top1Accuracy && seen.top5Accuracy == other.top5Accuracy)
    try expect(seen.gradientEntropy, other.gradientEntropy, size: 1)
    try expect(seen.effectiveNegatives, other.effectiveNegatives, size: 1)
    try expect(seen.chance, other.chance, size: 1e-3)
    try expect(seen.floor, other.floor, size: 1e-300)
    #expect(seen.floorAttainable == other.floorAttainable)
    for (a, b) in [
      (seen.meanPositiveSimilarity, other.meanPositiveSimilarity),
      (seen.meanNegativeSimilarity, other.meanNegativeSimilarity),
    ] {
      // Sums of cosines by another order of products.
      #expect(abs((a ?? 9) - (b ?? 9)) <= 64 * Double(Scalar.ulpOfOne), comment)
    }
  }

  @Test("of InfoNCE equals a call for every temperature", arguments: Mode.allCases, 1...2)
  func infoNCE(mode: Mode, threads: Int) throws {
    func check<Scalar: EmbeddingScalar>(_ scalar: Scalar.Type) throws {
      let (q, p) = (
        Self.queries.converted(to: Scalar.self), Self.positives.converted(to: Scalar.self)
      )
      for tile in [(3, 7), (64, 512)] {
        let options = ComputeOptions(
          tileRows: tile.0, tileColumns: tile.1, threads: threads, isa: .best)
        for hardness in [0, 2.5] {
          let points = try InfoNCE(temperature: 1, hardness: hardness).sweep(
            queries: q, positives: p, negatives: Self.negatives(mode),
            temperatures: Self.temperatures, keepingTerms: true, options: options)
          #expect(points.map(\.temperature) == Self.temperatures)
          for point in points {
            let step = try InfoNCE(temperature: point.temperature, hardness: hardness)
              .valueWithGradient(
                queries: q, positives: p, negatives: Self.negatives(mode), of: .logScale)
            try expectSame(
              point, step, slope: step.gradient.logScale,
              "\(mode), \(Scalar.self), \(point.temperature), hardness \(hardness)")
          }
        }
      }
    }
    try check(Double.self)
    try check(Float.self)
  }

  @Test("knows what is left out, added and weighted")
  func options() throws {
    let (q, p) = (Self.queries, Self.positives)
    let ids = (0..<37).map { $0 % 9 }
    let loss = InfoNCE(temperature: 1, batchCandidates: .all)
    let weights = LogWeights(positives: (0..<37).map { Double($0 % 5) - 2 })
    for point in try loss.sweep(
      queries: q, positives: p, excluding: .equalIDs(ids), logWeights: weights,
      temperatures: Self.temperatures, keepingTerms: true)
    {
      var one = loss
      one.temperature = point.temperature
      let step = try one.valueWithGradient(
        queries: q, positives: p, excluding: .equalIDs(ids), logWeights: weights, of: .logScale)
      try expectSame(point, step, slope: step.gradient.logScale, "\(point.temperature)")
    }
  }

  @Test("of CLIP equals a call for every temperature", arguments: 1...2, [false, true])
  func clip(threads: Int, withIDs: Bool) throws {
    let ids = (0..<37).map { $0 % 9 }
    func check<Scalar: EmbeddingScalar>(_ scalar: Scalar.Type) throws {
      let (images, texts) = (
        Self.queries.converted(to: Scalar.self), Self.positives.converted(to: Scalar.self)
      )
      let excluded: FalseNegatives<Scalar> = withIDs ? .equalIDs(ids) : .none
      for tile in [(5, 3), (64, 512)] {
        let options = ComputeOptions(
          tileRows: tile.0, tileColumns: tile.1, threads: threads, isa: .best)
        for point in try CLIP(temperature: 1).sweep(
          images: images, texts: texts, excluding: excluded, temperatures: Self.temperatures,
          keepingTerms: true, options: options)
        {
          let step = try CLIP(temperature: point.temperature).valueWithGradient(
            images: images, texts: texts, excluding: excluded, of: .logScale)
          try expectSame(
            point, step, slope: step.gradient.logScale, "\(Scalar.self), \(point.temperature)")
        }
      }
    }
    try check(Double.self)
    try check(Float.self)
  }

  @Test("of CLIP with log-weights equals a call for every temperature, with ids as well")
  func clipLogWeights() throws {
    let count = Self.queries.rowCount
    let weights = PairLogWeights(
      rows: (0..<count).map { Double($0 % 4) - 1 },
      columns: (0..<count).map { 0.3 * Double($0 % 5) })
    for excluded in [.none, .equalIDs((0..<count).map { $0 % 9 })] as [FalseNegatives<Double>] {
      for point in try CLIP(temperature: 1).sweep(
        images: Self.queries, texts: Self.positives, excluding: excluded, logWeights: weights,
        temperatures: Self.temperatures, keepingTerms: true)
      {
        let step = try CLIP(temperature: point.temperature).valueWithGradient(
          images: Self.queries, texts: Self.positives, excluding: excluded, logWeights: weights,
          of: .logScale)
        try expectSame(point, step, slope: step.gradient.logScale, "\(point.temperature)")
      }
    }
  }
}
