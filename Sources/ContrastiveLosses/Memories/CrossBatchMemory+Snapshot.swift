import ContrastiveEmbeddings
public import ContrastiveFiles

extension CrossBatchMemory where Scalar: ArrayElement {
  /// Writes the memory as a `.safetensors` file, which replaces a file of that name.
  ///
  /// As `KeyQueue.write(to:)`, with `ids` and the number `nextID` besides.
  ///
  /// - Throws: `ArrayFileError.unwritable`; whatever was there before is untouched then.
  public func write(to path: String) throws(ArrayFileError) {
    var tensors = queue.tensors
    tensors["ids"] = WritableArray(ids, shape: [count])
    tensors["nextID"] = WritableArray(nextID)
    try SafetensorsFile.write(tensors, to: path)
  }

  /// Restores a memory from a file of `write(to:)`.
  ///
  /// - Throws: `ArrayFileError` if the file cannot be read, holds keys of another type than `Scalar`,
  ///   or is not a memory's.
  public init(reading path: String) throws(ArrayFileError) {
    let file = try SafetensorsFile(path)
    queue = try KeyQueue(file)
    let ids = try file.integers("ids", count: queue.count)
    idOfSlot = ids + Array(repeating: 0, count: queue.capacity - queue.count)
    nextID = try file.integer("nextID", in: SafetensorsFile.counts)
    guard labels.count == count else {
      throw .unreadable(path: path, reason: "not every key has a label")
    }
  }
}
