import ArgumentParser
import Contrastive
import Foundation
import Testing

@testable import Experiments

@Suite("Numbers out of an arithmetic's range")
struct LossRangeTests {
  private func failure(_ line: String, in folder: borrowing TemporaryFolder) throws -> String? {
    var words = ["loss"]
    for word in line.split(separator: " ").map({ String($0) }) {
      words.append(word.hasPrefix("@") ? folder.path("\(word.dropFirst()).npy") : word)
    }
    let command = try #require(try ExperimentsCommand.parseAsRoot(words) as? any ReportCommand)
    do {
      let result = try command.report(progress: ProgressLine(write: nil)).result
      #expect(result.defined == result && result["loss"] != nil)
      return nil
    } catch {
      let failure = try #require(CommandFailure(reporting: error))
      #expect(failure.status == .badData)
      return failure.description
    }
  }

  @Test("make a loss an error that says which option would do, not a missing one")
  func overflow() throws {
    let folder = try TemporaryFolder()
    try ([[3e38, -3e38]] as Matrix<Float>).write(to: folder.path("float.npy"))
    try ([[1e308, -1e308]] as Matrix<Double>).write(to: folder.path("double.npy"))
    try NumPyFile.write([1].span, shape: [1], to: folder.path("y.npy"))
    let loss = "softmax-cross-entropy --labels @y --logits"
    for reduction in ["mean", "sum", "per-query"] {
      let float = try failure("\(loss) @float --reduction \(reduction)", in: folder)
      #expect(float?.hasSuffix("out of Float's range; --precision double has a wider one") == true)
      #expect(try failure("\(loss) @float --precision double", in: folder) == nil)
      let double = try failure(
        "\(loss) @double --precision double --reduction \(reduction)", in: folder)
      #expect(double?.contains("out of Double's range") == true)
    }
  }

  @Test("are named as what they are in the file, whatever the array's shape")
  func reading() throws {
    let folder = try TemporaryFolder()
    let rows = Matrix<Double>(rowCount: 2, columnCount: 2) { $0 == $1 ? 1e200 : 1 }
    try rows.write(to: folder.path("big.npy"))
    try Matrix<Double>(rowCount: 4, columnCount: 2) { $0 == 3 && $1 == 1 ? -1e39 : 1 }
      .write(to: folder.path("lists.npy"), shape: [2, 2, 2])
    try ([[1, 2], [3, 4]] as Matrix<Double>).write(to: folder.path("q.npy"))
    try ([[1, .nan], [1e200, 4]] as Matrix<Double>).write(to: folder.path("nan.npy"))
    let path = folder.path("big.npy")
    #expect(
      try failure("info-nce --queries @big --positives @q", in: folder)
        == "\(path): row 0 holds 1e+200, out of Float's range, which ends at 3.4e38; "
        + "--precision double reads it")
    #expect(
      try failure("info-nce --queries @big --positives @q --precision double", in: folder) == nil)
    let lists = try failure(
      "info-nce --queries @q --positives @q --negatives @lists --candidates paired", in: folder)
    #expect(lists?.hasPrefix("\(folder.path("lists.npy")): row 3 holds -1e+39, out of") == true)
    #expect(
      try failure("info-nce --queries @nan --positives @q", in: folder)?.contains(
        "row 0 holds a NaN")
        == true)
    for command in [["sweep"], ["train", "adapter", "--test-rows", "1", "--batch", "1"]] {
      let outcome = try ExperimentsProgram.run(
        arguments: command + ["--queries", folder.path("q.npy"), "--keys", path])
      #expect(outcome.status == 65 && outcome.output == "")
      #expect(outcome.errors.hasPrefix("error: \(path): row 0 holds 1e+200, out of Float's range"))
    }
  }
}
