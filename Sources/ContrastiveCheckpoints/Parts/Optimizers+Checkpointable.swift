import ContrastiveEmbeddings
public import ContrastiveTraining

// Learning rates and other constants are stored with the moments, as loops change them.

extension SGD: Checkpointable {
  public func store(in part: inout CheckpointPart) {
    part.store(learningRate, as: "learningRate")
    part.store(momentum, as: "momentum")
    part.store(weightDecay, as: "weightDecay")
    part.store(isNesterov ? 1 : 0, as: "isNesterov")
    velocity.store(in: &part, as: "velocity")
  }

  public mutating func restore(from part: inout CheckpointPart) throws(CheckpointError) {
    learningRate = try part.takeNumber("learningRate", in: CheckpointPart.magnitudes)
    momentum = try part.takeNumber("momentum", in: CheckpointPart.magnitudes)
    weightDecay = try part.takeNumber("weightDecay", in: CheckpointPart.magnitudes)
    isNesterov = try part.takeInteger("isNesterov", in: 0...1) == 1
    velocity = try Moments(from: &part, as: "velocity")
  }
}

extension Adam: Checkpointable {
  public func store(in part: inout CheckpointPart) {
    part.store(learningRate, as: "learningRate")
    part.store(betas.first, as: "betas.first")
    part.store(betas.second, as: "betas.second")
    part.store(epsilon, as: "epsilon")
    switch weightDecay {
    case .none: break
    case .coupled(let lambda): part.store(lambda, as: "weightDecay.coupled")
    case .decoupled(let lambda): part.store(lambda, as: "weightDecay.decoupled")
    }
    part.store(stepCount, as: "step")
    first.store(in: &part, as: "first")
    second.store(in: &part, as: "second")
  }

  public mutating func restore(from part: inout CheckpointPart) throws(CheckpointError) {
    learningRate = try part.takeNumber("learningRate", in: CheckpointPart.magnitudes)
    betas.first = try part.takeNumber("betas.first", in: 0...1.0.nextDown)
    betas.second = try part.takeNumber("betas.second", in: 0...1.0.nextDown)
    epsilon = try part.takeNumber("epsilon", in: CheckpointPart.magnitudes)
    weightDecay = .none
    if part.holds("weightDecay.coupled") {
      weightDecay = .coupled(
        try part.takeNumber("weightDecay.coupled", in: CheckpointPart.magnitudes))
    } else if part.holds("weightDecay.decoupled") {
      weightDecay = .decoupled(
        try part.takeNumber("weightDecay.decoupled", in: CheckpointPart.magnitudes))
    }
    first = try Moments(from: &part, as: "first")
    second = try Moments(from: &part, as: "second")
    // Before the first step there are none, and later both of every parameter.
    stepCount = try part.takeInteger(
      "step", in: (first.values.isEmpty ? 0 : 1)...CheckpointPart.counts.upperBound)
    for (name, moment) in second.values.sorted(by: { $0.key < $1.key }) {
      guard let other = first.values[name], other.rowCount == moment.rowCount,
        other.columnCount == moment.columnCount
      else {
        throw part.invalid(
          "second.\(name)", found: "\(moment.rowCount) × \(moment.columnCount)",
          expected: "the size of first.\(name)")
      }
      if let square = moment.elements.first(where: { $0 < 0 }) {
        throw part.invalid("second.\(name)", found: "\(square)", expected: "means of squares")
      }
    }
    if let name = first.values.keys.filter({ second.values[$0] == nil }).min() {
      throw part.error(.missingArray("second.\(name)"))
    }
  }
}

extension Moments {
  fileprivate func store(in part: inout CheckpointPart, as name: String) {
    for (parameter, value) in values { part.store(value, as: "\(name).\(parameter)") }
  }

  /// All moments of that name; the next step checks that they go with its parameters.
  fileprivate init(from part: inout CheckpointPart, as name: String) throws(CheckpointError) {
    self.init(values: try part.takeMatrices(prefix: "\(name).", as: Scalar.self))
  }
}
