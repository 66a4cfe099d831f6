import Contrastive
import ContrastiveLosses
import TestSupport
import Testing

/// What differs between the two directions, or has no tile that serves both.
@Suite("Both ways, with log-weights, margins and mapped logits")
struct BothWaysCandidatesTests {
  /// What candidates of pairs may be.
  enum Rule: CaseIterable, Sendable {
    case ofColumns, ofBoth, margin, guide, marginAndWeights, arctanh, circle

    var weighsRows: Bool { self == .ofBoth || self == .marginAndWeights }
    var weighsColumns: Bool { weighsRows || self == .ofColumns }
    var hasMargin: Bool { self == .margin || self == .guide || self == .marginAndWeights }

    var logits: PlainLogits {
      switch self {
      case .arctanh: .arctanh
      case .circle: .circle(margin: 0.25)
      case .ofColumns, .ofBoth, .margin, .guide, .marginAndWeights: .scaledCosines
      }
    }
  }

  static let margin = 0.1

  /// From −1.5 to 1.5.
  private static func logWeight(_ index: Int, side: Int) -> Double {
    Double((7 * index + 3 * side) % 13) / 4 - 1.5
  }

  private struct Problem {
    let rule: Rule
    let plain: PlainLoss
    let guide: (images: Matrix<Double>, texts: Matrix<Double>)
    let rows: Int

    init(_ rule: Rule, _ form: CustomForm, rows: Int, seed: UInt64) {
      func random(_ seed: UInt64) -> Matrix<Double> {
        // Both precisions compute the same problem.
        Matrix<Float>.random(rowCount: rows, columnCount: 3, seed: seed).converted()
      }
      let (images, texts) = (random(seed), random(seed + 100))
      let guide = rule == .guide ? (random(seed + 200), random(seed + 300)) : (images, texts)
      func dot(_ x: Matrix<Double>, _ i: Int, _ y: Matrix<Double>, _ j: Int) -> Double {
        (0..<3).reduce(0) { $0 + x[i, $1] * y[j, $1] }
      }
      func cosine(_ i: Int, _ j: Int) -> Double {
        dot(guide.0, i, guide.1, j)
          / (dot(guide.0, i, guide.0, i) * dot(guide.1, j, guide.1, j)).squareRoot()
      }
      let cosines = (0..<rows).map { i in (0..<rows).map { cosine(i, $0) } }
      self.rule = rule
      self.guide = guide
      self.rows = rows
      plain = PlainLoss.rows(
        ["images": images, "texts": texts], anchors: ["images", "texts"], temperature: 0.2,
        logits: rule.logits, sides: 2,
        keys: { anchor in
          let (own, isImage) = (anchor % rows, anchor < rows)
          let limit = cosines[own][own] - BothWaysCandidatesTests.margin
          return (0..<rows).compactMap { other in
            let similarity = isImage ? cosines[own][other] : cosines[other][own]
            guard other == own || !rule.hasMargin || similarity <= limit else { return nil }
            var key = PlainLoss.Key(isImage ? "texts" : "images", other)
            key.isPositive = other == own
            if isImage ? rule.weighsColumns : rule.weighsRows {
              key.logWeight = BothWaysCandidatesTests.logWeight(other, side: isImage ? 1 : 0)
            }
            return key
          }
        }, { form.plain($0) })
    }

    var logWeights: PairLogWeights? {
      guard rule.weighsColumns else { return nil }
      func weights(_ side: Int) -> [Double] {
        (0..<rows).map { BothWaysCandidatesTests.logWeight($0, side: side) }
      }
      return PairLogWeights(rows: rule.weighsRows ? weights(0) : nil, columns: weights(1))
    }

    func falseNegatives<Scalar: EmbeddingScalar>(as: Scalar.Type) -> FalseNegatives<Scalar> {
      switch rule {
      case .margin, .marginAndWeights:
        .moreSimilar(margin: .absolute(BothWaysCandidatesTests.margin))
      case .guide:
        .moreSimilar(
          guideQueries: guide.images.converted(to: Scalar.self),
          positives: guide.texts.converted(to: Scalar.self),
          margin: .absolute(BothWaysCandidatesTests.margin))
      case .ofColumns, .ofBoth, .arctanh, .circle: .none
      }
    }

