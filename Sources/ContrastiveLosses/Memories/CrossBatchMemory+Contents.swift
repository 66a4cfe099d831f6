import ContrastiveEmbeddings

extension CrossBatchMemory {
  /// The keys, labels and ages, as a queue; beside it there are `ids` and `nextID`.
  package var keyQueue: KeyQueue<Scalar> { queue }

  /// Takes over what a memory of this capacity and dimension held.
  ///
  /// - Precondition: Every key has an id.
  package mutating func replaceContents(by queue: KeyQueue<Scalar>, ids: [Int], nextID: Int) {
    precondition(queue.capacity == capacity && queue.dimension == dimension)
    precondition(ids.count == queue.count)
    self.queue = queue
    idOfSlot = ids + Array(repeating: 0, count: capacity - ids.count)
    self.nextID = nextID
  }
}
