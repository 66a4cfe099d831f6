import ContrastiveEmbeddings
import ContrastiveSimilarity
import RealModule

/// Rows of a batch against constant keys, several of which may be a row's positives.
///
/// Of the negatives a row function asks ℓ alone, and its gradient by a unit query q is
/// ```
/// dφ/dq = ∂φ/∂ℓ · dℓ/dq + s · Σₚ ∂φ/∂zₚ · kₚ
/// ```
/// where ∂φ/∂ℓ is one number per row. So the rows engine computes ℓ and dℓ/dq, with no positives to
/// know of, and what is left is small: label by label the positives' logits, the row function, and
/// the sum of both parts in place. ℓ depends on s·q only, so that dℓ/d log s = ⟨q, dℓ/dq⟩.
struct MemoryEngine<Scalar: EmbeddingScalar, Function: RowFunction>: Sendable {
  let embeddings: AnyEmbeddings<Scalar>
  let keys: UnitRows<Scalar>
  let roles: MemoryRoles
  let temperature: Temperature
  let function: Function

  /// Whether a row has one term whatever its positives, or one per positive.
  let hasOneTermPerRow: Bool

  let options: ComputeOptions

  init<E: Embeddings>(
    _ embeddings: E, labels: [Int], ids: [Int]?, memory: CrossBatchMemory<Scalar>,
    temperature: Temperature, function: Function, hasOneTermPerRow: Bool, options: ComputeOptions
  ) throws(ContrastiveError) where E.Scalar == Scalar {
    self.embeddings = try AnyEmbeddings(embeddings, named: "embeddings")
    keys = memory.keys
    self.temperature = temperature
    self.function = function
    self.hasOneTermPerRow = hasOneTermPerRow
    self.options = options
    try self.embeddings.requireRows()
    try self.embeddings.requireLabels(labels)
    if let ids { try self.embeddings.requireLabels(ids, named: "ids") }
    roles = MemoryRoles(
      labels: LabelGroups(labels + memory.labels), ids: ids.map { LabelGroups($0 + memory.ids) },
      rowCount: labels.count)
    try self.embeddings.requireColumnCount(
      as: AnyEmbeddings(unit: keys.matrix.block, named: "the memory"))
  }

  func step(
    of variables: EmbeddingVariables, reduction: Reduction, diagnostics level: DiagnosticsLevel
  ) throws(ContrastiveError) -> LossStep<Scalar, EmbeddingGradient<Scalar>> {
    let rowCount = embeddings.rowCount
    let counts = (0..<rowCount).map { roles.counts(ofRow: $0, among: keys.rowCount) }
    let termCounts = counts.map { hasOneTermPerRow ? 1 : $0.positives }
    // Rows without positives are no part of the mean; as pairs they are not there at all.
    let counted =
      hasOneTermPerRow ? counts.count { $0.positives > 0 } : termCounts.reduce(0, +)
    let weights =
      reduction == .mean
      ? TermWeights.equal(1 / Double(max(1, counted)))
      : try reduction.weights(termCount: termCounts.reduce(0, +))

    var problem = RowsProblem(
      queries: AnyEmbeddings(
        unit: embeddings.unitBlock(options: options), named: embeddings.name),
      queriesNeedGradient: !variables.isEmpty,
      keys: [
        .init(
          rows: AnyEmbeddings(unit: keys.matrix.block, named: "the memory"), roles: .memory(roles),
          needsGradient: false)
      ],
      positive: nil, function: LogSumExp(), scale: try temperature.scale(for: Scalar.self),
      weights: .equal(1))
    problem.observes = level == .all
    var result = RowsEngine(problem, options: options).run()

    let rows = evaluate(
      problem, weights: weights, termCounts: termCounts,
      negativeCounts: counts.map(\.negatives), logSumExps: result.values,
      gradient: result.queryGradient)
    result.values = rows.flatMap(\.values)
    result.value = rows.reduce(0) { $0 + $1.weightedSum }
    result.logScaleSlope = rows.reduce(0) { $0 + $1.logScaleSlope }
    result.observations.termCount = counted
    // Among equal rows, a row's positives are as many candidates more if its term has them all.
    result.observations.chance = counts.reduce(0) { sum, count in
      guard hasOneTermPerRow else {
        return sum + Double(count.positives) * .log(onePlus: Double(count.negatives))
      }
      return count.positives == 0 ? sum : sum + .log(Double(count.positives + count.negatives))
    }
    if !variables.contains(.embeddings) { result.queryGradient = nil }
    return try LossStep(
      result,
      gradient: EmbeddingGradient(
        result, of: embeddings, temperature: temperature, variables: variables, options: options),
      level: level, hasSinglePositive: false, floor: nil, temperature: temperature,
      dimension: embeddings.columnCount)
  }

  /// What a row came to.
  private struct Row {
    var values: [Double] = []
    var weightedSum = 0.0
    var logScaleSlope = 0.0
  }

