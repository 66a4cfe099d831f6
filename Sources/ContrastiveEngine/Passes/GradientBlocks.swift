import ContrastiveEmbeddings
import ContrastiveKernels

/// What gradients are added to, by unit rows.
struct GradientBlocks<Scalar: EmbeddingScalar>: Sendable {
  let queries: Block<Scalar>?
  let keys: [Block<Scalar>?]
  let positives: Block<Scalar>?

  /// What positives get as anchors: it goes to their own array, or to the first keys where row i's is column i;
  /// of any other column it is collected by row.
  private let anchorPositives: Block<Scalar>?

  init(_ problem: OneWayProblem<Scalar>, options: ComputeOptions) {
    func block(_ isWanted: Bool, rowCount: Int) -> Block<Scalar>? {
      isWanted
        ? options.block(
          rowCount: rowCount, columnCount: problem.queries.columnCount, zeroed: true) : nil
    }
    queries = block(problem.queriesNeedGradient, rowCount: problem.queries.rowCount)
    keys = problem.keys.map { block($0.needsGradient, rowCount: $0.rows.rowCount) }
    switch problem.candidates.positives {
    case .array(let rows, let needsGradient, _):
      positives = block(needsGradient, rowCount: rows.rowCount)
      anchorPositives = positives
    case .column:
      positives = nil
      if case .diagonal = problem.keys[0].roles {
        anchorPositives = keys[0]
      } else {
        anchorPositives = block(
          problem.candidates.anchorsArePositives && problem.keys[0].needsGradient,
          rowCount: problem.queries.rowCount)
      }
    case .none, .columns: (positives, anchorPositives) = (nil, nil)
    }
  }

  /// Those of rows and keys without positives.
  init(queries: Block<Scalar>?, keys: [Block<Scalar>?]) {
    (self.queries, self.keys) = (queries, keys)
    (positives, anchorPositives) = (nil, nil)
  }

  /// The gradient by what keys are compared with.
  func anchors(_ anchor: Candidates<Scalar>.Anchor) -> Block<Scalar>? {
    switch anchor {
    case .queries: queries
    case .positives: anchorPositives
    }
  }

  /// Adds what rows' positives got as anchors to the columns that they are.
  func finish(_ problem: OneWayProblem<Scalar>, on isa: InstructionSet) {
    guard case .column = problem.candidates.positives, let anchorPositives,
      let gradient = keys[0]
    else { return }
    if case .diagonal = problem.keys[0].roles { return }
    for row in 0..<anchorPositives.rowCount {
      guard let column = problem.keys[0].roles.positiveColumn(ofRow: row) else { continue }
      gradient.rows(column..<column + 1).add(anchorPositives.rows(row..<row + 1), on: isa)
    }
  }
}
