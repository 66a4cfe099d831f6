import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("InfoNCE of several positives")
struct MultiPositiveInfoNCETests: ReferenceSuite {
  static let cases = Reference.named("info-nce-groups").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    let loss = MultiPositiveInfoNCE(
      temperature: try Temperature(try reference.number("temperature")),
      form: try PositiveForm(reference))
    return Answer(
      try loss.valueWithGradient(
        queries: try reference.matrix("queries", as: scalar), keys: try reference.matrix("keys"),
        positives: try PairPositives(reference), options: options))
  }

  private let queries = Matrix<Double>.random(rowCount: 7, columnCount: 4, seed: 1)
  private let keys = Matrix<Double>.random(rowCount: 9, columnCount: 4, seed: 2)
  private let ids = (queries: [0, 1, 2, 0, 5, 1, 0], keys: [0, 1, 1, 2, 7, 0, 2, 2, 1])

  private var positives: PairPositives { .equalIDs(queries: ids.queries, keys: ids.keys) }

  @Test("with one positive a query is InfoNCE, in every form", arguments: PositiveForm.allCases)
  func onePositive(_ form: PositiveForm) throws {
    let keys = keys.rows(0..<7)
    let expected = Answer(
      try InfoNCE(temperature: 0.1).valueWithGradient(queries: queries, positives: keys))
    let order = Array(0..<7)
    let step = try MultiPositiveInfoNCE(temperature: 0.1, form: form).valueWithGradient(
      queries: queries, keys: keys, positives: .equalIDs(queries: order, keys: order))
    let answer = Answer(step)
    expectClose(answer.loss, expected.loss, size: 1, tolerance: 1e-14, "loss")
    expectClose(answer.terms, expected.terms, size: 1, tolerance: 1e-14, "terms")
    for (name, other) in [
      ("queries", "queries"), ("keys", "positives"), ("logitScale", "logitScale"),
    ] {
      let gradient = try #require(expected.gradients[other])
      expectClose(
        answer.gradients[name], gradient, size: gradient.reduce(0) { max($0, abs($1)) },
        tolerance: 1e-13, name)
    }
    let floor = try CandidateSet.inBatch(size: 7).floor(temperature: 0.1, dimension: 4)
    expectClose(
      step.diagnostics?.floor, form == .sumInside ? log1p(6 * exp(-20)) : floor.value,
      size: floor.value, tolerance: 1e-12, "floor")
    #expect(step.diagnostics?.floorAttainable == false)
    expectClose(step.diagnostics?.chance, log(7), size: 1, tolerance: 1e-14, "chance")
  }

  @Test(
    "of equal rows is chance: log(n + p), log(1 + n), log(1 + n/p)",
    arguments: PositiveForm.allCases)
  func collapsed(_ form: PositiveForm) throws {
    let rows = Matrix<Double>(rowCount: 9, columnCount: 3) { _, c in [1, 2, -2][c] }
    let step = try MultiPositiveInfoNCE(temperature: 0.01, form: form).valueWithGradient(
      queries: rows.rows(0..<7), keys: rows, positives: positives)
    let counts = ids.queries.map { id in ids.keys.count { $0 == id } }
    let terms = counts.map {
      $0 == 0
        ? 0 : form.term(positives: $0, negatives: 9 - $0, own: 1, other: 1, scale: 100)
    }
    expectClose(step.terms, terms, size: 1, tolerance: 1e-12, "terms")
    let mean = terms.reduce(0, +) / 6
    expectClose(step.value, mean, size: 1, tolerance: 1e-12, "loss")
    expectClose(step.diagnostics?.chance, mean, size: 1, tolerance: 1e-14, "chance")
    #expect(step.diagnostics?.top1Accuracy == nil)
  }

  @Test("by lists is that by ids, and by equal weights too", arguments: PositiveForm.allCases)
  func lists(_ form: PositiveForm) throws {
    let lists = ids.queries.map { id in ids.keys.indices.filter { ids.keys[$0] == id } }
    let loss = MultiPositiveInfoNCE(temperature: 0.1, form: form)
    let byIDs = try loss.valueWithGradient(queries: queries, keys: keys, positives: positives)
    let byLists = try loss.valueWithGradient(queries: queries, keys: keys, positives: .lists(lists))
    #expect(byLists.value == byIDs.value && byLists.terms == byIDs.terms)
    #expect(byLists.gradient.queries == byIDs.gradient.queries)
    #expect(byLists.gradient.keys == byIDs.gradient.keys)
    #expect(byLists.diagnostics?.floor == nil && byIDs.diagnostics?.floor != nil)
    #expect(byLists.diagnostics?.chance == byIDs.diagnostics?.chance)
    for counts in [PairPositives.lists(lists).anchorCounts, positives.anchorCounts] {
      #expect(counts.queries == 6 && counts.keys == 8)
    }
    let weights = lists.map { $0.map { _ in 2.5 } }
    guard form != .sumInside else { return }
    let byWeights = try loss.valueWithGradient(
      queries: queries, keys: keys, positives: .weighted(lists, by: weights))
    Answer(byWeights).expectClose(
      to: Answer(byIDs), tolerance: .init(loss: 1e-14, gradient: 1e-13), "weights")
  }

  @Test("with a negative twice is that with its log-weight log 2", arguments: PositiveForm.allCases)
  func logWeights(_ form: PositiveForm) throws {
    let loss = MultiPositiveInfoNCE(temperature: 0.2, form: form)
    // Key 4 is nobody's positive.
    let twice = try loss.valueWithGradient(
      queries: queries, keys: keys.followed(by: keys.rows(4..<5)),
      positives: .equalIDs(queries: ids.queries, keys: ids.keys + [7]), of: .queries)
    let weighted = try loss.valueWithGradient(
      queries: queries, keys: keys, positives: positives,
      logWeights: (0..<9).map { $0 == 4 ? log(2) : 0 }, of: .queries)
    #expect(weighted.diagnostics?.chance == nil && weighted.diagnostics?.floor == nil)
    Answer(weighted).expectClose(
      to: Answer(twice), tolerance: .init(loss: 1e-13, gradient: 1e-13), "log-weights")
    // All alike change nothing, the positives' among them.
    let shifted = try loss.valueWithGradient(
      queries: queries, keys: keys, positives: positives,
      logWeights: Array(repeating: -3, count: 9))
    let plain = try loss.valueWithGradient(queries: queries, keys: keys, positives: positives)
    Answer(shifted).expectClose(
      to: Answer(plain), tolerance: .init(loss: 1e-13, gradient: 1e-13), "a constant")
  }

  /// pytorch-metric-learning's reducer leaves out rows whose loss rounds to 0, and its mean jumps there.
  @Test("counts a row that is right beyond rounding", arguments: PositiveForm.allCases)
  func saturatedRow(_ form: PositiveForm) throws {
    let rows: Matrix<Float> = [[1, 0], [-1, 0], [0.6, 0.8]]
    let step = try MultiPositiveInfoNCE(temperature: 0.01, form: form).valueWithGradient(
      queries: rows, keys: rows.rows(0..<2),
      positives: .equalIDs(queries: [0, 1, 1], keys: [0, 1]))
    // e⁻²⁰⁰ is 0 in Float; the last row is 0.6·2/τ wrong.
    #expect(step.terms[0] == 0 && step.terms[1] == 0)
    expectClose(Double(step.value), 120 / 3, size: 40, tolerance: 1e-6, "loss")
  }

  @Test("without a positive at all is 0, with zero gradients", arguments: PositiveForm.allCases)
  func noPositives(_ form: PositiveForm) throws {
    let step = try MultiPositiveInfoNCE(temperature: 0.1, form: form).valueWithGradient(
      queries: queries, keys: keys,
      positives: .equalIDs(
        queries: Array(repeating: 1, count: 7), keys: Array(repeating: 2, count: 9)))
    #expect(step.value == 0 && step.terms.allSatisfy { $0 == 0 })
    #expect(step.gradient.queries?.elements.allSatisfy { $0 == 0 } == true)
    #expect(step.gradient.keys?.elements.allSatisfy { $0 == 0 } == true)
    #expect(step.gradient.logScale == 0)
    #expect(step.diagnostics?.chance == nil && step.diagnostics?.floor == nil)
  }

  @Test("of one id is what positives leave of each other", arguments: PositiveForm.allCases)
  func oneID(_ form: PositiveForm) throws {
    let step = try MultiPositiveInfoNCE(temperature: 0.1, form: form).valueWithGradient(
      queries: queries, keys: keys,
      positives: .equalIDs(
        queries: Array(repeating: 1, count: 7), keys: Array(repeating: 1, count: 9)))
    #expect(step.diagnostics?.meanNegativeSimilarity == nil)
    #expect(step.diagnostics?.floorAttainable == true)
    if form == .meanOutside {
      #expect(step.value > log(9))
      expectClose(step.diagnostics?.floor, log(9), size: 1, tolerance: 1e-15, "floor")
    } else {
      #expect(step.value == 0 && step.diagnostics?.floor == 0)
      #expect(step.gradient.keys?.elements.allSatisfy { $0 == 0 } == true)
    }
  }

  @Test("weighs terms as it is told, the mean over queries with a positive")
  func reductions() throws {
    let loss = MultiPositiveInfoNCE(temperature: 0.3, form: .meanOutside)
    let mean = try loss.valueWithGradient(queries: queries, keys: keys, positives: positives)
    #expect(mean.terms[4] == 0)
    let sum = mean.terms.reduce(0, +)
    expectClose(mean.value, sum / 6, size: 1, tolerance: 1e-15, "mean")
    let terms = try loss.perTerm(queries: queries, keys: keys, positives: positives)
    #expect(terms.values == mean.terms)
    let weights = [1, -2, 0.5, 3, 7, 0, 1.25]
    let gradient = try terms.pullback(weights, of: .all)
    let weighted = try loss.valueWithGradient(
      queries: queries, keys: keys, positives: positives, reduction: .weighted(weights))
    #expect(
      gradient.queries == weighted.gradient.queries && gradient.keys == weighted.gradient.keys)
    expectClose(
      weighted.value, zip(weights, terms.values).reduce(0) { $0 + $1.0 * $1.1 }, size: 10,
      tolerance: 1e-14, "weighted")
  }

  private func line(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "done"
    } catch { return "\(error)" }
  }

  @Test("says in one line what does not fit")
  func errors() {
    func line(
      _ positives: PairPositives, keys: Matrix<Double>? = nil, form: PositiveForm = .meanOutside,
      exclusion: Exclusion = .none, reduction: Reduction = .mean
    ) -> String {
      self.line {
        _ = try MultiPositiveInfoNCE(temperature: 0.1, form: form).value(
          queries: queries, keys: keys ?? self.keys, positives: positives, excluding: exclusion,
          reduction: reduction)
      }
    }
    #expect(
      line(.equalIDs(queries: [1], keys: ids.keys))
        == "queryIDs: expected 7, one per row of queries, found 1")
    #expect(
      line(.equalIDs(queries: ids.queries, keys: [1]))
        == "keyIDs: expected 9, one per row of keys, found 1")
    #expect(
      line(.lists([[1]])) == "positives: expected 7 lists, one per row of queries, found 1 list")
    let lists = [[0], [1], [2, 9], [], [], [], []]
    #expect(line(.lists(lists)).hasPrefix("positives: expected columns from 0 to 8"))
    #expect(line(.lists(lists)).hasSuffix("in row 2"))
    let good = [[0], [1], [2, 3], [], [], [], []]
    #expect(
      line(.weighted(good, by: [[1], [1], [1], [], [], [], []]))
        == "weights: expected 2 numbers, as positives, found 1 number in row 2")
    #expect(
      line(.weighted(good, by: [[1], [1], [1, -1], [], [], [], []]))
        == "weights: expected a positive finite number, found -1.0 in row 2")
    #expect(
      line(.weighted(good, by: [[1]])) == "weights: expected 7 lists, as positives, found 1 list")
    #expect(
      line(.softTargets(Matrix(rowCount: 7, columnCount: 8) { _, _ in 1 }))
        == "positives: expected 9 columns, one per row of keys, found 8 columns")
    #expect(
      line(.weighted(good, by: good.map { $0.map { _ in 1 } }), form: .sumInside)
        == "form: expected meanOutside or eachAgainstNegatives, found sumInside of weighted positives"
    )
    #expect(
      line(positives, keys: Matrix(rowCount: 0, columnCount: 4))
        == "keys: expected at least one row, found none")
    #expect(
      line(positives, keys: Matrix(rowCount: 9, columnCount: 3) { _, _ in 1 })
        == "keys: expected 4 columns, as queries, found 3 columns")
    #expect(
      line(positives, exclusion: .equalIDs(rows: [1], keys: ids.keys)).hasPrefix("excluding: "))
    #expect(
      line(positives, reduction: .weighted([1]))
        == "weights: expected 7, one per term, found 1")
  }
}
