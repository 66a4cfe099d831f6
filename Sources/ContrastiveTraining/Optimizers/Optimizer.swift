public import ContrastiveEmbeddings
import ContrastiveKernels

/// A rule by which a gradient changes parameters, and what it remembers of the steps before.
///
/// One optimiser for each set of parameters; the rules here treat every element by itself, so that
/// this is the same as one for all of them. Set `learningRate` before a step to follow a schedule.
public protocol Optimizer<Scalar>: Sendable {
  associatedtype Scalar: EmbeddingScalar

  /// How far a step goes.
  var learningRate: Double { get set }

  /// Takes a step.
  ///
  /// - Throws: `ContrastiveError` if the gradient has other names or shapes than the parameters, or
  ///   holds a NaN or an infinity, or one of the rule's constants is outside its range; nothing is changed then.
  mutating func update(
    _ parameters: inout Parameters<Scalar>, by gradient: Parameters<Scalar>
  ) throws(ContrastiveError)
}

extension Optimizer {
  /// - Throws: `ContrastiveError` unless a constant of the rule is 0 or more, and below its limit.
  func requireConstant(
    _ value: Double, named name: ContrastiveError.Argument, below limit: Double = .infinity
  ) throws(ContrastiveError) {
    guard value >= 0, value < limit else {
      throw .init(
        name,
        .number(found: value, expected: limit == .infinity ? .notNegative : .from(0, upTo: limit)))
    }
  }
}

extension Parameters {
  /// - Throws: `ContrastiveError` unless the gradient is one by these parameters, and finite.
  func requireGradient(_ gradient: Parameters) throws(ContrastiveError) {
    try requireSame(as: gradient, named: .gradient)
    for parameter in gradient {
      if let row = parameter.values.block.firstNotFiniteRow() {
        throw .init(.init("gradient.\(parameter.name)"), row: row, .notFinite)
      }
    }
  }

  /// Steps, parameter by parameter.
  mutating func forEachBlock(_ body: (Int, Block<Scalar>, _ decays: Bool) -> Void) {
    for i in indices {
      elements[i].values.makeUnique()
      body(i, elements[i].values.block, elements[i].decays)
    }
  }
}
