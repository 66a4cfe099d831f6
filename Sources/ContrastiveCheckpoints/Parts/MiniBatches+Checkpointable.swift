import ContrastiveEmbeddings
public import ContrastiveTraining

/// Epoch, place in it, and the generator of its order. Of other numbers of rows or sizes of batches the next batch
/// would be another one, so that these must be as they were.
extension MiniBatches: Checkpointable {
  public func store(in part: inout CheckpointPart) {
    part.store(rowCount, as: "rowCount")
    part.store(batchSize, as: "batchSize")
    part.store(remainder == .kept ? 1 : 0, as: "keepsRemainder")
    part.store(epoch, as: "epoch")
    part.store(position, as: "position")
    part.store(Int(truncatingIfNeeded: epochStart.state), as: "generator")
  }

  public mutating func restore(from part: inout CheckpointPart) throws(CheckpointError) {
    _ = try part.takeInteger("rowCount", in: rowCount...rowCount)
    _ = try part.takeInteger("batchSize", in: batchSize...batchSize)
    let keepsRemainder = remainder == .kept ? 1 : 0
    _ = try part.takeInteger("keepsRemainder", in: keepsRemainder...keepsRemainder)
    let state = try part.takeInteger("generator")
    seek(
      epoch: try part.takeInteger("epoch", in: CheckpointPart.counts),
      position: try part.takeInteger("position", in: 0...countPerEpoch - 1),
      from: SeededGenerator(seed: UInt64(truncatingIfNeeded: state)))
  }
}
