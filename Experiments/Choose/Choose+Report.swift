import Contrastive
import ContrastiveTraining

extension Choose {
  static let reasonsName = "choose-temperatures"
  static let longerName = "choose-longer"
  static let runsName = "choose-runs"
  static let sweepName = "choose-sweep"
  static let auditName = "choose-audit"

  /// What the two sides are called in notes.
  var fileNames: (queries: String, keys: String) {
    (adapter.pairOptions.queries ?? "queries", adapter.pairOptions.keys ?? "keys")
  }

  func report(_ findings: ChooseFindings) -> Report {
    let data = findings.data
    let recalls = findings.trained.recalls
    let audit = Self.auditTable(findings)
    let sweep = findings.sweep.map { Self.sweepTable($0) }
    let trained = findings.trained
    let reasons = recalls.map {
      Self.reasonsTable($0, choice: findings.choice, length: trained.length)
    }
    let longer = trained.convergence.map { $0.table(Self.longerName) }

    var report = Report(
      title: "Which temperature to train with: \(adapter.pairOptions.name)",
      explanation: explanation(findings),
      tables: [audit] + [reasons, longer].compactMap(\.self))
    report.attachments = [sweep, Self.runsTable(trained)].compactMap(\.self)
    report.plots = [
      sweep.map { Self.plots(ofSweep: $0, findings) } ?? [],
      reasons.map { Self.plots(ofReasons: $0, findings) } ?? [],
    ].flatMap(\.self)
    let sentence = findings.choice.sentence(findings.context(temperatures.numbers))
    // The answer before its reasons, and again where a terminal ends.
    (report.finding, report.conclusion) = (sentence, sentence)
    report.notes = notes(findings, files: fileNames)
    report.result = [
      "sentence": sentence, "choice": findings.choice.name, "use": findings.choice.use,
      "among": findings.choice.among, "pairs": data.queries.rowCount,
      "testPairs": data.testCount, "trainingPairs": data.trainCount, "dimension": data.dimension,
      "untrained": RetrievalMetrics(trained.untrained),
      "training": recalls.map { _ in trained.length }, "temperatures": reasons, "longer": longer,
      "neededTestPairs": recalls.map { _ in findings.needed },
      "isLongEnough": longer.map { _ in findings.change == nil }, "groups": findings.groupCount,
      "sweep": sweep, "audit": audit,
      "suspectedFalseNegatives": findings.neighbors.twins.count,
      "queriesEqualKeys": findings.sides.areEqual,
    ]
    if let least = findings.sweep?.least {
      let object: JSONObject = [
        "temperature": least.temperature, "low": least.range.lowerBound,
        "high": least.range.upperBound, "end": least.end?.rawValue,
      ]
      report.result.add("leastLoss", object)
    }
    report.addSample(data.sample)
    return report
  }

  /// What of some pairs was left out because somebody wanted it to end; nil of all that was to be found.
  func interruption(of findings: ChooseFindings) -> String? {
    let (count, trained) = (findings.data.queries.rowCount, findings.trained)
    let looksForNear = findings.sides.collapsedSide == nil
    if findings.sweep == nil || findings.neighbors.rowCount < count
      || looksForNear && (findings.near.map(\.pairs.doneCount).min() ?? 0) < count
    {
      return "before the sweep was done; nothing is concluded of what is left out"
    }
    guard !trained.isComplete else { return nil }
    return
      "after \(trained.outcomes.count) of \((trained.runs.count + trained.longerRuns.count).words("run")); "
      + (outputOptions.output == nil
        ? "with --output it could go on later" : "the same command goes on")
  }
}
