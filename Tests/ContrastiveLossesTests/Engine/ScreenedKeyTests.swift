import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

/// Keys that are where 8-bit codes can least tell what they are.
@Suite("Screened logits of a few chosen keys")
struct ScreenedKeyTests {
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
          options: ScreeningProblem.options(screens: true, threads: threads))
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
    [1, 1.2] as [Float])
  func codesOnTheOtherSide(side: Float, length: Float) throws {
    let (largest, near) = (0.9 as Float, 0.95 as Float)
    let step = largest / 127
    let (keyCosine, positiveCosine) = ((42 + side * 0.49) * step, (42 + side * 0.46) * step)
    func row(_ first: Float, _ second: Float) -> [Float] {
      [first, second, (1 - first * first - second * second).squareRoot(), 0]
    }
    let query = try UnitRows(
      validating: Matrix<Float>(rows: [[0, length, 0, 0]]), tolerance: 0.25)
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
          options: ScreeningProblem.options(screens: true, isa: isa))
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
          options: ScreeningProblem.options(screens: true, isa: isa))
        #expect(step.diagnostics?.top5Accuracy == (sign > 0 ? 1 : 0), "\(isa), \(variables)")
      }
    }
  }

  // A row without a candidate in the first tile has no sum yet when the second is screened.
  @Test("read no key past the last", arguments: [1e-3, 1e-5, 1e-7] as [Temperature])
  func lastColumn(temperature: Temperature) throws {
    let queries = ScreeningProblem.Data.clustered.rows(1, seed: 1)
    let positives = ScreeningProblem.Data.clustered.rows(1, seed: 2)
    let rows = ScreeningProblem.Data.clustered.rows(64 + 5, seed: 3)
    // Behind the last lies what would be the nearest.
    let many = Matrix(rowCount: 64 + 16, columnCount: ScreeningProblem.dimension) { r, c in
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
      try term(ScreeningProblem.options(screens: true)),
      try term(ScreeningProblem.options(screens: false, strategy: .kept))
    )
    #expect(
      Double(abs(screened - kept))
        <= ScreeningProblem.Tolerance(scale: temperature.scale).term + Double(abs(kept) * .ulpOfOne)
    )
  }
}
