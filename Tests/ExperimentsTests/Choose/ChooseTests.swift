import ArgumentParser
import Contrastive
import Foundation
import TestSupport
import Testing

@testable import Experiments

/// What `choose` says of data whose answer is known.
@Suite("choose")
struct ChooseTests {
  private static let quick = options(epochs: 3, temperatures: "0.05,0.5")

  private static func options(epochs: Int, temperatures: String) -> [String] {
    [
      "--batch", "32", "--epochs", "\(epochs)", "--learning-rate", "0.02", "--temperatures",
      temperatures, "--seeds", "2",
    ]
  }

  private func report(
    _ queries: Matrix<Float>, _ keys: Matrix<Float>, _ options: [String] = quick
  ) throws -> Report {
    let folder = try TemporaryFolder()
    try queries.write(to: folder.path("q.npy"))
    try keys.write(to: folder.path("k.npy"))
    return try Choose.report(
      ["--queries", folder.path("q.npy"), "--keys", folder.path("k.npy")] + options)
  }

  private func random(_ seed: UInt64, rows: Int = 200, columns: Int = 8) -> Matrix<Float> {
    .random(rowCount: rows, columnCount: columns, seed: seed)
  }

  @Test("finds every key of one side at one point", arguments: [EmbeddingSide.queries, .keys])
  func collapsed(side: EmbeddingSide) throws {
    let row = random(1, rows: 1)
    // Equal up to their lengths, which normalisation takes off.
    let point = Matrix<Float>(rowCount: 200, columnCount: 8) { Float($0 + 1) * row[0, $1] }
    let report =
      try side == .keys ? report(random(2), point) : report(point, random(2))
    #expect(report.result["choice"] == .string("collapsed"))
    #expect(report.conclusion.hasPrefix("All 200 \(side.rawValue) point one way"))
    // Keys of one cosine have the loss of chance exactly, which is what is said.
    guard side == .keys else { return }
    let table = try #require(report.attachments.first)
    for (loss, chance) in zip(table.numbers(in: "loss"), table.numbers(in: "chance")) {
      #expect(abs(try #require(loss) - #require(chance)) < 1e-3)
    }
  }

  @Test("says that there is no room above a recall of 1")
  func saturated() throws {
    let queries = random(1)
    var keys = queries
    try keys.add(random(2), times: 0.01)
    let report = try report(queries, keys)
    #expect(report.result["choice"] == .string("saturated"))
    #expect(report.conclusion.hasPrefix("All 40 test queries find their key first before any"))
    #expect(report.notes.contains("Training is left out: it could tell nothing."))
  }

