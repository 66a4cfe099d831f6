public import ContrastiveEmbeddings

/// What turns inputs into embeddings, and a loss's gradient by these into one by its parameters.
///
/// A training step is the same for every encoder and every loss:
/// ```swift
/// let (queries, pass) = try encoder.forward(inputs)
/// let step = try loss.valueWithGradient(
///   queries: queries, positives: keys, of: .queries)
/// let gradient = try encoder.backward(
///   step.gradient.queries, through: pass)
/// try optimizer.update(&encoder.parameters, by: gradient)
/// ```
/// An encoder of your own conforms by these three requirements, whatever it is made of; its
/// embeddings come out and the gradient goes in as they are, and normalisation is the loss's.
/// `LinearEncoder` and `MLPEncoder` are enough for adapters, projection heads and small experiments.
/// For convolutions, attention, GPUs or automatic differentiation use a framework, and give the loss
/// its tensors: `Matrix` borrows their memory.
///
/// (Not `Encoder`: that is the standard library's, of `Codable`.)
public protocol EmbeddingEncoder<Scalar>: Sendable {
  associatedtype Scalar: EmbeddingScalar

  /// A batch of what is encoded.
  associatedtype Inputs = Matrix<Scalar>

  /// What `forward` leaves for `backward`.
  associatedtype Pass: Sendable

  /// What optimisers and momentum updates change.
  var parameters: Parameters<Scalar> { get set }

  /// Encodes a batch.
  ///
  /// - Returns: An embedding for each input, `N × d`, and what `backward` needs.
  func forward(_ inputs: Inputs) throws -> (embeddings: Matrix<Scalar>, pass: Pass)

  /// The gradient by the parameters, under their names and in their order.
  ///
  /// - Parameters:
  ///   - gradient: The loss's gradient by the embeddings, `N × d`.
  ///   - pass: What `forward` left for this batch, with the present parameters.
  func backward(_ gradient: Matrix<Scalar>, through pass: Pass) throws -> Parameters<Scalar>
}

extension EmbeddingEncoder {
  /// The embeddings alone: for evaluation, and for keys that take no gradient.
  public func callAsFunction(_ inputs: Inputs) throws -> Matrix<Scalar> {
    try forward(inputs).embeddings
  }

  /// The gradient by the parameters, from a gradient as a loss returns it.
  ///
  /// - Throws: `ContrastiveError` if it is `nil`, as one is that the loss was not asked for.
  public func backward(
    _ gradient: Matrix<Scalar>?, through pass: Pass
  ) throws -> Parameters<Scalar> {
    guard let gradient else {
      throw ContrastiveError(.gradient, .missingGradient(by: .embeddings))
    }
    return try backward(gradient, through: pass)
  }
}
