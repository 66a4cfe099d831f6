public import ContrastiveEmbeddings
import ContrastiveEngine

/// The labelled embeddings of the batches before: more candidates for a loss than a batch has rows.
///
/// Embeddings move slowly once training has warmed up, so that those of the last hundred batches
/// still serve as positives and negatives. They are constants: a loss against the memory is
/// differentiated by its batch alone.
///
/// ```swift
/// var memory = try CrossBatchMemory<Float>(
///   capacity: 8192, dimension: 128)
/// let ids = try memory.enqueue(z, labels: y)
/// let step = try SupCon(temperature: 0.1).valueWithGradient(
///   embeddings: z, labels: y, ids: ids, memory: memory)
/// ```
/// This is pytorch-metric-learning's order: the batch is among its own candidates, but for the copy of
/// each row itself, which its id tells. To enqueue after the loss, leave the ids out; only older
/// batches are candidates then. `count` tells when there are enough of them, and `reset()` begins
/// again.
///
/// Ids are numbers of keys, counted on, unless one gives ids of one's own: those of samples, say, and
/// a row's candidates are without all copies of its sample, those of earlier epochs too. Give them
/// always or never.
///
/// A ring as ``KeyQueue``: any size of batch, nothing is lost where it wraps around, a value.
///
/// - Source: [Wang et al. 2020](https://arxiv.org/abs/1912.06798); equals pytorch-metric-learning's
///   `CrossBatchMemory` around `SupConLoss` and `NTXentLoss`.
public struct CrossBatchMemory<Scalar: EmbeddingScalar>: Sendable {
  var queue: KeyQueue<Scalar>
  var idOfSlot: [Int]

  /// The id of the next key that comes without.
  package internal(set) var nextID = 0

  /// Creates an empty memory.
  ///
  /// - Parameters:
  ///   - capacity: How many keys it can hold, at least 1.
  ///   - dimension: The dimension of the keys, at least 1.
  ///   - storage: The 16 bits to store the keys' numbers in; `nil` for those of `Scalar`.
  /// - Throws: `ContrastiveError` unless capacity and dimension are positive.
  public init(
    capacity: Int, dimension: Int, storage: SixteenBitFormat? = nil
  ) throws(ContrastiveError) {
    queue = try KeyQueue(capacity: capacity, dimension: dimension, storage: storage)
    idOfSlot = Array(repeating: 0, count: capacity)
  }

  /// How many keys the memory can hold.
  public var capacity: Int { queue.capacity }

  /// The dimension of the keys.
  public var dimension: Int { queue.dimension }

  /// How many keys it holds.
  public var count: Int { queue.count }

  /// The keys, without a copy, in the ring's order.
  public var keys: UnitRows<Scalar> { queue.keys }

  /// The keys' labels, in the order of `keys`.
  public var labels: [Int] { queue.labels.compactMap { $0 } }

  /// The keys' ids, in the order of `keys`.
  public var ids: [Int] { Array(idOfSlot[..<count]) }

  /// How many batches have come since each key's own, in the order of `keys`.
  public var ages: [Int] { queue.ages }

  /// Forgets all keys. Ids count on.
  public mutating func reset() { queue.reset() }

  /// Replaces the oldest keys by a batch, or a part of one.
  ///
  /// - Parameters:
  ///   - embeddings: Any number of rows, which a `Matrix` has normalised. Of more than the capacity
  ///     the last are kept.
  ///   - labels: One per row.
  ///   - ids: One per row; `nil` to count on.
  /// - Returns: The rows' ids.
  /// - Throws: `ContrastiveError` if shapes do not fit, or a row is not finite; the memory is
  ///   unchanged then.
  @discardableResult
  public mutating func enqueue<E: Embeddings>(
    _ embeddings: E, labels: [Int], ids: [Int]? = nil
  ) throws(ContrastiveError) -> [Int] where E.Scalar == Scalar {
    let batch = try AnyEmbeddings(embeddings, named: .embeddings)
    if let ids { try batch.requireLabels(ids, named: .ids) }
    let runs = try queue.insert(batch, labels: labels, into: .crossBatchMemory)
    let ids = ids ?? Array(nextID..<nextID + batch.rowCount)
    nextID += batch.rowCount
    for run in runs { idOfSlot.replaceSubrange(run.slots, with: ids[run.rows]) }
    return ids
  }
}
