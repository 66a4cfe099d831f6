import ContrastiveEmbeddings

/// The ids of all ranks' rows, and how often each occurs.
struct SharedIDs {
  /// By rank.
  let all: [[Int]]

  private let rank: Int
  private let counts: [Int: Int]

  init(_ ids: [Int], shards: Shards, across group: any RankGroup) throws(ContrastiveError) {
    all = try group.allGather(labels: ids, shards: shards)
    rank = group.rank
    counts = all.joined().reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }

  /// Those of this rank's rows.
  var own: [Int] { all[rank] }

  /// How many rows have an id.
  func count(of id: Int) -> Int { counts[id, default: 0] }
}

extension SharedIDs? {
  /// What the columns of a batch are to its rows, of which every one has its positive in the same place.
  var pairing: Pairing {
    map { .ids(home: $0.own, blocks: $0.all, positive: .sameRow) } ?? .ownRows
  }

  /// How many of a batch's columns are negatives of this rank's rows.
  func negativeCounts(of shards: Shards) -> [Int] {
    map { ids in ids.own.map { shards.total - ids.count(of: $0) } }
      ?? Array(repeating: shards.total - 1, count: shards.own)
  }
}
