import ContrastiveEmbeddings
public import ContrastiveLosses

/// The rows, as many as there were, and the momentum.
extension MemoryBank: Checkpointable {
  public func store(in part: inout CheckpointPart) {
    part.store(rows.matrix, as: "rows")
    part.store(momentum, as: "momentum")
  }

  public mutating func restore(from part: inout CheckpointPart) throws(CheckpointError) {
    let rows = try part.takeUnitRows(
      "rows", as: Scalar.self, rowCount: rowCount, columnCount: dimension)
    let momentum = try part.takeNumber("momentum", in: 0...1.0.nextDown)
    do {
      self = try MemoryBank(rows, momentum: momentum)
    } catch {
      throw part.invalid("rows", found: error.description, expected: "rows of a bank")
    }
  }
}
