import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("Matryoshka losses")
struct MatryoshkaTests: PairedReferenceSuite {
  static let cases = Reference.named("matryoshka").cases

  @Test("equal the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func loss(of reference: Reference.Case) throws -> Matryoshka<InfoNCE> {
    try Matryoshka(
      InfoNCE(temperature: Temperature(try reference.number("temperature"))),
      dimensions: try reference.list("dims").map { Int($0) },
      weights: try reference.list("weights"))
  }

  static let x = Matrix<Double>.random(rowCount: 7, columnCount: 6, seed: 1)
  static let y = Matrix<Double>.random(rowCount: 7, columnCount: 6, seed: 2)

  static let losses: [any PairedLoss] = [
    InfoNCE(temperature: 0.2), MoCoV3(temperature: 0.2), CLIP(temperature: 0.2),
    NTXent(temperature: 0.2), SigLIP(temperature: 0.2, bias: -1), ArctanhInfoNCE(),
  ]

  private func sum<Loss: PairedLoss>(
    _ loss: Loss, excluding: FalseNegatives<Double>, reduction: Reduction
  ) throws {
    let (dimensions, weights) = ([5, 2, 3], [0.5, 2, 0.25])
    let step = try Matryoshka(loss, dimensions: dimensions, weights: weights)
      .valueWithGradient(
        queries: Self.x, keys: Self.y, excluding: excluding, reduction: reduction)
    var (value, terms) = (0.0, step.terms.map { _ in 0.0 })
    var (queries, slope) = (Array(repeating: 0.0, count: 42), 0.0)
    for (dimension, weight) in zip(dimensions, weights) {
      let columns = 0..<dimension
      let one = try loss.valueWithGradient(
        queries: Self.x.columns(columns), keys: Self.y.columns(columns), excluding: excluding,
        reduction: reduction)
      value += weight * one.value
      for (row, term) in one.terms.enumerated() { terms[row] += weight * term }
      let gradient = try #require(one.gradient.queries)
      for row in 0..<7 {
        for c in columns { queries[6 * row + c] += weight * gradient[row, c] }
      }
      slope += weight * (one.gradient.logScale ?? 0)
    }
    let size = max(1, abs(value))
    expectClose(step.value, value, size: size, tolerance: 1e-13, "\(loss): loss")
    expectClose(step.terms, terms, size: 7 * size, tolerance: 1e-13, "\(loss): terms")
    expectClose(
      step.gradient.queries?.elements, queries, size: 10, tolerance: 1e-13, "\(loss): queries")
    if !(loss is ArctanhInfoNCE) {
      expectClose(
        step.gradient.logScale, slope, size: 7 * size, tolerance: 1e-13, "\(loss): log s")
    }
    #expect((0..<7).allSatisfy { step.gradient.queries?[$0, 5] == 0 })
  }

  @Test("are sums over prefixes, of any loss of pairs", arguments: losses)
  func sums(_ loss: any PairedLoss) throws {
    try sum(loss, excluding: .none, reduction: .mean)
    try sum(loss, excluding: .equalIDs([0, 1, 2, 0, 3, 4, 1]), reduction: .sum)
  }

