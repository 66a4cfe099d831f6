import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("InfoNCE's candidates that do not fit")
struct InfoNCECandidateErrorTests {
  @Test("say in one line what does not fit")
  func errors() {
    let loss = InfoNCE(temperature: 0.1)
    func message(
      _ loss: InfoNCE = InfoNCE(temperature: 0.1), _ negatives: Negatives<Double> = .inBatch,
      _ falseNegatives: FalseNegatives<Double> = .none, _ logWeights: LogWeights? = nil
    ) -> String {
      do {
        _ = try loss.value(
          queries: InfoNCECandidatesTests.queries, positives: InfoNCECandidatesTests.positives,
          negatives: negatives,
          excluding: falseNegatives, logWeights: logWeights)
        return ""
      } catch { return error.description }
    }
    let shared = Negatives<Double>.shared(InfoNCECandidatesTests.queries)
    let paired = Negatives<Double>.paired(InfoNCECandidatesTests.queries)
    #expect(
      message(loss, .inBatch, .equalIDs([1])) == "ids: expected 9, one per row of queries, found 1")
    #expect(
      message(loss, shared, .equalIDs(Array(0..<9), negatives: [1]))
        == "negativeIDs: expected 9, one per negative, found 1")
    #expect(
      message(loss, paired, .moreSimilar())
        == "falseNegatives: expected .none: leave them out of the lists, "
        + "found a rule for paired negatives")
    #expect(
      message(
        loss, shared,
        .moreSimilar(
          guideQueries: InfoNCECandidatesTests.queries, positives: InfoNCECandidatesTests.positives)
      )
        == "guideNegatives: expected 9 rows, as negatives, found none")
    #expect(
      message(loss, .inBatch, .moreSimilar(margin: .absolute(.nan)))
        == "margin: expected a finite number, found nan")
    #expect(
      message(InfoNCE(temperature: 1, hardness: -1))
        == "hardness: expected a finite number, 0 or more, found -1.0")
    #expect(
      message(InfoNCE(temperature: 1, batchCandidates: .queriesWithQueries), shared)
        == "batchCandidates: expected none, or negatives .inBatch or .inBatchAndShared, "
        + "found some without negatives of the batch")
    #expect(
      message(loss, .inBatch, .none, LogWeights(positives: [0]))
        == "logWeights.positives: expected 9 numbers, found 1 number")
    #expect(
      message(loss, .inBatch, .none, LogWeights(positives: Array(repeating: .infinity, count: 9)))
        == "logWeights.positives: row 0 holds a NaN or an infinity; every number must be finite")
    #expect(
      message(loss, paired, .none, LogWeights(positives: Array(repeating: 0, count: 9)))
        == "logWeights.negatives: expected 9 numbers, found none")
  }

  @Test("refuses a guide of negatives where there are none besides the batch's")
  func guideOfNothing() throws {
    let x = Matrix<Float>.random(rowCount: 8, columnCount: 6, seed: 1)
    let guide = Matrix<Float>.random(rowCount: 8, columnCount: 4, seed: 2)
    for columnCount in [3, 4] {
      let rule = FalseNegatives<Float>.moreSimilar(
        guideQueries: guide, positives: guide,
        negatives: Matrix<Float>.random(rowCount: 5, columnCount: columnCount, seed: 3))
      for call in [
        { _ = try InfoNCE(temperature: 0.1).value(queries: x, positives: x, excluding: rule) },
        { _ = try CLIP(temperature: 0.1).value(images: x, texts: x, excluding: rule) },
      ] as [() throws -> Void] {
        let error = #expect(throws: ContrastiveError.self, performing: call)
        #expect(error?.description.hasPrefix("guideNegatives: expected none") == true)
      }
    }
  }
}
