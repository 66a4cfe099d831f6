import ContrastiveKernels

/// The keys of greatest similarity among those seen so far.
struct NearestKeys: Sendable {
  struct Neighbor: Sendable {
    let similarity: Double
    let key: Int
  }

  let count: Int
  private var kept: [Neighbor] = []

  /// What a further key has to exceed: that of the last of the `count` nearest, once there are.
  private var threshold = -Double.infinity

  init(count: Int) {
    self.count = count
  }

  /// Adds the rows of a tile of similarities to one list each; the tile's first column is of key `first`.
  ///
  /// Callers are unspecialised: of types known here the loops are specialised.
  static func insert<Scalar: EmbeddingScalar>(
    _ tile: Block<Scalar>, from first: Int, into lists: inout [NearestKeys]
  ) {
    switch tile {
    case let tile as Block<Float>:
      for row in lists.indices { lists[row].insert(tile.row(row), from: first) }
    case let tile as Block<Double>:
      for row in lists.indices { lists[row].insert(tile.row(row), from: first) }
    default: preconditionFailure("embeddings are of Float or Double")
    }
  }

  /// Twice as many are gathered as are kept, and then the lesser half is dropped: O(1) for each, where
  /// a sorted list takes O(count).
  private mutating func insert<Scalar: EmbeddingScalar>(
    _ similarities: Span<Scalar>, from first: Int
  ) {
    // In the rows' own precision, which similarities come from: nothing is rounded.
    var threshold = Scalar(threshold)
    for index in similarities.indices where similarities[index] > threshold {
      kept.append(Neighbor(similarity: Double(similarities[index]), key: first + index))
      if kept.count == 2 * count {
        shrink()
        threshold = Scalar(self.threshold)
      }
    }
  }

  /// The nearest first; of equally near ones the first row.
  func sorted() -> [Neighbor] {
    Array(
      kept.sorted { ($0.similarity, $1.key) > ($1.similarity, $0.key) }.prefix(count))
  }

  private mutating func shrink() {
    kept = sorted()
    threshold = kept[count - 1].similarity
  }
}
