import ContrastiveBounds
public import ContrastiveEmbeddings

/// What a loss is at one temperature of several, all of which were computed from one product.
public struct SweepPoint<Scalar: EmbeddingScalar>: Sendable {
  public let temperature: Temperature

  /// The mean over the terms.
  public let value: Scalar

  /// dL/d(log s), at embeddings that stay as they are: where it changes its sign a learned temperature settles.
  public let logScaleGradient: Scalar

  /// The terms, if they were asked for.
  public let terms: [Scalar]?

  /// The entropy, in nats, of the weights with which each term's negatives share its gradient, if terms were asked for:
  /// its exponential is how many of them are effective. Of `CLIP` the mean of a pair's two; `nil` of paired negatives.
  public let entropies: [Double]?

  /// As of a single call.
  public let diagnostics: Diagnostics
}

extension [Temperature] {
  /// s of each.
  ///
  /// - Throws: `ContrastiveError` for one that is many, or that the scalar cannot hold.
  package func scales<Scalar: EmbeddingScalar>(
    for scalar: Scalar.Type
  ) throws(ContrastiveError) -> [Double] {
    var result: [Double] = []
    for temperature in self {
      guard !temperature.isIndividual else {
        throw .init(
          .temperatures, .choice(found: "\(temperature)", expected: "one for all rows each"))
      }
      result.append(try temperature.exponentScale(for: Scalar.self))
    }
    return result
  }
}

/// What is added up of one temperature, block of rows after block of rows.
struct SweepSums: Sendable {
  var evaluation: RowEvaluation
  let function: any RowFunction
  let temperature: Temperature
  let keepsTerms: Bool
  private var sum = 0.0
  private var count = 0
  private var entropies: [Double] = []

  init(_ function: any RowFunction, at temperature: Temperature, keepsTerms: Bool) {
    self.function = function
    self.temperature = temperature
    self.keepsTerms = keepsTerms
    evaluation = RowEvaluation(slopes: RowSlopes(function))
  }

  /// Evaluates statistics of the exponent that is the temperature's, and adds them.
  ///
  /// - Parameters:
  ///   - statistics: Of cosines.
  ///   - products: The positives' cosines.
  mutating func add(
    _ rows: Range<Int>, _ statistics: RowStatistics, exponent t: Int, products: PositiveLogits,
    hasSinglePositive: Bool
  ) {
    let scale = temperature.scale
    var positives = products
    for index in positives.logits.indices {
      let bias = products.biases?[index] ?? 0
      positives.logits[index] = scale * (products.logits[index] - bias) + bias
    }
    let evaluator = RowEvaluator(
      function, scales: .one(scale), weights: .equal(1), hasSinglePositive: hasSinglePositive,
      observes: true)
    let own = statistics.selecting(t, scale: scale, exponents: function.exponents)
    let next = evaluator.evaluate(rows, statistics: own, positives: positives)
    sum += next.value
    count += next.values.count
    evaluation.logScaleSlopes = [
      (evaluation.logScaleSlopes.first ?? 0) + next.logScaleSlopes.reduce(0, +)
    ]
    if keepsTerms {
      evaluation.values += next.values
      entropies += own.entropies()
    }
    evaluation.observations.add(next.observations)
  }

  /// Makes one term of a row's and its column's, half of each.
  mutating func joinSides() {
    let half = evaluation.values.count / 2
    guard keepsTerms else { return }
    evaluation.values = (0..<half).map {
      (evaluation.values[$0] + evaluation.values[half + $0]) / 2
    }
    entropies = (0..<half).map { (entropies[$0] + entropies[half + $0]) / 2 }
  }

  func point<Scalar: EmbeddingScalar>(
    floor: LossBound?, hasSinglePositive: Bool, as scalar: Scalar.Type
  ) -> SweepPoint<Scalar> {
    let mean = sum / Double(max(1, count))
    var diagnostics = Diagnostics(
      evaluation.observations, hasSinglePositive: hasSinglePositive)
    if let floor { diagnostics.setFloor(floor, mean: function.canBeNegative ? nil : mean) }
    return SweepPoint(
      temperature: temperature, value: Scalar(mean),
      logScaleGradient: Scalar(
        (evaluation.logScaleSlopes.first ?? 0) / Double(max(1, count))),
      terms: keepsTerms ? evaluation.values.map { Scalar($0) } : nil,
      entropies: keepsTerms ? entropies : nil, diagnostics: diagnostics)
  }
}

extension RowStatistics {
  /// Of statistics of cosines, whose exponents are scales, those at one of the scales, as of logits.
  func selecting(_ t: Int, scale: Double, exponents: [Double]) -> RowStatistics {
    var result = RowStatistics(only: t, of: self, as: exponents)
    result.totals = totals.map { scale * $0 }
    return result
  }
}
