import Contrastive
import Foundation
import TestSupport
import Testing

@testable import Experiments

#if os(Linux)
  /// Address space that is limited, as batch systems do: OpenBLAS and libdispatch ask without end for what is denied.
  @Suite("A command under a limit of memory")
  struct MemoryLimitTests {
    /// Runs the program with as many MiB at the most, and for a minute at the most.
    private func run(
      _ mebibytes: Int, _ arguments: [String]
    ) throws -> ExperimentsProgram.Outcome {
      try ExperimentsProgram.run(
        script: "ulimit -v \(mebibytes << 10); exec timeout -s KILL 60 \"$@\"",
        arguments: arguments)
    }

    private func requireRefusal(_ outcome: ExperimentsProgram.Outcome) {
      #expect(outcome.status == 71 && outcome.output == "")
      #expect(outcome.errors.hasPrefix("error: not enough memory: "))
      #expect(outcome.errorLines.count == 1 && outcome.errors.contains("(ulimit -v)"))
    }

    @Test("has its result or says that there is too little, and never hangs")
    func loss() throws {
      let folder = try TemporaryFolder()
      let files = try TurnedPairs(rowCount: 300).write(to: folder).filter { !$0.hasPrefix("--") }
      let arguments = ["loss", "clip", "--images", files[0], "--texts", files[1], "--json"]
      let whole = try ExperimentsProgram.run(arguments: arguments)
      #expect(whole.status == 0)
      // In between it depends on how many threads are in a product at the same time.
      var statuses: [Int32] = []
      for limit in [200, 220, 250, 280, 310, 350, 400, 450, 500, 600, 700, 900] {
        let outcome = try run(limit, arguments)
        statuses.append(outcome.status)
        if outcome.status == 0 {
          // Equal bits: as many threads compute as without.
          #expect(outcome.output == whole.output && outcome.errors == "")
        } else {
          requireRefusal(outcome)
        }
      }
      #expect(statuses.first == 71 && statuses.last == 0)
    }

    @Test("needs no more than it uses if it multiplies no matrices")
    func withoutProducts() throws {
      let losses = try run(200, ["losses", "--json"])
      #expect(losses.status == 0 && losses.output.hasPrefix("{"))
      let missing = try run(200, ["loss", "clip", "--images", "i.npy", "--texts", "t.npy"])
      #expect(missing.status == 66 && missing.errorLines.count == 1)
      #expect(missing.errors == "error: i.npy: no such file\n")
    }

    /// A file of numbers that are 0, in no more of the disk than its header.
    private func writeZeros(_ count: Int, to file: String) throws {
      let dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(count),), }"
      let header =
        [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0]
        + Array(dictionary.padding(toLength: 117, withPad: " ", startingAt: 0).utf8) + [0x0A]
      try Data(header).write(to: URL(filePath: file))
      try FileHandle(forUpdating: URL(filePath: file)).truncate(
        atOffset: UInt64(header.count + 4 * count))
    }

    @Test("says so too where a file has no room")
    func file() throws {
      let folder = try TemporaryFolder()
      let file = folder.path("x.npy")
      try writeZeros(1 << 28, to: file)
      let outcome = try run(
        600,
        [
          "softmax-temperature", "--logits", file, "--temperature", "1", "--output",
          folder.path("out"),
        ])
      requireRefusal(outcome)
      #expect(outcome.errors.contains("\(file) has "))
    }

    @Test("says so too where an array has no room")
    func array() throws {
      let folder = try TemporaryFolder()
      // Mapped it fits; as numbers of twice the width it does not.
      let file = folder.path("x.npy")
      try writeZeros(100_000_000, to: file)
      let outcome = try run(
        900,
        [
          "softmax-temperature", "--logits", file, "--temperature", "1", "--output",
          folder.path("out"),
        ])
      #expect(outcome.status == 71 && outcome.output == "")
      // Swift's runtime has its say before.
      #expect(outcome.errorLines.count <= 2)
      #expect(outcome.errorLines.last?.hasPrefix("error: not enough memory: ") == true)
      #expect(try folder.names() == ["x.npy"])
    }

    @Test("has room for what it needs besides products, or says so")
    func tiles() throws {
      let folder = try TemporaryFolder()
      let rows = [Float](repeating: 0.5, count: 20_000 * 512)
      for name in ["i.npy", "t.npy"] {
        try NumPyFile.write(rows.span, shape: [20_000, 512], to: folder.path(name))
      }
      requireRefusal(
        try run(
          480,
          [
            "loss", "clip", "--images", folder.path("i.npy"), "--texts", folder.path("t.npy"),
            "--json", "--gradients", folder.path("g"),
          ]))
      #expect(try folder.names() == ["i.npy", "t.npy"])
    }
  }
#endif
