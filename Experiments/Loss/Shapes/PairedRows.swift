import Contrastive

/// Two arrays of a command, row i of one belonging to row i of the other.
struct PairedRows<Scalar: FileScalar> {
  /// An array, and what the library calls it.
  private let first: (name: String, array: InputArray<Scalar>)
  private let second: (name: String, array: InputArray<Scalar>)

  /// The file of the pairs' ids, if there is one.
  private let ids: String?

  typealias File = (name: String, path: String)

  init(_ first: File, _ second: File, ids: String?) throws {
    self.first = (first.name, try InputArray(first.path))
    self.second = (second.name, try InputArray(second.path))
    self.ids = ids
  }

  typealias Step<Gradient: Sendable> = (
    Matrix<Scalar>, Matrix<Scalar>, FalseNegatives<Scalar>
  ) throws -> LossStep<Scalar, Gradient>

  /// What a loss comes to in this process by itself.
  func outcome<Gradient: LossGradient>(
    _ step: Step<Gradient>
  ) throws -> LossOutcome<Scalar> where Gradient.Scalar == Scalar {
    outcome(
      of: try step(first.array.matrix, second.array.matrix, try .equalIDs(in: ids)))
  }

  /// What a loss comes to: by ranks together, where there are any.
  ///
  /// - Parameters:
  ///   - sides: How many terms, or temperatures, there may be to a pair.
  ///   - alone: The loss in a process by itself.
  ///   - across: The loss of this rank's rows, as all ranks compute it.
  func outcome<Gradient: LossGradient>(
    sharedBy options: RankOptions, sides: Int = 1, alone: Step<Gradient>,
    across: (
      Matrix<Scalar>, Matrix<Scalar>, FalseNegatives<Scalar>, SharedRows
    ) throws -> LossStep<Scalar, Gradient>
  ) throws -> LossOutcome<Scalar> where Gradient.Scalar == Scalar {
    guard let ranks = try options.ranks(rowCount: first.array.matrix.rowCount)
    else { return try outcome(alone) }
    let falseNegatives: FalseNegatives<Scalar> =
      try ids.map { file in
        .equalIDs(
          try ranks.part(of: try readLabels(file).numbers[0], .ids, as: .init(first.name)))
      } ?? .none
    var outcome = outcome(
      of: try across(
        ranks.part(of: first.array, first.name, as: first.name),
        ranks.part(of: second.array, second.name, as: first.name), falseNegatives, ranks))
    try ranks.gather(&outcome, sides: sides)
    return outcome
  }

  private func outcome<Gradient: LossGradient>(
    of step: LossStep<Scalar, Gradient>
  ) -> LossOutcome<Scalar> where Gradient.Scalar == Scalar {
    var outcome = LossOutcome(step, of: first.array, second.array)
    if ids != nil, outcome.diagnostics?.top1Accuracy != nil { outcome.addRemarkOfIDs() }
    return outcome
  }
}

extension FalseNegatives {
  /// Candidates of the query's id, read from a file; none if there is none.
  static func equalIDs(in file: String?) throws -> FalseNegatives {
    try file.map { .equalIDs(try readLabels($0).numbers[0]) } ?? .none
  }
}
