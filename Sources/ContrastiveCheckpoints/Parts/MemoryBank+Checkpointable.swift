import ContrastiveEmbeddings
import ContrastiveKernels
public import ContrastiveLosses

/// The rows, as many as there were, and the momentum. Rows of 16 bits are written as scalars, which hold them to the
/// bit; the type that they are stored in must be as it was.
extension MemoryBank: Checkpointable {
  public func store(in part: inout CheckpointPart) {
    part.store(rows.matrix, as: "rows")
    part.store(momentum, as: "momentum")
    part.store(significandBits, as: "significandBits")
  }

  public mutating func restore(from part: inout CheckpointPart) throws(CheckpointError) {
    _ = try part.takeInteger("significandBits", in: significandBits...significandBits)
    let rows = try part.takeUnitRows(
      "rows", as: Scalar.self, rowCount: rowCount, columnCount: dimension)
    let momentum = try part.takeNumber("momentum", in: 0...1.0.nextDown)
    do {
      self = try MemoryBank(rows, momentum: momentum, storage: storage)
    } catch {
      throw part.invalid("rows", found: error.description, expected: "rows of a bank")
    }
  }
}

extension MemoryBank {
  /// The stored bits of a number's significand, which tell the formats apart.
  fileprivate var significandBits: Int {
    storage?.significandBitCount ?? Scalar.significandBitCount
  }
}
