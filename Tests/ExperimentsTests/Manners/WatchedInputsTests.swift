import Contrastive
import Foundation
import TestSupport
import Testing

@testable import Experiments

/// Inputs that somebody else shortens, overwrites, replaces or removes while a command reads them.
@Suite("An input that others write to")
struct WatchedInputsTests {
  /// Logits that are copied, as small files are, or mapped, as larger ones than 64 MiB are.
  enum Size: CaseIterable {
    case copied, mapped

    var columnCount: Int { self == .copied ? 1000 : 1 << 20 }
  }

  /// Writes logits of which every row's loss is the logarithm of their number, and computes that; a script runs when the
  /// file is open and the command waits for its labels.
  private func run(
    _ size: Size, while script: String, further: [String] = []
  ) throws -> (outcome: ExperimentsProgram.Outcome, loss: Double?) {
    let folder = try TemporaryFolder()
    let rowCount = 17
    let elements = [Float](repeating: 0.5, count: rowCount * size.columnCount)
    try NumPyFile.write(
      elements.span, shape: [rowCount, size.columnCount], to: folder.path("logits.npy"))
    try NumPyFile.write(
      [Int](repeating: 0, count: rowCount).span, shape: [rowCount], to: folder.path("labels.npy"))
    // Opening a pipe waits for who is at its other end.
    let outcome = try ExperimentsProgram.run(
      script: """
        cd '\(folder.path(""))' && mkfifo pipe
        "$@" & process=$!
        exec 3> pipe
        \(script)
        cat labels.npy >&3; exec 3>&-; wait $process
        """,
      arguments: [
        "loss", "softmax-cross-entropy", "--logits", "logits.npy", "--labels", "pipe", "--json",
      ] + further)
    #expect(try !folder.names().contains("out"))
    let result = try? JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    return (outcome, (result as? [String: Any])?["loss"] as? Double)
  }

  private func requireLoss(_ loss: Double?, of size: Size) throws {
    #expect(try abs(#require(loss) - log(Double(size.columnCount))) < 1e-4)
  }

  @Test("may be replaced by renaming, or removed", arguments: Size.allCases)
  func replaced(size: Size) throws {
    for script in ["rm logits.npy", "head -c 5000 logits.npy > new; mv new logits.npy"] {
      let (outcome, loss) = try run(size, while: script)
      #expect(outcome.status == 0 && outcome.errors == "")
      try requireLoss(loss, of: size)
    }
  }

  @Test("may be shortened or overwritten if it is small")
  func small() throws {
    for script in [": > logits.npy", "printf XXXX | dd of=logits.npy bs=1 seek=4000 conv=notrunc"] {
      let (outcome, loss) = try run(.copied, while: script + " 2> /dev/null")
      #expect(outcome.status == 0 && outcome.errors == "")
      try requireLoss(loss, of: .copied)
    }
  }

  private static let results = [
    [], ["--gradients", "out"], ["--output", "out"],
  ]

  /// What overwrites a large file, and what makes it shorter.
  private static let changes = [
    "printf XXXX | dd of=logits.npy bs=1 seek=4000000 conv=notrunc 2> /dev/null",
    "head -c 5000 logits.npy > head; cat head > logits.npy", "echo more >> logits.npy",
  ]

  @Test(
    "and is large gives no loss of a mixture (0.3690 for 0.7207)", arguments: changes, results)
  func large(change: String, further: [String]) throws {
    let (outcome, _) = try run(.mapped, while: change, further: further)
    #expect(outcome.status == 74 && outcome.output == "")
    #expect(
      outcome.errors
        == "error: logits.npy: was written to while it was read; run the command again when it is whole\n"
    )
  }

  @Test("and lacks pages ends the command with a line, not by SIGBUS")
  func lostPages() async throws {
    let result = await #expect(
      processExitsWith: .exitCode(74), observing: [\.standardErrorContent]
    ) {
      let folder = try TemporaryFolder()
      let path = folder.path("x.npy")
      try NumPyFile.write([Float](repeating: 1, count: 100_000).span, shape: [100_000], to: path)
      Interruption.watch()
      let array = try FileArray(reading: path, by: WatchedInputs.access(copyingUpTo: 0))
      try FileHandle(forUpdating: URL(filePath: path)).truncate(atOffset: 200)
      _ = array.converted(to: Float.self)
    }
    let errors = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(errors.hasSuffix("run the command again when it is whole\n"))
    #expect(errors.contains("x.npy: became shorter while it was read, or its disk fails; "))
  }
}
