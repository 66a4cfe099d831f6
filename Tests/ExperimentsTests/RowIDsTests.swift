import ArgumentParser
import Contrastive
import ContrastiveTraining
import Foundation
import TestSupport
import Testing

@testable import Experiments

/// Images of a few captions each, which are the same text again and again.
@Suite("Rows that belong together")
struct RowIDsTests {
  private static let ids = (0..<20).map { $0 / 5 }

  /// Four captions, five times each; the images are near them.
  private func write(to folder: borrowing TemporaryFolder) throws -> [String] {
    let captions = Matrix<Float>.random(rowCount: 4, columnCount: 32, seed: 3)
    let texts = Matrix<Float>(rowCount: 20, columnCount: 32) { captions[$0 / 5, $1] }
    var images = texts
    try images.add(.random(rowCount: 20, columnCount: 32, seed: 4), times: 0.01)
    try images.write(to: folder.path("i.npy"))
    try texts.write(to: folder.path("t.npy"))
    try NumPyFile.write(Self.ids.span, shape: [20], to: folder.path("ids.npy"))
    return ["--queries", folder.path("i.npy"), "--keys", folder.path("t.npy")]
  }

  private func report(_ arguments: [String]) throws -> Report {
    let command = try #require(
      try ExperimentsCommand.parseAsRoot(arguments) as? any ReportCommand)
    return try command.report(progress: ProgressLine(write: nil))
  }

  @Test(
    "are ties without ids, and one right answer with them, in the sweep",
    arguments: ["float", "double"])
  func sweep(precision: String) throws {
    let folder = try TemporaryFolder()
    let files = try write(to: folder)
    let options = ["sweep"] + files + ["--steps", "3", "--precision", precision]
    let without = try report(options).tables[0]
    // Five equal keys: rank 3 for each, and no loss below log 5.
    #expect(without.numbers(in: "top1Accuracy") == [0, 0, 0])
    #expect(without.numbers(in: "top5Accuracy") == [1, 1, 1])
    #expect(without.numbers(in: "loss").allSatisfy { ($0 ?? 0) > log(5) - 1e-6 })
    let result = try report(options + ["--ids", folder.path("ids.npy")])
    let with = result.tables[0]
    #expect(with.numbers(in: "top1Accuracy") == [1, 1, 1])
    #expect(try #require(with.numbers(in: "loss")[0]) < 1e-6)
    // One positive and fifteen negatives; what is proved for a batch is not for this.
    #expect(with.numbers(in: "chance").allSatisfy { abs(($0 ?? 0) - log(16)) < 1e-12 })
    #expect(with.numbers(in: "floor") == [nil, nil, nil])
    #expect(with.numbers(in: "mutualInformation") == [nil, nil, nil])
    #expect(result.result["note"] == nil)
    #expect(result.plots.map(\.name) == ["sweep-loss", "sweep-negatives"])
    #expect(result.plots[0].series.map(\.title) == ["loss"])
    #expect(result.notes[0].contains("have a key of their id first"))
    #expect(
      result.explanation.contains("further keys of its id are left out")
        && result.explanation.contains("of independent pairs only")
        && !result.explanation.contains("against all"))
  }

  @Test("are one right answer in training, and no negatives")
  func training() throws {
    let folder = try TemporaryFolder()
    let files = try write(to: folder)
    let options = ["train", "adapter"] + files + ["--batch", "8", "--epochs", "1"]
    // The last ten rows: two captions, five times each.
    let without = try report(options + ["--test-rows", "10"]).result["before"]
    #expect(without?["recallAt1"] == .number(0))
    #expect(abs(try #require(without?["meanReciprocalRank"]?.double) - 1.0 / 3) < 1e-12)
    for loss in ["clip", "info-nce"] {
      let with = try report(
        options + ["--test-rows", "10", "--ids", folder.path("ids.npy"), "--loss", loss])
      for when in ["before", "after"] {
        #expect(with.result[when]?["recallAt1"] == .number(1))
        #expect(with.result[when]?["meanReciprocalRank"] == .number(1))
      }
      // log 5 and more are gone.
      #expect(try #require(with.tables[0].numbers(in: "lastLoss")[1]) < 0.01)
    }
    for arguments in [
      ["--loss", "dcl", "--batch", "1"], ["--loss", "dclw", "--batch", "1"],
    ] {
      #expect(throws: (any Error).self) { try report(options + arguments) }
    }
    let sweep = try report(
      ["train", "sweep"] + files + [
        "--ids", folder.path("ids.npy"), "--batch", "8", "--epochs", "1", "--temperatures", "0.1",
        "--seeds", "1", "--test-rows", "10",
      ])
    #expect(sweep.result["before"]?["recallAt1"] == .number(1))
    #expect(sweep.attachments[0].numbers(in: "recallAt1") == [1])
  }

  @Test(
    "leave a training step as it is where all ids differ", arguments: PairLoss.allCases)
  func noDuplicates(_ loss: PairLoss) throws {
    let q = Matrix<Float>.random(rowCount: 8, columnCount: 5, seed: 1)
    let k = Matrix<Float>.random(rowCount: 8, columnCount: 5, seed: 2)
    func step(_ ids: [Int]?) throws -> LossStep<Float, PairGradient<Float>> {
      try loss.step(
        q, k, ids: ids, at: 0.5, learnsTemperature: true, options: ComputeOptions(threads: 1))
    }
    let (a, b) = (try step(nil), try step(Array(0..<8)))
    #expect(abs(a.value - b.value) < 2e-6)
    #expect(abs(try #require(a.gradient.logScale) - #require(b.gradient.logScale)) < 1e-5)
    for (x, y) in [
      (a.gradient.queries, b.gradient.queries), (a.gradient.keys, b.gradient.keys),
    ] {
      #expect(
        try zip(#require(x).elements, #require(y).elements).allSatisfy { abs($0 - $1) < 1e-5 })
    }
  }

  @Test("are left out of both directions of clip")
  func bothWays() throws {
    let q = Matrix<Float>.random(rowCount: 8, columnCount: 5, seed: 1)
    let k = Matrix<Float>.random(rowCount: 8, columnCount: 5, seed: 2)
    let ids = [0, 1, 1, 2, 0, 3, 1, 4]
    let options = ComputeOptions(threads: 1)
    func step(_ loss: PairLoss, _ q: Matrix<Float>, _ k: Matrix<Float>) throws -> LossStep<
      Float, PairGradient<Float>
    > {
      try loss.step(q, k, ids: ids, at: 0.5, learnsTemperature: true, options: options)
    }
    let both = try step(.clip, q, k)
    let (one, other) = (try step(.infoNCE, q, k), try step(.infoNCE, k, q))
    #expect(abs(both.value - (one.value + other.value) / 2) < 2e-6)
    let mean = try #require(one.gradient.queries)
      .elements.enumerated().map { ($1 + (other.gradient.keys?.elements[$0] ?? .nan)) / 2 }
    #expect(
      try zip(mean, #require(both.gradient.queries).elements).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test("are positives of clip-groups, and only of it")
  func positives() throws {
    let q = Matrix<Float>.random(rowCount: 8, columnCount: 5, seed: 1)
    let k = Matrix<Float>.random(rowCount: 8, columnCount: 5, seed: 2)
    let ids = [0, 1, 1, 2, 0, 3, 1, 4]
    let options = ComputeOptions(threads: 1)
    let step = try PairLoss.clipGroups.step(
      q, k, ids: ids, at: 0.5, learnsTemperature: true, options: options)
    // A row's targets are its id's columns in equal parts, of all cosines.
    let cosines = try Similarity.cosine.matrix(q, k)
    func mean(_ logit: (Int, Int) -> Double) -> Double {
      (0..<8).map { i in
        let own = (0..<8).filter { ids[$0] == ids[i] }
        let sum = (0..<8).reduce(0) { $0 + exp(logit(i, $1)) }
        return log(sum) - own.reduce(0) { $0 + logit(i, $1) } / Double(own.count)
      }.reduce(0, +) / 8
    }
    let value =
      (mean { Double(cosines[$0, $1]) / 0.5 } + mean { Double(cosines[$1, $0]) / 0.5 }) / 2
    #expect(abs(Double(step.value) - value) < 4e-6)
    #expect(step.gradient.logScale != nil)
    let fixed = try PairLoss.clipGroups.step(
      q, k, ids: ids, at: 0.5, learnsTemperature: false, options: options)
    #expect(fixed.gradient.logScale == nil)
    #expect(fixed.gradient.queries == step.gradient.queries)
    #expect(fixed.gradient.keys == step.gradient.keys)
    let without = try PairLoss.clip.step(
      q, k, ids: ids, at: 0.5, learnsTemperature: false, options: options)
    #expect(abs(without.value - step.value) > 0.01)
  }

  @Test("of one id for all, and a batch of one, leave no negatives, and say so")
  func notes() throws {
    let folder = try TemporaryFolder()
    let files = try write(to: folder)
    try NumPyFile.write(
      [Int](repeating: 3, count: 20).span, shape: [20], to: folder.path("one.npy"))
    let ids = ["--ids", folder.path("one.npy")]
    let quick = ["--epochs", "1", "--test-rows", "5"]
    for arguments in [
      ["sweep"] + files + ids,
      ["train", "adapter"] + files + quick + ["--batch", "1"],
      ["train", "sweep"] + files + quick + ["--batch", "1", "--temperatures", "1", "--seeds", "1"],
    ] {
      let report = try report(arguments)
      guard case .string(let note)? = report.result["note"] else {
        Issue.record("no note")
        return
      }
      #expect(note.hasPrefix("no negatives: ") && report.notes.contains { $0.contains(note) })
    }
  }

  @Test("of one id for all rows to train on are refused, as nothing can be learned of them")
  func oneID() throws {
    let folder = try TemporaryFolder()
    let files = try write(to: folder)
    try NumPyFile.write(
      [Int](repeating: 3, count: 20).span, shape: [20], to: folder.path("one.npy"))
    for command in [["train", "adapter"], ["train", "sweep"], ["choose"]] {
      let error = #expect(throws: CommandFailure.self) {
        try report(command + files + ["--ids", folder.path("one.npy"), "--test-rows", "5"])
      }
      #expect(error?.description.hasPrefix("--ids: ") == true)
    }
  }

  @Test("have one id each")
  func errors() throws {
    let folder = try TemporaryFolder()
    let files = try write(to: folder)
    try NumPyFile.write([1, 2].span, shape: [2], to: folder.path("two.npy"))
    let two = ["--ids", folder.path("two.npy")]
    for command in [
      ["sweep"], ["train", "adapter", "--batch", "2"], ["train", "sweep", "--batch", "2"],
    ] {
      let error = #expect(throws: CommandFailure.self) { try report(command + files + two) }
      #expect(
        error?.description
          == "\(folder.path("two.npy")): expected 20 ids, one for each row, found 2")
      #expect(throws: (any Error).self) { try report(command + two) }
    }
  }

  @Test("of queries leave no shared negatives out without theirs")
  func sharedNegatives() {
    #expect(throws: (any Error).self) {
      try ExperimentsCommand.parseAsRoot(
        [
          "loss", "info-nce", "--queries", "q", "--positives", "k", "--negatives", "n", "--ids",
          "i",
        ])
    }
  }
}
