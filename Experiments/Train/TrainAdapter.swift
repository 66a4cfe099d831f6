import ArgumentParser
import Contrastive
import ContrastiveCheckpoints
import ContrastiveDistributed
import ContrastiveFiles
import ContrastiveTraining
import Foundation

/// One adapter's training, with what the test rows say after each epoch.
struct TrainAdapter: InterruptibleCommand, AdapterCommand {
  static let configuration = CommandConfiguration(
    commandName: "adapter",
    abstract: "Tune a linear adapter per side on precomputed embeddings, and see what it is worth.",
    discussion: """
      Row i of the queries belongs to row i of the keys. A square matrix per side, without a bias, \
      starts as the identity and is trained by Adam on all rows but the last, which test it: each of \
      their queries looks for its key among theirs. Without files, first sentences of documented \
      Python functions look for the functions' names: 4000 pairs to train on and 1000 to test with.

      Under mpirun every rank takes a part of each batch, and all have the same adapter to the bit, \
      which is checked after every epoch.

      --output also writes adapter.safetensors, the two matrices out × in as PyTorch's Linear has \
      them. seconds in --json is the time of the training steps alone. Ctrl-C ends the training and \
      writes what there is; so does a training whose numbers outgrow the arithmetic, with the adapter as \
      the last epoch before left it, and status 65.

      Examples:
        Experiments train adapter --temperature 0.05
        Experiments train adapter --queries q.npy --keys k.npy --loss siglip --output results/adapter
        Experiments train adapter --temperature-mode learned --temperature-learning-rate 0.01
        mpirun -n 2 Experiments train adapter --threads 1 --checkpoint adapter-run.safetensors
      """)

  @OptionGroup var adapterOptions: AdapterOptions
  @OptionGroup var courseOptions: CourseOptions<Self>
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
  @Option(
    help: ArgumentHelp(
      "Written after every epoch; if it is there, the training goes on from it, by any number of ranks.",
      valueName: "file"))
  var checkpoint: String?
  @OptionGroup var outputOptions: OutputOptions

  var takesRanks: Bool { true }

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
    try requireUsableCheckpoint()
    let data = try adapter.data()
    let group = try Ranks.join()
    var training = try AdapterTraining(
      adapter, data: data, temperature: trainedTemperature(), seed: seed,
      options: ComputeOptions(threads: threads), across: group)
    let before = try training.evaluate()
    let settings = try settings(of: data)
    var records = EpochRecords()
    if let checkpoint, Checkpoint(at: checkpoint).exists {
      records = try training.resume(from: checkpoint, settings: settings, takesRecords: true)
    }
    // Before anybody writes it.
    if let checkpoint { try training.requireOneStep(of: checkpoint) }
    let start = training.stepCount == 0 ? before : try training.evaluate()
    if records.epochs.isEmpty {
      append(to: &records, training, start, try training.geometry())
    }
    var last = (training: training, metrics: start)
    func evaluate() throws {
      let (metrics, shape) = (try training.evaluate(), try training.geometry())
      last = (training, metrics)
      append(to: &records, training, metrics, shape)
    }
    func save(to checkpoint: String) throws {
      try training.save(to: checkpoint, settings: settings, records: records)
    }
    do {
      while !training.isDone, !Ranks.isInterrupted {
        progress.update("training", training.stepCount, of: training.totalStepCount, "steps")
        guard try training.step() else { continue }
        try evaluate()
        if let checkpoint, Ranks.isFirst { try save(to: checkpoint) }
      }
      if last.training.stepCount < training.stepCount { try evaluate() }
      if !training.isDone, let checkpoint, Ranks.isFirst { try save(to: checkpoint) }
    } catch let divergence as Divergence {
      if last.training.stepCount < training.stepCount { append(to: &records, training, nil, nil) }
      var report = report(of: last.training, records, before: before, after: last.metrics)
      mark(&report, divergence, after: last.training)
      return report
    }
    var report = report(of: last.training, records, before: before, after: last.metrics)
    if !training.isDone {
      report.interruption =
        "after \(training.stepCount) of \(training.totalStepCount.words("step")); the results are of these"
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

  /// - Throws: `CommandFailure` if the checkpoint could not be written, which an epoch is not to be lost by, or is what
  ///   results replace.
  private func requireUsableCheckpoint() throws {
    guard let checkpoint, Ranks.isFirst else { return }
    if let output = outputOptions.output {
      let names = Set(Report.commonFiles + (resultNames?.fileNames ?? []))
      let (place, folder) = (FileIdentity.place(of: checkpoint), FileIdentity.place(of: output))
      if place.deletingLastPathComponent().filePath == folder.filePath,
        names.contains(place.lastPathComponent)
      {
        throw CommandFailure(
          "--checkpoint \(checkpoint): is what a result is called in \(output), the folder of --output; give another name",
          status: .cannotCreate)
      }
    }
    do {
      try SafetensorsFile.requireWritable(checkpoint)
    } catch {
      throw CommandFailure("--checkpoint \(error)", status: .cannotCreate)
    }
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

  /// A number of what the results depend on.
  private func settings(of data: AdapterData) throws -> Int {
    var checksum = Checksum()
    checksum.append(
      "\(try adapter.settings(of: data)) \(temperatureMode) \(seed) "
        + "\(try trainedTemperature().value(inEpoch: 0).value) "
        + "\([temperatureLearningRate, minimum, maximum, halfPeriod])")
    return Int(checksum.value)
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
}
