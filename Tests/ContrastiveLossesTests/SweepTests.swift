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

  private func negatives<Scalar: EmbeddingScalar>(_ mode: Mode) -> Negatives<Scalar> {
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
            queries: q, positives: p, negatives: negatives(mode),
            temperatures: Self.temperatures, keepingTerms: true, options: options)
          #expect(points.map(\.temperature) == Self.temperatures)
          for point in points {
            let step = try InfoNCE(temperature: point.temperature, hardness: hardness)
              .valueWithGradient(
                queries: q, positives: p, negatives: negatives(mode), of: .logScale)
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

  @Test("of keys in blocks, in any order, is that of all keys", arguments: 1...5)
  func blocks(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let scales = Self.temperatures.map(\.scale)
    var whole = try Candidates(ownPositives: Self.positives)
    try whole.add(Self.shared)
    let detail = StatisticsDetail(topCount: 4, binCount: 20)
    let expected = try whole.statistics(of: Self.queries, scales: scales, keeping: detail)

    var ends = Set(
      (0..<Int.random(in: 0...5, using: &random)).map { _ in
        Int.random(in: 1..<53, using: &random)
      })
    ends.insert(53)
    var blocks: [Range<Int>] = []
    for end in ends.sorted() { blocks.append((blocks.last?.upperBound ?? 0)..<end) }
    blocks.shuffle(using: &random)
    var merged: RowStatistics?
    for block in blocks {
      var candidates = try Candidates(ownPositives: Self.positives)
      try candidates.add(Self.shared.rows(block))
      var detail = detail
      detail.firstColumn = block.lowerBound
      let next = try candidates.statistics(of: Self.queries, scales: scales, keeping: detail)
      if merged == nil { merged = next } else { try merged?.merge(next) }
    }
    let actual = try #require(merged)
    #expect(actual.counts == expected.counts && actual.positiveRanks == expected.positiveRanks)
    for t in scales.indices {
      // Sums of positive terms by another order: 53 roundings, and those of the rescaling.
      for (a, b) in zip(actual.logSumExp(exponent: t), expected.logSumExp(exponent: t)) {
        #expect(abs(a - b) <= 1e-13 * max(1, abs(b)))
      }
      for (a, b) in zip(actual.means(exponent: t), expected.means(exponent: t)) {
        #expect(abs(a - b) <= 1e-13 * max(1, abs(b)))
      }
    }
    for (a, b) in zip(actual.totals, expected.totals) { #expect(abs(a - b) <= 1e-13) }
    #expect(actual.histogram == expected.histogram)
    #expect(actual.top == expected.top)
  }

  @Test("keeps the hardest negatives and a histogram on demand", arguments: 1...2)
  func detail(threads: Int) throws {
    let candidates = try Candidates(Self.positives)
    let cosines = try Similarity.cosine.matrix(Self.queries, Self.positives)
    for tile in [(3, 5), (64, 512)] {
      let statistics = try candidates.statistics(
        of: Self.queries, scales: [1], keeping: StatisticsDetail(topCount: 5, binCount: 8),
        options: ComputeOptions(
          tileRows: tile.0, tileColumns: tile.1, threads: threads, isa: .best))
      let top = try #require(statistics.top)
      var counts = Array(repeating: Int64(0), count: 8)
      for row in 0..<37 {
        let negatives = (0..<37).filter { $0 != row }.sorted { cosines[row, $0] > cosines[row, $1] }
        #expect(top.rows[row].map(\.column) == Array(negatives.prefix(5)))
        for (candidate, column) in zip(top.rows[row], negatives) {
          #expect(abs(candidate.logit - cosines[row, column]) <= 1e-15)
        }
        for column in negatives { counts[min(7, Int((cosines[row, column] + 1) * 4))] += 1 }
      }
      #expect(statistics.histogram?.counts == counts)
    }
  }

  @Test("reads rows where they are, tile by tile, and gives what arrays give")
  func sources() throws {
    let rows = Self.shared.converted(to: Float.self)
    let source = RowSource<Float>(rowCount: rows.rowCount, columnCount: rows.columnCount) {
      range, elements in
      for (row, index) in range.enumerated() {
        for column in 0..<rows.columnCount {
          elements[row * rows.columnCount + column] = rows[index, column]
        }
      }
    }
    let (q, p) = (
      Self.queries.converted(to: Float.self), Self.positives.converted(to: Float.self)
    )
    for variables in [[.queries], .all] as [InfoNCE.Variables] {
      func step(_ negatives: Negatives<Float>) throws -> LossStep<Float, InfoNCE.Gradient<Float>> {
        try InfoNCE(temperature: 0.07).valueWithGradient(
          queries: q, positives: p, negatives: negatives, of: variables,
          options: ComputeOptions(tileRows: 8, tileColumns: 16, isa: .best))
      }
      let (read, held) = (try step(.shared(source)), try step(.shared(rows)))
      #expect(read.terms == held.terms && read.gradient.queries == held.gradient.queries)
      #expect(read.gradient.negatives == held.gradient.negatives)
      #expect(read.diagnostics == held.diagnostics)
    }
    let points = try InfoNCE(temperature: 1).sweep(
      queries: source.prefix(20), positives: source.prefix(20), temperatures: Self.temperatures)
    let others = try InfoNCE(temperature: 1).sweep(
      queries: rows.rows(0..<20), positives: rows.rows(0..<20), temperatures: Self.temperatures)
    #expect(points.map(\.value) == others.map(\.value))
  }

  @Test("that is ended is that of the queries it got to, against all keys", arguments: 1...2)
  func ended(threads: Int) throws {
    let options = ComputeOptions(tileRows: 8, tileColumns: 16, threads: threads, isa: .best)
    for mode in [Mode.inBatch, .shared] {
      func points(of doneCount: Int) throws -> [SweepPoint<Double>] {
        var counts: [Int] = []
        let points = try InfoNCE(temperature: 1).sweep(
          queries: Self.queries, positives: Self.positives, negatives: negatives(mode),
          temperatures: Self.temperatures, keepingTerms: true, options: options
        ) {
          counts.append($0)
          return $0 < doneCount
        }
        #expect(counts.last == doneCount && counts == counts.sorted())
        return points
      }
      for (part, whole) in zip(try points(of: 16), try points(of: 37)) {
        #expect(part.terms == whole.terms.map { Array($0[..<16]) })
        let terms = try #require(part.terms)
        #expect(abs(part.value - terms.reduce(0, +) / 16) <= 1e-12 * max(1, abs(part.value)))
        #expect(part.diagnostics.floor == nil && whole.diagnostics.floor != nil)
        #expect(part.diagnostics.chance == whole.diagnostics.chance)
      }
    }
    let paired = try InfoNCE(temperature: 1).sweep(
      queries: Self.queries, positives: Self.positives, negatives: negatives(.paired),
      temperatures: Self.temperatures
    ) { _ in false }
    #expect(paired.map(\.temperature) == [Self.temperatures[0]])
  }

  @Test("says in one line what does not fit")
  func errors() throws {
    let individual = try Temperature(rows: [1, 2])
    let loss = InfoNCE(temperature: 1)
    #expect(
      try loss.sweep(
        queries: Self.queries, positives: Self.positives, temperatures: []
      ).isEmpty)
    func message(_ body: () throws -> Void) -> String {
      do {
        try body()
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(
      message {
        _ = try loss.sweep(
          queries: Self.queries, positives: Self.positives, temperatures: [0.1, individual])
      } == "temperatures: expected one for all rows each, found 2 temperatures")
    #expect(
      message {
        _ = try Candidates(ownPositives: Self.positives)
          .statistics(of: Self.queries, scales: [0])
      } == "scale: expected a positive finite number, found 0.0")
    var (a, b) = (
      try Candidates(Self.positives).statistics(of: Self.queries, scales: [1]),
      try Candidates(Self.queries).statistics(of: Self.queries, scales: [1])
    )
    #expect(
      message { try a.merge(b) }
        == "ranks: expected counts against the same positives' logits, to merge, "
        + "found counts against other positives")
    b = try Candidates(Self.positives).statistics(of: Self.queries, scales: [1, 2])
    #expect(message { try a.merge(b) } == "exponents: expected [1.0], to merge, found [1.0, 2.0]")
  }
}
