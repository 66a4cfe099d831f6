import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveKernels

/// Pairs of rows whose similarities are to be in the order of their scores.
///
/// ```
/// loss = log(1 + Σ exp(zᵢ − zⱼ)) over all i, j of scoreᵢ < scoreⱼ
/// z = s·f(â, b̂)
/// ```
struct ScoredPairStep<Scalar: EmbeddingScalar> {
  /// f of two unit rows: ⟨â, b̂⟩, or |⟨â, R·b̂⟩|.
  enum Similarity {
    case cosine
    /// With halves a = (a₁, a₂) and b = (b₁, b₂), R·b = (b₁ − b₂, b₂ + b₁).
    case angle
  }

  private let a: AnyEmbeddings<Scalar>
  private let b: AnyEmbeddings<Scalar>
  private let order: ScoreOrder
  private let similarity: Similarity
  private let temperature: Temperature
  private let pass: LossPass

  private var options: ComputeOptions { pass.options }

  /// Rows in shares of a fixed size, so that nothing depends on how many threads there are.
  private var chunks: [Range<Int>] { (0..<a.rowCount).parts(of: 256) }

  init<A: Embeddings, B: Embeddings>(
    _ a: A, _ b: B, scores: [Double], similarity: Similarity, temperature: Temperature,
    pass: LossPass
  ) throws(ContrastiveError) where A.Scalar == Scalar, B.Scalar == Scalar {
    self.a = try AnyEmbeddings(a, named: .a)
    self.b = try AnyEmbeddings(b, named: .b)
    try self.b.requireShape(as: self.a)
    guard scores.count == self.a.rowCount else {
      throw .init(
        .scores,
        .count(found: scores.count, expected: .exactly(self.a.rowCount, .onePerRow(of: .a))))
    }
    if let row = scores.firstIndex(where: { !$0.isFinite }) {
      throw .init(.scores, row: row, .notFinite)
    }
    order = ScoreOrder(scores)
    self.similarity = similarity
    self.temperature = temperature
    self.pass = pass
  }

  func run(
    of variables: ScoredPairVariables
  ) throws(ContrastiveError) -> LossStep<Scalar, ScoredPairGradient<Scalar>> {
    let weight = try pass.weights(termCount: 1)[0]
    let scales = try temperature.scales(for: Scalar.self, rowCount: a.rowCount, of: .a)
      .list(count: a.rowCount)
    let products = try products()
    let logits = zip(products, scales).map { similarity == .angle ? $1 * abs($0) : $1 * $0 }
    let (sum, shares) = order.logSumExp(ofDifferences: logits)
    let value = softplus(sum)
    let slope = weight * logistic(sum)
    var gradient = ScoredPairGradient<Scalar>()
    let factors = products.indices.map { row in
      let sign: Double =
        similarity == .cosine || products[row] > 0 ? 1 : products[row] < 0 ? -1 : 0
      return slope * shares[row] * scales[row] * sign
    }
    if variables.contains(.a) {
      gradient.a = a.gradient(
        fromUnit: turned(b, back: false, times: factors), options: options)
    }
    if variables.contains(.b) {
      gradient.b = b.gradient(fromUnit: turned(a, back: true, times: factors), options: options)
    }
    gradient.byTemperature = TemperatureGradient(
      logScaleSlopes: zip(logits, shares).map { slope * $1 * $0 }, at: temperature, of: variables)
    return LossStep(
      value: Scalar(weight * value), terms: [Scalar(value)], gradient: gradient, diagnostics: nil)
  }

  /// ⟨â, b̂⟩, or ⟨â, R·b̂⟩, of every pair.
  private func products() throws(ContrastiveError) -> [Double] {
    let chunks = chunks
    return try SharedWork(options).map(chunks.count) { _, item in
      let rows = chunks[item]
      let target = Block<Scalar>(rowCount: rows.count, columnCount: b.columnCount)
      setTurned(target, b, rows, back: false)
      return unit(a, rows).dots(with: target, on: options.isa)
    }.flatMap(\.self)
  }

  /// R·x̂ of every row, or Rᵀ·x̂, times a factor.
  private func turned(
    _ rows: AnyEmbeddings<Scalar>, back: Bool, times factors: [Double]
  ) -> Block<Scalar> {
    let result: Block<Scalar> = options.block(
      rowCount: rows.rowCount, columnCount: rows.columnCount)
    let chunks = chunks
    Workers.forEach(chunks.count, threads: options.threads) { _, item in
      let own = result.rows(chunks[item])
      setTurned(own, rows, chunks[item], back: back)
      own.scaleRows(by: Array(factors[chunks[item]]), on: options.isa)
    }
    return result
  }

  private func unit(_ rows: AnyEmbeddings<Scalar>, _ range: Range<Int>) -> Block<Scalar> {
    let scratch = Block<Scalar>(
      rowCount: rows.unitRowsNeedRoom ? range.count : 0, columnCount: rows.columnCount)
    return rows.unit(range, into: scratch, on: options.isa)
  }

  /// Sets R·x̂ = x̂ + (−x̂₂, x̂₁), or Rᵀ·x̂ = x̂ + (x̂₂, −x̂₁), of some rows, whose second half may be shorter by one; of
  /// cosines x̂.
  private func setTurned(
    _ target: Block<Scalar>, _ rows: AnyEmbeddings<Scalar>, _ range: Range<Int>, back: Bool
  ) {
    let unit = unit(rows, range)
    target.copy(unit)
    guard similarity == .angle else { return }
    let dimension = unit.columnCount
    let half = (dimension + 1) / 2
    let (first, second) = (0..<dimension - half, half..<dimension)
    let plus = Array(repeating: 1.0, count: range.count)
    let minus = plus.map { -$0 }
    target.columns(first).add(
      unit.columns(second), times: back ? plus : minus, on: options.isa)
    target.columns(second).add(
      unit.columns(first), times: back ? minus : plus, on: options.isa)
  }
}
