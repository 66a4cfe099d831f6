import Contrastive
import Foundation
import TestSupport
import Testing

@testable import Experiments

/// What others do to a folder of results while a command works for it, and clocks that are set.
@Suite("A folder of results that is disturbed")
struct DisturbedFolderTests {
  /// Computes a loss into `out`, and runs a script when the command has the folder and waits for its second array.
  private func run(_ option: String, while script: String, in folder: borrowing TemporaryFolder)
    throws -> ExperimentsProgram.Outcome
  {
    _ = try TurnedPairs(rowCount: 8).write(to: folder)
    return try ExperimentsProgram.run(
      script: """
        cd '\(folder.path(""))' && mkfifo pipe
        "$@" & process=$!
        exec 3> pipe
        \(script)
        cat k.npy >&3; exec 3>&-; wait $process
        """,
      arguments: ["loss", "clip", "--images", "q.npy", "--texts", "pipe", "--json", option, "out"])
  }

  @Test(
    "is missed in one line if it is removed, or another is in its place",
    arguments: ["--gradients", "--output"],
    ["rm -r out", "mv out other", "rm -r out; : > out", "mv out other; ln -s nowhere out"])
  func removed(option: String, script: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try run(option, while: script, in: folder)
    #expect([73, 74].contains(outcome.status) && outcome.output == "")
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.errors.contains("/out: cannot be written: "))
  }

  @Test("may lose its lock, and have the lock of nobody", arguments: ["--gradients", "--output"])
  func lock(option: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try run(option, while: "rm out/.experiments-lock", in: folder)
    #expect(outcome.status == 0 && outcome.errors == "")
    #expect(try !folder.names(in: "out").contains { $0.hasPrefix(".") })
    // One that a killed process left.
    let other = try TemporaryFolder()
    let partial = "out/.partial-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      at: other.url.appending(path: partial), withIntermediateDirectories: true)
    try other.write("loss clip (process 1)", to: "out/.experiments-lock")
    try other.write("half", to: "\(partial)/queries.npy")
    #expect(try run(option, while: ":", in: other).status == 0)
    #expect(try !other.names(in: "out").contains { $0.hasPrefix(".") })
  }

  private func setDates(_ date: Date, of names: [String], in folder: borrowing TemporaryFolder)
    throws
  {
    for name in names {
      try FileManager.default.setAttributes(
        [.modificationDate: date], ofItemAtPath: folder.path("out/\(name)"))
    }
  }

  @Test("is known again after the clock was set, forward or back")
  func clock() throws {
    let folder = try TemporaryFolder()
    #expect(try run("--gradients", while: ":", in: folder).status == 0)
    let names = try folder.names(in: "out")
    for years in [-30.0, 30] {
      try setDates(Date(timeIntervalSinceNow: years * 365 * 86400), of: names, in: folder)
      try FileManager.default.removeItem(atPath: folder.path("pipe"))
      let outcome = try run("--gradients", while: ":", in: folder)
      #expect(outcome.status == 0 && outcome.errors.contains("replaces results of loss clip"))
      #expect(try folder.names(in: "out") == names)
    }
  }

  @Test("in doubt, for the clock was set back amid a run, is kept but by force")
  func clockAmid() throws {
    let folder = try TemporaryFolder()
    #expect(try run("--gradients", while: ":", in: folder).status == 0)
    try setDates(
      Date(timeIntervalSinceNow: -86400), of: ["gradients.json"], in: folder)
    try FileManager.default.removeItem(atPath: folder.path("pipe"))
    let outcome = try ExperimentsProgram.run(
      script: "cd '\(folder.path(""))' && \"$@\"",
      arguments: [
        "loss", "clip", "--images", "q.npy", "--texts", "k.npy", "--json", "--gradients", "out",
      ])
    #expect(outcome.status == 73 && outcome.output == "" && outcome.errorLines.count == 1)
    #expect(outcome.errors.contains("--force to replace it"))
  }
}