  /// The rows of one label, which share their positives.
  private final class Group: @unchecked Sendable {
    let rows: [Int]
    let keys: [Int]
    var outcome: [Row] = []

    init(_ members: [Int], rowCount: Int) {
      rows = members.filter { $0 < rowCount }
      keys = members.filter { $0 >= rowCount }.map { $0 - rowCount }
    }
  }

  /// Evaluates every row, and turns dℓ/dq, if it is given, into the loss's gradient.
  private func evaluate(
    _ problem: RowsProblem<Scalar, LogSumExp>, weights: TermWeights, termCounts: [Int],
    negativeCounts: [Int], logSumExps: [Double], gradient: Block<Scalar>?
  ) -> [Row] {
    var firstTerm = [0]
    for count in termCounts { firstTerm.append(firstTerm[firstTerm.count - 1] + count) }
    let starts = firstTerm
    let groups = roles.labels.all.map { Group($0, rowCount: embeddings.rowCount) }
      .filter { !$0.rows.isEmpty }
    Workers.withSingleThreadedBLAS {
      Workers.forEach(groups.count, threads: options.threads) { _, item in
        evaluate(
          groups[item], queries: problem.queries.matrix.block, scale: problem.scale,
          gradient: gradient
        ) { row, terms in
          terms.logSumExp = [logSumExps[row]]
          terms.negativeCount = negativeCounts[row]
          terms.weights = (starts[row]..<starts[row + 1]).map { weights[$0] }
        }
      }
    }
    var rows = Array(repeating: Row(), count: embeddings.rowCount)
    for group in groups {
      for (row, outcome) in zip(group.rows, group.outcome) { rows[row] = outcome }
    }
    return rows
  }

  // Specialised for the callers in other modules, as `RowsEngine.run`.
  @specialized(where Scalar == Float, Function == PositiveCrossEntropy)
  @specialized(where Scalar == Double, Function == PositiveCrossEntropy)
  @specialized(where Scalar == Float, Function == SupConRow)
  @specialized(where Scalar == Double, Function == SupConRow)
  private func evaluate(
    _ group: Group, queries: Block<Scalar>, scale: Double, gradient: Block<Scalar>?,
    _ prepare: (_ row: Int, inout RowTerms) -> Void
  ) {
    let (isa, dimension, keyCount) = (options.isa, queries.columnCount, group.keys.count)
    let positives: Block<Scalar> = options.block(rowCount: keyCount, columnCount: dimension)
    positives.copy(keys.matrix.block, rows: group.keys)
    // A few rows at a time, as a label may have as many keys as the memory.
    for start in stride(from: 0, to: group.rows.count, by: 16) {
      let rows = group.rows[start..<min(start + 16, group.rows.count)]
      let own: Block<Scalar> = options.block(rowCount: rows.count, columnCount: dimension)
      own.copy(queries, rows: rows)
      let logits: Block<Scalar> = options.block(rowCount: rows.count, columnCount: keyCount)
      logits.setSimilarities(of: own, and: positives, scale: Scalar(scale))
      var slopes: [Scalar] = []
      for (place, row) in rows.enumerated() {
        var terms = RowTerms()
        terms.scale = scale
        prepare(row, &terms)
        let isPositive = group.keys.map { !roles.isOwn($0, ofRow: row) }
        terms.positives = isPositive.indices.filter { isPositive[$0] }
          .map { Double(logits[place, $0]) }
        terms.clear(termCount: terms.weights.count, exponentCount: 1)
        function.evaluate(&terms)
        var outcome = Row(values: terms.values)
        for (weight, value) in zip(terms.weights, terms.values) {
          outcome.weightedSum += weight * value
        }
        for (slope, logit) in zip(terms.positiveSlopes, terms.positives) {
          outcome.logScaleSlope += slope * logit
        }
        if let gradient {
          // s·Σ p·k, of which ⟨q, ·⟩ is the softmax's mean logit.
          let mean = gradient.rows(row..<row + 1).dots(with: queries.rows(row..<row + 1), on: isa)
          outcome.logScaleSlope += terms.logSumExpSlopes[0] * mean[0]
        }
        group.outcome.append(outcome)
        slopes.append(Scalar(terms.logSumExpSlopes[0]))
        var positiveSlopes = terms.positiveSlopes.makeIterator()
        for key in isPositive.indices {
          logits[place, key] = isPositive[key] ? Scalar(positiveSlopes.next() ?? 0) : 0
        }
      }
      guard let gradient else { continue }
      if keyCount > 0 {
        own.setProduct(logits, positives, scale: Scalar(scale))
      } else {
        own.clear()
      }
      for (place, row) in rows.enumerated() {
        let target = gradient.rows(row..<row + 1)
        target.scaleRows(by: [slopes[place]], on: isa)
        target.add(own.rows(place..<place + 1), on: isa)
      }
    }
  }
}
