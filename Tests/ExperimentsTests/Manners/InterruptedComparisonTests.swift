import ArgumentParser
import Contrastive
import Foundation
import TestSupport
import Testing

@testable import Experiments

/// Ctrl-C before the second model's part is done.
@Suite("A comparison that is interrupted")
struct InterruptedComparisonTests {
  /// Runs a command that reads the second model's queries from a pipe, which it is sent a signal in the middle of.
  private func interrupt(
    _ arguments: [String], in folder: borrowing TemporaryFolder
  ) throws -> ExperimentsProgram.Outcome {
    let pairs = try TurnedPairs(rowCount: 60)
    _ = try pairs.write(to: folder)
    try pairs.keys.write(to: folder.path("other.npy"))
    return try ExperimentsProgram.run(
      script: """
        cd '\(folder.path(""))' && mkfifo pipe
        "$@" & process=$!
        exec 3> pipe
        head -c 200 other.npy >&3
        kill -INT $process
        # The signal's answer is a thread's, which nothing outside shows.
        sleep 1
        tail -c +201 other.npy >&3; exec 3>&-; wait $process
        """,
      arguments: arguments + [
        "--queries", "q.npy", "--keys", "k.npy", "--against", "pipe", "k.npy", "--json",
      ])
  }

  @Test(
    "says so, and has nothing of the second model, whose rows come before or after the first's part",
    arguments: [
      (["audit"], ""), (["audit", "--no-near-duplicates"], ""),
      (["sweep", "--steps", "3"], "before pipe and k.npy was "), (["choose", "--no-train"], ""),
      (
        ["choose", "--batch", "16", "--epochs", "1", "--temperatures", "0.1,0.5", "--seeds", "1"],
        ""
      ),
    ])
  func marked(arguments: [String], beginning: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try interrupt(arguments, in: folder)
    #expect(outcome.status == 130, "\(outcome.errors)")
    #expect(outcome.errorLines.last?.hasPrefix("interrupted: \(beginning)") == true)
    let result = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    #expect(result["interrupted"] as? Bool == true && result["against"] == nil)
  }

  /// What an audit finds of a first model.
  private func findings(of pairs: ChosenPairs) throws -> AuditFindings {
    AuditFindings(
      sides: PairAudit(
        queries: try SideAudit(pairs.queries, ids: nil), keys: try SideAudit(pairs.keys, ids: nil)),
      neighbors: try Neighbors(
        queries: pairs.queries, keys: pairs.keys, ids: nil, count: 16,
        progress: ProgressLine(write: nil)),
      texts: RowTexts(), fileRows: pairs.fileRows, groupCount: nil)
  }

  @Test("of audit keeps the first model's part")
  func audit() throws {
    let folder = try TemporaryFolder()
    let files = try NoisyPairs().write(to: folder)
    let command = try Audit.parse(files + ["--against", files[1], files[3]])
    let pairs = try ChosenPairs(command.pairOptions, command.rowOptions, seed: nil)
    let findings = try findings(of: pairs)
    for isInterrupted in [true, false] {
      var report = command.report(findings, files: pairs.files)
      let tableCount = report.tables.count
      try command.compare(
        findings, with: (pairs.queries, pairs.keys), choice: pairs.choice, ids: nil, in: &report,
        progress: ProgressLine(write: nil), isInterrupted: { isInterrupted })
      #expect(
        (report.interruption?.contains("was searched; there is nothing of it") == true)
          == isInterrupted)
      #expect((report.tables.count == tableCount) == isInterrupted)
      #expect((report.result["against"] == nil) == isInterrupted)
    }
  }

  @Test("says that mined negatives are not written, if the search was done")
  func mining() throws {
    let folder = try TemporaryFolder()
    let files = try NoisyPairs().write(to: folder)
    let command = try Audit.parse(files + ["--negatives-output", folder.path("mined.npy")])
    let pairs = try ChosenPairs(command.pairOptions, command.rowOptions, seed: nil)
    var findings = try findings(of: pairs)
    let report = command.report(findings, files: pairs.files)
    #expect(report.interruption?.contains("mined.npy is not written") == true)
    findings.minedCounts = Array(repeating: 5, count: 300)
    #expect(command.report(findings, files: pairs.files).interruption == nil)
  }
}
