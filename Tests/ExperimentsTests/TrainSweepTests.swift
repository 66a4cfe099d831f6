import ArgumentParser
import Contrastive
import ContrastiveCheckpoints
import ContrastiveTraining
import Foundation
import TestSupport
import Testing

@testable import Experiments

@Suite("train sweep")
struct TrainSweepTests {
  private static let options = [
    "--batch", "16", "--learning-rate", "0.01", "--temperatures", "0.5,0.05,0.1", "--seeds", "2",
  ]

  /// Runs a sweep in a folder; a script may do so with `"$@"`.
  private func run(
    _ arguments: [String], output: String, script: String = "exec \"$@\""
  ) throws -> ExperimentsProgram.Outcome {
    try ExperimentsProgram.run(
      script: script, arguments: ["train", "sweep", "--output", output] + arguments)
  }

  /// When each finished run's record was written.
  private func records(in folder: String) throws -> [String: Date] {
    let files = FileManager.default
    let names = (try? files.contentsOfDirectory(atPath: folder)) ?? []
    return try Dictionary(
      uniqueKeysWithValues: names.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.map {
        let date = try files.attributesOfItem(atPath: "\(folder)/\($0)")[.modificationDate]
        return ($0, try #require(date as? Date))
      })
  }

  @Test("killed at ten moments, ends with the same results, and trains nothing twice")
  func killed() throws {
    let folder = try TemporaryFolder()
    let arguments =
      try TurnedPairs(rowCount: 120).write(to: folder) + Self.options
      + ["--epochs", "60"]
    let clock = ContinuousClock()
    let start = clock.now
    #expect(try run(arguments, output: folder.path("whole")).status == 0)
    let seconds = (clock.now - start) / .seconds(1)

    var generator = SeededGenerator(seed: 1)
    var finished: [String: Date] = [:]
    for _ in 0..<10 {
      let delay = Double.random(in: 0...seconds / 3, using: &generator)
      _ = try run(
        arguments, output: folder.path("killed at τ"),
        script: "\"$@\" > /dev/null 2>&1 & sleep \(delay); kill -KILL $!; wait $!")
      for (name, date) in try records(in: folder.path("killed at τ/runs")) {
        #expect(finished[name, default: date] == date, "\(name) was trained twice")
        finished[name] = date
      }
    }
    #expect(try run(arguments, output: folder.path("killed at τ")).status == 0)
    for name in ["train-sweep.csv", "train-sweep-means.csv", "result.json"] {
      #expect(try folder.text(of: "killed at τ/\(name)") == folder.text(of: "whole/\(name)"))
    }
    let left = try folder.names(in: "killed at τ") + folder.names(in: "killed at τ/runs")
    #expect(left.filter { $0.hasPrefix(".") || $0.hasSuffix(".safetensors") } == [])
  }

  @Test("removes what a kill between two steps of finishing a run left")
  func leftovers() throws {
    let folder = try TemporaryFolder()
    func open() throws { _ = try SweepFolder(folder.path("out"), settings: [:], inputs: inputs) }
    let inputs = InputFiles(of: try TemperatureExample.parse([]))
    try open()
    for name in ["tau-0.1-seed-1.json", "tau-0.1-seed-1.safetensors", "tau-0.2-seed-1.safetensors"]
    {
      try folder.write("", to: "out/runs/\(name)")
    }
    try folder.write("", to: "out/runs/.contrastive-7-0.tmp")
    try open()
    #expect(
      try folder.names(in: "out/runs").sorted() == [
        "settings.json", "tau-0.1-seed-1.json", "tau-0.2-seed-1.safetensors",
      ])
  }

  @Test("removes runs of other settings where it is told to, and only these")
  func force() throws {
    let folder = try TemporaryFolder()
    let inputs = InputFiles(of: try TemperatureExample.parse([]))
    func open(epochs: Int, force: Bool) throws {
      _ = try SweepFolder(
        folder.path("out"), settings: ["epochs": epochs], inputs: inputs, force: force)
    }
    try open(epochs: 10, force: true)
    try folder.write("{}", to: "out/runs/tau-0.1-seed-1.json")
    #expect(throws: CommandFailure.self) { try open(epochs: 20, force: false) }
    try open(epochs: 10, force: true)
    #expect(try folder.names(in: "out/runs").contains("tau-0.1-seed-1.json"))
    try open(epochs: 20, force: true)
    #expect(try folder.names(in: "out/runs") == ["settings.json"])
    try open(epochs: 20, force: false)
  }

