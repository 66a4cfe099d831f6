import Contrastive
import Foundation
import TestSupport
import Testing

@testable import Experiments

@Suite("Calibration")
struct CalibrationTests {
  /// Scores, and matches with chances that are logistic in them.
  private func logistic(
    count: Int, slope: Double, offset: Double
  ) -> (scores: [Double], matches: [Bool], chances: [Double]) {
    var generator = SeededGenerator(seed: 5)
    let scores = (0..<count).map { _ in Double.random(in: -1...1, using: &generator) }
    let chances = scores.map { 1 / (1 + exp(-(slope * $0 + offset))) }
    let matches = chances.map { Double.random(in: 0..<1, using: &generator) < $0 }
    return (scores, matches, chances)
  }

  @Test("Platt's fit finds a logistic's slope and offset")
  func platt() {
    let data = logistic(count: 40_000, slope: 6, offset: -1.5)
    let fit = PlattScaling(scores: data.scores, matches: data.matches)
    // Standard errors of some 0.06 and 0.02 by the Fisher information; four of them.
    #expect(abs(fit.slope - 6) < 0.25 && abs(fit.offset + 1.5) < 0.1)
  }

  @Test("Platt's fit of separable scores is finite, and of one kind a constant")
  func degenerate() {
    let separable = PlattScaling(scores: [-1, -0.5, 0.5, 1], matches: [false, false, true, true])
    #expect(separable.slope.isFinite && separable(1) > 0.7 && separable(-1) < 0.3)
    let all = PlattScaling(scores: [0.1, 0.2, 0.3], matches: [true, true, true])
    #expect(abs(all(0.2) - 4 / 5) < 0.01)
    #expect(PlattScaling(scores: [], matches: [])(0.3) == 0.5)
  }

  @Test("the isotonic fit pools what is out of order")
  func isotonic() {
    let fit = IsotonicFit(
      scores: [1, 2, 3, 4, 5, 6], matches: [false, true, false, false, true, true])
    #expect(fit.starts == [1, 2, 5])
    #expect(fit.heights == [0, 1.0 / 3, 1])
    #expect([0, 1.5, 2, 4.9, 5, 9].map { fit($0) } == [0, 0, 1.0 / 3, 1.0 / 3, 1, 1])
  }

  @Test("the error of perfect probabilities is not told from perfect, of wrong ones it is")
  func error() {
    let data = logistic(count: 3000, slope: 4, offset: 0)
    let perfect = CalibrationError(
      probabilities: data.chances, matches: data.matches, seed: 1)
    #expect(!perfect.isToldFromPerfect && perfect.debiased < 0.02 && perfect.plain > 0)
    let wrong = CalibrationError(
      probabilities: data.chances.map { min(1, $0 + 0.1) }, matches: data.matches, seed: 1)
    // Where p + 0.1 is above 1 it is off by less. The share of 3000 has a standard error of 0.9 points, and what is taken
    // off for chance is too much where bins are off all one way.
    let offset = data.chances.map { min(1, $0 + 0.1) - $0 }.mean
    #expect(wrong.isToldFromPerfect && abs(wrong.plain - offset) < 0.03)
    #expect(wrong.debiased < wrong.plain && wrong.debiased > 0.4 * offset)
    #expect(perfect.bins.map(\.count).reduce(0, +) == 3000)
  }

  @Test("a threshold is the last place where precision is as wanted")
  func threshold() throws {
    let matches = Matches(
      cosines: [0.9, 0.8, 0.7, 0.6, 0.5], areRight: [true, true, false, true, false])
    let found = try #require(matches.threshold(forPrecision: 0.75))
    #expect(found.cosine == 0.6 && found.precision == 0.75 && found.share == 0.8)
    #expect(matches.threshold(forPrecision: 1)?.cosine == 0.8)
    let wrong = Matches(cosines: [0.9, 0.8], areRight: [false, false])
    #expect(wrong.threshold(forPrecision: 0.1) == nil)
  }

