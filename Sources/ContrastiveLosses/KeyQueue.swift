public import ContrastiveEmbeddings

/// The keys of the batches before: MoCo's dictionary of negatives.
///
/// A ring of unit rows, first in, first out. It takes batches of any size, wraps around without
/// losing a row (where others want the capacity to be a multiple of the batch, or drop the rest of a
/// batch that does not fit), and of a batch larger than itself keeps the last rows.
///
/// ```swift
/// var queue = try KeyQueue<Float>(capacity: 65_536, dimension: 128)
/// let step = try loss.valueWithGradient(queries: q, positives: k, negatives: .shared(queue.keys))
/// try queue.enqueue(k)                     // after the loss: a key is no negative of its own query
/// ```
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

  /// How many keys the queue holds.
  public private(set) var count: Int

  private var ring: Matrix<Scalar>
  private var next = 0

  /// Creates a queue.
  ///
  /// - Throws: `ContrastiveError.value` unless capacity and dimension are positive.
  public init(
    capacity: Int, dimension: Int, prefill: Prefill = .none
  ) throws(ContrastiveError) {
    for (name, value) in [("capacity", capacity), ("dimension", dimension)] where value < 1 {
      throw .value(name: name, value: "\(value)", requirement: "a positive whole number")
    }
    guard dimension <= Int(Int32.max), capacity <= (1 << 48) / dimension else {
      throw .value(
        name: "capacity", value: "\(capacity) × \(dimension)",
        requirement: "a queue that fits the memory")
    }
    switch prefill {
    case .none:
      ring = Matrix(rowCount: capacity, columnCount: dimension)
      count = 0
    case .random(let seed):
      var generator = SeededGenerator(seed: seed)
      ring =
        UnitRows.random(
          rowCount: capacity, columnCount: dimension, using: &generator
        ).matrix
      count = capacity
    }
  }

  /// The keys, without a copy. Their order is the ring's, and no loss depends on it.
  public var keys: UnitRows<Scalar> { UnitRows(trusting: ring.rows(0..<count)) }

  /// Replaces the oldest keys by a batch.
  ///
  /// - Parameter keys: Any number of rows, which a `Matrix` has normalised.
  /// - Throws: `ContrastiveError` if the dimension is another, or a row is not finite; the queue is
  ///   unchanged then.
  public mutating func enqueue<E: Embeddings>(
    _ keys: E
  ) throws(ContrastiveError) where E.Scalar == Scalar {
    let batch = try AnyEmbeddings(keys, named: "keys")
    guard batch.columnCount == dimension else {
      throw .shape(
        array: "keys", expected: "\(dimension) columns, as the queue",
        actual: "\(batch.columnCount) columns")
    }
    ring.makeUnique()
    var start = max(0, batch.rowCount - capacity)
    // Rows that would be overwritten by the same batch are not written, but they move the ring on.
    next = (next + start) % capacity
    while start < batch.rowCount {
      let run = min(capacity - next, batch.rowCount - start)
      let target = ring.block.rows(next..<next + run)
      let source = batch.matrix.block.rows(start..<start + run)
      if batch.areUnit { target.copy(source) } else { target.setNormalized(source) }
      start += run
      next = (next + run) % capacity
    }
    count = min(capacity, count + batch.rowCount)
  }
}
