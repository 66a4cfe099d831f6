import Contrastive
import Foundation
import TestSupport
import Testing

@testable import Experiments

@Suite("--log-weights")
struct LogWeightOptionTests {
  /// The losses that have it as an option of every loss of their shape.
  static let losses = Losses.all.filter { $0 is any LogWeightedLossReporting.Type }
    .map { $0.commandName }

  /// The numbers that a line's JSON has, by name.
  private func numbers(
    _ line: String, in folder: borrowing TemporaryFolder
  ) throws -> [String: Double] {
    let outcome = try ExperimentsProgram.run(arguments: Invocation(line).arguments(in: folder))
    #expect(outcome.status == 0, "\(outcome.errors)")
    let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    return try #require(object as? [String: Any]).compactMapValues { $0 as? Double }
  }

  @Test("is of every loss that is a softmax over candidates of one array or two")
  func offered() {
    let all = Losses.all.map { $0.commandName }
    let taking = all.filter { loss in
      Invocation.tree.command(of: ["loss", loss]).arguments?
        .contains { $0.text == "--log-weights" } == true
    }
    #expect(Set(taking) == Set(Self.losses + ["info-nce"]))
    #expect(taking.contains("nt-xent") && taking.contains("normface"))
    #expect(!taking.contains("siglip") && !taking.contains("debiased"))
  }

  @Test("changes the loss, and leaves neither chance nor floor", arguments: losses)
  func changes(_ loss: String) throws {
    let folder = try TemporaryFolder()
    try Invocation.writeInputs(to: folder)
    let required = Invocation.required(by: loss)
    let isOfClasses = required.contains("@c.npy")
    // Of large scales one class is left of a sum, and little weights of two cancel in a mean.
    try NumPyFile.write([200.0, 0].span, shape: [2], to: folder.path("of-classes.npy"))
    let plain = try numbers("\(required) --precision double --json", in: folder)
    let weighted = try numbers(
      "\(required) --precision double --log-weights @\(isOfClasses ? "of-classes" : "w").npy --json",
      in: folder)
    #expect(weighted["loss"] != plain["loss"])
    #expect(weighted["chance"] == nil && weighted["floor"] == nil)
    #expect(weighted["top1Accuracy"] == plain["top1Accuracy"])
  }

  @Test("gives both sides N numbers, or each its own")
  func sides() throws {
    let folder = try TemporaryFolder()
    try Invocation.writeInputs(to: folder)
    let (x, y) = try (
      InputArray<Float>(folder.path("q.npy")).matrix, InputArray<Float>(folder.path("k.npy")).matrix
    )
    let line = "loss nt-xent --view-a @q.npy --view-b @k.npy --temperature 0.5 --json"
    let (own, both) = ([0.5, -1, 2, 0], [1, 0, -2, 0.5, 3, -1, 0, 2])
    for (file, weights) in [
      ("w", PairLogWeights(rows: own, columns: own)),
      ("pw", PairLogWeights(rows: Array(both[..<4]), columns: Array(both[4...]))),
    ] {
      let value = try NTXent(temperature: 0.5).value(viewA: x, viewB: y, logWeights: weights)
      #expect(
        try numbers("\(line) --log-weights @\(file).npy", in: folder)["loss"] == Double(value))
    }
    let faults: [([Double], String)] = [
      ([1, 2, 3], "expected 4 numbers, found 3 numbers"),
      ([0, 0, 0, 0, 0, -.infinity, 0, 0], "row 5 holds a NaN or an infinity"),
    ]
    for (numbers, message) in faults {
      try NumPyFile.write(
        numbers.span, shape: [numbers.count], to: folder.path("bad.npy"))
      let outcome = try ExperimentsProgram.run(
        arguments: Invocation("\(line) --log-weights @bad.npy").arguments(in: folder))
      #expect(outcome.status == 65 && outcome.output.isEmpty)
      #expect(outcome.errors.contains("bad.npy") && outcome.errors.contains(message))
    }
  }
}