  @Test("a threshold on one answer tells nothing, and one on many is kept or missed")
  func fewAnswers() throws {
    let one = Matches(cosines: [0.9, 0.8, 0.7], areRight: [true, false, false])
    let few = try #require(Calibrate.Threshold(0.9, fit: one, test: one))
    #expect(few.fittedCount == 1 && few.count == 1 && few.restsOnFew)
    // 0.9²⁸ is above 5 %, 0.9²⁹ below it.
    #expect(few.neededCount == 29 && few.verdict == "too few to tell")
    #expect(
      Calibrate.thresholdNote([few])?.contains(
        "for 0.9 on 1 of those fitted to and 1 of those that judge, where 29") == true)
    let cosines = (0..<200).map { Double($0) / 200 }
    let right = Matches(cosines: cosines, areRight: cosines.map { $0 >= 0.5 })
    let wrong = Matches(cosines: cosines, areRight: cosines.map { _ in false })
    #expect(Calibrate.Threshold(0.9, fit: right, test: right)?.restsOnFew == false)
    #expect(Calibrate.Threshold(0.9, fit: right, test: wrong)?.verdict == "missed")
    let sure = Matches(cosines: cosines, areRight: cosines.map { _ in true })
    #expect(Calibrate.Threshold(0.9, fit: right, test: sure)?.verdict == "kept")
    #expect(Calibrate.Threshold(1, fit: right, test: right)?.neededCount == nil)
  }

  @Test("Wilson's interval is where its own test has it")
  func wilson() {
    let range = ClosedRange<Double>.wilson(share: 0.3, count: 50)
    for end in [range.lowerBound, range.upperBound] {
      #expect(abs(abs(0.3 - end) - 1.959964 * (end * (1 - end) / 50).squareRoot()) < 1e-12)
    }
    #expect(ClosedRange<Double>.wilson(share: 0, count: 0) == 0...1)
    for count in 1...100 {
      #expect(ClosedRange<Double>.wilson(share: 1, count: count).upperBound == 1, "\(count)")
      #expect(ClosedRange<Double>.wilson(share: 0, count: count).lowerBound == 0, "\(count)")
    }
  }

  @Test("Platt's formula has one sign before each number")
  func formula() {
    let fit = PlattScaling(scores: [0.1, 0.2, 0.3, 0.4], matches: [false, false, true, true])
    #expect(fit.offset < 0 && fit.words.contains("·cos − ") && !fit.words.contains("-"))
  }

  @Test("judges what it prints, and each temperature once")
  func report() throws {
    let folder = try TemporaryFolder()
    let queries = Matrix<Float>.random(rowCount: 300, columnCount: 8, seed: 1)
    var keys = queries
    try keys.add(.random(rowCount: 300, columnCount: 8, seed: 2), times: 1)
    try queries.write(to: folder.path("q.npy"))
    try keys.write(to: folder.path("k.npy"))
    let report = try Calibrate.report([
      "--queries", folder.path("q.npy"), "--keys", folder.path("k.npy"),
    ])
    let fits = report.table("calibrate")
    for (row, verdict) in fits.cells(in: "verdict").enumerated() {
      let error = try #require(fits.numbers(in: "error")[row])
      let limit = try #require(fits.numbers(in: "perfectLimit")[row])
      #expect((verdict == .string("off")) == (error > limit))
    }
    let words = fits.cells(in: "fit")
    #expect(Set(words).count == words.count)
    #expect(report.plots[1].series[0].title == "error")
    #expect(report.plots[1].marks[0].y == fits.numbers(in: "error")[2])
  }

  /// Keys near their queries, in a cone whose axis is so long.
  private func report(axis: Float, noise: Float = 1, copies: Bool = false) throws -> Report {
    let folder = try TemporaryFolder()
    var queries = Matrix<Float>.random(rowCount: 300, columnCount: 8, seed: 1)
    var keys = queries
    try keys.add(.random(rowCount: 300, columnCount: 8, seed: 2), times: noise)
    for row in 0..<300 {
      queries[row, 0] += axis
      keys[row, 0] += axis
    }
    if copies { keys = keys.rows(at: (0..<300).map { $0 / 2 * 2 }) }
    try queries.write(to: folder.path("q.npy"))
    try keys.write(to: folder.path("k.npy"))
    return try Calibrate.report(["--queries", folder.path("q.npy"), "--keys", folder.path("k.npy")])
  }

  @Test(
    "looks for the calibrated softmax down to where narrow cones have it, and says where that ends")
  func cones() throws {
    let end = "at the end of what was tried"
    let open = try report(axis: 0)
    let usual = try #require(open.result["calibratedTemperature"]?.double)
    #expect(!open.conclusion.contains(end) && usual > 0.005)
    // Differences of cosines shrink by about axis² over the mean square of a row's length, 1.3.
    let narrow = try report(axis: 8)
    let temperature = try #require(narrow.result["calibratedTemperature"]?.double)
    #expect(temperature < 0.005 && !narrow.conclusion.contains(end), "\(temperature)")
    #expect(narrow.result["calibratedIsAtEnd"] == .boolean(false))
    let narrower = try report(axis: 80)
    #expect(narrower.conclusion.contains(end), "\(narrower.conclusion)")
    #expect(narrower.result["calibratedIsAtEnd"] == .boolean(true))
    #expect(narrower.result["sentence"] == .string(narrower.conclusion))
  }

  @Test(
    "says of which queries all nearest keys are right or wrong, and of which keys that tie for first"
  )
  func certainties() throws {
    let sure = try report(axis: 0, noise: 0)
    #expect(
      sure.conclusion.hasPrefix("Every one of the 150 queries that judge has the right key nearest")
    )
    #expect(sure.result["tiedForFirst"] == .integer(0))
    let tied = try report(axis: 0, noise: 0, copies: true)
    #expect(
      tied.conclusion.hasPrefix("None of the 150 queries that judge has the right key nearest"))
    let note = try #require(tied.notes.first { $0.contains("ties with another for first") })
    #expect(note.contains("--ids"))
    // Half of the queries have a key of their own at cosine 1, and it ties with its copy.
    #expect(try #require(tied.result["tiedForFirst"]?.double) >= 150)
  }

  @Test("the softmax's confidence is the largest probability over all keys")
  func confidence() throws {
    let queries = Matrix<Float>.random(rowCount: 50, columnCount: 6, seed: 1)
    var keys = queries
    try keys.add(.random(rowCount: 50, columnCount: 6, seed: 2), times: 1)
    let points = try InfoNCE(temperature: 1).sweep(
      queries: queries, positives: keys, temperatures: [0.1], keepingTerms: true)
    let cosines = try Similarity.cosine.matrix(queries, keys)
    let confidence = SoftmaxConfidence(
      points,
      try Neighbors(
        queries: queries.rowSource, keys: keys.rowSource, ids: nil, count: 1,
        progress: ProgressLine(write: nil)))
    for row in 0..<50 {
      let weights = (0..<50).map { exp(Double(cosines[row, $0]) / 0.1) }
      let expected = try #require(weights.max()) / weights.reduce(0, +)
      // A cosine of Float is off by some 1e-7, which τ makes ten times as much.
      #expect(abs(confidence.probabilities[0][row] - expected) < 1e-5)
    }
  }
}