  @Test("says that few test queries decide nothing, and refuses one, and batches of one")
  func fewTests() throws {
    let queries = random(1, rows: 40)
    var keys = queries
    try keys.add(random(2, rows: 40), times: 0.01)
    let few = try report(queries, keys, ["--temperatures", "0.05,0.5"])
    #expect(few.result["choice"] == .string("saturated"))
    #expect(
      few.conclusion.hasSuffix(
        "so few decide nothing; give more --test-rows, or choose by harder pairs."))
    let error = #expect(throws: CommandFailure.self) {
      try report(queries, keys, ["--test-rows", "1"])
    }
    #expect(error?.description.hasPrefix("--test-rows: there is 1 test row of 40") == true)
    for arguments in [["--batch", "1"], ["--temperatures", "-1,1"], ["--temperatures", "0,1"]] {
      #expect(throws: (any Error).self, "\(arguments)") { try Choose.parse(arguments) }
    }
    #expect(throws: (any Error).self) { try TrainSweep.parse(["--temperatures", "-1"]) }
  }

  @Test("of many equal rows asks for ids, and not for more pairs")
  func copies() throws {
    let choice = TemperatureChoice.undecided(among: [0.05, 0.1], use: 0.05)
    func sentence(_ copies: ChoiceContext.Copies?) -> String {
      choice.sentence(
        ChoiceContext(
          pairCount: 200, testCount: 40, temperatures: [0.05, 0.1], seedCount: 5, untrained: 0.3,
          recall: [0.05: 0.5, 0.1: 0.5], needed: [], length: TemperatureChoiceTests.length,
          copies: copies))
    }
    #expect(sentence(.unmarked).hasSuffix("first pass --ids, by which they belong together."))
    #expect(sentence(.ofOtherIDs).hasSuffix("first give equal rows one id."))
    #expect(!sentence(nil).contains("equal"))
    // Four keys are equal, and their queries are not.
    let keys = random(1).rows(at: (0..<200).map { $0 / 4 * 4 })
    var queries = keys
    try queries.add(random(2), times: 0.5)
    let report = try report(queries, keys, Self.options(epochs: 1, temperatures: "0.05,0.06"))
    #expect(report.result["choice"] == .string("undecided"), "\(report.conclusion)")
    #expect(report.result["neededTestPairs"]?.elements == [])
    #expect(report.conclusion.contains("first pass --ids"))
    #expect(!report.conclusion.contains("would take about"))
  }

  @Test("says that rows do not belong together")
  func unrelated() throws {
    let report = try report(random(1), random(2))
    #expect(report.result["choice"] == .string("random"))
    #expect(report.conclusion.contains("no better than by chance"))
  }

  @Test("says that training separates the pairs")
  func separable() throws {
    let pairs = try TurnedPairs(rowCount: 200)
    let report = try report(
      pairs.queries, pairs.keys, Self.options(epochs: 40, temperatures: "0.05,0.1"))
    #expect(report.result["choice"] == .string("separable"), "\(report.conclusion)")
    #expect(report.conclusion.contains("find their key first with every seed"))
  }

  @Test("says that the epochs were too few, how many they were, and in the files' rows")
  func tooFewEpochs() throws {
    let folder = try TemporaryFolder()
    let pairs = try TurnedPairs(rowCount: 400)
    var keys = pairs.keys
    for column in 0..<keys.columnCount { (keys[31, column], keys[50, column]) = (0, 0) }
    try pairs.queries.write(to: folder.path("q.npy"))
    try keys.write(to: folder.path("k.npy"))
    let files = ["--queries", folder.path("q.npy"), "--keys", folder.path("k.npy")]
    let report = try Choose.report(files + Self.options(epochs: 2, temperatures: "0.05,0.1,1"))
    #expect(report.conclusion.contains("2 epochs (20 steps)"))
    #expect(report.conclusion.contains("too few: recall@1 at "), "\(report.conclusion)")
    #expect(report.result["isLongEnough"] == .boolean(false))
    #expect(!report.notes.contains { $0.contains("long enough") })
    #expect(report.table("choose-longer").columns[2].heading == "4 epochs")
    #expect(
      report.table("choose-temperatures").title
        == "After 2 epochs (20 steps) of 32 pairs each, learning rate 0.02")
    // Test rows are drawn, and rows are those of the files all the same.
    #expect(report.notes.contains { $0.contains("k.npy: 2 rows, the first of them row 31, zero") })
    #expect(report.explanation.contains("Rows are counted from 0"))
    #expect(!report.notes.contains { $0.contains("equal to an earlier") })
    // As many candidates for false negatives as `audit` finds.
    let audit = try Audit.report(files)
    #expect(
      report.result["suspectedFalseNegatives"] == audit.result["suspectedFalseNegatives"])
    // The answer is read first and last; what was not tried and which measure decides is said.
    #expect(report.finding == report.conclusion && report.text.hasSuffix("\n"))
    #expect(report.notes.contains { $0.hasPrefix("Tried were 3 temperatures, 0.05 to 1, by clip") })
    #expect(report.explanation.contains("MRR") && report.explanation.contains("no part"))
    #expect(
      try #require(report.notes.first { $0.contains("false negatives") }).contains("cosines "))
    #expect(
      report.table("choose-audit").cells(in: "property").last
        == .string("such pairs that are neither equal nor of one id"))
  }

  @Test("says that ids were used")
  func ids() throws {
    let folder = try TemporaryFolder()
    let files = try TurnedPairs(rowCount: 60).write(to: folder)
    try folder.write((0..<60).map { "\($0 / 2)\n" }.joined(), to: "ids.txt")
    let report = try Choose.report(files + ["--no-train", "--ids", folder.path("ids.txt")])
    #expect(report.explanation.contains("By --ids they are 30 groups"))
    #expect(report.result["groups"] == .integer(30))
    #expect(!report.notes.contains { $0.contains("--ids tells") })
  }

  @Test("trains nothing where that is not wanted")
  func untrained() throws {
    let queries = random(1)
    var keys = queries
    try keys.add(random(2), times: 1.5)
    let report = try report(queries, keys, ["--no-train"])
    #expect(report.result["choice"] == .string("untrained"))
    #expect(report.conclusion.hasPrefix("Nothing was trained"))
    #expect(report.attachments.map(\.name) == ["choose-sweep"])
  }

  @Test("writes the same to the bit, in one go or in two")
  func goesOn() throws {
    let folder = try TemporaryFolder()
    let files = try TurnedPairs(rowCount: 120).write(to: folder)
    let arguments = ["choose"] + files + Self.quick
    for name in ["a", "b"] {
      #expect(
        try ExperimentsProgram.run(
          arguments: arguments + ["--output", folder.path(name)]
        ).status == 0)
    }
    let before = try folder.text(of: "a/choose-temperatures.csv")
    #expect(try folder.text(of: "b/choose-temperatures.csv") == before)
    let again = try ExperimentsProgram.run(
      arguments: arguments + ["--output", folder.path("a")])
    #expect(again.errors.contains("4 of 4 runs are taken over"))
    #expect(try folder.text(of: "a/choose-temperatures.csv") == before)
    // What was trained does not go from the folder because nothing is to be trained.
    let untrained = arguments + ["--no-train", "--output", folder.path("a")]
    let refused = try ExperimentsProgram.run(arguments: untrained)
    #expect(refused.status == 73 && refused.output.isEmpty)
    #expect(refused.errors.contains("holds trainings"))
    #expect(try folder.text(of: "a/choose-temperatures.csv") == before)
  }
}

