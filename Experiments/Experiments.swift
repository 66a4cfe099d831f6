import ArgumentParser
import Foundation

/// The program: its commands are in files of their own.
@main
struct ExperimentsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "Experiments",
    abstract: "Contrastive losses, their temperatures and their floors, on your own embeddings.",
    discussion: """
      Every command prints tables, or with --json one JSON object on one line; --output DIR also \
      writes CSV files, plots and a record of the run. A folder is one command's: its results replace \
      those of an earlier run of the same command, as that left them, and nothing else but by --force; \
      a file that the command reads is not replaced, but for its own checkpoint. Tables fit the terminal, COLUMNS, or 80 columns; \
      nothing is coloured.

      Status: 0 success, 64 wrong usage, 65 data that do not fit, 66 a missing file, 71 too little \
      memory, 73 a file or folder that cannot be made, 74 a failed write, or an input that others write \
      to; then one line on standard error says what \
      would do, and nothing is on standard output. 130 after Ctrl-C: a command that takes its time \
      ends with what was done till then, marked as interrupted in JSON, record, report and text; any \
      other, and all after a second Ctrl-C, at once and without further results. \
      `reproduce` and `report` end with 1 where a claim does not agree.
      """,
    version: "0.1.0",
    subcommands: [
      TemperatureExample.self, SoftmaxTemperature.self, LossFloor.self, Bound.self, Loss.self,
      Losses.self, Choose.self, Audit.self, Sweep.self, ExplainLoss.self, Calibrate.self,
      Train.self, Reproduce.self, ReportPage.self, Benchmark.self,
    ],
    defaultSubcommand: TemperatureExample.self)

  static func main() {
    StandardStreams.hold()
    MemoryLimit.heed()
    let arguments = Array(CommandLine.arguments.dropFirst())
    do {
      var command = try parseAsRoot(arguments)
      try command.run()
    } catch let failure as CommandFailure {
      end(with: failure)
    } catch let error as ValidationError where UnknownCommand(in: arguments, of: self) == nil {
      StandardError.write(OptionWords(in: arguments, of: self).text(of: error) + "\n")
      Foundation.exit(ExitCode.validationFailure.rawValue)
    } catch  where exitCode(for: error).isSuccess {
      // `exit(withError:)` prints helps without looking whether they could be printed.
      do {
        let text = fullMessage(for: error)
        if !text.isEmpty { try StandardOutput.write(text + "\n") }
      } catch {
        end(with: error)
      }
    } catch {
      let message = message(for: error)
      guard exitCode(for: error) == .validationFailure,
        let value = MisspeltValue(in: arguments, message: message, of: self)
      else { exit(withError: error) }
      let gap = message.contains("\n") ? "\n" : " "
      let better = "\(message)\(gap)Did you mean '\(value.suggestion)'?"
      StandardError.write(
        fullMessage(for: error).replacing(message, with: better, maxReplacements: 1) + "\n")
      Foundation.exit(ExitCode.validationFailure.rawValue)
    }
  }

  private static func end(with failure: CommandFailure) -> Never {
    StandardError.writeLine("error", failure.description)
    Foundation.exit(failure.status.rawValue)
  }

  /// Parses arguments as ArgumentParser does, but for negative numbers and `-:array`, which are values; words that are no
  /// commands or options, for which the nearest is suggested even where something else is missing; and options given
  /// twice, of which it would take the last.
  static func parseAsRoot(_ arguments: [String]) throws -> any ParsableCommand {
    if let unknown = UnknownCommand(in: arguments, of: self) { throw unknown.error }
    let arguments = arguments.attachingDashedValues
    do {
      let command = try parse(arguments, as: self)
      if let repeated = OptionWords(in: arguments, of: self).repeated { throw repeated }
      return command
    } catch  where exitCode(for: error) == .validationFailure {
      throw OptionWords(in: arguments, of: self).misspelt ?? error
    }
  }

  /// What every command has: a name of the method above that it does not hide.
  private static func parse<Root: ParsableCommand>(
    _ arguments: [String], as root: Root.Type
  ) throws -> any ParsableCommand {
    try root.parseAsRoot(arguments)
  }
}
