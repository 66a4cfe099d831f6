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
      given again, and says so; more temperatures and seeds may be added. train-sweep.csv, sorted by temperature \
      and seed, is the same to the bit however it came about; the times are in train-sweep-times.csv.

      Example:
        Experiments train sweep --temperatures 0.01,0.05,0.5 --seeds 3 --output results/train-sweep
      """)

  @OptionGroup var adapter: AdapterOptions
  @Option(
    parsing: .upToNextOption, help: ArgumentHelp("Temperatures.", valueName: "numbers"))
  var temperatures = [NumberList<Double>([0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1])]
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "One number: how many seeds, from 1 on. Several: the seeds themselves, as 4,7,9.",
      valueName: "numbers"))
  var seeds = [NumberList([3])]
  @Option(help: ArgumentHelp("Trainings at a time; all processors without it.", valueName: "n"))
  var threads: Int?
  @OptionGroup var outputOptions: OutputOptions

  var goesOn: Bool { true }

  var resultNames: ResultNames? {
    ResultNames(
      tables: ["train-sweep", "train-sweep-means", "train-sweep-times"] + adapter.sampleNames,
      plots: ["train-sweep-recall"])
  }

  func validate() throws {
    if let threads, threads < 1 {
      throw ValidationError("--threads: expected at least 1, found \(threads).")
    }
    for (name, isEmpty) in [
      ("--temperatures", temperatures.numbers.isEmpty), ("--seeds", seeds.numbers.isEmpty),
    ] where isEmpty {
      throw ValidationError("\(name): expected one number at least, found none.")
    }
    let least = seeds.numbers.count == 1 ? 1 : 0
    if let seed = seeds.numbers.first(where: { $0 < least }) {
      throw ValidationError(
        "--seeds: expected \(least == 1 ? "at least 1" : "seeds from 0 on"), found \(seed).")
    }
  }

  /// The seeds, each once and in order.
  var seedList: [UInt64] {
    let numbers = seeds.numbers
    if numbers.count == 1 { return Array(1...UInt64(numbers[0])) }
    return Set(numbers).sorted().map { UInt64($0) }
  }

  func run() throws {
    Interruption.listen()
    try runReport()
  }

  func report(progress: ProgressLine) throws -> Report {
    report(of: try trained(progress: progress))
  }

  /// What came of all runs.
  struct Trained {
    let runs: [SweepRun]

    /// Of the runs that are through.
    let outcomes: [SweepRun: SweepOutcome]

    /// At which rank the test rows find their keys before any training.
    let before: RetrievalRanks
    let data: AdapterData
  }

  /// Trains, or takes over what is trained already.
  func trained(progress: ProgressLine) throws -> Trained {
    for value in temperatures.numbers { _ = try Temperature(value, named: "--temperatures") }
    let data = try adapter.data()
    let folder = try outputOptions.output.map {
      try SweepFolder($0, settings: settings(of: data), inputs: InputFiles(of: self))
    }
    let runs = Set(temperatures.numbers).sorted().flatMap { temperature in
      seedList.map { SweepRun(temperature: temperature, seed: $0) }
    }
    return Trained(
      runs: runs,
      outcomes: try outcomes(of: runs, data: data, folder: folder, progress: progress),
      before: try training(runs[0], data).ranks(), data: data)
  }

  /// What the results depend on, besides temperatures and seeds.
  private func settings(of data: AdapterData) throws -> JSONObject {
    [
      "loss": adapter.loss.rawValue, "testRows": data.testRows.count, "epochs": adapter.epochs,
      "batch": adapter.batch, "learningRate": adapter.learningRate,
      "rows": adapter.rowOptions.rows, "sample": adapter.rowOptions.sample,
      "sampleSeed": adapter.sampleSeed.map { Int(clamping: $0) },
      "queries": Self.summary(of: data.queries), "keys": Self.summary(of: data.keys),
      "ids": data.ids.map { Self.checksum(of: $0.map { UInt64(bitPattern: Int64($0)) }) },
    ]
  }

  private static func summary(of rows: Matrix<Float>) -> String {
    "\(rows.rowCount) × \(rows.columnCount), checksum "
      + checksum(of: rows.elements.map { UInt64($0.bitPattern) })
  }

  /// A number that differs for other elements, but by a chance of 2⁻⁶⁴: FNV-1a.
  private static func checksum(of elements: [UInt64]) -> String {
    let hash = elements.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ $1) &* 0x100_0000_01B3 }
    return String(hash, radix: 16)
  }

  private func training(_ run: SweepRun, _ data: AdapterData) throws -> AdapterTraining {
    try AdapterTraining(
      adapter, data: data, temperature: .scheduled(.constant(Temperature(run.temperature))),
      by: "--temperatures", seed: run.seed, options: ComputeOptions(threads: 1))
  }

  /// Trains what is not done yet, until all is or somebody wants it to end.
  private func outcomes(
    of runs: [SweepRun], data: AdapterData, folder: SweepFolder?, progress: ProgressLine
  ) throws -> [SweepRun: SweepOutcome] {
    var known: [SweepRun: SweepOutcome] = [:]
    for run in runs { known[run] = try folder?.outcome(of: run) }
    let missing = runs.filter { known[$0] == nil }
    if let folder { Self.announce(runs.filter { known[$0] != nil }, missing, in: folder) }
    let state = Mutex((outcomes: known, failure: (any Error)?.none))
    let stepCount = try missing.first.map { try training($0, data).totalStepCount } ?? 0
    let done = Atomic(0)
    let resumed = Atomic(0)
    progress.update("sweep", 0, of: missing.count * stepCount, "steps")
    // A core for each: no run waits for another, as threads that share a step's work do.
    Workers.forEach(missing.count, threads: threads ?? Workers.available) { _, index in
      guard !Interruption.isRequested, state.withLock({ $0.failure == nil }) else { return }
      do {
        let run = missing[index]
        let outcome: SweepOutcome
        var training = try training(run, data)
        if let folder, folder.hasCheckpoint(of: run) {
          try training.resume(from: folder.checkpoint(of: run))
        }
        resumed.add(training.stepCount, ordering: .relaxed)
        do {
          var lastSaved: ContinuousClock.Instant?
          while !training.isDone, !Interruption.isRequested {
            let endsEpoch = try training.step()
            progress.update(
              "sweep", done.add(1, ordering: .relaxed).newValue,
              of: missing.count * stepCount - resumed.load(ordering: .relaxed), "steps")
            // Each waits for the disk, and all that one spares is the time since the last.
            if endsEpoch, !training.isDone, let folder,
              lastSaved.map({ .now - $0 > .seconds(1) }) ?? true
            {
              try training.save(to: folder.checkpoint(of: run))
              lastSaved = .now
            }
          }
          guard training.isDone else {
            if let folder { try training.save(to: folder.checkpoint(of: run)) }
            return
          }
          let ranks = try training.ranks()
          outcome = .finished(
            SweepResult(
              metrics: RetrievalMetrics(ranks), loss: training.meanLoss ?? .nan,
              lastLoss: training.lastLoss ?? .nan, seconds: training.seconds, ranks: ranks.ranks))
        } catch let divergence as Divergence {
          outcome = .diverged(divergence)
        }
        try folder?.finish(run, outcome)
        state.withLock { $0.outcomes[run] = outcome }
      } catch {
        state.withLock { $0.failure = $0.failure ?? error }
      }
    }
    return try state.withLock { state in
      if let failure = state.failure { throw failure }
      return state.outcomes
    }
  }

  /// Says what an earlier sweep in the folder spares, if it does.
  private static func announce(
    _ finished: [SweepRun], _ missing: [SweepRun], in folder: SweepFolder
  ) {
    func list(_ runs: [SweepRun]) -> String {
      let dates = runs.compactMap(folder.date).sorted().map { $0.formatted(.iso8601) }
      let names = runs.prefix(8).map(\.name) + (runs.count > 8 ? ["…"] : [])
      return names.joined(separator: ", ")
        + " (\(Set([dates.first, dates.last].compactMap(\.self)).sorted().joined(separator: " to ")))"
    }
    let begun = missing.filter(folder.hasCheckpoint)
    let total = finished.count + missing.count
    if !finished.isEmpty {
      StandardError.writeLine(
        "note", "\(finished.count) of \(total) runs are taken over: \(list(finished))")
    }
    if !begun.isEmpty {
      StandardError.writeLine(
        "note", "\(begun.count) of \(total) runs go on where they were: \(list(begun))")
    }
  }
}
