import ArgumentParser
import Contrastive
import Foundation
import Testing

@testable import Experiments

/// The reproductions that need no training, small.
@Suite("reproduce, without training")
struct AnalyticReproductionTests {
  @Test("have files of different names", arguments: Reproduce.all.map { $0.name })
  func fileNames(name: String) throws {
    let small = [
      "mutual-information": ["--candidates", "4", "--queries", "8"],
      "uniformity-optimum": ["--points", "8"],
      "wang-liu": [
        "--negatives", "20", "--temperatures", "0.1,1", "--seeds", "1", "--epochs", "1",
        "--test-digits", "30",
      ],
      "normface-scale": ["--scales", "1,4", "--seeds", "1", "--epochs", "1"],
      "simclr-temperature": [
        "--temperatures", "0.1,1", "--seeds", "1", "--epochs", "1", "--test-digits", "30",
      ],
      "moco": [
        "--momentum", "0,0.99", "--learning-rates", "0.001", "--seeds", "1", "--epochs", "1",
        "--test-digits", "30",
      ],
      "temperature-u": ["--temperatures", "0.05,1", "--seeds", "1", "--epochs", "1"],
    ]
    let command = try #require(
      try ExperimentsCommand.parseAsRoot(["reproduce", name] + small[name, default: []])
        as? any Reproduction)
    let report = try command.reproduce(progress: ProgressLine(write: nil))
    #expect(Set(report.fileNames).count == report.fileNames.count)
    #expect(
      !(report.claims.isEmpty && report.illustrations.isEmpty) && !report.plots.isEmpty)
  }

  @Test(
    "find no fault where options leave little to look at",
    arguments: [
      ["distillation", "--student", "0,1", "--teacher", "1,0"],
      ["mutual-information", "--candidates", "4096", "--queries", "8"],
      ["mutual-information", "--candidates", "2", "--queries", "8"],
    ])
  func options(arguments: [String]) throws {
    let command = try #require(
      try ExperimentsCommand.parseAsRoot(["reproduce"] + arguments) as? any Reproduction)
    let report = try command.reproduce(progress: ProgressLine(write: nil))
    #expect(!report.illustrations.isEmpty)
    for illustration in report.illustrations {
      #expect(illustration.isRight, "\(illustration)")
      #expect(!illustration.computed.contains("nan"))
    }
  }

  @Test("softmax and loss-floor take over the reports of their commands")
  func reused() throws {
    let softmax = try SoftmaxReproduction.report([])
    #expect(
      softmax.claims.map(\.verdict.kind) == [.agrees, .agrees, .agrees, .doesNotAgree])
    #expect(softmax.illustrations.map(\.isRight) == [true])
    #expect(softmax.claims[3].quote.contains("literally 0.0"))
    #expect(softmax.claims[3].measured.contains("3.994494844e-10") && softmax.status == .differs)
    // To the printed digit it is right; “literally” is what is said.
    #expect(
      softmax.claims[3].line.hasPrefix("3.994494844e-10, which rounds to 0.0 and is not 0;"))
    #expect(
      softmax.claims.map(\.measured).contains {
        $0.contains("9 of 9 are right to every printed digit,")
      })
    #expect(
      softmax.claims.map(\.measured).contains {
        $0.contains("11 of 20 are right to every printed digit, and 9 to all but the last,")
      })
    #expect(softmax.result["printed"] != nil && softmax.plots.count == 2)
    // The naive formula's zero has a sign, in the sentence as in the table.
    #expect(softmax.claims[3].measured.contains("gives −0.0 in 32 bits"))
    #expect(
      softmax.table("temperature-example").cells(in: "naiveFloat32").last == .string("−0.0"))
    let floor = try LossFloorReproduction.report(["--seed", "3"])
    #expect(floor.claims.map(\.verdict.kind) == [.agrees])
    #expect(floor.claims[0].evidence == .printed)
    #expect(floor.illustrations.map(\.isRight) == [true, true])
    // exp(−floor), computed at 60 digits.
    #expect(floor.claims[0].measured.contains("0.252 (n = 10) and 0.00272 (n = 1000)"))
    // log(e + 4e^(−1/4) + 5) − 1 over log(1 + 9e^(−10/9)), two orthogonal simplices of five.
    #expect(floor.illustrations[1].computed.contains("by 0.00414, 0.0219, 0.0968, "))
    #expect(floor.finding.contains("In 8, 5, 4, where none fits, they end 0.4"))
    #expect(floor.finding.contains("two orthogonal simplices, in 8, are 0.41 % above it"))
    #expect(floor.result["optimised"] != nil)
    #expect(
      floor.plots.map(\.name) == ["loss-floor-figure"]
        + [9, 8, 5, 4].map { "loss-floor-descent-\($0)" })
    for panel in floor.plots.dropFirst() {
      #expect(panel.series.map(\.title) == ["s = 1", "s = 2", "s = 4"])
    }
    #expect(floor.plots[1].subject == "10 free points in 9 dimensions")
  }

  @Test("a softmax of decimals has some 35 digits right")
  func decimalSoftmax() throws {
    // Computed at 60 digits.
    for (temperature, expected) in [
      (0.1, "8.194012623989748665552155665109"), (1, "0.000116793628937367340429263907003756"),
      (100, "0.238275555706573675726562114128"),
    ] as [(Double, String)] {
      let least = DecimalSoftmax.probabilities(of: [1, 5, 7, 10], temperature: temperature)[0]
      let scaled = temperature == 0.1 ? least * pow(10, 40) : least
      #expect(
        abs(scaled - (try #require(Decimal(string: expected)))) < pow(10, -28), "\(temperature)")
    }
    #expect(("0.35" as PrintedNumber).lastDigitError(from: 0.362) > 1.19)
    #expect(("0.350" as PrintedNumber).lastDigitError(from: 0.3504) < 0.41)
  }

  @Test("distillation has the limits of the logits in the reference")
  func distillation() throws {
    let report = try DistillationReproduction.report([])
    #expect(report.claims.isEmpty && report.illustrations.map(\.isRight) == [true, true, true])
    #expect(report.result["limitLoss"] == .number(0.84375))
    #expect(report.result["limitGradient"]?.doubles == [-0.1875, 0.3125, -0.4375, 0.3125])
    // Computed at 60 digits: not monotone in T.
    let table = report.table("distillation")
    let losses = Dictionary(
      uniqueKeysWithValues: zip(
        table.numbers(in: "temperature").map { ($0 ?? 0).text(digits: 6) },
        table.numbers(in: "loss")))
    for (temperature, expected) in [
      ("1", 0.8533301), ("10", 0.9300675), ("100", 0.8534917), ("1000", 0.8447334),
    ] {
      #expect(abs(try #require(losses[temperature] ?? nil) - expected) < 5e-8, "\(temperature)")
    }
  }

  @Test("distillation refuses logits with nothing to learn", arguments: ["1,2", "3,4,5", "1"])
  func noLimit(teacher: String) {
    #expect(throws: (any Error).self) {
      try DistillationReproduction.parse(["--student", "1,2", "--teacher", teacher])
    }
  }

  // The numbers of facts that were computed at 60 digits, for s₊ = 0.8.
  @Test(
    "wang-liu measures loss, weights and entropy by the library's gradients",
    arguments: [
      (0.07, 1.646067429125, 0.996701494, 0.02221494), (1, 1.360611277814, nil, 1.464482101),
    ] as [(Double, Double, Double?, Double)])
  func gradientWeights(tau: Double, loss: Double, first: Double?, entropy: Double) throws {
    let weights = try GradientWeights(
      positive: 0.8, negatives: [0.9, 0.5, 0.1, -0.3, -0.7], temperature: Temperature(tau))
    #expect(abs(weights.loss - loss) < 1e-11)
    #expect(abs(weights.entropy - entropy) < 1e-8)
    if let first { #expect(abs(weights.relative[0] - first) < 1e-8) }
    #expect(abs(weights.relative.reduce(0, +) - 1) < 1e-13)
  }

  @Test("uniformity-optimum is right, with few points too")
  func uniformity() throws {
    let report = try UniformityOptimumReproduction.report(["--points", "256", "--seed", "1"])
    #expect(report.illustrations.map(\.isRight) == [true, true, true])
    let optimum = try #require(
      report.table("uniformity-scattered").numbers(in: "optimum").last ?? nil)
    #expect(abs(optimum + 3.937530010204) < 1e-12)
  }

  @Test("mutual-information is right, with few queries too")
  func mutualInformation() throws {
    let report = try MutualInformationReproduction.report([
      "--candidates", "8,32", "--queries", "512", "--dimension", "4",
    ])
    #expect(report.illustrations.map(\.isRight) == [true, true, true])
    #expect(report.tables[0].rows.count == 48)
    #expect(report.plots[0].series.map(\.title) == ["N = 8", "N = 32", "truth"])
  }

  @Test(
    "refuses sizes that make no sense",
    arguments: [
      ["mutual-information", "--candidates", "1"], ["mutual-information", "--queries", "1"],
      ["uniformity-optimum", "--points", "1"], ["wang-liu", "--seeds", "0"],
      ["moco", "--test-digits", "0"], ["moco", "--test-digits", "398"],
      ["wang-liu", "--negatives", "1"],
    ])
  func sizes(arguments: [String]) {
    #expect(throws: (any Error).self) {
      try ExperimentsCommand.parseAsRoot(["reproduce"] + arguments)
    }
  }
}
