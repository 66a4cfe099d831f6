import ContrastiveEmbeddings
public import ContrastiveFiles

extension Parameters: Checkpointable where Scalar: ArrayElement {
  public func store(in checkpoint: inout Checkpoint, as name: String) {
    for parameter in self {
      checkpoint.set(parameter.values.entry, as: "\(name).\(parameter.name)")
    }
  }

  public mutating func restore(
    from checkpoint: Checkpoint, as name: String
  ) throws(ArrayFileError) {
    for i in indices {
      elements[i].values = try checkpoint.matrix(
        "\(name).\(elements[i].name)", like: elements[i].values)
    }
  }
}

extension Moments where Scalar: ArrayElement {
  fileprivate func store(in checkpoint: inout Checkpoint, as name: String) {
    for (parameter, value) in values { checkpoint.set(value.entry, as: "\(name).\(parameter)") }
  }

  /// Takes over all moments of that name; the first step checks that they go with its parameters.
  fileprivate mutating func restore(
    from checkpoint: Checkpoint, as name: String
  ) throws(ArrayFileError) {
    values = [:]
    for (parameter, matrix) in try checkpoint.matrices("\(name).", as: Scalar.self) {
      values[parameter] = matrix
    }
  }
}

extension SGD: Checkpointable where Scalar: ArrayElement {
  public func store(in checkpoint: inout Checkpoint, as name: String) {
    velocity.store(in: &checkpoint, as: "\(name).velocity")
  }

  public mutating func restore(
    from checkpoint: Checkpoint, as name: String
  ) throws(ArrayFileError) {
    try velocity.restore(from: checkpoint, as: "\(name).velocity")
  }
}

extension Adam: Checkpointable where Scalar: ArrayElement {
  public func store(in checkpoint: inout Checkpoint, as name: String) {
    stepCount.store(in: &checkpoint, as: "\(name).step")
    first.store(in: &checkpoint, as: "\(name).first")
    second.store(in: &checkpoint, as: "\(name).second")
  }

  public mutating func restore(
    from checkpoint: Checkpoint, as name: String
  ) throws(ArrayFileError) {
    stepCount = try checkpoint.integer("\(name).step", in: Checkpoint.counts)
    try first.restore(from: checkpoint, as: "\(name).first")
    try second.restore(from: checkpoint, as: "\(name).second")
  }
}

extension LearnableTemperature: Checkpointable where Scalar: ArrayElement {
  public func store(in checkpoint: inout Checkpoint, as name: String) {
    parameters.store(in: &checkpoint, as: name)
  }

  public mutating func restore(
    from checkpoint: Checkpoint, as name: String
  ) throws(ArrayFileError) {
    try parameters.restore(from: checkpoint, as: name)
    do {
      _ = try Temperature(logScale: Double(logScale))
    } catch {
      throw .unreadable(path: checkpoint.path, reason: "\(name): \(error)")
    }
  }
}

extension MiniBatches: Checkpointable {
  public func store(in checkpoint: inout Checkpoint, as name: String) {
    rowCount.store(in: &checkpoint, as: "\(name).rowCount")
    batchSize.store(in: &checkpoint, as: "\(name).batchSize")
    epoch.store(in: &checkpoint, as: "\(name).epoch")
    position.store(in: &checkpoint, as: "\(name).position")
    epochStart.store(in: &checkpoint, as: "\(name).generator")
  }

  public mutating func restore(
    from checkpoint: Checkpoint, as name: String
  ) throws(ArrayFileError) {
    // Of other rows or sizes the next batch would be another one.
    _ = try checkpoint.integer("\(name).rowCount", in: rowCount...rowCount)
    _ = try checkpoint.integer("\(name).batchSize", in: batchSize...batchSize)
    var generator = epochStart
    try generator.restore(from: checkpoint, as: "\(name).generator")
    seek(
      epoch: try checkpoint.integer("\(name).epoch", in: Checkpoint.counts),
      position: try checkpoint.integer("\(name).position", in: 0...countPerEpoch - 1),
      from: generator)
  }
}

extension Matrix where Scalar: ArrayElement {
  fileprivate var entry: Checkpoint.Entry {
    if let matrix = self as? Matrix<Float> { return .float(matrix) }
    if let matrix = self as? Matrix<Double> { return .double(matrix) }
    preconditionFailure("embeddings are made of Float or Double")
  }
}
