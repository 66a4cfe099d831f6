public import ContrastiveEmbeddings
import ContrastiveKernels
public import ContrastiveLosses

/// A multilayer perceptron: linear maps with ReLU between them, as projection heads are.
///
/// ```
/// h₁ = max(0, x·W₀ᵀ + b₀),   …,   y = hₗ·Wₗᵀ + bₗ
/// ```
/// Its parameters are named as those of PyTorch's `Sequential(Linear, ReLU, Linear, …)`: `0.weight`,
/// `0.bias`, `2.weight`, … The slope of ReLU at 0 is 0.
///
/// - Complexity: 2N·in·out flops for each layer forward, and twice that backward but for the first.
public struct MLPEncoder<Scalar: EmbeddingScalar>: EmbeddingEncoder {
  public var parameters: Parameters<Scalar>

  /// Threads, and where activations and gradients are.
  public var options: ComputeOptions

  /// Whether every layer has a bias.
  public let hasBias: Bool

  /// What `forward` leaves for `backward`: every layer's inputs.
  public struct Pass: Sendable {
    let inputs: [Block<Scalar>]
  }

  /// Creates an encoder with PyTorch's initial values: uniform within ±1/√in.
  ///
  /// - Parameters:
  ///   - dimensions: Of the inputs, of the hidden layers, and of the embeddings: `[64, 256, 32]`.
  ///   - hasBias: Whether every layer has a bias.
  ///   - options: Threads and memory.
  ///   - generator: Where the initial values come from.
  /// - Throws: `ContrastiveError` for fewer than two dimensions, or one that is not positive.
  public static func random<Generator: RandomNumberGenerator>(
    dimensions: [Int], hasBias: Bool = true, options: ComputeOptions = ComputeOptions(),
    using generator: inout Generator
  ) throws(ContrastiveError) -> MLPEncoder {
    guard dimensions.count >= 2 else {
      throw .init(
        .dimensions,
        .count(
          .number, found: dimensions.count,
          expected: .atLeast(2, .because("of the inputs and of the embeddings"))))
    }
    for dimension in dimensions { try requireDimension(dimension, named: .dimensions) }
    var parameters: [Parameter<Scalar>] = []
    for (layer, (width, height)) in zip(dimensions, dimensions.dropFirst()).enumerated() {
      func values(_ rowCount: Int, _ columnCount: Int) -> Matrix<Scalar> {
        DenseLayer.random(
          rowCount: rowCount, columnCount: columnCount, inputDimension: width, using: &generator)
      }
      parameters.append(Parameter("\(2 * layer).weight", values(height, width)))
      if hasBias {
        parameters.append(Parameter("\(2 * layer).bias", values(1, height), decays: false))
      }
    }
    return MLPEncoder(parameters: Parameters(parameters), options: options, hasBias: hasBias)
  }

  private var layers: [DenseLayer<Scalar>] {
    let stride = hasBias ? 2 : 1
    return Swift.stride(from: 0, to: parameters.count, by: stride).map {
      DenseLayer(
        weight: parameters[$0].values, bias: hasBias ? parameters[$0 + 1].values : nil)
    }
  }

  /// - Throws: `ContrastiveError` if the inputs have another dimension.
  public func forward(
    _ inputs: Matrix<Scalar>
  ) throws(ContrastiveError) -> (embeddings: Matrix<Scalar>, pass: Pass) {
    try inputs.requireColumnCount(
      parameters[0].values.columnCount, named: .inputs, as: .init(parameters[0].name))
    var x = inputs.block
    var seen: [Block<Scalar>] = []
    for (index, layer) in layers.enumerated() {
      if index > 0 { x.rectify() }
      seen.append(x)
      x = layer.forward(x, options: options)
    }
    return (Matrix(x), Pass(inputs: seen))
  }

  /// - Throws: `ContrastiveError` if the gradient is not of that batch's embeddings.
  public func backward(
    _ gradient: Matrix<Scalar>, through pass: Pass
  ) throws(ContrastiveError) -> Parameters<Scalar> {
    let layers = layers
    try gradient.requireGradient(
      rowCount: pass.inputs[0].rowCount, columnCount: layers[layers.count - 1].weight.rowCount)
    var slope = gradient.block
    var values: [Matrix<Scalar>] = []
    for index in layers.indices.reversed() {
      let (weight, bias) = DenseLayer.gradients(
        slope, inputs: pass.inputs[index], hasBias: hasBias, options: options)
      values.insert(contentsOf: [weight, bias].compactMap(\.self), at: 0)
      guard index > 0 else { break }
      slope = layers[index].inputGradient(slope, options: options)
      slope.clear(whereNotPositive: pass.inputs[index])
    }
    return parameters.replacing(values)
  }
}
