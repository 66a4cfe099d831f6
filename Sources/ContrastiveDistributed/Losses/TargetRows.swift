import ContrastiveEmbeddings
import ContrastiveKernels

/// The class weights that features' own classes have, fetched from the ranks that hold them.
struct TargetRows<Scalar: EmbeddingScalar> {
  let group: any RankGroup

  /// The ranks' classes, and their features.
  let classes: Shards
  let features: Shards

  /// Of all features, rank by rank.
  let labels: [[Int]]

  /// Which of a rank's features have their classes at another's.
  private func wanted(of rank: Int, at holder: Int) -> [Int] {
    let range = classes.range(of: holder)
    return labels[rank].indices.filter { range.contains(labels[rank][$0]) }
  }

  /// Rows as they were given: of feature i of this rank that of its class.
  func fetch(from weights: Block<Scalar>) throws(ContrastiveError) -> Block<Scalar> {
    let result = Block<Scalar>(rowCount: features.own, columnCount: weights.columnCount)
    for distance in 0..<group.count {
      let (receiver, sender) = (group.neighbor(distance), group.neighbor(-distance))
      let (given, taken) = (
        wanted(of: receiver, at: group.rank), wanted(of: group.rank, at: sender)
      )
      let first = classes.range(of: group.rank).lowerBound
      let outgoing = Block<Scalar>(rowCount: given.count, columnCount: weights.columnCount)
      outgoing.copy(weights, rows: given.map { labels[receiver][$0] - first })
      var incoming = outgoing
      if distance > 0 {
        incoming = Block(rowCount: taken.count, columnCount: weights.columnCount)
        guard !given.isEmpty || !taken.isEmpty else { continue }
        try group.exchange(
          given.isEmpty ? nil : RankMessage(outgoing), to: receiver,
          receiving: taken.isEmpty ? nil : RankMessage(incoming), from: sender
        ).finish(within: group.limit)
      }
      for (place, row) in taken.enumerated() {
        result.rows(row..<row + 1).copy(incoming.rows(place..<place + 1))
      }
    }
    return result
  }

  /// Adds rows to those that `fetch(from:)` has taken: the row of feature i of this rank to that of its class.
  func give(
    _ rows: Block<Scalar>, addingTo weights: Block<Scalar>, on isa: InstructionSet
  ) throws(ContrastiveError) {
    let first = classes.range(of: group.rank).lowerBound
    for distance in 0..<group.count {
      let (receiver, sender) = (group.neighbor(-distance), group.neighbor(distance))
      let (given, taken) = (
        wanted(of: group.rank, at: receiver), wanted(of: sender, at: group.rank)
      )
      let outgoing = Block<Scalar>(rowCount: given.count, columnCount: weights.columnCount)
      outgoing.copy(rows, rows: given)
      var incoming = outgoing
      if distance > 0 {
        incoming = Block(rowCount: taken.count, columnCount: weights.columnCount)
        guard !given.isEmpty || !taken.isEmpty else { continue }
        try group.exchange(
          given.isEmpty ? nil : RankMessage(outgoing), to: receiver,
          receiving: taken.isEmpty ? nil : RankMessage(incoming), from: sender
        ).finish(within: group.limit)
      }
      for (place, row) in taken.enumerated() {
        let target = labels[sender][row] - first
        weights.rows(target..<target + 1).add(incoming.rows(place..<place + 1), on: isa)
      }
    }
  }
}
