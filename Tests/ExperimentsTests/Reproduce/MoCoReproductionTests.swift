import Contrastive
import Foundation
import Testing

@testable import Experiments

@Suite("reproduce moco")
struct MoCoReproductionTests {
  @Test("contrasts the loss without momentum and with it, at every learning rate")
  func moCo() throws {
    let report = try MoCoReproduction.report([
      "--momentum", "0,0.9,0.99", "--learning-rates", "0.001,0.0003", "--queue", "256", "--seeds",
      "1", "--epochs", "1",
      "--test-digits", "40",
    ])
    #expect(report.result["chance"] == .number(log(257)))
    let table = report.table("moco")
    #expect(table.numbers(in: "learningRate") == [1e-3, 1e-3, 1e-3, 3e-4, 3e-4, 3e-4])
    let losses = table.numbers(in: "loss").compactMap(\.self)
    #expect(losses.count == 6 && report.claims.count == 2)
    let (failure, order) = (report.claims[0], report.claims[1])
    // Of one epoch the last is the first, and of one seed no error is known.
    let unknown = "+0 of one seed, whose error is not known"
    #expect(
      failure.verdict.comparisons.map(\.text)
        == ["0.001", "0.0003"].map { rate in
          "m = 0 \(unknown), m = 0.9 \(unknown), m = 0.99 \(unknown) are not told, rise of the loss with m = 0, fall of it with each larger m, "
            + "from epoch 1 to 1, in nats, at η = \(rate)"
        })
    #expect(failure.line.contains("the loss of chance") && failure.standing == nil)
    #expect(failure.criterion.contains("“oscillates” is not judged"))
    #expect(failure.verdict.comparisons.map(\.differenceCount) == [3, 3])
    // It names the momenta that were trained, and no others.
    #expect(failure.statement.hasSuffix("without momentum, m = 0, and not at 0.9, 0.99."))
    #expect(
      order.statement
        == "Accuracy by a vote of 20 nearest neighbours rises with m, from 0.9 to 0.99.")
    #expect(report.explanation.contains("the first 40 test digits, of 397"))
    #expect(report.explanation.contains(" steps in 1 epoch."))
    // The trained losses stand beside that of chance.
    #expect(failure.line.contains("nats, beside a trained loss at the end of "))
    // What the paper prints, and what was left out of it, is in every line.
    for claim in [failure, order] {
      #expect(claim.line.contains("m = 0 fail, 0.9 55.2, 0.99 57.8, 0.999 59.0, 0.9999 58.9"))
      #expect(
        claim.line.contains(
          "The paper's m = 0.9999, which is not above 0.999 there, was not trained: "))
    }
    // One step, at two learning rates and two tasks: the paper has no accuracy at m = 0, whose failure is counted once.
    #expect(
      order.line.contains(
        "For m = 0 the paper prints “fail” and no accuracy, so that it is not compared"))
    #expect(
      order.verdict.comparisons.map(\.name)
        == ["0.001", "0.0003"].flatMap { rate in
          DigitTask.allCases.map {
            "accuracy \($0.name) with m = 0.99 at η = \(rate) less that with m = 0.9"
          }
        })
    #expect(order.verdict.others.isEmpty)
    // Pixels that know the shifts beat what learnt for an epoch, if so few digits tell.
    #expect([.worse, .notTold].contains(order.standing))
    #expect(order.line.contains("of raw pixels in nine shifts ("))
    #expect(order.criterion.contains("was not trained: after 10 steps 1 of the first"))
    // In an epoch nothing is learnt, and of one seed it is not told whether a loss still falls.
    #expect(!order.line.contains("still fell"))
    #expect(DigitMoCo.stepsPerEpoch == 10)
    #expect(report.finding.contains("At a learning rate of 0.0003 MoCo's loss ends"))
    #expect(report.table("moco-means").rows.count == 6)
    #expect(report.plots.map(\.name) == ["moco-loss-1", "moco-loss-2", "moco-accuracy"])
  }

  @Test(
    "begins at the first epoch without random keys, and takes a momentum outside the table apart")
  func momenta() throws {
    let report = try MoCoReproduction.report([
      "--momentum", "0,0.5,0.9,0.9999", "--learning-rates", "0.001", "--queue", "256", "--seeds",
      "2",
      "--epochs", "3",
      "--test-digits", "40",
    ])
    // Without momentum it is to rise, with more to fall.
    let loss = report.claims[0].verdict
    #expect(loss.comparisons.count == 1)
    #expect(loss.comparisons[0].name.hasSuffix("from epoch 2 to 3, in nats, at η = 0.001"))
    #expect(
      loss.comparisons[0].result.matches(of: #/m = [0-9.]+/#).map { String($0.0) }.sorted()
        == ["m = 0", "m = 0.9", "m = 0.9999"])
    #expect(
      loss.others.map(\.name) == [
        "loss of epoch 2 less that of epoch 3, in nats, with m = 0.5 at η = 0.001"
      ])
    // A momentum outside the table decides nothing, and neither m = 0 nor the paper's last step is in the claim.
    let order = report.claims[1]
    #expect(order.verdict.comparisons.isEmpty && order.verdict.kind == .notTested)
    #expect(
      order.verdict.others.map(\.name)
        == DigitTask.allCases.map {
          "accuracy \($0.name) with m = 0.9 at η = 0.001 less that with m = 0.5"
        })
    #expect(
      order.criterion.contains("was trained, and its accuracy is not compared: after 30 steps "))
    // What was trained outside the table stands apart from what stands for it.
    let baseline = try #require(order.evidence.baseline)
    #expect(baseline.others.allSatisfy { $0.sentence.contains(", with m = 0.5 at η = 0.001") })
    #expect(baseline.others.count == 2 && baseline.contests.count == 2)
    #expect(baseline.contests.allSatisfy { !$0.sentence.contains("m = 0.5 ") })
    let means = report.table("moco-means")
    #expect(means.numbers(in: "lossError").allSatisfy { ($0 ?? 0) > 0 })
  }
}
