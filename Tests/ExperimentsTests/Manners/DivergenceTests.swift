import Contrastive
import Foundation
import TestSupport
import Testing

@testable import Experiments

/// A learning rate whose numbers outgrow the arithmetic.
@Suite("A training that diverges")
struct DivergenceTests {
  private static let options = ["--batch", "16", "--epochs", "3"]

  private func run(_ arguments: [String]) throws -> ExperimentsProgram.Outcome {
    try ExperimentsProgram.run(arguments: ["train"] + arguments + Self.options)
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test(
    "is called that, with its step and rate, and keeps what was done",
    arguments: [[], ["--temperature-mode", "learned"], ["--loss", "siglip"], ["--loss", "dcl"]])
  func adapter(further: [String]) throws {
    let folder = try TemporaryFolder()
    let files = try TurnedPairs(rowCount: 60).write(to: folder)
    // Weights grow by the rate at a step: to infinity within some.
    let outcome = try run(
      ["adapter", "--learning-rate", "1e38", "--json", "--output", folder.path("out")] + files
        + further)
    #expect(outcome.status == 65)
    #expect(outcome.errorLines.count == 1)
    let error = try #require(outcome.errorLines.first)
    #expect(error.hasPrefix("error: diverged at step "))
    #expect(error.contains("at learning rate 1e+38; try a smaller one"))
    #expect(!error.contains(".npy"))
    let result = try object(outcome.output)
    let divergence = try #require(result["diverged"] as? [String: Any])
    let step = try #require(divergence["step"] as? Int)
    #expect(step > 1 && divergence["learningRate"] as? Double == 1e38)
    let steps = try #require(result["steps"] as? Int)
    #expect(steps < step)
    let adapter = try SafetensorsFile(folder.path("out/adapter.safetensors"))
    #expect(adapter.metadata["steps"] == "\(steps)")
    #expect(try Matrix<Float>(adapter.tensor("queries.weight")).elements.allSatisfy(\.isFinite))
    #expect(try folder.text(of: "out/report.json").contains("diverged at step \(step)"))
  }

  @Test("that ruins the embeddings in finite numbers is told that the rate may be too large")
  func ruined() throws {
    let folder = try TemporaryFolder()
    let files = try TurnedPairs(rowCount: 60).write(to: folder)
    let report = try TrainAdapter.report(files + Self.options + ["--learning-rate", "1e6"])
    #expect(report.divergence == nil)
    #expect(report.notes.contains { $0.contains("learning rate of 1000000.0 may be too large") })
    let good = try TrainAdapter.report(files + Self.options + ["--learning-rate", "0.01"])
    #expect(!good.notes.contains { $0.contains("too large") })
  }

  @Test("does not end the others of a sweep, and is marked wherever they are")
  func sweep() throws {
    let folder = try TemporaryFolder()
    let files = try TurnedPairs(rowCount: 60).write(to: folder)
    let arguments =
      [
        "sweep", "--json", "--output", folder.path("out"), "--temperatures", "0.1,0.5", "--seeds",
        "2",
      ]
      + files
    #expect(try run(arguments).status == 0)
    // A run of the sweep that diverged: what it leaves is taken over as such.
    let name = "out/runs/tau-0.5-seed-2.json"
    try folder.write(
      #"{"learningRate": 0.0005, "step": 7, "symptom": "the loss is nan"}"#, to: name)
    let outcome = try run(arguments)
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("4 of 4 runs are taken over: tau-0.1-seed-1, "))
    let result = try object(outcome.output)
    let runs = try #require(result["runs"] as? [[String: Any]])
    #expect(runs.map { $0["divergedAtStep"] as? Int } == [nil, nil, nil, 7])
    #expect(runs.map { $0["recallAt1"] != nil } == [true, true, true, false])
    let means = try #require(result["means"] as? [[String: Any]])
    #expect(means.map { $0["diverged"] as? Int } == [0, 1])
    #expect(means.map { $0["seeds"] as? Int } == [2, 1])
    #expect(try folder.text(of: "out/train-sweep.csv").hasSuffix("0.5,2,,,,,,7\n"))
    #expect(try folder.text(of: "out/train-sweep-recall.gnuplot").contains("diverged"))
    #expect(try folder.text(of: "out/report.json").contains("seed 2 diverged at step 7"))
  }

  @Test("is the error of a sweep only where no run is left")
  func everyRun() throws {
    let folder = try TemporaryFolder()
    let files = try TurnedPairs(rowCount: 60).write(to: folder)
    let outcome = try run(
      [
        "sweep", "--json", "--output", folder.path("out"), "--temperatures", "0.1", "--seeds", "2",
        "--learning-rate", "1e38",
      ] + files)
    #expect(outcome.status == 65)
    #expect(outcome.errorLines.count == 1 && outcome.errors.contains("every run diverged"))
    #expect(try folder.text(of: "out/train-sweep-means.csv").contains(",2\n"))
  }
}