  @Test("ended by Ctrl-C keeps what is done, and goes on")
  func interrupted() throws {
    let folder = try TemporaryFolder()
    let arguments =
      try TurnedPairs(rowCount: 120).write(to: folder) + Self.options
      + ["--epochs", "100", "--threads", "1"]
    // A run has a checkpoint once it trains.
    let outcome = try run(
      arguments, output: folder.path("out"),
      script: """
        "$@" & until ls '\(folder.path("out/runs"))' 2> /dev/null | grep -q '^tau'; do sleep 0.01; done
        kill -INT $!; wait $!
        """)
    #expect(outcome.status == 130)
    #expect(outcome.errorLines.last?.hasPrefix("interrupted: after ") == true)
    #expect(try folder.names(in: "out").contains("train-sweep.csv"))
    #expect(try folder.names(in: "out/runs").contains { $0.hasSuffix(".safetensors") })
    let resumed = try run(arguments, output: folder.path("out"))
    #expect(resumed.status == 0)
    #expect(resumed.errors.contains("6 runs go on where they were: tau-"))
    #expect(try run(arguments, output: folder.path("whole")).status == 0)
    #expect(
      try folder.text(of: "out/train-sweep.csv") == folder.text(of: "whole/train-sweep.csv"))
  }

  @Test("has a picture of all temperatures asked for, and counts the seeds that are done")
  func interruptedPicture() throws {
    let folder = try TemporaryFolder()
    let files = try TurnedPairs(rowCount: 60).write(to: folder)
    let sweep = try TrainSweep.parse(
      files + ["--batch", "16", "--temperatures", "0.01,0.1,1", "--seeds", "3"])
    let runs = [0.01, 0.1, 1].flatMap { temperature in
      (1...UInt64(3)).map { SweepRun(temperature: temperature, seed: $0) }
    }
    let data = try sweep.adapter.data()
    let before = try RetrievalRanks(
      queries: data.queries.rows(data.testRows), keys: data.keys.rows(data.testRows))
    func plot(of done: Int) throws -> Plot {
      let result = SweepResult(
        metrics: RetrievalMetrics(before), loss: 1, lastLoss: 1, seconds: 1)
      let outcomes = Dictionary(
        uniqueKeysWithValues: runs.prefix(done).map { ($0, SweepOutcome.finished(result)) })
      return try #require(
        sweep.report(
          of: TrainSweep.Trained(runs: runs, outcomes: outcomes, before: before, data: data)
        )
        .plots.first)
    }
    let range = try #require(try plot(of: 2).horizontalRange)
    #expect(range.lowerBound < 0.01 && range.upperBound > 1)
    #expect(try plot(of: 1).series.map(\.title) == ["recall@1"])
    #expect(try plot(of: 2).series.map(\.title) == ["recall@1, 2 seeds ± deviation"])
    #expect(try plot(of: 4).series.map(\.title) == ["recall@1 ± deviation"])
    #expect(try plot(of: 9).series.map(\.title) == ["recall@1, 3 seeds ± deviation"])
  }

  @Test("sorts its results, of any number of threads, and takes up new temperatures")
  func sorted() throws {
    let folder = try TemporaryFolder()
    let files = try TurnedPairs(rowCount: 60).write(to: folder)
    func report(_ arguments: String...) throws -> Report {
      try TrainSweep.report(files + ["--batch", "16", "--epochs", "2"] + arguments)
    }
    let whole = try report("--temperatures", "0.5,0.05,0.1", "--seeds", "2", "--threads", "3")
    #expect(
      whole.attachments[0].numbers(in: "temperature") == [0.05, 0.05, 0.1, 0.1, 0.5, 0.5])
    #expect(whole.attachments[0].numbers(in: "seed") == [1, 2, 1, 2, 1, 2])
    let output = ["--output", folder.path("out")]
    _ = try TrainSweep.report(
      files + ["--batch", "16", "--epochs", "2", "--temperatures", "0.1", "--seeds", "1"] + output)
    let records = try records(in: folder.path("out/runs"))
    #expect(records.count == 2)
    let extended = try TrainSweep.report(
      files + ["--batch", "16", "--epochs", "2", "--temperatures", "0.05,0.1,0.5", "--seeds", "2"]
        + output + ["--threads", "1"])
    #expect(extended.attachments[0] == whole.attachments[0])
    #expect(extended.result == whole.result)
    for (name, date) in records {
      #expect(try self.records(in: folder.path("out/runs"))[name] == date)
    }
  }

  @Test("does not go on from what is no checkpoint of the run, and names it")
  func damaged() throws {
    let folder = try TemporaryFolder()
    let arguments =
      try TurnedPairs(rowCount: 60).write(to: folder) + [
        "--batch", "16", "--epochs", "2", "--temperatures", "0.1", "--seeds", "1", "--output",
        folder.path("out"),
      ]
    _ = try TrainSweep.report(arguments)
    try FileManager.default.removeItem(atPath: folder.path("out/runs/tau-0.1-seed-1.json"))
    try Matrix<Float>(rowCount: 1, columnCount: 1).write(
      to: folder.path("out/runs/tau-0.1-seed-1.safetensors"))
    let error = #expect(throws: CheckpointError.self) { try TrainSweep.report(arguments) }
    #expect(
      error?.description.contains("tau-0.1-seed-1.safetensors: malformed header: ") == true)
    #expect(error?.status == .badData)
  }

  @Test("does not mix settings, and names the one that differs")
  func settings() throws {
    let folder = try TemporaryFolder()
    let files = try TurnedPairs(rowCount: 60).write(to: folder)
    func failure(_ arguments: String...) -> String? {
      do {
        _ = try TrainSweep.report(
          files + ["--batch", "16", "--temperatures", "0.1", "--seeds", "1"] + arguments
            + ["--output", folder.path("out")])
        return nil
      } catch {
        return "\(error)"
      }
    }
    #expect(failure("--epochs", "1") == nil)
    #expect(failure("--epochs", "2")?.contains("settings: epochs was 1 and is 2; give") == true)
    #expect(
      failure("--epochs", "1", "--loss", "siglip", "--learning-rate", "0.25")?
        .contains("settings: loss was clip and is siglip, learningRate was 0.0005 and is 0.25;")
        == true)
    try TurnedPairs(rowCount: 61).queries.rows(1..<61).write(to: folder.path("q.npy"))
    #expect(failure("--epochs", "1")?.contains("settings: queries was 60 × 8, checksum ") == true)
    try folder.write("{}", to: "out/runs/tau-0.1-seed-1.json")
    _ = try TurnedPairs(rowCount: 60).write(to: folder)
    #expect(failure("--epochs", "1")?.contains("is no result of a run") == true)
  }
}
