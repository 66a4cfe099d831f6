import ContrastiveEmbeddings
public import ContrastiveTraining

/// Parameters of the same names, types and shapes, all finite. Which of them decay is the program's.
extension Parameters: Checkpointable {
  public func store(in part: inout CheckpointPart) {
    for parameter in self { part.store(parameter.values, as: parameter.name) }
  }

  public mutating func restore(from part: inout CheckpointPart) throws(CheckpointError) {
    for i in indices { self[i].values = try part.takeMatrix(self[i].name, like: self[i].values) }
  }
}

extension Checkpointable where Self: EmbeddingEncoder {
  /// Stores the encoder's parameters.
  public func store(in part: inout CheckpointPart) {
    parameters.store(in: &part)
  }

  /// Takes over parameters of the same names, types and shapes, all finite.
  public mutating func restore(from part: inout CheckpointPart) throws(CheckpointError) {
    var restored = parameters
    try restored.restore(from: &part)
    parameters = restored
  }
}

extension LinearEncoder: Checkpointable {}
extension MLPEncoder: Checkpointable {}
