import ContrastiveEmbeddings
import ContrastiveKernels
import ContrastiveLosses
import RealModule

/// y = x·Wᵀ + b, as PyTorch's `Linear`: W is `out × in`.
struct DenseLayer<Scalar: EmbeddingScalar> {
  let weight: Matrix<Scalar>
  let bias: Matrix<Scalar>?

  func forward(_ x: Block<Scalar>, options: ComputeOptions) -> Block<Scalar> {
    let y = Block<Scalar>(
      rowCount: x.rowCount, columnCount: weight.rowCount, zeroed: false, from: options.workspace)
    y.setProduct(x, weight.block, transposingRight: true, threads: options.threads)
    if let bias { y.addToRows(bias.block) }
    return y
  }

  /// dL/dW = Gᵀ·X and dL/db = Σᵢ gᵢ.
  static func gradients(
    _ slope: Block<Scalar>, inputs x: Block<Scalar>, hasBias: Bool, options: ComputeOptions
  ) -> (weight: Matrix<Scalar>, bias: Matrix<Scalar>?) {
    let weight = Block<Scalar>(
      rowCount: slope.columnCount, columnCount: x.columnCount, zeroed: false,
      from: options.workspace)
    weight.setProduct(slope, x, transposingLeft: true, threads: options.threads)
    guard hasBias else { return (Matrix(weight), nil) }
    var sums = Array(repeating: 0.0, count: slope.columnCount)
    slope.addColumnSums(to: &sums)
    let bias = Matrix<Scalar>(rowCount: 1, columnCount: sums.count) { _, c in Scalar(sums[c]) }
    return (Matrix(weight), bias)
  }

  /// dL/dX = G·W.
  func inputGradient(_ slope: Block<Scalar>, options: ComputeOptions) -> Block<Scalar> {
    let result = Block<Scalar>(
      rowCount: slope.rowCount, columnCount: weight.columnCount, zeroed: false,
      from: options.workspace)
    result.setProduct(slope, weight.block, threads: options.threads)
    return result
  }

  /// PyTorch's initial values of a linear layer: uniform within ±1/√in, its bias too.
  static func random<Generator: RandomNumberGenerator>(
    rowCount: Int, columnCount: Int, inputDimension: Int, using generator: inout Generator
  ) -> Matrix<Scalar> {
    let bound = 1 / Double(inputDimension).squareRoot()
    return Matrix(rowCount: rowCount, columnCount: columnCount) { _, _ in
      Scalar(Double.random(in: -bound...bound, using: &generator))
    }
  }
}

/// - Throws: `ContrastiveError` unless a dimension is positive.
func requireDimension(_ value: Int, named name: ContrastiveError.Argument) throws(ContrastiveError)
{
  guard value >= 1, value <= Int(Int32.max) else {
    throw .init(name, .integer(found: value, expected: .between(1, Int(Int32.max))))
  }
}

extension Matrix {
  func requireColumnCount(
    _ expected: Int, named name: ContrastiveError.Argument, as other: ContrastiveError.Argument
  ) throws(ContrastiveError) {
    guard columnCount == expected else {
      throw .init(
        name, .count(.column, found: columnCount, expected: .exactly(expected, .as(other))))
    }
  }

  /// - Throws: `ContrastiveError` unless this gradient is of a batch's embeddings.
  func requireGradient(rowCount: Int, columnCount: Int) throws(ContrastiveError) {
    guard self.rowCount == rowCount, self.columnCount == columnCount else {
      throw .init(
        .gradient, .shape(found: shape, expected: .init(rowCount, columnCount), as: .embeddings))
    }
  }
}
