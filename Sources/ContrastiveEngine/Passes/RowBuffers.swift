import ContrastiveEmbeddings
import ContrastiveKernels

/// Memory for the rows of one block after another.
struct RowBuffers<Scalar: EmbeddingScalar>: Sendable {
  let queries: Block<Scalar>
  let positives: Block<Scalar>
  let positiveAnchors: Block<Scalar>?
  let table: PositiveTable<Scalar>?

  /// The anchors in 8 bits, where tiles are screened.
  let queryCodes: Codes<Scalar>?
  let positiveCodes: Codes<Scalar>?

  /// By panel. Last, so that the next call takes this memory for the same: sparse passes never touch it.
  let anchorParts: [Block<Scalar>?]

  init(_ context: OneWayContext<Scalar>, screens: Bool) {
    let (problem, options, rows) = (context.problem, context.options, context.tiling.rows)
    func block(_ isWanted: Bool) -> Block<Scalar> {
      options.block(rowCount: isWanted ? rows : 0, columnCount: context.dimension)
    }
    func codes(_ isWanted: Bool) -> Codes<Scalar>? {
      screens && isWanted
        ? Codes(.queries, rowCount: rows, dimension: context.dimension, from: options.workspace)
        : nil
    }
    // Encoding copies rows too.
    queries = block(problem.queries.unitRowsNeedRoom || problem.scales != .one(1) || screens)
    positives = block(problem.candidates.hasSinglePositive)
    positiveAnchors = problem.candidates.anchorsArePositives ? block(true) : nil
    if case .columns = problem.candidates.positives {
      table = PositiveTable(
        problem.keys[0].roles, rowCount: problem.queries.rowCount,
        columnCount: problem.keys[0].rows.rowCount)
    } else {
      table = nil
    }
    queryCodes = codes(true)
    positiveCodes = codes(problem.candidates.anchorsArePositives)
    anchorParts = context.panels.map {
      problem.needsGradient(of: problem.keys[$0.array].anchor) ? block(true) : nil
    }
  }
}
