import Contrastive
import ContrastiveTraining

/// How well queries find their keys.
struct RetrievalMetrics: Hashable, Codable {
  var recallAt1: Double
  var recallAt10: Double
  var meanReciprocalRank: Double

  init(_ ranks: RetrievalRanks) {
    recallAt1 = ranks.recall(at: 1)
    recallAt10 = ranks.recall(at: 10)
    meanReciprocalRank = ranks.meanReciprocalRank
  }

  static let columns = [
    Column("recallAt1", heading: "recall@1"), Column("recallAt10", heading: "recall@10"),
    Column("meanReciprocalRank", heading: "MRR"),
  ]

  var cells: [Double] { [recallAt1, recallAt10, meanReciprocalRank] }
}

extension RetrievalMetrics: JSONRepresentable {
  var json: JSON {
    let object: JSONObject = [
      "recallAt1": recallAt1, "recallAt10": recallAt10, "meanReciprocalRank": meanReciprocalRank,
    ]
    return object.json
  }
}
