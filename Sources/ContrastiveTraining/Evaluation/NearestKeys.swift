import ContrastiveKernels

/// The keys of greatest similarity among those seen so far.
struct NearestKeys<Scalar: EmbeddingScalar>: Sendable {
  struct Neighbor: Sendable {
    let similarity: Scalar
    let key: Int
  }

  let count: Int
  private var kept: [Neighbor] = []

  /// What a further key has to exceed: that of the last of the `count` nearest, once there are.
  private var threshold = -Scalar.infinity

  init(count: Int) {
    self.count = count
  }

  /// Adds a row of similarities with neighbouring keys, of which `first` is the first.
  ///
  /// Twice as many are gathered as are kept, and then the lesser half is dropped: O(1) for each, where
  /// a sorted list takes O(count).
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func insert(_ similarities: Span<Scalar>, from first: Int) {
    for index in similarities.indices where similarities[index] > threshold {
      kept.append(Neighbor(similarity: similarities[index], key: first + index))
      if kept.count == 2 * count { shrink() }
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
