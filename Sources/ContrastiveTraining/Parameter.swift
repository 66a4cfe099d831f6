public import ContrastiveEmbeddings

/// A matrix that training changes.
public struct Parameter<Scalar: EmbeddingScalar>: Sendable, Equatable {
  /// Its name, under which a checkpoint keeps it: `weight`, say.
  public let name: String

  /// Its numbers: a vector is a single row.
  public var values: Matrix<Scalar>

  /// Whether weight decay applies to it.
  ///
  /// PyTorch decays whatever its optimiser is given; CLIP's training code and most others leave out
  /// biases and the logit scale, and so do the encoders here.
  public var decays: Bool

  /// Creates a parameter.
  public init(_ name: String, _ values: Matrix<Scalar>, decays: Bool = true) {
    self.name = name
    self.values = values
    self.decays = decays
  }
}