    func rows<Scalar: EmbeddingScalar>(
      _ name: String, as: Scalar.Type
    ) throws -> Matrix<Scalar> {
      try #require(plain.inputs[name]).converted(to: Scalar.self)
    }
  }

  /// Small shapes are mostly edges; a function of one exponent would share tiles, one of two would not anyway.
  @Test("equal plain loops, in every strategy", arguments: Rule.allCases)
  func plainLoops(_ rule: Rule) throws {
    var turn = 0
    for form in [CustomForm.eachPositive, .twoExponents] {
      for tile in RowsEngineTests.tiles {
        for rows in [1, tile.columns + 1, 2 * tile.columns + 3] {
          let problem = Problem(rule, form, rows: rows, seed: UInt64(turn))
          let expected = problem.plain.answer()
          func check<Scalar: EmbeddingScalar>(
            as scalar: Scalar.Type, _ options: ComputeOptions
          ) throws {
            let loss = try BothWaysLoss(
              form.function, temperature: problem.plain.libraryTemperature,
              logits: rule.logits.library)
            let answer = Answer(
              try loss.valueWithGradient(
                images: try problem.rows("images", as: scalar),
                texts: try problem.rows("texts", as: scalar),
                excluding: problem.falseNegatives(as: scalar), logWeights: problem.logWeights,
                options: options))
            answer.expectClose(
              to: expected, tolerance: TestSupport.Tolerance(temperature: 0.2, scalar: scalar),
              lossSize: 1, gradientSize: 2 / (Double(rows) * 0.2),
              "\(rule) of \(form), \(rows) pairs, \(options), \(scalar)")
          }
          let variants = ComputeOptions.variants(
            tileRows: tile.rows, tileColumns: tile.columns, turn: turn)
          for options in variants { try check(as: Double.self, options) }
          // A cosine in Float may be on the other side of a threshold, a different problem; and artanh makes of its
          // rounding what is left of 1 − c².
          if !rule.hasMargin, rule != .arctanh {
            try check(as: Float.self, variants[turn % variants.count])
          }
          turn += 1
        }
      }
    }
  }

  @Test("are CLIP's, to the bit", arguments: [Rule.ofColumns, .ofBoth, .margin, .marginAndWeights])
  func clip(_ rule: Rule) throws {
    let problem = Problem(rule, .eachPositive, rows: 23, seed: 5)
    let (images, texts) = (
      try problem.rows("images", as: Float.self), try problem.rows("texts", as: Float.self)
    )
    let own = try BothWaysLoss(PositiveCrossEntropy(), temperature: 0.2).valueWithGradient(
      images: images, texts: texts, excluding: problem.falseNegatives(as: Float.self),
      logWeights: problem.logWeights)
    let clip = try CLIP(temperature: 0.2).valueWithGradient(
      images: images, texts: texts, excluding: problem.falseNegatives(as: Float.self),
      logWeights: problem.logWeights)
    #expect(clip.value == own.value && clip.terms == own.terms)
    #expect(clip.gradient.images == own.gradient.images)
    #expect(clip.gradient.texts == own.gradient.texts)
    #expect(clip.diagnostics?.floor == nil)
    #expect((clip.diagnostics?.chance == nil) == (problem.logWeights != nil))
  }

  @Test("weights of a whole direction that are all equal change nothing")
  func constantWeights() throws {
    let images = Matrix<Double>.random(rowCount: 17, columnCount: 4, seed: 1)
    let texts = Matrix<Double>.random(rowCount: 17, columnCount: 4, seed: 2)
    let clip = CLIP(temperature: 0.1)
    let expected = Answer(try clip.valueWithGradient(images: images, texts: texts))
    let answer = Answer(
      try clip.valueWithGradient(
        images: images, texts: texts,
        logWeights: PairLogWeights(
          rows: Array(repeating: 3, count: 17), columns: Array(repeating: -2, count: 17))))
    answer.expectClose(
      to: expected, tolerance: TestSupport.Tolerance(temperature: 0.1, scalar: Double.self),
      "equal weights")
  }

