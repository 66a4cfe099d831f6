import ArgumentParser
import Contrastive
import ContrastiveKernels
import Foundation

/// How a result came about, for whoever wants to repeat it: the content of `run.json`.
struct RunRecord: Sendable {
  /// gnuplot's version, if there were plots to draw and it was found.
  let gnuplot: String?

  /// What the command adds.
  let further: JSONObject

  /// The record of a command that was parsed from the command line.
  func json(of command: some ParsableCommand) -> JSONObject {
    var record: JSONObject = [
      "command": type(of: command).callName,
      "arguments": Array(CommandLine.arguments.dropFirst()),
      "options": JSONObject(optionsOf: command),
      "version": ExperimentsCommand.configuration.version,
      "swift": Self.compiler,
      "build": Self.build,
      "gnuplot": gnuplot,
      "system": ProcessInfo.processInfo.operatingSystemVersionString,
      "architecture": Self.architecture,
      "processors": ProcessInfo.processInfo.activeProcessorCount,
      "threads": Workers.available,
      "instructionSet": InstructionSet.best.rawValue,
      "openBLASCore": BLAS.coreName,
      // It can force kernels that are half as fast.
      "OPENBLAS_CORETYPE": ProcessInfo.processInfo.environment["OPENBLAS_CORETYPE"],
      "date": Date.now.formatted(.iso8601),
    ]
    record.add(contentsOf: further)
    return record
  }

  // The compiler tells its version only through conditions.
  #if compiler(>=6.4)
    private static let compiler = "6.4 or later"
  #elseif compiler(>=6.3)
    private static let compiler = "6.3"
  #else
    private static let compiler = "6.2"
  #endif

  #if DEBUG
    static let build = "debug"
  #else
    static let build = "release"
  #endif

  #if arch(x86_64)
    private static let architecture = "x86_64"
  #elseif arch(arm64)
    private static let architecture = "arm64"
  #else
    private static let architecture = "other"
  #endif
}
