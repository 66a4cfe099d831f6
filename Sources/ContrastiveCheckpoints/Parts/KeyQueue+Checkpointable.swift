import ContrastiveEmbeddings
import ContrastiveKernels
public import ContrastiveLosses

/// The keys in the order of their slots, their batches and labels, and the slot of the next. Capacity, dimension and
/// the type that keys are stored in must be as they were. Keys of 16 bits are written as scalars, which hold them to the bit.
extension KeyQueue: Checkpointable {
  public func store(in part: inout CheckpointPart) {
    let contents = contents
    part.store(capacity, as: "capacity")
    part.store(significandBits, as: "significandBits")
    part.store(contents.keys.matrix, as: "keys")
    part.store(contents.batches, as: "batches")
    part.store(contents.next, as: "next")
    part.store(batchCount, as: "batchCount")
    if contents.labels.contains(where: { $0 != nil }) {
      part.store(contents.labels.map { $0 ?? 0 }, as: "labels")
      part.store(contents.labels.map { $0 == nil ? 0 : 1 }, as: "labelled")
    }
  }

  public mutating func restore(from part: inout CheckpointPart) throws(CheckpointError) {
    _ = try part.takeInteger("capacity", in: capacity...capacity)
    _ = try part.takeInteger("significandBits", in: significandBits...significandBits)
    let keys = try part.takeUnitRows("keys", as: Scalar.self, columnCount: dimension)
    let count = keys.rowCount
    guard count <= capacity else {
      throw part.invalid("keys", found: "\(count) rows", expected: "at most \(capacity)")
    }
    // Only a full ring has come round.
    let next = try part.takeInteger(
      "next", in: count < capacity ? count...count : 0...capacity - 1)
    let batchCount = try part.takeInteger("batchCount", in: CheckpointPart.counts)
    let batches = try part.takeIntegers("batches", count: count, in: 0...batchCount)
    var labels = [Int?](repeating: nil, count: count)
    if part.holds("labels") {
      let numbers = try part.takeIntegers("labels", count: count)
      let labelled = try part.takeIntegers("labelled", count: count, in: 0...1)
      labels = zip(numbers, labelled).map { $1 == 1 ? $0 : nil }
    }
    replaceContents(
      by: Contents(keys: keys, batches: batches, labels: labels, next: next),
      batchCount: batchCount)
  }
}

extension KeyQueue {
  /// The stored bits of a number's significand, which tell the formats apart.
  fileprivate var significandBits: Int {
    storage?.significandBitCount ?? Scalar.significandBitCount
  }
}

extension CheckpointPart {
  /// Takes rows of length 1, or 0.
  mutating func takeUnitRows<Scalar: EmbeddingScalar>(
    _ name: String, as type: Scalar.Type, rowCount: Int? = nil, columnCount: Int
  ) throws(CheckpointError) -> UnitRows<Scalar> {
    let matrix = try takeMatrix(name, as: type, rowCount: rowCount, columnCount: columnCount)
    do {
      // As far from length 1 as rows may be that were promised to have it.
      return try UnitRows(validating: matrix, tolerance: UnitRows<Scalar>.largestTolerance)
    } catch {
      throw invalid(name, found: error.description, expected: "rows of length 1, or 0")
    }
  }
}
