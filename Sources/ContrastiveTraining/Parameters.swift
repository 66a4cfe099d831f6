public import ContrastiveEmbeddings
import ContrastiveKernels

/// The numbers of an encoder that training changes, or a gradient by them: named matrices in a fixed
/// order.
///
/// A value: `var keys = queries.parameters` is a copy from which training departs, and shares memory
/// until then.
public struct Parameters<Scalar: EmbeddingScalar>: Sendable, Equatable {
  var elements: [Parameter<Scalar>]

  /// Creates a set of parameters.
  ///
  /// - Precondition: Their names are different.
  public init(_ elements: [Parameter<Scalar>]) {
    precondition(
      Set(elements.map(\.name)).count == elements.count, "two parameters of one name")
    self.elements = elements
  }

  /// How many numbers there are in all.
  public var scalarCount: Int {
    elements.reduce(0) { $0 + $1.values.rowCount * $1.values.columnCount }
  }

  /// Parameters of the same names and shapes, all of whose numbers are 0.
  public var zeros: Parameters {
    Parameters(
      elements.map {
        Parameter(
          $0.name, Matrix(rowCount: $0.values.rowCount, columnCount: $0.values.columnCount),
          decays: $0.decays)
      })
  }
}

extension Parameters: RandomAccessCollection, MutableCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { elements.count }

  public subscript(index: Int) -> Parameter<Scalar> {
    get { elements[index] }
    _modify { yield &elements[index] }
  }
}

extension Parameters {
  /// Adds other parameters, such as the gradient of another chunk of a batch.
  ///
  /// - Throws: `ContrastiveError` if names or shapes differ; nothing is changed then.
  public mutating func add(_ other: Parameters) throws(ContrastiveError) {
    try requireSame(as: other, named: .other)
    for i in indices {
      elements[i].values.makeUnique()
      elements[i].values.block.add(other[i].values.block)
    }
  }

  /// Moves these parameters a little towards others: MoCo's momentum encoder, BYOL's target.
  ///
  /// ```
  /// θₖ ← m · θₖ + (1 − m) · θ_q
  /// ```
  /// With m = 0 they become the others, with m = 1 they stay.
  ///
  /// - Parameters:
  ///   - other: θ_q, the encoder that is trained.
  ///   - momentum: m, from 0 to 1: MoCo's 0.999, or `MomentumSchedule`'s value at a step.
  /// - Throws: `ContrastiveError` if m lies outside 0...1, or names or shapes differ; nothing is
  ///   changed then.
  /// - Source: [He et al. 2020](https://arxiv.org/abs/1911.05722), eq. 2.
  public mutating func update(
    toward other: Parameters, momentum: Double
  ) throws(ContrastiveError) {
    guard (0...1).contains(momentum) else {
      throw .init(.momentum, .number(found: momentum, expected: .from(0, to: 1)))
    }
    try requireSame(as: other, named: .other)
    for i in indices {
      elements[i].values.makeUnique()
      elements[i].values.block.interpolate(
        toward: other[i].values.block, momentum: momentum)
    }
  }

  /// - Throws: `ContrastiveError` unless the others have the same names and shapes.
  func requireSame(as other: Parameters, named argument: ContrastiveError.Argument)
    throws(ContrastiveError)
  {
    guard other.map(\.name) == map(\.name) else {
      throw .init(
        argument,
        .choice(
          found: other.isEmpty ? "none" : other.map(\.name).joined(separator: ", "),
          expected: map(\.name).joined(separator: ", ")))
    }
    for (own, its) in zip(self, other)
    where own.values.rowCount != its.values.rowCount
      || own.values.columnCount != its.values.columnCount
    {
      throw .init(
        .init("\(argument).\(own.name)"),
        .shape(found: its.values.shape, expected: own.values.shape))
    }
  }
}
