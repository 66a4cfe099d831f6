import ArgumentParser
import Contrastive
import ContrastiveKernels
import ContrastiveTraining
import Foundation
import Synchronization

/// The adapter's training over temperatures and seeds.
struct TrainSweep: InterruptibleCommand, AdapterCommand {
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

  @OptionGroup var adapterOptions: AdapterOptions
  @OptionGroup var courseOptions: CourseOptions<Self>
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

  var takesRanks: Bool { true }

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
    try temperatures.requireTemperatures(of: "--temperatures")
    try seeds.requireSeeds()
  }

  /// The seeds, each once and in order.
  var seedList: [UInt64] { seeds.seedList }

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
  ///
  /// - Parameter keepsRanks: Whether results hold every test row's rank.
  func trained(keepsRanks: Bool = false, progress: ProgressLine) throws -> Trained {
    let data = try adapter.data()
    let folder = try Ranks.inTurn {
      try outputOptions.output.map {
        try SweepFolder(
          $0, settings: adapter.settings(of: data), inputs: InputFiles(of: self),
          force: outputOptions.force)
      }
    }
    let trainer = SweepTrainer(
      adapter: adapter, data: data, folder: folder, threads: threads, group: try Ranks.join(),
      keepsRanks: keepsRanks)
    let runs = Set(temperatures.numbers).sorted().flatMap { temperature in
      seedList.map { SweepRun(temperature: temperature, seed: $0) }
    }
    return Trained(
      runs: runs, outcomes: try trainer.outcomes(of: runs, progress: progress),
      before: try trainer.training(runs[0]).ranks(), data: data)
  }
}
