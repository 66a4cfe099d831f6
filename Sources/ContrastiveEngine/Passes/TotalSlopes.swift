import ContrastiveEmbeddings
import ContrastiveKernels
import ContrastiveSimilarity

/// Σᵢ (dL/dΣzᵢ)·q̃ᵢ: what slopes by Σz put on every key alike.
struct TotalSlopes<Scalar: EmbeddingScalar> {
  private let context: OneWayContext<Scalar>
  private let sums: [Block<Scalar>]

  init(_ context: OneWayContext<Scalar>) {
    self.context = context
    sums = context.problem.keys.map { _ in
      Block(rowCount: 1, columnCount: context.dimension)
    }
  }

  func add(_ slopes: RowSlopes, of block: RowBlock<Scalar>) {
    let column = Block<Scalar>(rowCount: block.count, columnCount: 1)
    for row in 0..<block.count { column[row, 0] = Scalar(slopes.totals[row]) }
    for (array, sum) in sums.enumerated() where context.problem.keys[array].needsGradient {
      guard let panel = context.panels.first(where: { $0.array == array }) else { continue }
      sum.setProduct(
        column, block.anchors(of: panel), transposingLeft: true, accumulating: true)
    }
  }

  func finish(in gradients: GradientBlocks<Scalar>) {
    for (gradient, sum) in zip(gradients.keys, sums) {
      guard let gradient else { continue }
      for row in 0..<gradient.rowCount {
        gradient.rows(row..<row + 1).add(sum, on: context.isa)
      }
    }
  }
}
