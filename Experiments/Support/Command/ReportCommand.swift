import ArgumentParser
import Contrastive
import Foundation

/// A command that computes a report.
///
/// A command has its options and `report(progress:)`; printing, writing, drawing and the
/// reporting of errors are here, once for all commands:
/// - Nothing is on standard output unless all went well, files included.
/// - An error is one line on standard error. Those of the libraries go through, see `ReportedError`, with options
///   and files in the place of arguments; a `ValidationError` is a usage error, as everywhere in ArgumentParser.
protocol ReportCommand: ParsableCommand {
  /// `--json` and `--output`, as an `@OptionGroup`.
  var outputOptions: OutputOptions { get }

  /// Whether the processes that `mpirun` starts share the work, and the first prints and writes for all.
  var takesRanks: Bool { get }

  /// Whether a run takes over what an earlier one left in its folder.
  var goesOn: Bool { get }

  /// What a run's files may be called, of a command that reads files; nil of others.
  var resultNames: ResultNames? { get }

  /// Computes what the command found. Prints and writes nothing of it.
  func report(progress: ProgressLine) throws -> Report
}

extension ReportCommand {
  var takesRanks: Bool { false }

  var goesOn: Bool { false }

  var resultNames: ResultNames? { nil }

  func run() throws { try runReport() }

  func runReport() throws {
    Interruption.watch()
    let progress = ProgressLine()
    do {
      defer { progress.clear() }
      try requireOneReaderOfStandardInput()
      try requireUseOfForce()
      if takesRanks { _ = try Ranks.join() }
      // Before the computation: an impossible folder should not be found after an hour.
      let folder = try outputOptions.output.flatMap { Ranks.isFirst ? try resultsFolder($0) : nil }
      var report = try report(progress: progress)
      report.markEnd()
      // JSON has no word for it, and would say nothing.
      if report.divergence == nil, let name = report.result.undefinedKey {
        throw CommandFailure(
          "\(name): the result is no finite number; the numbers it is of have to be smaller")
      }
      progress.clear()
      try WatchedInputs.requireUnchanged()
      let isWritten = try folder.map { try write(report, to: $0) } ?? (outputOptions.output != nil)
      if Ranks.isFirst { try print(report, isWritten: isWritten) }
      Ranks.leave()
      if let interruption = report.interruption {
        StandardError.writeLine("interrupted", interruption)
        throw ExitCode(ExitStatus.interrupted.rawValue)
      }
      if let divergence = report.divergence {
        StandardError.writeLine("error", divergence)
        throw ExitCode(ExitStatus.badData.rawValue)
      }
      if let status = report.status { throw ExitCode(status.rawValue) }
    } catch {
      // What is wrong with the numbers may be that somebody was writing them.
      let error = WatchedInputs.change ?? named(error)
      guard let failure = CommandFailure(reporting: error) else {
        Ranks.leave(status: ExitCode.validationFailure.rawValue)
        throw error
      }
      StandardError.writeLine("error", failure.description)
      Ranks.leave(status: failure.status.rawValue)
      throw ExitCode(failure.status.rawValue)
    }
  }

  /// An error of the library with the command's options and files in the place of arguments.
  func named(_ error: any Error) -> any Error {
    (error as? ContrastiveError).map { $0.renamed { ArgumentNames(of: self)[$0] } } ?? error
  }

  private func print(_ report: Report, isWritten: Bool) throws(CommandFailure) {
    let text =
      outputOptions.json
      ? report.result.description + "\n"
      : report.text(width: Terminal.columnCount) + (isWritten ? writtenLine : "")
    try StandardOutput.write(text)
  }

  private var writtenLine: String {
    outputOptions.output.map { "\nWritten to \($0)\n" } ?? ""
  }

  /// The folder at a path, to write a report of this command to.
  func resultsFolder(
    _ path: String, isForced: Bool? = nil
  ) throws(CommandFailure) -> OutputFolder {
    try OutputFolder(
      path,
      for: FolderUse(
        by: self, recordName: Report.recordName, isForced: isForced ?? outputOptions.force,
        goesOn: goesOn),
      names: Report.commonFiles, possibleNames: resultNames?.fileNames ?? [])
  }

  /// Writes a report of this command, with the record of its run, unless there is nothing in it to replace an earlier
  /// one's results.
  ///
  /// - Returns: Whether it did.
  @discardableResult
  func write(_ report: Report, to folder: OutputFolder) throws(CommandFailure) -> Bool {
    if report.isEmpty, let note = folder.noteOfResultsKept {
      StandardError.writeLine("note", note)
      return false
    }
    if let resultNames {
      assert(Set(report.resultNames.fileNames).isSubset(of: resultNames.fileNames))
    }
    let gnuplot = report.plots.isEmpty ? nil : Gnuplot()
    let record = RunRecord(gnuplot: gnuplot?.version, further: report.record).json(of: self)
    let problems = try report.write(to: folder, record: record, gnuplot: gnuplot)
    for problem in problems { StandardError.writeLine("note", problem) }
    return true
  }
}
