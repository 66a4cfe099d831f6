import ArgumentParser
import Contrastive
import Foundation
import Testing

@testable import Experiments

/// One batch under labels that leave triplets, pairs or anchors out, against values computed in NumPy's
/// float64. Elsewhere such a batch was NaN (pytorch-metric-learning 107, TensorFlow Addons 2447).
@Suite("A batch without triplets")
struct BatchWithoutTripletsTests {
  private static let rows: Matrix<Double> = [
    [
      0.0012301533574825742, 0.2987455375084699, -0.2741378553622176, -0.8905918387572742,
      -0.45467078517172255,
    ],
    [
      -0.9916465549964624, 0.060143602597438485, 1.3402152455545335, -0.49220651855132963,
      -0.6204748998199404,
    ],
    [
      0.4898420501851982, 0.35688700816006075, 0.10541424899789856, -0.9304680447082047,
      -0.02925182246327349,
    ],
    [
      0.6953031944582878, -1.344214547285082, -0.45761576104021817, -1.901222739800844,
      -1.289537739784976,
    ],
    [
      -1.8417350377917323, -0.23509113107468127, -1.2674464814437032, 0.2712643588217015,
      0.15675108662422516,
    ],
    [
      -0.18693094462995438, -2.516759710820513, -0.5386928958466366, -0.048500945401071985,
      0.11330898600330756,
    ],
  ]

  private func loss(_ line: String, labels: [Int]) throws -> JSONObject {
    let folder = try TemporaryFolder()
    try Self.rows.write(to: folder.path("z.npy"))
    try NumPyFile.write(labels.span, shape: [labels.count], to: folder.path("y.npy"))
    let command = try #require(
      try ExperimentsCommand.parseAsRoot(
        ["loss"] + line.split(separator: " ").map { String($0) } + [
          "--embeddings", folder.path("z.npy"), "--labels", folder.path("y.npy"), "--precision",
          "double",
        ]) as? any ReportCommand)
    return try command.report(progress: ProgressLine(write: nil)).result
  }

  private static let triplets = "triplet-margin --distance cosine --margin 0.2"

  @Test("has the terms of the rows that do have them", arguments: ["mean", "mean-over-non-zero"])
  func some(reduction: String) throws {
    let result = try loss(
      "\(Self.triplets) --reduction \(reduction)", labels: [0, 0, 1, 2, 3, 4])
    let terms = try #require(result["perQuery"]?.doubles)
    let expected = [0.7787802906449595, 0.0887231546386053]
    #expect(terms.count == 2 && zip(terms, expected).allSatisfy { abs($0 - $1) < 1e-13 })
    #expect(abs(try #require(result["loss"]?.double) - 0.4337517226417824) < 1e-13)
  }

  @Test(
    "is 0 and never NaN where there are none",
    arguments: [[0, 0, 0, 0, 0, 0], [0, 1, 2, 3, 4, 5]])
  func none(labels: [Int]) throws {
    for reduction in ["mean", "mean-over-non-zero"] {
      let result = try loss("\(Self.triplets) --reduction \(reduction)", labels: labels)
      #expect(result["loss"] == .number(0) && result["perQuery"] == .array([]))
      #expect(result["terms"] == .integer(0) && result["note"] != nil)
    }
  }

  @Test("is what the losses of pairs say where one label is all, or none is twice")
  func pairs() throws {
    let (one, all) = ([0, 0, 0, 0, 0, 0], [0, 1, 2, 3, 4, 5])
    let supCon = try loss("supcon --temperature 0.1", labels: one)
    #expect(abs(try #require(supCon["loss"]?.double) - 4.450269584322786) < 1e-12)
    #expect(supCon["terms"] == .integer(6))
    let pairs = try loss("nt-xent-pairs --temperature 0.1", labels: one)
    // log 1, of every pair.
    #expect(pairs["loss"] == .number(0) && pairs["terms"] == .integer(30))
    for name in ["supcon", "nt-xent-pairs"] {
      let result = try loss("\(name) --temperature 0.1", labels: all)
      #expect(result["loss"] == .number(0) && result["terms"] == .integer(0))
    }
  }
}