  /// By one pass, and by a pass for every prefix, where nothing of logits may be kept.
  @Test("are the same by one pass and by several", arguments: scalars, [0.02, 0.2, 5])
  func passes(_ scalar: any EmbeddingScalar.Type, temperature: Double) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      // A row of zeros, a prefix of zeros, and one that is a small part of its row.
      func rows(_ seed: UInt64) -> Matrix<Scalar> {
        let all = Matrix<Scalar>.random(rowCount: 90, columnCount: 17, seed: seed)
        return Matrix(rowCount: 90, columnCount: 17) { row, column in
          row == 3 || row == 40 && column < 5
            ? 0 : row == 41 && column < 5 ? all[row, column] / 100 : all[row, column]
        }
      }
      let (x, y) = (rows(1), rows(2))
      let loss = try Matryoshka(
        MoCoV3(temperature: Temperature(temperature)), dimensions: [5, 8, 16],
        weights: [0.5, 2, 1])
      var several = ComputeOptions()
      several.keptByteCount = 0
      let expected = try loss.valueWithGradient(queries: x, keys: y, options: several)
      for threads in 1...3 {
        let step = try loss.valueWithGradient(
          queries: x, keys: y, options: ComputeOptions(threads: threads))
        Answer(step).expectClose(
          to: Answer(expected),
          tolerance: TestSupport.Tolerance(temperature: temperature, scalar: Scalar.self),
          gradientSize: 1 / temperature, "\(threads) threads")
        let (one, other) = (try #require(step.diagnostics), try #require(expected.diagnostics))
        #expect(one.top1Accuracy == other.top1Accuracy && one.top5Accuracy == other.top5Accuracy)
        for path in [
          \Diagnostics.chance, \.floor, \.floorShare, \.meanPositiveSimilarity,
          \.meanNegativeSimilarity, \.gradientEntropy, \.effectiveNegatives,
        ] {
          let size = abs(other[keyPath: path] ?? .nan)
          expectClose(
            one[keyPath: path], other[keyPath: path] ?? .nan, size: max(0.1, size),
            tolerance: 1e-5, "\(path)")
        }
      }
      // A prefix of a millionth of its row is left to a pass of its own.
      let small = Matrix<Scalar>(rowCount: 90, columnCount: 17) { row, column in
        column < 5 && row == 7 ? x[row, column] * 1e-10 : x[row, column]
      }
      Answer(try loss.valueWithGradient(queries: small, keys: y, of: .keys)).expectClose(
        to: Answer(
          try loss.valueWithGradient(queries: small, keys: y, of: .keys, options: several)),
        tolerance: TestSupport.Tolerance(temperature: temperature, scalar: Scalar.self),
        gradientSize: 1 / temperature, "small prefix")
    }
    try check(scalar)
  }

  @Test("have chance and floor of all prefixes, and other diagnostics of the longest")
  func diagnostics() throws {
    let loss = try Matryoshka(
      InfoNCE(temperature: 0.2), dimensions: [6, 3], weights: [2, 0.5])
    let diagnostics = try #require(
      try loss.valueWithGradient(queries: Self.x, keys: Self.y).diagnostics)
    let whole = try #require(
      try InfoNCE(temperature: 0.2).valueWithGradient(queries: Self.x, keys: Self.y).diagnostics)
    expectClose(diagnostics.chance, 2.5 * log(7), size: 5, tolerance: 1e-14, "chance")
    expectClose(
      diagnostics.floor, 2.5 * (whole.floor ?? .nan), size: 1, tolerance: 1e-14, "floor")
    // Seven points are a simplex in six dimensions, and not in three.
    #expect(whole.floorAttainable == true && diagnostics.floorAttainable == false)
    #expect(diagnostics.top1Accuracy == whole.top1Accuracy)
    expectClose(
      diagnostics.meanPositiveSimilarity, try #require(whole.meanPositiveSimilarity), size: 1,
      tolerance: 1e-14, "similarity")
    // One direction: without an own floor no sum has one.
    let rince = try Matryoshka(RINCE(temperature: 1), dimensions: [3])
    let other = try rince.valueWithGradient(queries: Self.x, keys: Self.y).diagnostics
    #expect(other?.floor == nil && other?.chance != nil)
  }

  @Test("take rows of length 1 for rows like others")
  func unitRows() throws {
    let loss = try Matryoshka(InfoNCE(temperature: 0.2), dimensions: [2, 4])
    let (x, y) = (try Self.x.normalized(), try Self.y.normalized())
    let unit = try loss.valueWithGradient(queries: x, keys: y)
    let raw = try loss.valueWithGradient(queries: x.matrix, keys: y.matrix)
    #expect(unit.value == raw.value && unit.gradient.keys == raw.gradient.keys)
  }

  @Test("say what does not fit")
  func errors() throws {
    func expect(_ line: String, _ dimensions: [Int], _ weights: [Double]? = nil) {
      let error = #expect(throws: ContrastiveError.self) {
        let loss = try Matryoshka(
          InfoNCE(temperature: 0.2), dimensions: dimensions, weights: weights)
        _ = try loss.value(queries: Self.x, keys: Self.y)
      }
      #expect(error?.description == line)
    }
    expect("dimensions: expected at least one number, found none", [])
    expect("dimensions: expected a positive whole number, found 0 in row 1", [2, 0])
    expect("dimensions: expected each at most once, found 2 twice", [2, 3, 2])
    expect("dimensions: expected a whole number from 1 to 6, found 7", [2, 7])
    expect("weights: expected 2, as dimensions, found 1", [2, 3], [1])
    expect(
      "weights: expected a finite number, 0 or more, found -1.0 in row 0", [2, 3], [-1, 1])
    let error = #expect(throws: ContrastiveError.self) {
      try Matryoshka(InfoNCE(temperature: 0.2), dimensions: [2]).value(
        queries: Self.x, keys: Self.y.rows(0..<6))
    }
    #expect(error?.description == "keys: expected 7 rows, as queries, found 6 rows")
  }
}
