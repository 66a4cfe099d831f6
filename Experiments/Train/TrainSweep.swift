import ArgumentParser
import Contrastive
import ContrastiveKernels
import ContrastiveTraining
import Foundation
import Synchronization

/// The adapter's training over temperatures and seeds.
struct TrainSweep: ReportCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Train that adapter at many temperatures, and see which are good.",
    discussion: """
      Every temperature with every seed, one training per processor at a time. With --output a sweep \
      that was ended, by Ctrl-C, a crash or a kill, goes on where it was when the same command is \
      given again; more temperatures and seeds may be added. train-sweep.csv, sorted by temperature \
      and seed, is the same to the bit however it came about; the times are in train-sweep-times.csv.

      Example:
        Experiments train sweep --temperatures 0.01,0.05,0.5 --seeds 3 --output results
      """)

  @OptionGroup var adapter: AdapterOptions
  @Option(help: ArgumentHelp("Temperatures.", valueName: "τ,τ,…"))
  var temperatures = NumberList([0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1])
  @Option(help: ArgumentHelp("How many seeds, from 1 on.", valueName: "n"))
  var seeds = 3
  @Option(help: ArgumentHelp("Trainings at a time; all processors without it.", valueName: "n"))
  var threads: Int?
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    for (name, value) in [("--seeds", seeds), ("--threads", threads ?? 1)] where value < 1 {
      throw ValidationError("\(name): expected at least 1, found \(value).")
    }
  }

  func run() throws {
    Interruption.listen()
    try runReport()
  }

  func report(progress: ProgressLine) throws -> Report {
    for value in temperatures.numbers { _ = try Temperature(value) }
    let data = try adapter.data()
    let folder = try outputOptions.output.map {
      try SweepFolder($0, settings: settings(of: data))
    }
    let runs = Set(temperatures.numbers).sorted().flatMap { temperature in
      (1...UInt64(seeds)).map { SweepRun(temperature: temperature, seed: $0) }
    }
    let before = try training(runs[0], data).evaluate()
    let results = try results(of: runs, data: data, folder: folder, progress: progress)
    return report(of: runs, results: results, before: before, subject: data.subject)
  }

  /// How test rows find their keys before any training.
  func untrained() throws -> RetrievalMetrics {
    try training(SweepRun(temperature: 1, seed: 1), adapter.data()).evaluate()
  }

  /// What the results depend on, besides temperatures and seeds.
  private func settings(of data: AdapterData) throws -> JSONObject {
    [
      "loss": adapter.loss.rawValue, "testRows": data.testRows.count, "epochs": adapter.epochs,
      "batch": adapter.batch, "learningRate": adapter.learningRate,
      "queries": data.queries.checksum, "keys": data.keys.checksum,
    ]
  }

  private func training(_ run: SweepRun, _ data: AdapterData) throws -> AdapterTraining {
    try AdapterTraining(
      adapter, data: data, temperature: .scheduled(.constant(Temperature(run.temperature))),
      seed: run.seed, options: ComputeOptions(threads: 1))
  }

  /// Trains what is not done yet, until all is or somebody wants it to end.
  private func results(
    of runs: [SweepRun], data: AdapterData, folder: SweepFolder?, progress: ProgressLine
  ) throws -> [SweepRun: SweepResult] {
    var known: [SweepRun: SweepResult] = [:]
    for run in runs { known[run] = try folder?.result(of: run) }
    let missing = runs.filter { known[$0] == nil }
    let state = Mutex((results: known, failure: (any Error)?.none))
    let stepCount = try missing.first.map { try training($0, data).totalStepCount } ?? 0
    let done = Atomic(0)
    let resumed = Atomic(0)
    progress.update("sweep", 0, of: missing.count * stepCount, "steps")
    // A core for each: no run waits for another, as threads that share a step's work do.
    Workers.forEach(missing.count, threads: threads ?? Workers.available) { _, index in
      guard !Interruption.isRequested, state.withLock({ $0.failure == nil }) else { return }
      do {
        let run = missing[index]
        var training = try training(run, data)
        if let folder, folder.hasCheckpoint(of: run) {
          try training.resume(from: folder.checkpoint(of: run))
        }
        resumed.add(training.stepCount, ordering: .relaxed)
        while !training.isDone, !Interruption.isRequested {
          let endsEpoch = try training.step()
          progress.update(
            "sweep", done.add(1, ordering: .relaxed).newValue,
            of: missing.count * stepCount - resumed.load(ordering: .relaxed), "steps")
          if endsEpoch, !training.isDone, let folder {
            try training.save(to: folder.checkpoint(of: run))
          }
        }
        guard training.isDone else {
          if let folder { try training.save(to: folder.checkpoint(of: run)) }
          return
        }
        let result = SweepResult(
          metrics: try training.evaluate(), loss: training.meanLoss ?? .nan,
          lastLoss: training.lastLoss ?? .nan, seconds: training.seconds)
        try folder?.finish(run, result)
        state.withLock { $0.results[run] = result }
      } catch {
        state.withLock { $0.failure = $0.failure ?? error }
      }
    }
    return try state.withLock { state in
      if let failure = state.failure { throw failure }
      return state.results
    }
  }
}

extension Matrix where Scalar == Float {
  /// A number that differs for other elements, but by a chance of 2⁻⁶⁴: FNV-1a over their bits.
  fileprivate var checksum: String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for element in elements {
      hash = (hash ^ UInt64(element.bitPattern)) &* 0x100_0000_01B3
    }
    return String(hash, radix: 16)
  }
}
