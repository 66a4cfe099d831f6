import ArgumentParser
import Contrastive
import ContrastiveTraining
import Foundation

/// Which temperature to train with, on the user's embeddings: one sentence and its reasons.
struct Choose: InterruptibleCommand, AdapterCommand {
  static let configuration = CommandConfiguration(
    commandName: "choose",
    abstract:
      "Find the temperature to train with, on your own embeddings, and what can be told of it.",
    discussion: """
      Looks over the rows, sweeps the loss over temperatures in one pass, trains a linear map per side at every \
      temperature with every seed, as train sweep does, and ends with what can be said. Queries are what you search \
      with, keys what is searched. Temperatures are compared by recall@1 on the same test queries, which are drawn, all pairs of \
      temperatures at once: if all are equally good, two are told apart by mistake in about one of twenty data sets. \
      Those that may be the best are trained twice as long, too: if that changes the answer, it says so. Without files, descriptions of Python functions look for the functions' names. With --output a \
      run that was ended goes on when the same command is given again; trainings of --against begin anew. Under mpirun ranks share the trainings.

      Example:
        Experiments choose --queries q.npy --keys k.npy --texts names.txt --output results/choose
      """)

  @OptionGroup var adapterOptions: AdapterOptions
  @OptionGroup var courseOptions: CourseOptions<Self>
  @OptionGroup var textOptions: TextOptions
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Temperatures to train at.", valueName: "numbers"))
  var temperatures = [NumberList<Double>([0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1])]
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "One number: how many seeds, from 1 on. Several: the seeds themselves. Of fewer than 5 nothing is concluded "
        + "for seeds that were not run.", valueName: "numbers"))
  var seeds = [NumberList([5])]
  @Option(help: "What test rows and resamples are drawn by.")
  var splitSeed: UInt64 = 1
  @Flag(help: "Train nothing: look at the embeddings as they are.")
  var noTrain = false
  @Option(help: ArgumentHelp("Trainings at a time; all processors without it.", valueName: "n"))
  var threads: Int?
  @OptionGroup var againstOptions: AgainstOptions
  @OptionGroup var outputOptions: OutputOptions

  var takesRanks: Bool { true }

  var goesOn: Bool { true }

  var resultNames: ResultNames? {
    ResultNames(
      tables: [
        Self.reasonsName, Self.longerName, Self.runsName, Self.sweepName, Self.auditName,
      ] + (againstOptions.against.isEmpty ? [] : Self.againstNames) + adapter.sampleNames,
      plots: Self.plotNames, files: [ChoosePage.fileName])
  }

  /// By it the bundled pairs' recall has risen to within its error of what more epochs make of it.
  static var usualCourse: TrainingCourse { TrainingCourse(epochs: 20, learningRate: 2e-3) }

  func validate() throws {
    if let threads, threads < 1 {
      throw ValidationError("--threads: expected at least 1, found \(threads).")
    }
    try temperatures.requireTemperatures(of: "--temperatures")
    guard adapterOptions.batch != 1 else {
      throw ValidationError(
        "--batch 1: a pair by itself has no negatives, and nothing is learned; give at least 2 pairs."
      )
    }
    try seeds.requireSeeds()
    guard noTrain || Set(temperatures.numbers).count > 1 else {
      throw ValidationError("--temperatures: expected two at least to choose from, found one.")
    }
  }

  func report(progress: ProgressLine) throws -> Report {
    // A page that cannot be written is found out before the minutes of training, and not after.
    if let output = outputOptions.output {
      _ = try ChoosePage.program()
      try requireNoTrainings(in: output)
    }
    // Everything is read first: what is wrong with a file is not to be found after the trainings, and a pipe has its
    // rows once.
    let data = try adapter.data(drawingTestRowsBy: splitSeed)
    let other = try adapter.data(of: againstOptions, dividedAs: data)
    let texts = try textOptions.rows(of: adapter.pairOptions, count: data.fileRowCount)
      .rows(at: data.fileRows)
    let findings = try findings(
      adapter, of: data, texts: texts, keepsRuns: true, progress: progress)
    var report = report(findings)
    report.interruption = interruption(of: findings)
    if let other, let files = againstOptions.pairOptions(ids: adapter.pairOptions.ids),
      report.interruption == nil
    {
      var second = adapter
      second.pairOptions = files
      let others = try self.findings(
        second, of: other, texts: texts, keepsRuns: false, progress: progress)
      if interruption(of: others) != nil {
        report.interruption =
          "before \(other.name) was done as far; there is nothing of it, and its trainings are not kept"
      } else {
        try compare(findings, with: others, in: &report)
      }
    }
    if outputOptions.output != nil { report.files.append(try page(findings).file) }
    return report
  }

  /// The page on which a reader drags the temperature.
  private func page(_ findings: ChooseFindings) throws -> ChoosePage {
    let data = findings.data
    let recalls = findings.trained.recalls
    return try ChoosePage(
      queries: data.queries.rowSource, keys: data.keys.rowSource, ids: data.ids,
      fileRows: data.fileRows, subject: data.name, queryTexts: findings.texts.queries,
      keyTexts: findings.texts.keys,
      evidence: recalls.flatMap {
        RecallEvidence(
          Self.reasonsTable($0, choice: findings.choice, length: findings.trained.length),
          testCount: data.testCount)
      },
      least: findings.sweep?.least?.temperature, neighbors: findings.neighbors,
      temperature: findings.choice.use,
      sentence: findings.choice.sentence(findings.context(temperatures.numbers)),
      cautions: cautions(findings, files: fileNames), seed: splitSeed)
  }

  /// All that is found of some pairs.
  ///
  /// - Parameter keepsRuns: Whether trainings are kept in the folder of results, to go on from.
  private func findings(
    _ adapter: AdapterOptions, of data: AdapterData, texts: RowTexts, keepsRuns: Bool,
    progress: ProgressLine
  ) throws -> ChooseFindings {
    try Self.requireSearch(data)
    let sides = PairAudit(
      queries: try SideAudit(data.queries.rowSource, ids: data.ids),
      keys: try SideAudit(data.keys.rowSource, ids: data.ids))
    let neighbors = try Neighbors(
      queries: data.queries.rowSource, keys: data.keys.rowSource, ids: data.ids,
      count: Neighbors.suspectedCount, progress: progress)
    var near: [(side: String, pairs: NearDuplicates)] = []
    if sides.collapsedSide == nil, !Interruption.isRequested {
      near = try NearDuplicates.ofSides(
        queries: data.queries.rowSource, keys: data.keys.rowSource, ids: data.ids, sides: sides,
        threshold: NearDuplicates.usualThreshold, progress: progress)
    }
    let sweep = try lossSweep(data, progress: progress)
    var trainer = SweepTrainer(
      adapter: adapter, data: data, threads: threads, group: try Ranks.join(), keepsRanks: true)
    var trained = try trainings(
      by: &trainer, sides: sides, keepsRuns: keepsRuns, progress: progress)
    let choice = choice(of: data, sides: sides, sweep: sweep, trained: trained)
    try check(choice, of: &trained, by: trainer, progress: progress)
    return ChooseFindings(
      data: data, texts: texts, sides: sides, neighbors: neighbors, near: near, sweep: sweep,
      trained: trained, choice: choice)
  }

  /// The loss over the temperatures of `sweep`, of all rows.
  private func lossSweep(_ data: AdapterData, progress: ProgressLine) throws -> LossSweep? {
    let count = data.queries.rowCount
    let temperatures = try (0.005...2.0).logarithmicGrid(count: 17).map { try Temperature($0) }
    var doneCount = 0
    progress.update("sweep", 0, of: count, "queries")
    let points = try InfoNCE(temperature: 1).sweep(
      queries: data.queries, positives: data.keys,
      excluding: data.ids.map { .equalIDs($0) } ?? .none, temperatures: temperatures,
      keepingTerms: true
    ) {
      doneCount = $0
      progress.update("sweep", doneCount, of: count, "queries")
      return !Interruption.isRequested
    }
    guard doneCount == count else { return nil }
    return try LossSweep(points, resamples: Resamples(of: count, seed: splitSeed))
  }

  /// What came of training, unless it is not wanted, or could tell nothing.
  private func trainings(
    by trainer: inout SweepTrainer, sides: PairAudit, keepsRuns: Bool, progress: ProgressLine
  ) throws -> ChooseTrainings {
    let (adapter, data) = (trainer.adapter, trainer.data)
    let runs = seeds.seedList.flatMap { seed in
      Set(temperatures.numbers).sorted().map { SweepRun(temperature: $0, seed: seed) }
    }
    let training = try trainer.training(runs[0])
    let untrained = try training.ranks()
    let length = TrainingLength(
      epochs: adapter.epochCount, steps: training.totalStepCount,
      batch: adapter.batchSize(trainCount: data.trainCount), learningRate: adapter.stepSize)
    let isSaturated = untrained.recall(at: 1) == 1
    guard !noTrain, !isSaturated, sides.collapsedSide == nil else {
      return ChooseTrainings(
        runs: [], outcomes: [:], untrained: untrained, recalls: nil, length: length)
    }
    if keepsRuns, let output = outputOptions.output {
      trainer.folder = try Ranks.inTurn {
        try SweepFolder(
          output, settings: adapter.settings(of: data), inputs: InputFiles(of: self),
          force: outputOptions.force)
      }
    }
    let outcomes = try trainer.outcomes(of: runs, progress: progress)
    return ChooseTrainings(
      runs: runs, outcomes: outcomes, untrained: untrained,
      recalls: try TrainedRecalls(
        outcomes, of: runs, untrained: untrained.ranks,
        resamples: Resamples(of: data.testCount, seed: splitSeed)),
      length: length)
  }

  /// Trains for twice as long where a choice may depend on it.
  private func check(
    _ choice: TemperatureChoice, of trained: inout ChooseTrainings, by trainer: SweepTrainer,
    progress: ProgressLine
  ) throws {
    guard choice.dependsOnLength, trained.isComplete, let recalls = trained.recalls else { return }
    let epochs = trained.length.epochs
    trained.longerRuns = ConvergenceCheck.runs(
      for: choice.among ?? [], of: recalls, epochs: epochs)
    let outcomes = try trainer.outcomes(
      of: trained.longerRuns, task: "longer", progress: progress)
    trained.outcomes.merge(outcomes) { $1 }
    trained.convergence = try ConvergenceCheck(
      outcomes, of: trained.longerRuns, epochs: epochs, recalls: recalls,
      resamples: Resamples(of: trainer.data.testCount, seed: splitSeed))
  }

  private func choice(
    of data: AdapterData, sides: PairAudit, sweep: LossSweep?, trained: ChooseTrainings
  ) -> TemperatureChoice {
    if let side = sides.collapsedSide { return .collapsed(side) }
    if trained.untrained.recall(at: 1) == 1 { return .saturated }
    if trained.runs.isEmpty {
      return sweep?.least.map { .untrained($0) } ?? .unfinished
    }
    if let recalls = trained.recalls {
      return TemperatureChoice(recalls, allowsRandom: data.ids == nil)
    }
    let divergedAt = Set(
      trained.outcomes.filter { $0.value.divergence != nil }.map(\.key.temperature))
    return divergedAt.count == Set(trained.runs.map(\.temperature)).count ? .diverged : .unfinished
  }
}
