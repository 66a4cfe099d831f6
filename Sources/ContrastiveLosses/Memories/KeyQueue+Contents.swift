package import ContrastiveEmbeddings

extension KeyQueue {
  /// What a queue holds, in the order of its slots: all that is needed to go on as it would.
  package struct Contents: Sendable {
    package var keys: UnitRows<Scalar>

    /// Which batch each key came with, from 1; 0 for the prefill.
    package var batches: [Int]
    package var labels: [Int?]

    /// The slot of the next key.
    package var next: Int

    package init(keys: UnitRows<Scalar>, batches: [Int], labels: [Int?], next: Int) {
      self.keys = keys
      self.batches = batches
      self.labels = labels
      self.next = next
    }
  }

  package var contents: Contents {
    Contents(keys: keys, batches: Array(batches[..<count]), labels: labels, next: slots.next)
  }

  /// Takes over what a queue of this capacity and dimension held after a number of batches.
  ///
  /// - Precondition: A queue may hold that: as many batches and labels as keys, at most the capacity; the next slot
  ///   is the one behind them, but in a full queue any.
  package mutating func replaceContents(by contents: Contents, batchCount: Int) {
    let filled = 0..<contents.keys.rowCount
    precondition(contents.batches.count == filled.count && contents.labels.count == filled.count)
    precondition(
      filled.count == capacity
        ? 0..<capacity ~= contents.next : contents.next == filled.count && filled.count < capacity)
    reset()
    self.batchCount = batchCount
    slots = RingSlots(capacity: capacity, count: filled.count, next: contents.next)
    batches.replaceSubrange(filled, with: contents.batches)
    labelOfSlot.replaceSubrange(filled, with: contents.labels)
    // New memory: what is there may be shared, and all of it is replaced.
    ring = KeyStorage(rowCount: capacity, columnCount: dimension, format: storage)
    let keys = AnyEmbeddings(unit: contents.keys.matrix.block, named: .keys)
    ring.set(filled, to: keys, rows: filled)
  }
}