@Suite("The least loss of a sweep")
struct LossSweepTests {
  @Test("lies where the derivative by log s does, which terms and entropies give")
  func slopes() throws {
    let queries = Matrix<Double>.random(rowCount: 60, columnCount: 6, seed: 1)
    var keys = queries
    try keys.add(.random(rowCount: 60, columnCount: 6, seed: 2), times: 1.2)
    let temperatures = try [0.02, 0.1, 0.3, 1].map { try Temperature($0) }
    for point in try InfoNCE(temperature: 1).sweep(
      queries: queries, positives: keys, temperatures: temperatures, keepingTerms: true)
    {
      let slopes = zip(try #require(point.terms), try #require(point.entropies)).map {
        LossSweep.slope($0, entropy: $1)
      }
      // The entropy is a difference of sums of up to 1/τ: some of their last places.
      #expect(abs(slopes.mean - point.logScaleGradient) < 1e-9, "\(point.temperature)")
      let effective = try #require(point.entropies).map { exp($0) }.mean
      #expect(abs(effective / (try #require(point.diagnostics.effectiveNegatives)) - 1) < 1e-12)
    }
  }

  @Test("is an end of the grid where the loss falls towards it")
  func ends() {
    #expect(LossSweep.crossing([2, 1, -1], at: [0, 1, 2]).place == 1.5)
    #expect(LossSweep.crossing([-1, -2], at: [0, 1]).end == .small)
    #expect(LossSweep.crossing([2, 1], at: [0, 1]).end == .large)
  }
}
