public import ContrastiveEmbeddings
public import ContrastiveLosses

/// One linear map: an adapter on embeddings of another model, or a probe.
///
/// ```
/// y = x·Wᵀ + b,    W: out × in
/// ```
/// Its parameters are `weight` and, if it has one, `bias`, as those of PyTorch's `Linear`.
///
/// - Complexity: 2N·in·out flops forward and as many backward, by GEMM over `options.threads`.
public struct LinearEncoder<Scalar: EmbeddingScalar>: EmbeddingEncoder {
  public var parameters: Parameters<Scalar>

  /// Threads, and where activations and gradients are.
  public var options: ComputeOptions

  /// The number of elements of an input.
  public var inputDimension: Int { parameters[0].values.columnCount }

  /// The number of elements of an embedding.
  public var outputDimension: Int { parameters[0].values.rowCount }

  /// Creates an encoder from its weights.
  ///
  /// - Parameters:
  ///   - weight: W, `out × in`.
  ///   - bias: b, a row of `out` elements, or `nil` for none.
  ///   - options: Threads and memory.
  /// - Throws: `ContrastiveError` if W has no elements or b does not fit it.
  public init(
    weight: Matrix<Scalar>, bias: Matrix<Scalar>? = nil, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) {
    try requireDimension(weight.columnCount, named: .inputDimension)
    try requireDimension(weight.rowCount, named: .outputDimension)
    var parameters = [Parameter("weight", weight)]
    if let bias {
      guard bias.rowCount == 1, bias.columnCount == weight.rowCount else {
        throw .init(.bias, .shape(found: bias.shape, expected: .init(1, weight.rowCount)))
      }
      parameters.append(Parameter("bias", bias, decays: false))
    }
    self.parameters = Parameters(parameters)
    self.options = options
  }

  /// An adapter that changes nothing yet: W has ones on its diagonal, and there is no bias.
  ///
  /// - Throws: `ContrastiveError` unless both dimensions are positive.
  public static func identity(
    inputDimension: Int, outputDimension: Int, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LinearEncoder {
    try requireDimension(inputDimension, named: .inputDimension)
    try requireDimension(outputDimension, named: .outputDimension)
    var weight = Matrix<Scalar>(rowCount: outputDimension, columnCount: inputDimension)
    for i in 0..<min(inputDimension, outputDimension) { weight[i, i] = 1 }
    return try LinearEncoder(weight: weight, options: options)
  }

  /// An encoder with PyTorch's initial values: uniform within ±1/√in.
  ///
  /// - Throws: `ContrastiveError` unless both dimensions are positive.
  public static func random<Generator: RandomNumberGenerator>(
    inputDimension: Int, outputDimension: Int, hasBias: Bool = true,
    options: ComputeOptions = ComputeOptions(), using generator: inout Generator
  ) throws(ContrastiveError) -> LinearEncoder {
    try requireDimension(inputDimension, named: .inputDimension)
    try requireDimension(outputDimension, named: .outputDimension)
    func values(_ rowCount: Int, _ columnCount: Int) -> Matrix<Scalar> {
      DenseLayer.random(
        rowCount: rowCount, columnCount: columnCount, inputDimension: inputDimension,
        using: &generator)
    }
    let weight = values(outputDimension, inputDimension)
    return try LinearEncoder(
      weight: weight, bias: hasBias ? values(1, outputDimension) : nil, options: options)
  }

  /// - Throws: `ContrastiveError` if the inputs have another dimension.
  public func forward(
    _ inputs: Matrix<Scalar>
  ) throws(ContrastiveError) -> (embeddings: Matrix<Scalar>, pass: Matrix<Scalar>) {
    try inputs.requireColumnCount(inputDimension, named: .inputs, as: .weight)
    let layer = DenseLayer(
      weight: parameters[0].values, bias: parameters.count > 1 ? parameters[1].values : nil)
    return (Matrix(layer.forward(inputs.block, options: options)), inputs)
  }

  /// - Throws: `ContrastiveError` if the gradient is not of that batch's embeddings.
  public func backward(
    _ gradient: Matrix<Scalar>, through pass: Matrix<Scalar>
  ) throws(ContrastiveError) -> Parameters<Scalar> {
    try gradient.requireGradient(rowCount: pass.rowCount, columnCount: outputDimension)
    let slopes = DenseLayer.gradients(
      gradient.block, inputs: pass.block, hasBias: parameters.count > 1, options: options)
    return parameters.replacing([slopes.weight, slopes.bias].compactMap(\.self))
  }
}

extension Parameters {
  /// The same parameters with other values.
  func replacing(_ values: [Matrix<Scalar>]) -> Parameters {
    Parameters(zip(self, values).map { Parameter($0.name, $1, decays: $0.decays) })
  }
}
