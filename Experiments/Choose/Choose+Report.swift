import Contrastive
import ContrastiveTraining

extension Choose {
  static let reasonsName = "choose-temperatures"
  static let runsName = "choose-runs"
  static let sweepName = "choose-sweep"
  static let auditName = "choose-audit"

  func report(_ findings: ChooseFindings) -> Report {
    let data = findings.data
    let recalls = findings.trained.recalls
    let audit = Self.auditTable(findings)
    let sweep = findings.sweep.map { Self.sweepTable($0) }
    let reasons = recalls.map { Self.reasonsTable($0, choice: findings.choice) }
    let files = (adapter.pairOptions.queries ?? "queries", adapter.pairOptions.keys ?? "keys")

    var report = Report(
      title: "Which temperature to train with: \(adapter.pairOptions.name)",
      explanation: explanation(findings),
      tables: [audit] + [reasons].compactMap(\.self))
    report.attachments = [sweep, Self.runsTable(findings.trained)].compactMap(\.self)
    report.plots = [
      sweep.map { Self.plots(ofSweep: $0, findings) } ?? [],
      reasons.map { Self.plots(ofReasons: $0, findings) } ?? [],
    ].flatMap(\.self)
    let sentence = findings.choice.sentence(findings.context(temperatures.numbers))
    report.conclusion = sentence
    report.notes = notes(findings, files: files)
    report.result = [
      "sentence": sentence, "choice": findings.choice.name, "use": findings.choice.use,
      "among": findings.choice.among, "pairs": data.queries.rowCount,
      "testPairs": data.testCount, "trainingPairs": data.trainCount, "dimension": data.dimension,
      "untrained": RetrievalMetrics(findings.trained.untrained),
      "temperatures": reasons, "sweep": sweep, "audit": audit,
      "likelyFalseNegatives": findings.neighbors.twins.count,
    ]
    if let least = findings.sweep?.least {
      let object: JSONObject = [
        "temperature": least.temperature, "low": least.range.lowerBound,
        "high": least.range.upperBound, "end": least.end?.rawValue,
      ]
      report.result.add("leastLoss", object)
    }
    report.addSample(data.sample)
    let runs = findings.trained.runs
    if findings.sweep == nil || findings.neighbors.rowCount < data.queries.rowCount {
      report.interruption = "before the sweep was done; nothing is concluded of what is left out"
    } else if findings.trained.outcomes.count < runs.count {
      report.interruption =
        "after \(findings.trained.outcomes.count) of \(runs.count) runs; "
        + (outputOptions.output == nil
          ? "with --output it could go on later" : "the same command goes on")
    }
    return report
  }

  private func explanation(_ findings: ChooseFindings) -> String {
    let data = findings.data
    let split =
      "\(data.queries.rowCount) pairs in \(data.dimension) dimensions, of which \(data.testCount), drawn by seed "
      + "\(splitSeed), test: their queries search among their keys."
    guard let recalls = findings.trained.recalls else {
      return split + " " + (noTrain ? "Nothing is trained." : "No training is compared.")
    }
    let seedCount = recalls.seeds.count
    return split
      + " A linear adapter per side is trained by \(adapter.loss.rawValue) at every temperature with "
      + "\(seedCount) seed\(seedCount == 1 ? "" : "s"). Ranges hold with 95 % for all temperatures at once: the test "
      + "queries are resampled 2000 times, against a fixed pool of keys and for the models that were trained"
      + (seedCount >= PairedComparison.leastSeedCount
        ? ", and seeds are reckoned by Student's t of \(seedCount - 1) degrees of freedom."
        : "; of fewer than \(PairedComparison.leastSeedCount) seeds nothing is concluded for others.")
      + " Differences are from the best on average, query by query, and reach farther than ranges of their own would "
      + "let one think."
  }

  private func notes(
    _ findings: ChooseFindings, files: (queries: String, keys: String)
  ) -> [String] {
    var notes = adapter.note(of: findings.data).map { ["Note: \($0)."] } ?? []
    notes += findings.sides.notes(names: files)
    notes += Self.twinNotes(findings)
    if let least = findings.sweep?.least, least.end == nil, !findings.trained.runs.isEmpty {
      notes.append(
        "Untrained, the loss is least at τ = \(least.temperature.text(digits: 3)) "
          + "(\(least.range.lowerBound.text(digits: 3)) to \(least.range.upperBound.text(digits: 3))): there a learned "
          + "temperature would settle while the embeddings stay as they are, which is not where to train."
      )
    }
    if findings.trained.runs.isEmpty, !noTrain {
      notes.append("Training is left out: it could tell nothing.")
    }
    if let recalls = findings.trained.recalls {
      notes += recalls.diverged.sorted { $0.key < $1.key }.map {
        "At τ = \($0.key) \($0.value) of the trainings diverged; it is left out."
      }
      let gain = recalls.comparison.difference(recalls.best, recalls.untrainedIndex)
      if !gain.isToldFromZero {
        notes.append(
          "Not even the best is told apart from no training at all: recall@1 differs by "
            + "\(gain.value.text(digits: 2)) (\(gain.low.text(digits: 2)) to \(gain.high.text(digits: 2)))."
        )
      }
      if recalls.seeds.count < PairedComparison.leastSeedCount {
        notes.append(
          "With fewer than \(PairedComparison.leastSeedCount) seeds what is told apart is these trained models, not "
            + "their temperatures: give --seeds \(PairedComparison.leastSeedCount).")
      }
    }
    return notes
  }

  private static func twinNotes(_ findings: ChooseFindings) -> [String] {
    let twins = findings.neighbors.twins
    guard let first = twins.first else { return [] }
    let count = twins.count
    let texts =
      findings.texts.areGiven
      ? ", as \(findings.texts.key(first.first).shortened(to: 60)) and "
        + "\(findings.texts.key(first.second).shortened(to: 60))"
      : ", as rows \(findings.data.fileRows[first.first]) and \(findings.data.fileRows[first.second])"
    return [
      "\(count) pair\(count == 1 ? "" : "s") of rows may belong together: each query is nearer to the other's key "
        + "than to its own\(texts). `Experiments audit` lists them."
    ]
  }
}
