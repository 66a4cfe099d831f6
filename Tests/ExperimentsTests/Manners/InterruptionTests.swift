import Foundation
import TestSupport
import Testing

@testable import Experiments

/// Ctrl-C, and SIGTERM, while a command computes.
@Suite("A command that is interrupted")
struct InterruptionTests {
  /// Runs the program and sends it a signal as soon as it holds the folder of its results, which it
  /// does before it computes.
  private func interrupt(
    _ arguments: [String], in folder: String, by signal: String
  ) throws -> ExperimentsProgram.Outcome {
    try ExperimentsProgram.run(
      script: """
        "$@" & process=$!
        while kill -0 $process && [ ! -e '\(folder)/.experiments-lock' ]; do sleep 0.01; done
        kill -\(signal) $process; wait $process
        """, arguments: arguments)
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test("keeps an earlier run's results if it has none")
  func nothing() throws {
    let folder = try TemporaryFolder()
    let pairs = try TurnedPairs(rowCount: 60)
    _ = try pairs.write(to: folder)
    let arguments = ["calibrate", "--keys", "k.npy", "--output", "out", "--queries"]
    let outcome = try ExperimentsProgram.run(
      script: """
        cd '\(folder.path(""))' && mkfifo pipe
        "$@" q.npy > /dev/null && cp -r out before
        "$@" pipe & process=$!
        exec 3> pipe
        head -c 200 q.npy >&3
        kill -INT $process
        sleep 1
        tail -c +201 q.npy >&3; exec 3>&-; wait $process
        """, arguments: arguments)
    #expect(outcome.status == 130)
    #expect(outcome.errors.contains("note: out: keeps the results of calibrate"))
    #expect(!outcome.output.contains("Written to"))
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("before")).sorted()
    #expect(names.contains("calibrate.csv"))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path("out")).sorted() == names)
    for name in names where name.hasSuffix(".csv") || name.hasSuffix(".json") {
      #expect(try folder.text(of: "out/\(name)") == folder.text(of: "before/\(name)"))
    }
  }

  @Test(
    "writes what is done, and says everywhere that it is not the whole",
    arguments: [
      ["sweep", "--steps", "60"],
      ["train", "adapter", "--epochs", "500"],
      ["train", "sweep", "--epochs", "500"],
      [
        "benchmark", "--workload", "info-nce", "--queries", "64",
        "--dimension",
        "16", "--repeats", "100000",
      ],
      [
        "benchmark", "--workload", "info-nce", "--queries", "64", "--dimension", "16", "--scaling",
        "--points", "20", "--repeats", "100000",
      ],
      ["calibrate"],
      ["reproduce", "mutual-information"],
      ["reproduce", "moco"],
      ["reproduce", "all"],
    ], ["INT", "TERM"])
  func marked(arguments: [String], signal: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try interrupt(
      arguments + ["--json", "--output", folder.path("out")], in: folder.path("out"), by: signal)
    #expect(outcome.status == 130)
    let line = try #require(outcome.errorLines.last)
    #expect(line.hasPrefix("interrupted: "))
    #expect(try object(outcome.output)["interrupted"] as? Bool == true)
    #expect(try folder.text(of: "out/result.json") == outcome.output)
    let words = line.dropFirst("interrupted: ".count)
    #expect(try object(folder.text(of: "out/run.json"))["interrupted"] as? String == String(words))
    let document = try object(folder.text(of: "out/report.json"))
    #expect(document["interruption"] as? String == String(words))
    #expect((document["notes"] as? [String])?.first == "Interrupted \(words).")
    #expect(try !folder.names(in: "out").contains { $0.hasPrefix(".") })
  }

  @Test("has true results of the queries that a sweep got to")
  func sweep() throws {
    let folder = try TemporaryFolder()
    let outcome = try interrupt(
      ["sweep", "--steps", "60", "--json", "--output", folder.path("out")],
      in: folder.path("out"), by: "INT")
    let result = try object(outcome.output)
    let done = try #require(result["queriesDone"] as? Int)
    #expect((1..<5000).contains(done) && result["pairs"] as? Int == 5000)
    let rows = try #require(result["rows"] as? [[String: Any]])
    #expect(rows.count == 60)
    #expect(rows.allSatisfy { $0["loss"] is Double && $0["floor"] == nil })
    #expect(outcome.errors.contains("after \(done) of 5000 queries"))
  }

  @Test("ends a page with what was run")
  func page() throws {
    let folder = try TemporaryFolder()
    let outcome = try interrupt(
      ["report", "--json", "--output", folder.path("page/page.html")], in: folder.path("page"),
      by: "INT")
    #expect(outcome.status == 130)
    #expect(try object(outcome.output)["interrupted"] as? Bool == true)
    #expect(try folder.names(in: "page") == ["page.html"])
  }

  @Test("prints its part as text, too")
  func text() throws {
    let folder = try TemporaryFolder()
    let outcome = try interrupt(
      ["reproduce", "mutual-information", "--output", folder.path("out")],
      in: folder.path("out"), by: "INT")
    #expect(outcome.status == 130)
    #expect(outcome.output.contains("\n\nInterrupted after "))
  }
}
