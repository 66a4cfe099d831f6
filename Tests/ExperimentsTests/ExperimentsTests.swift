import ArgumentParser
import Foundation
import Testing

@testable import Experiments

@Suite("Experiments", .serialized)
struct ExperimentsTests {
  @Test("prints tables by default, and nothing on standard error")
  func tables() throws {
    let outcome = try ExperimentsProgram.run()
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("Why a contrastive loss needs a temperature\n==="))
    #expect(outcome.errors == "")
  }

  @Test("prints one line of JSON and nothing else")
  func json() throws {
    let outcome = try ExperimentsProgram.run("temperature-example", "--json")
    #expect(outcome.status == 0)
    #expect(outcome.output.filter(\.isNewline).count == 1 && outcome.output.last == "\n")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    #expect((object["rows"] as? [Any])?.count == 4)
    #expect(outcome.errors == "")
  }

  @Test("prints its version")
  func version() throws {
    let outcome = try ExperimentsProgram.run("--version")
    #expect(outcome.status == 0)
    #expect(outcome.output == ExperimentsCommand.configuration.version + "\n")
  }

  @Test("shows an example in the help of every command")
  func help() throws {
    for command in ExperimentsCommand.configuration.subcommands {
      let help = command.helpMessage()
      #expect(help.contains("Experiments \(command.configuration.commandName ?? "")"))
      #expect(command.configuration.discussion.contains("Example"))
    }
    let outcome = try ExperimentsProgram.run("loss-floor", "--help")
    #expect(outcome.status == 0 && outcome.output.contains("Example"))
  }

  @Test("ends with 66 and one line for a missing file")
  func missingFile() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("none.npy")
    let outcome = try ExperimentsProgram.run("softmax-temperature", "--logits", path, "--json")
    #expect(outcome.status == 66)
    #expect(outcome.output == "")
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.errors.hasPrefix("error: \(path): "))
  }

  @Test("ends with 65 and one line for bad data, and makes no folder", arguments: ["1 x 2", ""])
  func badData(text: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(text, to: "bad.npy")
    let outcome = try ExperimentsProgram.run(
      "softmax-temperature", "--logits", folder.path("bad.npy"), "--output", folder.path("out"))
    #expect(outcome.status == 65)
    #expect(outcome.output == "")
    #expect(outcome.errorLines.count == 1)
    #expect(try folder.names() == ["bad.npy"])
  }

  @Test("ends with 64 for wrong usage", arguments: ["--seed", "--nonsense"])
  func usage(option: String) throws {
    let outcome = try ExperimentsProgram.run("temperature-example", option)
    #expect(outcome.status == 64)
    #expect(outcome.output == "")
    #expect(outcome.errors.contains("Usage:"))
  }

  @Test("ends with 65 and one line for an option's number that is out of range")
  func outOfRange() throws {
    let outcome = try ExperimentsProgram.run(
      "bound", "info-nce-collapse", "--negatives", "-1", "--json")
    #expect(outcome.status == 65)
    #expect(outcome.output == "" && outcome.errorLines.count == 1)
    #expect(outcome.errors.hasPrefix("error: --negatives: "))
  }

  @Test("ends with 73 and one line where there can be no folder")
  func impossibleFolder() throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: "file")
    let outcome = try ExperimentsProgram.run("--json", "--output", folder.path("file"))
    #expect(outcome.status == 73)
    #expect(outcome.output == "")
    #expect(outcome.errorLines.count == 1)
  }

  @Test(
    "ends with 74 when its output cannot be written",
    .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")),
    arguments: [
      ["--json"], ["--help"], ["loss", "info-nce", "--help"], ["--version"],
      ["losses", "--markdown"],
    ])
  func fullDisk(arguments: [String]) throws {
    let outcome = try ExperimentsProgram.run(arguments: arguments, outputFile: "/dev/full")
    #expect(outcome.status == 74)
    #expect(outcome.errorLines.count == 1)
  }

  @Test("writes what it printed, and a record of the run")
  func output() throws {
    let folder = try TemporaryFolder()
    let outcome = try ExperimentsProgram.run(
      "temperature-example", "--json", "--seed", "4", "--output", folder.path("out"))
    #expect(outcome.status == 0)
    #expect(try folder.text(of: "out/result.json") == outcome.output)
    let record = try #require(
      try JSONSerialization.jsonObject(with: Data(folder.text(of: "out/run.json").utf8))
        as? [String: Any])
    #expect(record["command"] as? String == "temperature-example")
    #expect((record["options"] as? [String: Any])?["seed"] as? Int == 4)
    #expect((record["arguments"] as? [String])?.first == "temperature-example")
    #expect(record["version"] as? String == ExperimentsCommand.configuration.version)
    #expect((record["date"] as? String)?.hasSuffix("Z") == true)
  }

  @Test("says in one line how to get the pictures where gnuplot is missing")
  func withoutGnuplot() throws {
    let folder = try TemporaryFolder()
    let outcome = try ExperimentsProgram.run(
      "--json", "--output", folder.path("out"), searchPath: folder.path(""))
    #expect(outcome.status == 0)
    #expect(outcome.output.filter(\.isNewline).count == 1)
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.errors.contains("gnuplot-nox"))
    #expect(try folder.names(in: "out").contains("temperature-example.csv"))
  }
}
