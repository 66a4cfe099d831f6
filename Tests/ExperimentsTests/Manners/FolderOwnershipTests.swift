import Contrastive
import Foundation
import TestSupport
import Testing

@testable import Experiments

/// What a command may put its results over, and who is at work in a folder.
@Suite("A folder of results")
struct FolderOwnershipTests {
  private func sweep(_ arguments: [String], in folder: borrowing TemporaryFolder) throws
    -> ExperimentsProgram.Outcome
  {
    try ExperimentsProgram.run(
      arguments: ["sweep", "--rows", "64", "--steps", "3", "--json"] + arguments)
  }

  @Test("is written again by the same command, which says so")
  func again() throws {
    let folder = try TemporaryFolder()
    #expect(try sweep(["--output", folder.path("out")], in: folder).errors == "")
    let names = try folder.names(in: "out")
    let outcome = try sweep(["--output", folder.path("out")], in: folder)
    #expect(outcome.status == 0 && outcome.errorLines.count == 1)
    #expect(outcome.errors.hasPrefix("note: \(folder.path("out")): replaces results of sweep, of "))
    #expect(try folder.names(in: "out") == names)
  }

  @Test("of another command is refused but by force, which leaves nothing of it")
  func otherCommand() throws {
    let folder = try TemporaryFolder()
    let out = ["--output", folder.path("out")]
    #expect(try sweep(out, in: folder).status == 0)
    let before = try folder.names(in: "out")
    for command in [["temperature-example"], ["train", "sweep"], ["reproduce", "distillation"]] {
      let outcome = try ExperimentsProgram.run(arguments: command + ["--json"] + out)
      #expect(outcome.status == 73 && outcome.output == "" && outcome.errorLines.count == 1)
      #expect(outcome.errors.contains("holds results of sweep, of "))
      #expect(outcome.errors.contains("--force"))
      #expect(try folder.names(in: "out") == before)
    }
    #expect(
      try ExperimentsProgram.run(arguments: ["temperature-example", "--force", "--json"] + out)
        .status == 0)
    #expect(try !folder.names(in: "out").contains { $0.hasPrefix("sweep") })
  }

  @Test("keeps files that no command wrote, and results that somebody changed")
  func foreignFiles() throws {
    let folder = try TemporaryFolder()
    let out = ["--output", folder.path("")]
    try folder.write("mine", to: "result.json")
    let early = try sweep(out, in: folder)
    #expect(early.status == 73 && early.errors.contains("result.json: is there, and not as a run"))
    #expect(try folder.names() == ["result.json"] && folder.text(of: "result.json") == "mine")
    try FileManager.default.removeItem(atPath: folder.path("result.json"))
    try folder.write("mine", to: "sweep.csv")
    #expect(try sweep(out, in: folder).status == 73)
    #expect(try folder.names() == ["sweep.csv"] && folder.text(of: "sweep.csv") == "mine")
    #expect(try sweep(out + ["--force"], in: folder).status == 0)
    try folder.write("mine", to: "sweep.csv")
    #expect(try sweep(out, in: folder).status == 73)
    #expect(try folder.text(of: "sweep.csv") == "mine")
  }

  @Test("takes gradients of one loss again, and of another but by force")
  func gradients() throws {
    let folder = try TemporaryFolder()
    let files = try TurnedPairs(rowCount: 8).write(to: folder).filter { !$0.hasPrefix("--") }
    func run(_ loss: String, _ options: [String], _ further: String...) throws
      -> ExperimentsProgram.Outcome
    {
      try ExperimentsProgram.run(
        arguments: [
          "loss", loss, options[0], files[0], options[1], files[1], "--json", "--gradients",
          folder.path("g"),
        ] + further)
    }
    let infoNCE = ["--queries", "--positives"]
    #expect(try run("info-nce", infoNCE).status == 0)
    #expect(try folder.names(in: "g") == ["gradients.json", "positives.npy", "queries.npy"])
    #expect(try run("info-nce", infoNCE).status == 0)
    let other = try run("clip", ["--images", "--texts"])
    #expect(other.status == 73 && other.errors.contains("holds results of loss info-nce"))
    try folder.write("mine", to: "g/queries.npy")
    #expect(try run("info-nce", infoNCE).status == 73)
    #expect(try folder.text(of: "g/queries.npy") == "mine")
    #expect(try run("clip", ["--images", "--texts"], "--force").status == 0)
    #expect(
      try folder.names(in: "g") == ["gradients.json", "images.npy", "queries.npy", "texts.npy"])
    #expect(try folder.text(of: "g/queries.npy") == "mine")
  }

  @Test("needs a name", arguments: ["--gradients", "--output"])
  func noName(option: String) throws {
    let outcome = try ExperimentsProgram.run(
      "loss", "uniformity", "--embeddings", "z.npy", option, "")
    #expect(outcome.status == 64 && outcome.output == "")
    #expect(outcome.errors.contains("\(option) needs the name of a folder."))
  }

  @Test("takes the gradients and the results of one run together, again and again")
  func together() throws {
    let folder = try TemporaryFolder()
    let files = try TurnedPairs(rowCount: 8).write(to: folder).filter { !$0.hasPrefix("--") }
    for _ in 0..<2 {
      let outcome = try ExperimentsProgram.run(
        "loss", "clip", "--images", files[0], "--texts", files[1], "--json", "--gradients",
        folder.path("out"), "--output", folder.path("out"))
      #expect(outcome.status == 0)
    }
    let names = try folder.names(in: "out")
    #expect(names.contains("images.npy") && names.contains("run.json"))
    #expect(!names.contains { $0.hasPrefix(".") })
  }

  @Test("is one command's at a time, whose name the others tell")
  func atOnce() throws {
    let folder = try TemporaryFolder()
    // The first holds the folder until the others are through.
    let outcome = try ExperimentsProgram.run(
      script: """
        out='\(folder.path("new/deep"))'
        "$@" sweep --steps 4000 --output "$out" > /dev/null 2> /dev/null & first=$!
        until [ -e "$out/.experiments-lock" ]; do sleep 0.01; done
        for i in 1 2 3; do
          "$@" sweep --rows 64 --steps 2 --output "$out" & others="$others $!"
        done
        for other in $others; do wait $other; echo "status $?"; done
        kill -KILL $first; wait $first
        "$@" sweep --rows 64 --steps 2 --output "$out" --json > /dev/null; echo "status $?"
        """, arguments: [])
    #expect(
      outcome.output.split(separator: "\n")
        == ["status 73", "status 73", "status 73", "status 0"])
    let refusals = outcome.errorLines.filter { $0.contains("sweep (process ") }
    #expect(refusals.count == 3 && refusals.allSatisfy { $0.contains("is at work there") })
    // What the killed one left is gone.
    #expect(try !folder.names(in: "new/deep").contains { $0.hasPrefix(".") })
  }

  @Test("is taken by one of several that are started together, and is whole")
  func race() throws {
    let folder = try TemporaryFolder()
    let outcome = try ExperimentsProgram.run(
      script: """
        for i in 1 2 3 4; do
          "$@" temperature-example --output '\(folder.path("new"))' > /dev/null & all="$all $!"
        done
        for one in $all; do wait $one; echo "status $?"; done
        """, arguments: [])
    let statuses = outcome.output.split(separator: "\n")
    #expect(statuses.count == 4 && statuses.contains("status 0"))
    #expect(statuses.allSatisfy { ["status 0", "status 73"].contains($0) })
    let names = try folder.names(in: "new")
    #expect(names.contains("run.json") && !names.contains { $0.hasPrefix(".") })
  }

  /// Where no file may grow beyond some blocks of 512 bytes: as on a full disk.
  private func run(blocks: Int, _ arguments: [String]) throws -> ExperimentsProgram.Outcome {
    try ExperimentsProgram.run(
      script: "trap '' XFSZ; ulimit -f \(blocks); exec \"$@\"", arguments: arguments)
  }

  @Test("that cannot be written is not made, and named in one line", arguments: [0, 1])
  func fullDisk(blocks: Int) throws {
    let folder = try TemporaryFolder()
    let files = try TurnedPairs(rowCount: 64).write(to: folder).filter { !$0.hasPrefix("--") }
    let clip = ["loss", "clip", "--images", files[0], "--texts", files[1], "--json"]
    for option in ["--gradients", "--output"] {
      let outcome = try run(blocks: blocks, clip + [option, folder.path("out")])
      #expect(outcome.status == 74 && outcome.output == "" && outcome.errorLines.count == 1)
      #expect(outcome.errors.contains(folder.path("out")))
      #expect(outcome.errors.contains("cannot be written: File too large"))
      #expect(try folder.names() == ["k.npy", "q.npy"])
    }
  }

  @Test("that cannot be written ends a sweep of trainings with one line", arguments: [0, 2])
  func fullDiskWhileTraining(blocks: Int) throws {
    let folder = try TemporaryFolder()
    let files = try TurnedPairs(rowCount: 60).write(to: folder)
    let outcome = try run(
      blocks: blocks,
      ["train", "sweep", "--json", "--output", folder.path("out")] + files
        + ["--batch", "16", "--epochs", "3", "--temperatures", "0.1", "--seeds", "1"])
    #expect([73, 74].contains(outcome.status))
    #expect(outcome.output == "" && outcome.errorLines.count == 1)
    #expect(outcome.errors.contains("cannot be written: File too large"))
    #expect(try !folder.names(in: "out/runs").contains { $0.hasPrefix(".") })
  }

  @Test("keeps a page of another's making, and takes a new one of its own")
  func page() throws {
    let folder = try TemporaryFolder()
    #expect(try sweep(["--output", folder.path("results/sweep")], in: folder).status == 0)
    func report(_ further: String...) throws -> ExperimentsProgram.Outcome {
      try ExperimentsProgram.run(
        arguments: [
          "report", "--results", folder.path("results"), "--output", folder.path("page.html"),
        ] + further)
    }
    try folder.write("mine", to: "page.html")
    let refused = try report()
    #expect(refused.status == 73 && refused.errorLines.count == 1)
    #expect(refused.errors.contains("give another file, or --force"))
    #expect(try folder.text(of: "page.html") == "mine")
    #expect(try report("--force").status == 0)
    #expect(try report().status == 0)
    #expect(try folder.names() == ["page.html", "results"])
  }

  @Test("for a page is not looked for in a file that is no page")
  func pageInFile() throws {
    let folder = try TemporaryFolder()
    try folder.write("mine", to: "report.json")
    let outcome = try ExperimentsProgram.run(
      "report", "--results", folder.path(""), "--output", folder.path("report.json"), "--force")
    #expect(outcome.status == 73 && outcome.output == "" && outcome.errorLines.count == 1)
    #expect(outcome.errors.contains("is a file whose name does not end in .html; give a name that"))
    #expect(try folder.text(of: "report.json") == "mine")
  }
}
