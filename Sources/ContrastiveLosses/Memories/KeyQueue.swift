public import ContrastiveEmbeddings
import ContrastiveEngine

/// The keys of the batches before: MoCo's dictionary of negatives.
///
/// A ring of unit rows, first in, first out. It takes batches of any size, wraps around without
/// losing a row (where others want the capacity to be a multiple of the batch, or drop the rest of a
/// batch that does not fit), and of a batch larger than itself keeps the last rows.
///
/// ```swift
/// var queue = try KeyQueue<Float>(capacity: 65_536, dimension: 128)
/// let step = try loss.valueWithGradient(
///   queries: q, positives: k, negatives: .shared(queue.keys))
/// // after the loss: a key is no negative of its own query
/// try queue.enqueue(k)
/// ```
/// Every key has an age, and a label if its batch had labels. Keep the queue in a run's checkpoint
/// (`ContrastiveCheckpoints`): training that starts again with an empty one, or a random one, starts
/// with a jump of the loss.
///
/// Stored in 16 bits the keys take half of `Float`'s memory: 16 MiB of 65 536 × 128. They are rounded as they come and
/// computed with as `Scalar`, a tile at a time.
/// ```swift
/// var queue = try KeyQueue<Float>(
///   capacity: 65_536, dimension: 128, storage: .float16)
/// ```
///
/// A value: a copy of the queue, or of its `keys`, that is still held when the next batch comes
/// costs a copy of the memory then.
///
/// - Source: [He et al. 2020](https://arxiv.org/abs/1911.05722), §3.2.
public struct KeyQueue<Scalar: EmbeddingScalar>: Sendable {
  /// What a new queue holds.
  public enum Prefill: Hashable, Sendable {
    /// Nothing: the first losses have fewer negatives, and none at all at first.
    case none
    /// Random unit rows, as MoCo does. They are easy negatives: until they are replaced the loss is
    /// too low and the accuracy too high, and it is no bad sign when the loss rises.
    case random(seed: UInt64)
  }

  /// How many keys the queue can hold.
  public var capacity: Int { ring.rowCount }

  /// The dimension of the keys.
  public var dimension: Int { ring.columnCount }

  /// The 16 bits that the keys' numbers are stored in; `nil` if they are stored as `Scalar`.
  public var storage: SixteenBitFormat? { ring.format }

  /// How many keys the queue holds.
  public var count: Int { slots.count }

  /// How many batches were enqueued since the queue was created, or emptied.
  public internal(set) var batchCount = 0

  var ring: KeyStorage<Scalar>
  var slots: RingSlots

  /// Which batch the key of a slot came with, from 1; 0 for the prefill.
  var batches: [Int]
  var labelOfSlot: [Int?]

  /// Creates a queue.
  ///
  /// - Parameters:
  ///   - capacity: How many keys it can hold, at least 1.
  ///   - dimension: The dimension of the keys, at least 1.
  ///   - prefill: What it holds at first.
  ///   - storage: The 16 bits to store the keys' numbers in; `nil` for those of `Scalar`.
  /// - Throws: `ContrastiveError` unless capacity and dimension are positive.
  public init(
    capacity: Int, dimension: Int, prefill: Prefill = .none, storage: SixteenBitFormat? = nil
  ) throws(ContrastiveError) {
    try Matrix<Scalar>.requireSizes(
      rowCount: capacity, named: .capacity, dimension: dimension)
    ring = KeyStorage(rowCount: capacity, columnCount: dimension, format: storage)
    slots = RingSlots(capacity: capacity)
    batches = Array(repeating: 0, count: capacity)
    labelOfSlot = Array(repeating: nil, count: capacity)
    reset(prefill: prefill)
  }

  /// Makes the queue what a new one is.
  public mutating func reset(prefill: Prefill = .none) {
    batchCount = 0
    switch prefill {
    case .none: slots = RingSlots(capacity: capacity)
    case .random(let seed):
      var generator = SeededGenerator(seed: seed)
      let keys = UnitRows<Scalar>.random(
        rowCount: capacity, columnCount: dimension, using: &generator)
      let all = AnyEmbeddings(unit: keys.matrix.block, named: .keys)
      ring.set(0..<capacity, to: all, rows: 0..<capacity)
      slots = RingSlots(capacity: capacity, count: capacity)
      batches = Array(repeating: 0, count: capacity)
      labelOfSlot = Array(repeating: nil, count: capacity)
    }
  }

  /// The keys, without a copy. Their order is the ring's, and no loss depends on it.
  public var keys: UnitRows<Scalar> { ring.unitRows(count: count) }

  /// How many batches have come since each key's own, in the order of `keys`: 0 for the latest
  /// batch. Keys of a random prefill are as old as the queue, `batchCount`.
  ///
  /// What MoCo's momentum is for: of 65 536 keys in batches of 256, the oldest are 255 steps of the
  /// encoder behind.
  public var ages: [Int] { batches[..<count].map { batchCount - $0 } }

  /// The keys' labels, in the order of `keys`; `nil` for keys that came without.
  ///
  /// `FalseNegatives.equalIDs(y, negatives: queue.labels.map { $0 ?? -1 })` leaves keys of a query's own
  /// label out of its negatives.
  public var labels: [Int?] { Array(labelOfSlot[..<count]) }

  /// Replaces the oldest keys by a batch.
  ///
  /// - Parameters:
  ///   - keys: Any number of rows, which a `Matrix` has normalised.
  ///   - labels: One per row, if they are known.
  /// - Throws: `ContrastiveError` if the dimension is another, a row is not finite, or there are
  ///   more or fewer labels than rows; the queue is unchanged then.
  public mutating func enqueue<E: Embeddings>(
    _ keys: E, labels: [Int]? = nil
  ) throws(ContrastiveError) where E.Scalar == Scalar {
    _ = try insert(AnyEmbeddings(keys, named: .keys), labels: labels, into: .queue)
  }

  /// Replaces the oldest keys, and tells which slots went to which rows.
  mutating func insert(
    _ batch: AnyEmbeddings<Scalar>, labels: [Int]?, into name: ContrastiveError.Argument
  ) throws(ContrastiveError) -> [RingSlots.Run] {
    guard batch.columnCount == dimension else {
      throw .init(
        batch.name,
        .count(.column, found: batch.columnCount, expected: .exactly(dimension, .as(name))))
    }
    if let labels { try batch.requireLabels(labels) }
    batchCount += 1
    let runs = slots.advance(by: batch.rowCount)
    for run in runs {
      ring.set(run.slots, to: batch, rows: run.rows)
      for (slot, row) in zip(run.slots, run.rows) {
        batches[slot] = batchCount
        labelOfSlot[slot] = labels?[row]
      }
    }
    return runs
  }
}
