import ContrastiveEmbeddings
public import ContrastiveFiles

extension KeyQueue where Scalar: ArrayElement {
  /// Writes the queue as a `.safetensors` file, which replaces a file of that name.
  ///
  /// Everything is in it, to the bit: the queue that `init(reading:)` makes of it goes on as this one
  /// would have. Its tensors are `keys` (count × dimension), `batches` (the batch that each key came
  /// with, 0 for the prefill), the numbers `capacity`, `next` (the slot of the next key) and
  /// `batchCount`, and, if any key has a label, `labels` and `labelled` (1 where there is one).
  ///
  /// - Throws: `ArrayFileError.unwritable`; whatever was there before is untouched then.
  public func write(to path: String) throws(ArrayFileError) {
    try SafetensorsFile.write(tensors, to: path)
  }

  /// Restores a queue from a file of `write(to:)`.
  ///
  /// - Throws: `ArrayFileError` if the file cannot be read, holds keys of another type than `Scalar`,
  ///   or is not a queue's.
  public init(reading path: String) throws(ArrayFileError) {
    try self.init(SafetensorsFile(path))
  }

  var tensors: [String: WritableArray] {
    var result = [
      "keys": WritableArray(keys),
      "batches": WritableArray(Array(batches[..<count]), shape: [count]),
      "capacity": WritableArray(capacity), "next": WritableArray(slots.next),
      "batchCount": WritableArray(batchCount),
    ]
    let labels = labels
    if labels.contains(where: { $0 != nil }) {
      result["labels"] = WritableArray(labels.map { $0 ?? 0 }, shape: [count])
      result["labelled"] = WritableArray(
        labels.map { $0 == nil ? UInt8(0) : 1 }, shape: [count])
    }
    return result
  }

  init(_ file: SafetensorsFile) throws(ArrayFileError) {
    let keys = try file.unitRows("keys", as: Scalar.self)
    let count = keys.rowCount
    let capacity = try file.integer("capacity", in: max(1, count)...Int.max)
    // Only a full ring has come round.
    let next = try file.integer(
      "next", in: count < capacity ? count...count : 0...capacity - 1)
    do {
      try self.init(capacity: capacity, dimension: keys.columnCount)
    } catch {
      throw .unreadable(path: file.path, reason: error.description)
    }
    slots = RingSlots(capacity: capacity, count: count, next: next)
    batchCount = try file.integer("batchCount", in: SafetensorsFile.counts)
    batches.replaceSubrange(
      ..<count, with: try file.integers("batches", count: count, in: 0...batchCount))
    if file.names.contains("labels") {
      let labels = try file.integers("labels", count: count)
      let labelled = try file.integers("labelled", count: count, in: 0...1)
      labelOfSlot.replaceSubrange(
        ..<count, with: zip(labels, labelled).map { $1 == 1 ? $0 : nil })
    }
    let all = AnyEmbeddings(unit: keys.matrix.block, named: "keys")
    ring.set(0..<count, to: all, rows: 0..<count)
  }
}
