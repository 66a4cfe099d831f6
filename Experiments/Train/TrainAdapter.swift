import ArgumentParser
import Contrastive
import ContrastiveTraining
import Foundation

/// One adapter's training, with what the test rows say after each epoch.
struct TrainAdapter: InterruptibleCommand {
  static let configuration = CommandConfiguration(
    commandName: "adapter",
    abstract: "Tune a linear adapter per side on precomputed embeddings, and see what it is worth.",
    discussion: """
      Row i of the queries belongs to row i of the keys. A square matrix per side, without a bias, \
      starts as the identity and is trained by Adam on all rows but the last, which test it: each of \
      their queries looks for its key among theirs. Without files, first sentences of documented \
      Python functions look for the functions' names: 4000 pairs to train on and 1000 to test with.

      --output also writes adapter.safetensors, the two matrices out × in as PyTorch's Linear has \
      them. seconds in --json is the time of the training steps alone. Ctrl-C ends the training and \
      writes what there is; so does a training whose numbers outgrow the arithmetic, with the adapter as \
      the last epoch before left it, and status 65.

      Examples:
        Experiments train adapter --temperature 0.05
        Experiments train adapter --queries q.npy --keys k.npy --loss siglip --output results/adapter
        Experiments train adapter --temperature-mode learned --temperature-learning-rate 0.01
      """)

  @OptionGroup var adapter: AdapterOptions
  @OptionGroup var temperatureOptions: TemperatureOptions
  @Option(
    help: """
      fixed (at 0.05 unless you say otherwise), learned (as log s from 0.07 on, with CLIP's clamp), or \
      scheduled (along a cosine from --maximum to --minimum and back).
      """)
  var temperatureMode = TemperatureMode.fixed
  @Option(
    help: ArgumentHelp(
      "Adam's rate for a learned temperature; without it --learning-rate.", valueName: "η"))
  var temperatureLearningRate: Double?
  @Option(
    help: ArgumentHelp("The smallest temperature of a schedule; 0.02 without it.", valueName: "τ"))
  var minimum: Double?
  @Option(
    help: ArgumentHelp("The largest temperature of a schedule; 0.2 without it.", valueName: "τ"))
  var maximum: Double?
  @Option(
    help: ArgumentHelp(
      "The epochs a schedule takes from its maximum to its minimum; all without it.",
      valueName: "epochs"))
  var halfPeriod: Double?
  @Option(help: "The seed of the batches.")
  var seed: UInt64 = 1
  @Option(help: ArgumentHelp("Threads; all processors without it.", valueName: "n"))
  var threads: Int?
  @OptionGroup var outputOptions: OutputOptions

  enum TemperatureMode: String, CaseIterable, ExpressibleByArgument {
    case fixed, learned, scheduled
  }

  var resultNames: ResultNames? {
    ResultNames(
      tables: ["train-adapter", "train-adapter-metrics", "train-adapter-geometry"]
        + adapter.sampleNames,
      plots: ["train-adapter-recall", "train-adapter-loss"], files: ["adapter.safetensors"])
  }

  func validate() throws {
    if let threads, threads < 1 {
      throw ValidationError("--threads: expected at least 1, found \(threads).")
    }
    if let rate = temperatureLearningRate, !(rate > 0 && rate.isFinite) {
      throw ValidationError(
        "--temperature-learning-rate: expected a positive number, found \(rate).")
    }
    if temperatureMode == .scheduled, !temperatureOptions.isEmpty {
      throw ValidationError("A schedule goes from --maximum to --minimum; leave out --temperature.")
    }
    let modal: [(option: String, isGiven: Bool, mode: TemperatureMode)] = [
      ("--temperature-learning-rate", temperatureLearningRate != nil, .learned),
      ("--minimum", minimum != nil, .scheduled), ("--maximum", maximum != nil, .scheduled),
      ("--half-period", halfPeriod != nil, .scheduled),
    ]
    for (option, isGiven, mode) in modal where isGiven && mode != temperatureMode {
      throw ValidationError(
        "\(option): is of a \(mode.rawValue) temperature; give --temperature-mode \(mode.rawValue), or leave it out."
      )
    }
  }

  func report(progress: ProgressLine) throws -> Report {
    let data = try adapter.data()
    var training = try AdapterTraining(
      adapter, data: data, temperature: trainedTemperature(), seed: seed,
      options: ComputeOptions(threads: threads))
    let before = try training.evaluate()
    var epochs = Self.epochTable
    append(to: &epochs, training, before)
    var geometry = Self.geometryTable
    append(to: &geometry, training, try training.geometry())
    var last = (training: training, metrics: before)
    func evaluate() throws {
      let (metrics, shape) = (try training.evaluate(), try training.geometry())
      last = (training, metrics)
      append(to: &epochs, last.training, last.metrics)
      append(to: &geometry, last.training, shape)
    }
    do {
      while !training.isDone, !Interruption.isRequested {
        progress.update("training", training.stepCount, of: training.totalStepCount, "steps")
        if try training.step() { try evaluate() }
      }
      if last.training.stepCount < training.stepCount { try evaluate() }
    } catch let divergence as Divergence {
      if last.training.stepCount < training.stepCount { append(to: &epochs, training, nil) }
      var report = report(
        of: last.training, epochs: epochs, geometry: geometry, before: before, after: last.metrics)
      mark(&report, divergence, after: last.training)
      return report
    }
    var report = report(
      of: last.training, epochs: epochs, geometry: geometry, before: before, after: last.metrics)
    if !training.isDone {
      report.interruption =
        "after \(training.stepCount) of \(training.totalStepCount) steps; the results are of these"
    }
    if last.metrics.recallAt1 < before.recallAt1 / 2 {
      report.notes.append(
        "The test rows find less than half of what they found untrained: a learning rate of "
          + "\(adapter.stepSize) may be too large.")
    } else if let note = last.metrics.noteOfFall(from: before, testCount: data.testRows.count) {
      report.notes.append(note)
    }
    return report
  }

