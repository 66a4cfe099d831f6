import ArgumentParser
import Foundation
import Testing

@testable import Experiments

private struct LibraryError: ReportedError {
  var description: String { "queries: row 3 holds a NaN" }
}

private struct UnknownError: Error {}

/// A command with an option of every kind.
private struct Sample: ReportCommand {
  enum Kind: String, ExpressibleByArgument {
    case one, two
  }

  struct Precision: ParsableArguments {
    @Flag(inversion: .prefixedNo) var double = true
  }

  @Argument var kind: Kind
  @Option var temperature = 0.07
  @Option var seed: Int?
  @Option(parsing: .upToNextOption) var scales: [Float] = [1, 2]
  @OptionGroup var precision: Precision
  @OptionGroup var outputOptions: OutputOptions

  func report(progress: ProgressLine) throws -> Report {
    Report(title: "Sample", explanation: "")
  }
}

@Suite("ReportCommand")
struct ReportCommandTests {
  @Test("reports the libraries' errors as bad data, unless they have a status of their own")
  func libraryErrors() {
    #expect(
      CommandFailure(reporting: LibraryError()) == CommandFailure("queries: row 3 holds a NaN"))
    let missing = CommandFailure("q.npy: is missing", status: .missingFile)
    #expect(CommandFailure(reporting: missing) == missing)
    #expect(ExitStatus.badData.rawValue == 65 && ExitStatus.missingFile.rawValue == 66)
  }

  @Test("reports an error that no command expects as one of the program")
  func unknownErrors() {
    let failure = CommandFailure(reporting: UnknownError())
    #expect(failure == CommandFailure("UnknownError()", status: .software))
  }

  @Test("leaves ArgumentParser's errors to ArgumentParser")
  func argumentParserErrors() {
    #expect(CommandFailure(reporting: ValidationError("no")) == nil)
    #expect(CommandFailure(reporting: ExitCode(3)) == nil)
    #expect(CommandFailure(reporting: CleanExit.message("bye")) == nil)
  }

  @Test("names the place of a library's error")
  func place() {
    let failure = CommandFailure(LibraryError(), at: "q.npy", status: .missingFile)
    #expect(failure.description == "q.npy: queries: row 3 holds a NaN")
    #expect(CommandFailure(LibraryError()).status == .badData)
  }

  @Test(
    "records all options under the names of its properties, defaults too, and flags that are set")
  func options() throws {
    let given = try Sample.parse(["one", "--seed", "7", "--scales", "0.5", "--no-double"])
    #expect(
      JSONObject(optionsOf: given).description == """
        {"kind": "one", "temperature": 0.07, "seed": 7, "scales": [0.5]}
        """)
    let defaults = try Sample.parse(["one", "--output", "out"])
    #expect(
      JSONObject(optionsOf: defaults).description == """
        {"kind": "one", "temperature": 0.07, "scales": [1.0, 2.0], "double": true, \
        "output": "out"}
        """)
  }

  @Test("refuses an output folder without a name")
  func emptyOutput() {
    #expect(throws: (any Error).self) { try Sample.parse(["one", "--output", ""]) }
  }
}
