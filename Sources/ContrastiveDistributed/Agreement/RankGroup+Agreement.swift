import ContrastiveBounds
import ContrastiveEmbeddings
import ContrastiveEngine

/// What ranks have agreed on.
struct Agreement<Inputs> {
  /// This rank's arguments, checked.
  var inputs: Inputs

  /// Of each array that is shared out, the ranks' parts.
  let shards: [Shards]

  /// Whether every rank's weights allow one shift for all exponentials.
  let hasModerateWeights: Bool

  /// Whether rows have temperatures of their own, be it that this rank has no rows.
  let hasRowTemperatures: Bool

  /// This rank's scales: of a rank without rows none, where rows have their own.
  func scales(_ own: RowScales) -> RowScales {
    if hasRowTemperatures, case .one = own { .each([]) } else { own }
  }

  /// What bounds a loss, where all rows have one temperature.
  func floor(
    _ bound: () throws(ContrastiveError) -> LossBound?
  ) throws(ContrastiveError) -> LossBound? {
    hasRowTemperatures ? nil : try bound()
  }
}

extension RankGroup {
  /// Checks this rank's arguments, and agrees with the others that all go together.
  ///
  /// - Parameters:
  ///   - allowingNoRows: Whether the first array may have no rows on any rank.
  ///   - check: Returns the arguments and completes the record.
  /// - Throws: The first rank's error that has one, the same on every rank, or what differs from rank 0.
  func agree<Inputs>(
    _ loss: String, allowingNoRows: Bool = false,
    _ check: (inout CallRecord) throws(ContrastiveError) -> Inputs
  ) throws(ContrastiveError) -> Agreement<Inputs> {
    var record = CallRecord(loss: loss)
    var inputs: Inputs?
    var failure: ContrastiveError?
    do {
      inputs = try check(&record)
    } catch {
      failure = error.found(by: rank)
    }
    let errorNumbers = failure?.numbers ?? []
    var told: [CallRecord.Told] = []
    for (rank, numbers) in try allGather(record.numbers(errorLength: errorNumbers.count))
      .enumerated()
    {
      guard let one = CallRecord.Told(numbers) else { throw ContrastiveError.outOfStep(rank: rank) }
      told.append(one)
    }
    let errorLengths = told.map(\.errorLength)
    if let first = errorLengths.firstIndex(where: { $0 > 0 }) {
      throw ContrastiveError(
        numbers: try allGather(errorNumbers, counts: errorLengths)[first])
    }
    if let difference = record.difference(among: told) { throw difference }
    guard let inputs else { preconditionFailure("arguments without an error") }
    let shards = record.rowCounts.indices.map { array in
      Shards(counts: told.map { $0.rowCounts[array] }, rank: rank)
    }
    if !allowingNoRows, let first = shards.first, first.total == 0 {
      throw ContrastiveError(
        .init("batch"), .count(.row, found: 0, expected: .atLeast(1, .because("on some rank"))))
    }
    return Agreement(
      inputs: inputs, shards: shards, hasModerateWeights: told.allSatisfy(\.hasModerateWeights),
      hasRowTemperatures: told.contains(where: \.hasRowTemperatures))
  }
}
