import Contrastive
import ContrastiveTraining

/// What training brought.
struct ChooseTrainings: Sendable {
  /// What was to be trained: nothing where it could tell nothing.
  let runs: [SweepRun]
  let outcomes: [SweepRun: SweepOutcome]

  /// Of the test rows.
  let untrained: RetrievalRanks
  let recalls: TrainedRecalls?

  var isComplete: Bool { outcomes.count == runs.count }
}

/// All that a choice is made of.
struct ChooseFindings: Sendable {
  let data: AdapterData
  let texts: RowTexts
  let sides: PairAudit
  let neighbors: Neighbors

  /// Nil where it was ended before all queries were done.
  let sweep: LossSweep?
  let trained: ChooseTrainings
  let choice: TemperatureChoice
}

extension ChooseFindings {
  /// What the sentence tells numbers of.
  ///
  /// - Parameter temperatures: Those that were to be tried.
  func context(_ temperatures: [Double]) -> ChoiceContext {
    let recalls = trained.recalls
    let means = recalls?.comparison.means.map(\.value) ?? []
    return ChoiceContext(
      pairCount: data.queries.rowCount, testCount: data.testCount,
      temperatures: Set(temperatures).sorted(), seedCount: recalls?.seeds.count ?? 0,
      untrained: trained.untrained.recall(at: 1),
      recall: Dictionary(uniqueKeysWithValues: zip(recalls?.temperatures ?? [], means)))
  }
}
