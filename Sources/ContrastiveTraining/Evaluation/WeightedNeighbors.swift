public import ContrastiveEmbeddings
import ContrastiveKernels
public import ContrastiveLosses
import RealModule

/// Classification by the labels of the nearest keys, weighted by how near they are: what embeddings
/// are worth before anything is trained on them.
///
/// ```
/// w_c = Σ exp(sⱼ/τ), over those of the k keys of greatest
///       cosine s whose label is c
/// ```
/// and the class is the one of greatest weight; of several, that of the smallest label. Where the k-th
/// and further keys tie, the first rows are taken.
///
/// - Source: [Wu et al. 2018](https://arxiv.org/abs/1805.01978) (NPID), §3.4, with τ = 0.07 and k = 200.
public struct WeightedNeighbors<Scalar: EmbeddingScalar>: Sendable {
  /// k: all keys where there are fewer.
  public var neighborCount: Int

  /// τ.
  public var temperature: Temperature

  private let keys: AnyEmbeddings<Scalar>
  private let labels: [Int]

  /// Creates the classifier.
  ///
  /// - Parameters:
  ///   - keys: `M × d`, at least one row. A `Matrix` is normalised, `UnitRows` are not.
  ///   - labels: M labels.
  ///   - neighborCount: k, at least 1.
  ///   - temperature: τ.
  /// - Throws: `ContrastiveError` if there are more or fewer labels than keys, k is below 1, or a raw
  ///   row holds a NaN or an infinity.
  public init<K: Embeddings>(
    keys: K, labels: [Int], neighborCount: Int = 200, temperature: Temperature = 0.07
  ) throws(ContrastiveError) where K.Scalar == Scalar {
    self.keys = try AnyEmbeddings(keys, named: .keys)
    try self.keys.requireRows()
    guard labels.count == self.keys.rowCount else {
      throw .init(
        .labels, .count(found: labels.count, expected: .exactly(self.keys.rowCount, .as(.keys))))
    }
    self.labels = labels
    self.neighborCount = neighborCount
    self.temperature = temperature
    try requireValid()
  }

  private func requireValid() throws(ContrastiveError) {
    guard neighborCount >= 1 else {
      throw .init(.neighborCount, .integer(found: neighborCount, expected: .positive))
    }
    try temperature.requireValid()
    guard !temperature.isIndividual else {
      throw .init(.temperature, .choice(found: "temperatures of rows", expected: "one"))
    }
  }

  /// The classes of queries.
  ///
  /// - Parameters:
  ///   - queries: `N × d`. A `Matrix` is normalised, `UnitRows` are not.
  ///   - options: Threads.
  /// - Throws: `ContrastiveError` if k is below 1, the dimension is another, or a raw row holds a NaN or an
  ///   infinity.
  /// - Complexity: 2NMd flops by GEMM; memory for a tile and 2k neighbours of its rows per thread.
  public func classes<Q: Embeddings>(
    of queries: Q, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> [Int] where Q.Scalar == Scalar {
    try requireValid()
    try options.requireValid()
    let queries = try AnyEmbeddings(queries, named: .queries)
    try queries.requireColumnCount(as: keys)
    // Labels are whatever they are; a Double holds no large ones, but the number of a row.
    let winners = Block<Double>(rowCount: queries.rowCount, columnCount: 1)
    let count = min(neighborCount, keys.rowCount)
    try SimilarityRows(queries: queries, keys: keys, options: options).forEachBlock {
      rows, tiles throws(ContrastiveError) in
      var nearest = (0..<rows.count).map { _ in NearestKeys(count: count) }
      try tiles.forEach { columns, tile in
        NearestKeys.insert(tile, from: columns.lowerBound, into: &nearest)
      }
      for (r, row) in rows.enumerated() { winners[row, 0] = Double(winner(of: nearest[r])) }
    }
    return (0..<queries.rowCount).map { labels[Int(winners[$0, 0])] }
  }

  /// The share of queries whose class is their label.
  ///
  /// - Throws: As `classes(of:options:)`, and `ContrastiveError` if there are more or fewer
  ///   labels than queries, or no queries.
  public func accuracy<Q: Embeddings>(
    of queries: Q, labels: [Int], options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> Double where Q.Scalar == Scalar {
    let count = queries.storedRowCount
    guard labels.count == count, !labels.isEmpty else {
      throw .init(
        .labels,
        .count(found: labels.count, expected: .exactly(max(1, count), .onePer(.query))))
    }
    let classes = try classes(of: queries, options: options)
    return Double(zip(classes, labels).count { $0 == $1 }) / Double(labels.count)
  }

  /// A key of the class of greatest weight.
  private func winner(of nearest: NearestKeys) -> Int {
    let neighbors = nearest.sorted()
    var weights: [Int: (weight: Double, key: Int)] = [:]
    // Relative to the nearest, so that no exponential overflows.
    let largest = neighbors[0].similarity
    for neighbor in neighbors {
      let weight = Double.exp((neighbor.similarity - largest) * temperature.scale)
      weights[labels[neighbor.key], default: (0, neighbor.key)].weight += weight
    }
    let best = weights.max { ($0.value.weight, $1.key) < ($1.value.weight, $0.key) }
    return best?.value.key ?? neighbors[0].key
  }
}
