import Foundation
import TestSupport
import Testing

@testable import Experiments

/// Ctrl-C where a command does not ask, the second one, and a terminal that is closed.
@Suite("A command that is ended at once")
struct AbruptEndTests {
  /// Runs the program with its results in `out/deep`, and sends it signals once it holds the folder;
  /// its standard input stays empty and open.
  private func end(
    _ arguments: [String], by signals: String..., in folder: borrowing TemporaryFolder
  ) throws -> ExperimentsProgram.Outcome {
    let out = folder.path("out/deep")
    let kills = signals.map { "kill -\($0) $process; " }.joined()
    return try ExperimentsProgram.run(
      script: """
        mkfifo '\(folder.path("pipe"))'; exec 3<> '\(folder.path("pipe"))'
        "$@" <&3 & process=$!
        while kill -0 $process && [ ! -e '\(out)/.experiments-lock' ]; do sleep 0.01; done
        \(kills)wait $process
        """, arguments: arguments + ["--output", out])
  }

  private func requireNothingLeft(
    _ outcome: ExperimentsProgram.Outcome, in folder: borrowing TemporaryFolder
  ) throws {
    #expect(outcome.status == 130 && outcome.output == "")
    #expect(outcome.errorLines.last == "interrupted: at once; what was not written yet is lost")
    let names = try folder.names()
    #expect(!names.contains("out"))
  }

  @Test(
    "leaves neither folder nor lock if it never asks", arguments: ["INT", "TERM", "HUP"])
  func neverAsking(signal: String) throws {
    for command in [
      ["loss", "uniformity", "--embeddings", "-", "--json"],
      ["softmax-temperature", "--logits", "-", "--temperature", "1"],
      ["temperature-example", "--negatives", "300000", "300001", "300002"],
    ] {
      let folder = try TemporaryFolder()
      try requireNothingLeft(end(command, by: signal, in: folder), in: folder)
    }
  }

  @Test("leaves neither folder nor lock at the second signal")
  func second() throws {
    // Both come while it waits for its queries, where it does not ask.
    for command in [
      ["train", "adapter", "--queries", "-", "--keys", "k.npy"],
      ["sweep", "--queries", "-", "--keys", "k.npy"],
    ] {
      let folder = try TemporaryFolder()
      try requireNothingLeft(end(command, by: "INT", "HUP", in: folder), in: folder)
    }
  }

  @Test("leaves the files of others in a folder that was there")
  func existing() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: "out/deep"), withIntermediateDirectories: true)
    try folder.write("mine", to: "out/deep/mine.txt")
    let outcome = try end(["loss", "uniformity", "--embeddings", "-"], by: "INT", in: folder)
    #expect(outcome.status == 130)
    #expect(try folder.names(in: "out/deep") == ["mine.txt"])
  }

  @Test("writes its part when the terminal is closed, if it asks")
  func closedTerminal() throws {
    let folder = try TemporaryFolder()
    let outcome = try end(["sweep", "--steps", "60", "--json"], by: "HUP", in: folder)
    #expect(outcome.status == 130)
    #expect(outcome.errorLines.last?.hasPrefix("interrupted: after ") == true)
    #expect(try folder.text(of: "out/deep/result.json") == outcome.output)
  }

  @Test("outlives its terminal under nohup")
  func nohup() throws {
    let outcome = try ExperimentsProgram.run(
      script: """
        trap '' HUP; "$@" & process=$!; sleep 0.2; kill -HUP $process; wait $process
        """, arguments: ["sweep", "--rows", "64", "--steps", "3", "--json"])
    #expect(outcome.status == 0 && outcome.output.hasPrefix("{"))
  }

  @Test("says once how far a sweep of trainings was, and offers nothing that there is not")
  func temperatureU() throws {
    let folder = try TemporaryFolder()
    let outcome = try end(["reproduce", "temperature-u", "--epochs", "200"], by: "INT", in: folder)
    #expect(outcome.status == 130)
    let words = "after 0 of 33 runs; there are no results of a part of them"
    #expect(outcome.errorLines.last == "interrupted: \(words)")
    #expect(outcome.output.folded.contains("Interrupted \(words)."))
    #expect(try folder.text(of: "out/deep/report.json").contains("\"interruption\" : \"\(words)\""))
  }

  @Test("has no plot and no rate of what it did not measure")
  func benchmark() throws {
    let size = ["--workload", "info-nce", "--queries", "64", "--dimension", "16", "--json"]
    let scaling = try TemporaryFolder()
    let outcome = try end(
      ["benchmark", "--scaling", "--repeats", "1000000"] + size, by: "INT", in: scaling)
    #expect(outcome.status == 130 && !outcome.errors.contains("gnuplot"))
    let names = try scaling.names(in: "out/deep")
    #expect(names.contains("scaling.csv") && !names.contains { $0.hasSuffix(".gnuplot") })
    let single = try TemporaryFolder()
    let early = try end(
      ["benchmark", "--repeats", "1000000"] + size, by: "INT", in: single)
    #expect(early.status == 130)
    let result = try JSONSerialization.jsonObject(with: Data(early.output.utf8)) as? [String: Any]
    #expect(result?["interrupted"] as? Bool == true)
    #expect(result?["gemmCeiling"] as? Double != 0)
  }
}
