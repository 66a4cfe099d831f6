import ContrastiveKernels

/// The rate of a large matrix product, which no loss made of products can pass.
///
/// OpenBLAS's own sgemm of two 2048 × 2048 matrices, by its own threads.
final class GEMMCeiling {
  private static let size = 2048

  private let threads: Int
  private let left = filled(with: 0.5)
  private let right = filled(with: -0.25)
  private let product = Block<Float>(rowCount: size, columnCount: size)

  /// Runs the product once untimed, which starts its threads.
  init(threads: Int) {
    self.threads = threads
    multiply()
  }

  /// Times the product once, and returns its rate in GFLOP/s.
  func measure() -> Double {
    let time = ContinuousClock().measure { multiply() }
    let size = Double(Self.size)
    return 2 * size * size * size / (time / .seconds(1)) / 1e9
  }

  private func multiply() {
    BLAS.withThreads(threads) { product.setProduct(left, right) }
  }

  /// A matrix of equal rows, copied in bulk: debug builds take seconds for 4 million assignments.
  private static func filled(with value: Float) -> Block<Float> {
    let block = Block<Float>(rowCount: size, columnCount: size)
    for column in 0..<size { block[0, column] = value / Float(column + 1) }
    for row in 1..<size { block.rows(row..<row + 1).copy(block.rows(0..<1)) }
    return block
  }
}
