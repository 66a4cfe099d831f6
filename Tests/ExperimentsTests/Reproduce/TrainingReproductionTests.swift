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
    // That nothing is below the bound is so whatever the training.
    #expect(report.claims[0].agrees && report.claims.count == 3)
    // Three epochs are too few to be on it, and the claim says so.
    #expect(!report.claims[1].agrees && report.status == .differs)
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

  @Test("wang-liu scores every temperature, and compares from 0.1 on")
  func wangLiu() throws {
    let report = try WangLiuReproduction.report([
      "--negatives", "200", "--temperatures", "0.05,0.1,1", "--seeds", "1", "--epochs", "1",
    ])
    #expect(report.claims.count == 7 && report.claims.prefix(4).allSatisfy(\.agrees))
    let table = report.table("wang-liu-digits")
    #expect(table.numbers(in: "temperature") == [0.05, 0.1, 1])
    for (name, range) in [
      ("uniformity", 0...4.0), ("tolerance", -1...1), ("neighborAccuracy", 0...1),
    ] {
      let numbers = table.numbers(in: name).compactMap(\.self)
      #expect(numbers.count == 3 && numbers.allSatisfy { range.contains($0) }, "\(name)")
    }
    let (u, t) = (table.numbers(in: "uniformity"), table.numbers(in: "tolerance"))
    #expect(report.claims[4].agrees == (u[1] ?? 0 > u[2] ?? 0))
    #expect(report.claims[5].agrees == (t[1] ?? 0 < t[2] ?? 0))
  }

  @Test("moco compares with chance")
  func moCo() throws {
    let report = try MoCoReproduction.report([
      "--momentum", "0,0.9,0.99", "--seeds", "1", "--epochs", "1",
    ])
    #expect(report.result["chance"] == .number(log(1025)))
    let losses = report.table("moco").numbers(in: "loss").compactMap(\.self)
    #expect(losses.count == 3 && report.claims.count == 3)
    #expect(report.claims[0].agrees == (abs(losses[0] - log(1025)) <= 0.2))
    #expect(report.claims[1].agrees == (losses[2] < log(1025) - 1))
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
    #expect(report.claims[0].agrees && report.claims.count == 3)
  }

  @Test(
    "refuse sizes that make no sense",
    arguments: [
      ["normface-scale", "--scales", "0"], ["normface-scale", "--epochs", "0"],
      ["wang-liu", "--temperatures", "0.1,-1"], ["simclr-temperature", "--seeds", "0"],
      ["moco", "--momentum", "2"], ["moco", "--temperature", "0"],
    ])
  func sizes(arguments: [String]) {
    #expect(throws: (any Error).self) {
      try ExperimentsCommand.parseAsRoot(["reproduce"] + arguments)
    }
  }
}
