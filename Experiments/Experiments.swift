import ArgumentParser

/// The program: its commands are in files of their own.
@main
struct ExperimentsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "Experiments",
    abstract: "Contrastive losses, their temperatures and their floors, on your own embeddings.",
    discussion: """
      Every command prints tables, or with --json one JSON object on one line; --output DIR also \
      writes CSV files, plots and a record of the run.

      Status: 0 success, 64 wrong usage, 65 data that do not fit, 66 a missing file, 73 a file or \
      folder that cannot be made, 74 a failed write; then one line on standard error says what \
      would do, and nothing is on standard output. 130 after Ctrl-C, with what was done till then. \
      `reproduce` and `report` end with 1 where a claim does not agree.
      """,
    version: "0.1.0",
    subcommands: [
      TemperatureExample.self, SoftmaxTemperature.self, LossFloor.self, Bound.self, Loss.self,
      Losses.self, Sweep.self, Train.self, Reproduce.self, ReportPage.self, Benchmark.self,
    ],
    defaultSubcommand: TemperatureExample.self)
}
