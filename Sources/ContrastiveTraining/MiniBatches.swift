public import ContrastiveEmbeddings

/// A training set's rows in random batches, epoch after epoch, always the same for a seed.
///
/// ```swift
/// var batches = try MiniBatches(
///   rowCount: x.rowCount, batchSize: 512, seed: 1)
/// for _ in 0..<10 * batches.countPerEpoch {
///   let batch = batches.next()
///   let (queries, pass) = try encoder.forward(
///     x.rows(at: batch.rows))
/// ```
/// In contrastive losses the other rows of a batch are the negatives. A short last batch has fewer of
/// them, and another floor and chance level, so that it is left out unless it is asked for.
///
/// - Complexity: O(rows) for an epoch's order.
public struct MiniBatches: Hashable, Sendable {
  /// What becomes of rows that do not fill a batch at the end of an epoch.
  public enum Remainder: Hashable, Sendable {
    /// They are left out, other ones in every epoch.
    case dropped
    /// They are a smaller batch.
    case kept
  }

  /// A batch.
  public struct Batch: Hashable, Sendable {
    /// Which rows.
    public let rows: [Int]
    /// The epoch, from 0.
    public let epoch: Int
    /// Whether the next batch begins another epoch.
    public let endsEpoch: Bool
  }

  public let rowCount: Int
  public let batchSize: Int
  public let remainder: Remainder

  /// The epoch of the next batch, and its place in it.
  package private(set) var epoch = 0
  package private(set) var position = 0

  /// The generator before it has drawn the epoch's order, from which that can be drawn again.
  package private(set) var epochStart: SeededGenerator
  private var generator: SeededGenerator
  private var order: [Int]

  /// Creates the batches of a training set.
  ///
  /// - Throws: `ContrastiveError` unless the batch size lies in 1...`rowCount`.
  public init(
    rowCount: Int, batchSize: Int, remainder: Remainder = .dropped, seed: UInt64
  ) throws(ContrastiveError) {
    guard rowCount >= 1, (1...rowCount).contains(batchSize) else {
      throw .init(.batchSize, .integer(found: batchSize, expected: .between(1, rowCount)))
    }
    self.rowCount = rowCount
    self.batchSize = batchSize
    self.remainder = remainder
    epochStart = SeededGenerator(seed: seed)
    generator = epochStart
    order = []
    shuffle()
  }

  /// How many batches an epoch has.
  public var countPerEpoch: Int {
    remainder == .kept ? (rowCount + batchSize - 1) / batchSize : rowCount / batchSize
  }

  /// The next batch. There is always one.
  public mutating func next() -> Batch {
    let start = position * batchSize
    let rows = Array(order[start..<min(start + batchSize, rowCount)])
    position += 1
    let batch = Batch(rows: rows, epoch: epoch, endsEpoch: position == countPerEpoch)
    if batch.endsEpoch {
      epoch += 1
      position = 0
      epochStart = generator
      shuffle()
    }
    return batch
  }

  /// Goes to a place in an epoch whose order the generator is about to draw.
  package mutating func seek(epoch: Int, position: Int, from generator: SeededGenerator) {
    self.epoch = epoch
    self.position = position
    epochStart = generator
    self.generator = generator
    shuffle()
  }

  private mutating func shuffle() { order = (0..<rowCount).shuffled(using: &generator) }
}