  @Test("a sweep equals calls of its own", arguments: [Rule.margin, .guide])
  func sweep(_ rule: Rule) throws {
    let problem = Problem(rule, .eachPositive, rows: 19, seed: 9)
    let (images, texts) = (
      try problem.rows("images", as: Double.self), try problem.rows("texts", as: Double.self)
    )
    let excluded = problem.falseNegatives(as: Double.self)
    let temperatures: [Temperature] = [0.05, 0.3, 2]
    let points = try CLIP(temperature: 1).sweep(
      images: images, texts: texts, excluding: excluded, temperatures: temperatures,
      keepingTerms: true)
    for (temperature, point) in zip(temperatures, points) {
      let single = try CLIP(temperature: temperature).valueWithGradient(
        images: images, texts: texts, excluding: excluded)
      let scale = temperature.scale
      // A logit of size s is known to 2⁻⁵² of itself, some d roundings.
      let tolerance = 1e-14 * max(1, scale)
      #expect(abs(point.value - single.value) <= tolerance)
      #expect(abs(point.logScaleGradient - (single.gradient.logScale ?? .nan)) <= scale * tolerance)
      for (term, other) in zip(try #require(point.terms), single.terms) {
        #expect(abs(term - other) <= tolerance)
      }
      #expect(point.diagnostics.chance == single.diagnostics?.chance)
    }
  }

  /// Of a batch against itself, too, where a row's own cosine of 1, which is left out, has an infinite artanh.
  @Test("of a batch: log-weights and maps", arguments: [PlainLogits.scaledCosines, .arctanh])
  func batch(_ logits: PlainLogits) throws {
    let rows = 15
    let labels = (0..<rows).map { $0 % 4 }
    let weights =
      logits == .scaledCosines ? (0..<rows).map { Self.logWeight($0, side: 1) } : nil
    let plain = PlainLoss.rows(
      ["embeddings": Matrix<Float>.random(rowCount: rows, columnCount: 3, seed: 3).converted()],
      anchors: ["embeddings"], temperature: 0.2, logits: logits,
      keys: { anchor in
        (0..<rows).filter { $0 != anchor }.map { other in
          var key = PlainLoss.Key("embeddings", other)
          key.isPositive = labels[other] == labels[anchor]
          key.logWeight = weights?[other] ?? 0
          return key
        }
      }, { CustomForm.margin.plain($0) })
    let expected = plain.answer()
    for options in ComputeOptions.referenceVariants {
      let answer = Answer(
        try BatchLoss(CustomForm.margin.function, temperature: 0.2, logits: logits.library)
          .valueWithGradient(
            embeddings: try #require(plain.inputs["embeddings"]), labels: labels,
            logWeights: weights, options: options))
      answer.expectClose(
        to: expected, tolerance: TestSupport.Tolerance(temperature: 0.2, scalar: Double.self),
        lossSize: 1, gradientSize: 2 / (Double(rows) * 0.2), "\(logits), \(options)")
    }
  }

  @Test("are refused, in one line, where sizes do not fit or there is no meaning")
  func errors() {
    let three = Matrix<Double>.random(rowCount: 3, columnCount: 2, seed: 1)
    expectRefusal("logWeights.columns: expected 3 numbers, found 2 numbers") {
      _ = try CLIP(temperature: 1).valueWithGradient(
        images: three, texts: three, logWeights: PairLogWeights(columns: [0, 0]))
    }
    expectRefusal("logWeights.rows: row 1 holds a NaN or an infinity; every number must be finite")
    {
      _ = try CLIP(temperature: 1).valueWithGradient(
        images: three, texts: three, logWeights: PairLogWeights(rows: [0, .nan, 0]))
    }
    expectRefusal(
      "logits: expected .scaledCosines, found a map with a function of Σz or log-weights"
    ) {
      _ = try BothWaysLoss(PositiveCrossEntropy(), temperature: 1, logits: .arctanh)
        .valueWithGradient(
          images: three, texts: three, logWeights: PairLogWeights(rows: [0, 0, 0]))
    }
  }
}
