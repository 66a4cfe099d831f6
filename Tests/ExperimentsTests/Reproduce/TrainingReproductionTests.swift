import ArgumentParser
import Contrastive
import ContrastiveTraining
import Foundation
import Testing

@testable import Experiments

/// The reproductions that train, at sizes too small for their claims to be more than computed.
@Suite("reproduce, with training")
struct TrainingReproductionTests {
  static let tally = Tally(
    "", of: 1, "", progress: ProgressLine(write: nil), isInterrupted: { false })

  @Test("normface-scale measures against the bound")
  func normFace() throws {
    let report = try NormFaceScaleReproduction.report([
      "--scales", "1,4", "--seeds", "2", "--epochs", "3",
    ])
    let table = report.table("normface-scale")
    #expect(table.numbers(in: "scale") == [1, 1, 4, 4])
    let bounds = table.numbers(in: "bound").compactMap(\.self)
    #expect(
      zip(bounds, [1.37693, 1.37693, 0.100472, 0.100472]).allSatisfy { abs($0 / $1 - 1) < 1e-5 })
    for (gap, (loss, bound)) in zip(
      table.numbers(in: "gap"), zip(table.numbers(in: "loss"), table.numbers(in: "bound")))
    {
      #expect(try #require(gap) == #require(loss) - #require(bound))
    }
    // Three epochs are too few to be on it, and the claim says so.
    #expect(report.claims[0].verdict != .agrees)
    #expect(report.claims.count == 3 && report.claims.own.count == 1)
    #expect(report.claims.allSatisfy { $0.evidence == .training && $0.baseline != nil })
    // To converge is to name the digits: the loss, most of which is bound, does not tell.
    #expect(report.claims[1].statement.contains("fails to converge"))
    let accuracies = zip(table.numbers(in: "scale"), table.numbers(in: "accuracy"))
      .compactMap { $0 == 1 ? $1 : nil }
    #expect(
      report.claims[1].verdict == (accuracies.allSatisfy { $0 < 0.99 } ? .agrees : .doesNotAgree))
    // exp of minus the floor, computed at 60 digits.
    #expect(report.claims[1].measured.contains("is 0.25; of the paper's 10575 it is 0.00026,"))
    #expect(report.plots[1].referenceLines.count == 2)
    #expect(report.plots.count == 2 && report.plots[1].series[0].points.count == 3)
  }

  @Test("the same seed trains the same encoder, another one another")
  func seeds() throws {
    let digits = try Digits.load().training.rows(0..<128)
    func train(_ seed: UInt64) throws -> DigitMoCo.Outcome {
      try DigitMoCo(temperature: 0.1, seed: seed, epochs: 2, queueCapacity: 128, batchSize: 64)
        .train(on: digits, tally: Self.tally)
    }
    let (first, again, other) = (try train(1), try train(1), try train(2))
    #expect(first.encoder.parameters == again.encoder.parameters && first.losses == again.losses)
    #expect(first.encoder.parameters != other.encoder.parameters)
    #expect(first.losses.count == 2 && first.accuracies.allSatisfy { (0...1).contains($0) })
  }

  @Test("wang-liu scores every temperature, and judges all of them")
  func wangLiu() throws {
    let report = try WangLiuReproduction.report([
      "--negatives", "200", "--temperatures", "0.05,0.1,1", "--seeds", "1", "--epochs", "1",
    ])
    #expect(report.claims.count == 7)
    #expect(report.claims.prefix(4).allSatisfy { $0.verdict == .agrees && $0.baseline == nil })
    #expect(report.claims.suffix(3).allSatisfy { $0.baseline?.contains("raw pixels") == true })
    let table = report.table("wang-liu-digits")
    #expect(table.numbers(in: "temperature") == [0.05, 0.1, 1])
    for (name, range) in [
      ("uniformity", 0...4.0), ("tolerance", -1...1), ("neighborAccuracy", 0...1),
      ("cleanAccuracy", 0...1),
    ] {
      let numbers = table.numbers(in: name).compactMap(\.self)
      #expect(numbers.count == 3 && numbers.allSatisfy { range.contains($0) }, "\(name)")
    }
    // One seed has no errors: every step is one way or the other.
    let u = table.numbers(in: "uniformity").compactMap(\.self)
    #expect((report.claims[4].verdict == .agrees) == u.isFalling)
    let t = table.numbers(in: "tolerance").compactMap(\.self)
    #expect((report.claims[5].verdict == .agrees) == t.isRising)
  }

  @Test("moco compares with chance, at every learning rate")
  func moCo() throws {
    let report = try MoCoReproduction.report([
      "--momentum", "0,0.9,0.99", "--learning-rates", "0.001,0.0003", "--queue", "256", "--seeds",
      "1", "--epochs", "1",
    ])
    #expect(report.result["chance"] == .number(log(257)))
    let table = report.table("moco")
    #expect(table.numbers(in: "learningRate") == [1e-3, 1e-3, 1e-3, 3e-4, 3e-4, 3e-4])
    let losses = table.numbers(in: "loss").compactMap(\.self)
    #expect(losses.count == 6 && report.claims.count == 3)
    for claim in report.claims.suffix(2) {
      #expect(claim.measured.contains("; of digits as they are "))
      #expect(claim.verdict != .agrees)
    }
    // Pixels that know the shifts, and pixels as they are, beat what learnt for an epoch.
    #expect(
      report.claims[1].verdict == .doesNotAgree
        || report.claims[1].verdict.text.contains("raw pixels are better than every encoder"))
    let failing = [losses[0], losses[3]].count { abs($0 - log(257)) <= 0.2 }
    #expect(
      report.claims[0].verdict.kind
        == (failing == 2 ? .agrees : failing == 1 ? .agreesInPart : .doesNotAgree))
    #expect(report.claims[0].statement.contains("after 1 epochs"))
    let longer = report.table("moco-longer")
    #expect(longer.numbers(in: "momentum") == [0, 0] && longer.numbers(in: "seed") == [0, 0])
    // Three times as long, the same training goes on where it was: another loss.
    #expect(zip(longer.numbers(in: "loss"), [losses[0], losses[3]]).allSatisfy { $0 != $1 })
    #expect(report.plots.map(\.name) == ["moco-loss-1", "moco-loss-2", "moco-accuracy"])
  }

  @Test("digits are scored beside pixels and untrained encoders, which learnt nothing of shifts")
  func baselines() throws {
    let (training, test) = try Digits.load()
    let baselines = try DigitBaselines(training: training, test: test, seeds: 2)
    // As computed by NumPy: 379 of 397 digits as they are, and below half of shifted ones.
    #expect(abs(baselines.pixels.cleanAccuracy - 379.0 / 397) < 1e-12)
    #expect((0.42...0.52).contains(baselines.pixels.neighborAccuracy))
    #expect(baselines.untrained.count == 2)
    #expect(baselines.untrained.allSatisfy { (0.3...0.48).contains($0.neighborAccuracy) })
    #expect(baselines.bestAccuracy == baselines.pixels.neighborAccuracy)
    #expect(baselines.text(\.cleanAccuracy).hasPrefix("raw pixels 0.955, the untrained encoder 0."))
    // As NumPy has it, 0.948 to 0.4 %: no training is needed to know of shifts.
    #expect((0.935...0.96).contains(baselines.shiftedPixels.neighborAccuracy))
    #expect(baselines.part(encoders: [0.5, 0.92]).holds == false)
    #expect(baselines.part(encoders: [0.5, 0.97]).holds)
    #expect(!baselines.cleanPart(encoders: [0.5, 0.92]).holds)
    #expect(baselines.cleanPart(encoders: [0.5, 0.97]).holds)
    #expect(
      baselines.comparison(encoders: [0.5, 0.7], clean: [0.9, 0.8]).contains(
        "the best encoder names 0.7, and raw pixels that know the same shifts 0.9"))
    #expect(
      baselines.comparison(encoders: [0.5], clean: [0.9, 0.8]).contains(
        "of digits as they are 0.9, raw pixels 0.955 and the untrained encoder 0."))
    #expect(baselines.referenceLines.count == 3)
  }

  @Test("moco holds the order of its momenta apart from whether they learn")
  func momenta() throws {
    let report = try MoCoReproduction.report([
      "--momentum", "0.99,0.999", "--learning-rates", "0.001", "--queue", "256", "--seeds", "1",
      "--epochs", "2",
    ])
    #expect(report.claims.count == 2)
    let accuracies = report.table("moco").numbers(in: "neighborAccuracy").compactMap(\.self)
    // One seed has no errors: the step is one way or the other.
    #expect(report.claims[1].verdict == Verdict(accuracies.isRising))
  }

  @Test("temperature-u answers to both rows of the table, beside embeddings that need no training")
  func temperatureU() throws {
    let report = try TemperatureUReproduction.report([
      "--temperatures", "0.05,0.1,0.5", "--seeds", "1", "--epochs", "1",
    ])
    #expect(report.claims.map(\.place).map { $0.contains("w/o MLP") } == [true, false, false])
    #expect(report.claims.map(\.isOwn) == [false, false, true])
    #expect(report.claims.allSatisfy { $0.baseline?.contains("0.474") == true })
    #expect(report.claims.allSatisfy { $0.evidence == .linear })
    for claim in report.claims {
      #expect(claim.measured.contains("after 1 epochs"))
      #expect(claim.measured.contains("after 4 epochs"))
    }
    #expect(report.table("temperature-u-longer").numbers(in: "temperature") == [0.05, 0.1, 0.5])
    // As NumPy has it by a singular value decomposition: 0.676, 0.669 and 0.624.
    let canonical = report.table("temperature-u-canonical")
    #expect(canonical.numbers(in: "ridge") == [0.01, 0.1, 1])
    for (recall, expected) in zip(canonical.numbers(in: "recallAt1"), [0.676, 0.669, 0.624]) {
      // A name or two of 1000 whose nearest are as near but for rounding.
      #expect(abs(try #require(recall) - expected) < 0.0025)
    }
    #expect(report.claims[2].verdict.text.contains("canonical correlation is better"))
    #expect(
      report.finding.contains("canonical correlation")
        && report.notes.allSatisfy { !$0.contains("Not part") })
  }

  @Test("simclr-temperature measures the entropy of the softmax that it trained by")
  func simCLR() throws {
    let report = try SimCLRTemperatureReproduction.report([
      "--temperatures", "1,0.1", "--seeds", "1", "--epochs", "1",
    ])
    let table = report.table("simclr-temperature")
    #expect(table.numbers(in: "temperature") == [0.1, 1])
    let entropies = table.numbers(in: "entropy").compactMap(\.self)
    #expect(entropies.isRising && entropies.allSatisfy { $0 > 0 && $0 < 7.94 })
    #expect(report.claims[0].verdict == .agrees && report.claims.count == 3)
    // Of embeddings that are given it rises as well, and the claim says so.
    #expect(table.numbers(in: "untrainedEntropy").compactMap(\.self).isRising)
    #expect(report.claims[0].baseline?.contains("untrained") == true)
    #expect(report.claims[0].evidence == .theorem)
    // Of one epoch no encoder is as good as pixels that know of shifts.
    #expect(
      report.claims[2].verdict.text.contains("raw pixels with the same shifts")
        || report.claims[2].verdict == .doesNotAgree)
  }

  @Test(
    "refuse sizes that make no sense",
    arguments: [
      ["normface-scale", "--scales", "0"], ["normface-scale", "--epochs", "0"],
      ["wang-liu", "--temperatures", "0.1,-1"], ["simclr-temperature", "--seeds", "0"],
      ["moco", "--momentum", "2"], ["moco", "--temperature", "0"],
      ["moco", "--learning-rates", "0"], ["moco", "--queue", "0"],
    ])
  func sizes(arguments: [String]) {
    #expect(throws: (any Error).self) {
      try ExperimentsCommand.parseAsRoot(["reproduce"] + arguments)
    }
  }
}
