import ContrastiveEmbeddings
import ContrastiveKernels
import ContrastiveSimilarity

/// The sums of the unit keys, by what they are compared with.
struct KeySums<Scalar: EmbeddingScalar>: Sendable {
  /// One row each; `nil` where no keys are compared with that.
  private let queries: Block<Scalar>?
  private let positives: Block<Scalar>?

  init(_ sums: [[Double]], of context: OneWayContext<Scalar>) {
    func sum(_ anchor: Candidates<Scalar>.Anchor) -> Block<Scalar>? {
      let own = zip(context.panels, sums).filter {
        context.problem.keys[$0.0.array].anchor == anchor
      }
      guard !own.isEmpty else { return nil }
      let result = Block<Scalar>(rowCount: 1, columnCount: context.dimension)
      for column in 0..<context.dimension {
        result[0, column] = Scalar(own.reduce(0) { $0 + $1.1[column] })
      }
      return result
    }
    queries = sum(.queries)
    positives = sum(.positives)
  }

  /// Σ z over all keys, of every row of a block: the inner product with the sum of the keys, and no pass over
  /// N × M.
  func totals(of block: RowBlock<Scalar>) -> [Double] {
    var result = Array(repeating: 0.0, count: block.count)
    let column = Block<Scalar>(rowCount: block.count, columnCount: 1)
    for (sum, anchor) in [(queries, Candidates<Scalar>.Anchor.queries), (positives, .positives)] {
      guard let sum else { continue }
      column.setSimilarities(of: block.anchors(anchor), and: sum)
      for row in result.indices { result[row] += Double(column[row, 0]) }
    }
    return result
  }

  /// Adds s·dL/dΣz·Σk̂ to the anchors' gradients.
  func add(
    _ slopes: [Double], times scales: [Double], rows: Range<Int>, of block: RowBlock<Scalar>,
    to gradients: GradientBlocks<Scalar>
  ) {
    for (sum, target) in [
      (queries, gradients.anchors(.queries)), (positives, gradients.anchors(.positives)),
    ] {
      guard let sum, let target else { continue }
      for row in rows {
        let own = block.range.lowerBound + row
        target.rows(own..<own + 1).add(
          sum, times: [slopes[row] * scales[row]], on: block.context.isa)
      }
    }
  }
}
