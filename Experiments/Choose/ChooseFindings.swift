import Contrastive
import ContrastiveTraining

/// How long adapters are trained, and how.
struct TrainingLength: Hashable, Sendable {
  let epochs: Int
  let steps: Int

  /// Pairs of a step.
  let batch: Int
  let learningRate: Double

  /// Epochs and steps, in words.
  var words: String { "\(epochs.words("epoch")) (\(steps.words("step")))" }

  /// As the subject of a sentence: `20 epochs are`.
  var epochWords: String { epochs.words("epoch") + (epochs == 1 ? " is" : " are") }
}

extension TrainingLength: JSONRepresentable {
  var json: JSON {
    let object: JSONObject = [
      "epochs": epochs, "steps": steps, "batch": batch, "learningRate": learningRate,
    ]
    return object.json
  }
}

/// What training brought.
struct ChooseTrainings: Sendable {
  /// What was to be trained: nothing where it could tell nothing.
  let runs: [SweepRun]
  var outcomes: [SweepRun: SweepOutcome]

  /// Of the test rows.
  let untrained: RetrievalRanks
  let recalls: TrainedRecalls?
  let length: TrainingLength

  /// What was to be trained for longer, of which the outcomes are among the others.
  var longerRuns: [SweepRun] = []
  var convergence: ConvergenceCheck?

  var isComplete: Bool { outcomes.count == runs.count + longerRuns.count }
}

/// All that a choice is made of.
struct ChooseFindings: Sendable {
  let data: AdapterData
  let texts: RowTexts
  let sides: PairAudit
  let neighbors: Neighbors

  /// Of each side, unless all rows of one point one way.
  let near: [(side: String, pairs: NearDuplicates)]

  /// Nil where it was ended before all queries were done.
  let sweep: LossSweep?
  let trained: ChooseTrainings
  let choice: TemperatureChoice
}

extension ChooseFindings {
  /// How many groups ids make of the rows, if there are ids.
  var groupCount: Int? { data.ids.map { Set($0).count } }

  /// What more epochs would change of the choice.
  var change: ConvergenceCheck.Change? {
    guard let use = choice.use, let among = choice.among else { return nil }
    return trained.convergence?.change(among: among, use: use)
  }

  /// How many test pairs would tell those apart that are not; none where equal rows do not let any number tell.
  var needed: [TrainedRecalls.NeededPairs] {
    guard !sides.hasManyCopies else { return [] }
    switch choice {
    case .alike(let among, _), .undecided(let among, _):
      guard let recalls = trained.recalls else { return [] }
      return recalls.needed(
        toTell: recalls.temperatures.indices.filter { among.contains(recalls.temperatures[$0]) })
    default: return []
    }
  }

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
      recall: Dictionary(uniqueKeysWithValues: zip(recalls?.temperatures ?? [], means)),
      needed: needed, length: trained.length,
      copies: sides.hasManyCopies ? (data.ids == nil ? .unmarked : .ofOtherIDs) : nil,
      change: change,
      isNoBetterThanNone: recalls.map {
        !$0.comparison.difference($0.best, $0.untrainedIndex).isToldFromZero
      } ?? false,
      falling: trained.convergence?.falling ?? [])
  }
}
