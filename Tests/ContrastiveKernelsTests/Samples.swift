import ContrastiveEmbeddings
import ContrastiveKernels

/// Column counts around the lanes of a vector, and around the chunk of 32 vectors.
let columnCounts = [0, 1, 15, 16, 17, 33, 511, 513]

extension Block {
  /// A block whose rows are followed by NaNs, which a kernel must neither read nor write.
  init(fenced rows: [[Scalar]], columnCount: Int) {
    self.init(fencedRows: rows.count, columnCount: columnCount)
    for (r, row) in rows.enumerated() {
      for (c, element) in row.enumerated() { self[r, c] = element }
    }
  }

  /// Zeros with such a fence.
  init(fencedRows rowCount: Int, columnCount: Int) {
    let fence = 3
    let stride = columnCount + fence
    let whole = Block(rowCount: rowCount, columnCount: stride)
    for r in 0..<rowCount {
      for c in columnCount..<stride { whole[r, c] = .nan }
    }
    self.init(
      whole.storage, rowCount: rowCount, columnCount: columnCount, rowStride: stride)
  }

  /// Whether the fence still stands.
  var isFenceIntact: Bool {
    let whole = Block(
      storage, rowCount: rowCount, columnCount: rowStride, rowStride: rowStride)
    return (0..<rowCount).allSatisfy { r in
      (columnCount..<rowStride).allSatisfy { whole[r, $0].isNaN }
    }
  }

  /// The rows in double precision.
  var doubles: [[Double]] {
    (0..<rowCount).map { r in (0..<columnCount).map { Double(self[r, $0]) } }
  }
}

/// Seeded rows of numbers from a range.
func randomRows<Scalar: EmbeddingScalar>(
  _ rowCount: Int, _ columnCount: Int, in range: ClosedRange<Double> = -2...2, seed: UInt64,
  as scalar: Scalar.Type = Scalar.self
) -> [[Scalar]] {
  var generator = SeededGenerator(seed: seed &+ UInt64(columnCount) << 8)
  return (0..<rowCount).map { _ in
    (0..<columnCount).map { _ in Scalar(Double.random(in: range, using: &generator)) }
  }
}

/// Σ aᵢbᵢ as if computed in twice the precision of Double (Ogita, Rump and Oishi 2005, Dot2), so
/// that its own error does not count.
func compensatedDot(_ a: [Double], _ b: [Double]) -> Double {
  var (sum, correction) = (0.0, 0.0)
  for (x, y) in zip(a, b) {
    let product = x * y
    let productError = (-product).addingProduct(x, y)
    let next = sum + product
    let part = next - sum
    correction += ((sum - (next - part)) + (product - part)) + productError
    sum = next
  }
  return sum + correction
}

func compensatedSum(_ a: [Double]) -> Double {
  compensatedDot(a, Array(repeating: 1, count: a.count))
}