  /// Says that the training came to nothing, and which results there are.
  private func mark(_ report: inout Report, _ divergence: Divergence, after last: AdapterTraining) {
    report.divergence = divergence.description
    report.result.add("diverged", divergence)
    report.result.add("steps", last.stepCount)
    report.notes.append(
      "The training \(divergence). The adapter is that of step \(last.stepCount), the last that was "
        + "evaluated.")
  }

  private func trainedTemperature() throws -> TrainedTemperature {
    switch temperatureMode {
    case .fixed:
      return .scheduled(.constant(try temperatureOptions.temperature(default: 0.05)))
    case .learned:
      return .learned(
        LearnableTemperature(try temperatureOptions.temperature(default: 0.07)),
        Adam(learningRate: temperatureLearningRate ?? adapter.stepSize))
    case .scheduled:
      do {
        return .scheduled(
          try .cosine(
            minimum: Temperature(minimum ?? 0.02, named: "--minimum"),
            maximum: Temperature(maximum ?? 0.2, named: "--maximum"),
            halfPeriod: halfPeriod ?? Double(adapter.epochCount)))
      } catch {
        throw error.renamed { ArgumentNames(of: self)[$0] }
      }
    }
  }

  private static let epochTable = Table(
    "train-adapter",
    columns: [
      Column("epoch"), Column("steps"), Column("temperature", heading: "τ"),
      Column("loss", unit: "nats"), Column("lastLoss", heading: "last batch", unit: "nats"),
    ] + RetrievalMetrics.columns)

  private static let geometryTable = Table(
    "train-adapter-geometry", title: "How the test rows lie on the sphere",
    columns: [Column("epoch")] + EmbeddingGeometry.columns)

  /// How many epochs were trained, with the part of one.
  private func epoch(of training: AdapterTraining) -> Double {
    Double(training.stepCount) * Double(adapter.epochCount) / Double(training.totalStepCount)
  }

  private func append(
    to table: inout Table, _ training: AdapterTraining, _ geometry: EmbeddingGeometry
  ) {
    let cells: [(any JSONRepresentable)?] = [epoch(of: training)]
    table.append(row: cells + geometry.cells.map { $0 as (any JSONRepresentable)? })
  }

  /// A row after an epoch, or after a part of one; without metrics where there are none any more.
  private func append(
    to table: inout Table, _ training: AdapterTraining, _ metrics: RetrievalMetrics?
  ) {
    var cells: [(any JSONRepresentable)?] = [
      epoch(of: training), training.stepCount, training.presentTemperature.value, training.meanLoss,
      training.lastLoss,
    ]
    for column in RetrievalMetrics.columns.indices { cells.append(metrics?.cells[column]) }
    table.append(row: cells)
  }

  private func report(
    of training: AdapterTraining, epochs: Table, geometry: Table, before: RetrievalMetrics,
    after: RetrievalMetrics
  ) -> Report {
    let test = training.data.testRows.count
    var summary = Table(
      "train-adapter-metrics", title: "The test rows, before training and after it",
      columns: [Column("adapter")] + RetrievalMetrics.columns)
    for (name, metrics) in [("before", before), ("after", after)] {
      summary.append(row: [name] + metrics.cells.map { $0 as (any JSONRepresentable)? })
    }
    var report = Report(
      title: "A linear adapter per side, trained by \(training.loss.rawValue)",
      explanation: "\(training.data.trainCount) pairs in \(training.data.dimension) dimensions to "
        + "train on, \(test) to test with: every query of these looks for its key among their "
        + "\(test) keys. Ties count half.",
      tables: [epochs, summary, geometry])
    report.notes = [
      EmbeddingGeometry.legend,
      String(
        format: "%d steps in %.2f s, evaluation left out.", training.stepCount, training.seconds),
    ]
    let note = adapter.note(of: training.data)
    if let note { report.notes.insert("Note: \(note).", at: 0) }
    if epochs.rows.count > 1 {
      report.plots = Self.plots(of: epochs, subject: training.data.subject)
    }
    report.files = [("adapter.safetensors", { try training.saveAdapter(to: $0) })]
    report.result = [
      "note": note, "before": before, "after": after, "geometry": geometry,
      "seconds": training.seconds,
    ]
    report.addSample(training.data.sample)
    return report
  }

  private static func plots(of epochs: Table, subject: String) -> [Plot] {
    var loss = Plot(
      name: "train-adapter-loss", title: "Mean loss of an epoch's batches",
      subject: subject, x: Axis("epoch"), y: Axis("nats"))
    loss.series = [Series("loss", of: epochs, x: "epoch", y: "loss", style: .linesAndPoints)]
    var metrics = Plot(
      name: "train-adapter-recall", title: "Test rows that find their keys",
      subject: subject, x: Axis("epoch"), y: Axis("share of queries"))
    metrics.series = [
      ("recall@10", "recallAt10"), ("MRR", "meanReciprocalRank"), ("recall@1", "recallAt1"),
    ].map { Series($0.0, of: epochs, x: "epoch", y: $0.1, style: .linesAndPoints) }
    return [metrics, loss]
  }
}
