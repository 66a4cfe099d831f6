import Contrastive
import TestSupport
import Testing

@Suite("Candidates that are left out by their similarity")
struct ExclusionTests {
  // −1e39 is −∞ as a Float.
  @Test("are all at a threshold of −∞, and no more", arguments: [-.infinity, -1e39], scalars)
  func leastThreshold(_ least: Double, _ scalar: any EmbeddingScalar.Type) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      let rows = Matrix<Scalar>.random(rowCount: 5, columnCount: 3, seed: 1)
      let keys = Matrix<Scalar>.random(rowCount: 5, columnCount: 3, seed: 2)
      func step(
        _ exclusion: Exclusion
      ) throws -> (answer: Answer, diagnostics: Diagnostics?) {
        let step = try MultiPositiveInfoNCE(
          temperature: 0.5, form: .meanOutside
        ).valueWithGradient(
          queries: rows, keys: keys, positives: .lists((0..<5).map { [$0] }),
          excluding: exclusion)
        return (Answer(step), step.diagnostics)
      }
      let similar = try step(
        try .similarity(rows: rows, keys: keys, atLeast: [least, 2, least, 2, 2]))
      let listed = try step(
        .lists((0..<5).map { [0, 2].contains($0) ? Array(0..<5) : [] }))
      #expect(similar.answer == listed.answer)
      #expect(similar.diagnostics == listed.diagnostics && listed.diagnostics != nil)
    }
    try check(scalar)
  }

  @Test("are all negatives at a margin that no cosines have between them", arguments: [3, 1e39])
  func largestMargin(_ margin: Double) throws {
    let step = try InfoNCE(temperature: 0.1).valueWithGradient(
      queries: Matrix<Float>.random(rowCount: 5, columnCount: 3, seed: 1),
      positives: Matrix<Float>.random(rowCount: 5, columnCount: 3, seed: 2),
      excluding: .moreSimilar(margin: .absolute(margin)))
    #expect(step.terms == [0, 0, 0, 0, 0])
    #expect(step.diagnostics?.chance == 0)
  }
}
