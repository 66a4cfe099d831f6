import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("CLIP of several positives")
struct MultiPositiveCLIPTests: ReferenceSuite {
  static let cases = Reference.named("clip-groups").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    let loss = MultiPositiveCLIP(
      temperature: try Temperature(scale: try reference.number("scale")),
      form: try PositiveForm(reference))
    return Answer(
      try loss.valueWithGradient(
        images: try reference.matrix("images", as: scalar), texts: try reference.matrix("texts"),
        positives: try PairPositives(reference), options: options))
  }

  private let images = Matrix<Double>.random(rowCount: 7, columnCount: 4, seed: 1)
  private let texts = Matrix<Double>.random(rowCount: 9, columnCount: 4, seed: 2)
  private let ids = (images: [0, 1, 2, 0, 5, 1, 0], texts: [0, 1, 1, 2, 7, 0, 2, 2, 1])

  private var positives: PairPositives { .equalIDs(queries: ids.images, keys: ids.texts) }

  @Test("with one text an image is CLIP, in every form", arguments: PositiveForm.allCases)
  func onePositive(_ form: PositiveForm) throws {
    let texts = texts.rows(0..<7)
    let order = [3, 1, 4, 0, 5, 9, 2]
    for reduction in [Reduction.mean, .sum] {
      let expected = Answer(
        try CLIP(temperature: 0.1).valueWithGradient(
          images: images, texts: texts, reduction: reduction))
      let step = try MultiPositiveCLIP(temperature: 0.1, form: form).valueWithGradient(
        images: images, texts: texts, positives: .equalIDs(queries: order, keys: order),
        reduction: reduction)
      var answer = Answer(step)
      #expect(answer.terms.count == 14)
      answer.terms = (0..<7).map { answer.terms[$0] + answer.terms[7 + $0] }
      answer.expectClose(
        to: expected, tolerance: .init(loss: 1e-13, gradient: 1e-12), "\(form) \(reduction)")
    }
  }

  @Test(
    "is half of both ways, each over the rows that have a positive",
    arguments: PositiveForm.allCases)
  func bothWays(_ form: PositiveForm) throws {
    let clip = try MultiPositiveCLIP(temperature: 0.1, form: form).valueWithGradient(
      images: images, texts: texts, positives: positives)
    let loss = MultiPositiveInfoNCE(temperature: 0.1, form: form)
    let there = try loss.valueWithGradient(queries: images, keys: texts, positives: positives)
    let back = try loss.valueWithGradient(
      queries: texts, keys: images,
      positives: .equalIDs(queries: ids.texts, keys: ids.images))
    expectClose(clip.value, (there.value + back.value) / 2, size: 1, tolerance: 1e-13, "value")
    expectClose(
      clip.terms, (there.terms + back.terms).map { $0 / 2 }, size: 1, tolerance: 1e-13, "terms")
    func sum(_ a: Matrix<Double>?, _ b: Matrix<Double>?) -> [Double] {
      zip(a?.elements ?? [], b?.elements ?? []).map { ($0 + $1) / 2 }
    }
    expectClose(
      clip.gradient.images?.elements, sum(there.gradient.queries, back.gradient.keys), size: 10,
      tolerance: 1e-13, "images")
    expectClose(
      clip.gradient.texts?.elements, sum(there.gradient.keys, back.gradient.queries), size: 10,
      tolerance: 1e-13, "texts")
    let diagnostics = try #require(clip.diagnostics)
    let (a, b) = (try #require(there.diagnostics), try #require(back.diagnostics))
    for path in [\Diagnostics.chance, \.floor] {
      let mean = try (#require(a[keyPath: path]) + #require(b[keyPath: path])) / 2
      expectClose(diagnostics[keyPath: path], mean, size: mean, tolerance: 1e-14, "\(path)")
    }
    expectClose(
      diagnostics.floorShare, try #require(diagnostics.floor) / clip.value, size: 1,
      tolerance: 1e-14, "share")
  }

  /// What is left out is so from both sides, whichever pass there is: lists are no rule that a tile has from its roles.
  @Test("leaves pairs out of both directions", arguments: PositiveForm.allCases)
  func exclusions(_ form: PositiveForm) throws {
    let loss = MultiPositiveCLIP(temperature: 0.1, form: form)
    let (rows, keys) = ([3, 4, 5, 3, 4, 5, 3], [5, 3, 3, 4, 5, 5, 4, 9, 9])
    let byIDs = try loss.valueWithGradient(
      images: images, texts: texts, positives: positives,
      excluding: .equalIDs(rows: rows, keys: keys))
    let byLists = try loss.valueWithGradient(
      images: images, texts: texts, positives: positives,
      excluding: .lists(rows.map { id in keys.indices.filter { keys[$0] == id } }))
    #expect(byLists.value == byIDs.value && byLists.terms == byIDs.terms)
    #expect(byLists.gradient.images == byIDs.gradient.images)
    #expect(byIDs.diagnostics?.floor == nil)
    let plain = PlainLoss.positivesBothWays(
      ["images": images, "texts": texts], form: form, temperature: 0.1
    ) { [ids] in
      ids.images[$0] == ids.texts[$1]
        ? .positive(weight: 1) : rows[$0] == keys[$1] ? .nothing : .negative
    }
    Answer(byIDs).expectClose(
      to: plain.answer(), tolerance: TestSupport.Tolerance(temperature: 0.1, scalar: Double.self),
      "left out")
  }

  /// Four captions each of five images, all equal: each is one of four right answers.
  @Test("of several captions an image knows its floor", arguments: scalars)
  func captions(_ scalar: any EmbeddingScalar.Type) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      let images: Matrix<Scalar> = Matrix<Double>.simplex(5, times: 1).converted()
      let captions: Matrix<Scalar> = Matrix<Double>.simplex(5, times: 4).converted()
      let positives = PairPositives.equalIDs(
        queries: Array(0..<5), keys: (0..<20).map { $0 / 4 })
      let tolerance = Scalar.self == Float.self ? 2e-6 : 1e-12
      for form in PositiveForm.allCases {
        let step = try MultiPositiveCLIP(temperature: 0.2, form: form).valueWithGradient(
          images: images, texts: captions, positives: positives)
        let expected =
          (form.term(positives: 4, negatives: 16, own: 1, other: -0.25, scale: 5)
            + form.term(positives: 1, negatives: 4, own: 1, other: -0.25, scale: 5)) / 2
        expectClose(Double(step.value), expected, size: 1, tolerance: tolerance, "\(form)")
        let diagnostics = try #require(step.diagnostics)
        guard form != .sumInside else {
          #expect(diagnostics.floorAttainable == false)
          #expect(try #require(diagnostics.floor) < expected)
          continue
        }
        // The corners of the simplex are where the floor is reached.
        expectClose(diagnostics.floor, expected, size: 1, tolerance: 1e-14, "\(form): floor")
        #expect(diagnostics.floorAttainable == true)
        expectClose(diagnostics.floorShare, 1, size: 1, tolerance: tolerance, "\(form): share")
      }
    }
    try check(scalar)
  }

  @Test("takes a temperature for each image and each text")
  func temperatures() throws {
    let values = (0..<16).map { 0.1 + 0.05 * Double($0) }
    let loss = MultiPositiveCLIP(temperature: try Temperature(rows: values), form: .sumInside)
    let step = try loss.valueWithGradient(images: images, texts: texts, positives: positives)
    #expect(step.gradient.byTemperature.temperatures?.count == 16)
    #expect(step.diagnostics?.floor == nil && step.diagnostics?.chance != nil)
    let there = try MultiPositiveInfoNCE(
      temperature: Temperature(rows: Array(values[..<7])), form: .sumInside
    ).value(queries: images, keys: texts, positives: positives, reduction: .sum)
    let back = try MultiPositiveInfoNCE(
      temperature: Temperature(rows: Array(values[7...])), form: .sumInside
    ).value(
      queries: texts, keys: images,
      positives: .equalIDs(queries: ids.texts, keys: ids.images), reduction: .sum)
    let sum = try loss.value(
      images: images, texts: texts, positives: positives, reduction: .sum)
    expectClose(sum, (there + back) / 2, size: 10, tolerance: 1e-14, "sum")
    let short = MultiPositiveCLIP(
      temperature: try Temperature(rows: Array(repeating: 1, count: 7)), form: .sumInside)
    let error = #expect(throws: ContrastiveError.self) {
      try short.value(images: images, texts: texts, positives: positives)
    }
    #expect(
      error?.description
        == "temperatures: expected 16, one per image and one per text, found 7")
  }

  @Test("returns nothing that was not asked for, and terms with a way back")
  func variables() throws {
    let loss = MultiPositiveCLIP(temperature: 0.1, form: .meanOutside)
    let all = try loss.valueWithGradient(images: images, texts: texts, positives: positives)
    let some = try loss.valueWithGradient(
      images: images, texts: texts, positives: positives, of: .texts, diagnostics: .none)
    #expect(some.gradient.images == nil && some.gradient.texts == all.gradient.texts)
    #expect(some.gradient.logScale == nil && some.diagnostics == nil)
    let terms = try loss.perTerm(images: images, texts: texts, positives: positives)
    #expect(terms.values == all.terms)
    let (n, m) = positives.anchorCounts
    let mean = (0..<16).map { 1 / Double($0 < 7 ? n : m) }
    let gradient = try terms.pullback(mean, of: .all)
    expectClose(
      gradient.images?.elements, try #require(all.gradient.images).elements, size: 10,
      tolerance: 1e-14, "pullback")
  }

  @Test("names in errors what the caller passed")
  func errors() {
    func line(_ positives: PairPositives, logWeights: PairLogWeights? = nil) -> String {
      do {
        _ = try MultiPositiveCLIP(temperature: 0.1, form: .meanOutside).value(
          images: images, texts: texts, positives: positives, logWeights: logWeights)
        return "done"
      } catch { return error.description }
    }
    #expect(
      line(.equalIDs(queries: [1], keys: ids.texts))
        == "queryIDs: expected 7, one per row of images, found 1")
    #expect(
      line(.equalIDs(queries: ids.images, keys: [1]))
        == "keyIDs: expected 9, one per row of texts, found 1")
    #expect(
      line(positives, logWeights: PairLogWeights(columns: [1]))
        == "logWeights.columns: expected 9 numbers, found 1 number")
    #expect(
      line(positives, logWeights: PairLogWeights(rows: [1]))
        == "logWeights.rows: expected 7 numbers, found 1 number")
  }
}
