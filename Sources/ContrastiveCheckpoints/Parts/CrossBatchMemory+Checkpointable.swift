public import ContrastiveLosses

/// What a `KeyQueue` has, with an id of every key and the next.
extension CrossBatchMemory: Checkpointable {
  public func store(in part: inout CheckpointPart) {
    keyQueue.store(in: &part)
    part.store(ids, as: "ids")
    part.store(nextID, as: "nextID")
  }

  public mutating func restore(from part: inout CheckpointPart) throws(CheckpointError) {
    var queue = keyQueue
    try queue.restore(from: &part)
    guard queue.labels.allSatisfy({ $0 != nil }) else {
      throw part.invalid("labels", found: "keys without", expected: "a label for every key")
    }
    let ids = try part.takeIntegers("ids", count: queue.count)
    replaceContents(
      by: queue, ids: ids, nextID: try part.takeInteger("nextID", in: CheckpointPart.counts))
  }
}
