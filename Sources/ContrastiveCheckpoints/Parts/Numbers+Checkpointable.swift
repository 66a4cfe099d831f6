public import ContrastiveEmbeddings

extension CheckpointPart {
  /// What a count may be that goes on: half of the numbers there are leaves room for that.
  static var counts: ClosedRange<Int> { 0...Int.max / 2 }

  /// What a constant of a rule may be that is 0 or more.
  static var magnitudes: ClosedRange<Double> { 0 ... .greatestFiniteMagnitude }
}

/// A count, of steps or epochs: from 0 to half of what `Int` can be.
extension Int: Checkpointable {
  public func store(in part: inout CheckpointPart) { part.store(self, as: "count") }

  public mutating func restore(from part: inout CheckpointPart) throws(CheckpointError) {
    self = try part.takeInteger("count", in: CheckpointPart.counts)
  }
}

/// A finite number.
extension Double: Checkpointable {
  public func store(in part: inout CheckpointPart) { part.store(self, as: "number") }

  public mutating func restore(from part: inout CheckpointPart) throws(CheckpointError) {
    self = try part.takeNumber("number", in: -.greatestFiniteMagnitude ... .greatestFiniteMagnitude)
  }
}

extension SeededGenerator: Checkpointable {
  public func store(in part: inout CheckpointPart) {
    part.store(Int(truncatingIfNeeded: state), as: "state")
  }

  public mutating func restore(from part: inout CheckpointPart) throws(CheckpointError) {
    self = SeededGenerator(seed: UInt64(truncatingIfNeeded: try part.takeInteger("state")))
  }
}
