import Contrastive
import ContrastiveTraining
import Foundation

/// How well queries find their keys.
struct RetrievalMetrics: Hashable, Codable {
  var recallAt1: Double
  var recallAt10: Double
  var meanReciprocalRank: Double

  static let columns = [
    Column("recallAt1", heading: "recall@1"), Column("recallAt10", heading: "recall@10"),
    Column("meanReciprocalRank", heading: "MRR"),
  ]

  var cells: [Double] { [recallAt1, recallAt10, meanReciprocalRank] }
}

extension RetrievalMetrics {
  init(_ ranks: RetrievalRanks) {
    self.init(
      recallAt1: ranks.recall(at: 1), recallAt10: ranks.recall(at: 10),
      meanReciprocalRank: ranks.meanReciprocalRank)
  }
}

extension RetrievalMetrics {
  /// What to say where recall@1 is less than before by more than chance explains: two standard errors
  /// of a share of the test rows.
  func noteOfFall(from before: RetrievalMetrics, testCount: Int) -> String? {
    Self.noteOfFall(of: recallAt1, from: before, testCount: testCount)
  }

  /// The same for a mean of runs on the same test rows.
  static func noteOfFall(
    of recallAt1: Double, from before: RetrievalMetrics, testCount: Int
  ) -> String? {
    let share = (recallAt1 + before.recallAt1) / 2
    let noise = 2 * sqrt(share * (1 - share) / Double(testCount))
    guard before.recallAt1 - recallAt1 > noise else { return nil }
    return "recall@1 is \(before.recallAt1.text(digits: 3)) untrained and "
      + "\(recallAt1.text(digits: 3)) trained: the training did harm, by more than two standard errors "
      + "(\(noise.text(digits: 2))) of a share of \(testCount.words("row"))."
  }
}

extension RetrievalMetrics: JSONRepresentable {
  var json: JSON {
    let object: JSONObject = [
      "recallAt1": recallAt1, "recallAt10": recallAt10, "meanReciprocalRank": meanReciprocalRank,
    ]
    return object.json
  }
}
