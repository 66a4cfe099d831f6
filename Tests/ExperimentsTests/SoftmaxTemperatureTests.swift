import ArgumentParser
import Contrastive
import TestSupport
import Testing

@testable import Experiments

@Suite("softmax-temperature")
struct SoftmaxTemperatureTests {
  static let cases = Reference.named("softmax-temperature").cases

  private static func level(_ item: Reference.Case) throws -> [String] {
    if case .text(let limit)? = item.parameters["limit"] { return ["--limit", limit] }
    return ["--temperature", "\(try item.number("temperature"))"]
  }

  private static func check(_ result: JSONObject, _ item: Reference.Case) throws {
    let expected = item.expected
    let probabilities = try #require(result["probabilities"]?.doubles)
    for (value, expected) in zip(probabilities, try #require(expected.probabilities)) {
      #expect(abs(value - expected) <= 1e-13 * expected, "\(item.name)")
    }
    #expect(probabilities.count == expected.probabilities?.count)
    if let logProbabilities = expected.logProbabilities {
      for (value, expected) in zip(
        try #require(result["logProbabilities"]?.doubles), logProbabilities)
      {
        #expect(abs(value - expected) <= 1e-13 * abs(expected), "\(item.name)")
      }
    }
    let entropy = try #require(expected.entropy)
    #expect(abs(try #require(result["entropy"]?.double) - entropy) <= 1e-13 * entropy)
  }

  @Test("equals every reference case, from the command line", arguments: cases)
  func values(_ item: Reference.Case) throws {
    let logits = try #require(item.inputs["logits"]).elements
    let list = logits.map(\.description).joined(separator: ",")
    try Self.check(
      SoftmaxTemperature.report(["--values=\(list)"] + Self.level(item)).result, item)
  }

  @Test("equals every reference case, from a file", arguments: cases)
  func file(_ item: Reference.Case) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("x.npy")
    let logits = try #require(item.inputs["logits"]).elements
    try Matrix(logits, rowCount: 1, columnCount: logits.count)
      .write(to: path, shape: [logits.count])
    try Self.check(
      SoftmaxTemperature.report(["--logits", path] + Self.level(item)).result, item)
  }

  @Test("takes the rows of a matrix one by one")
  func matrix() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("x.npy")
    try ([[1, 2, 3], [3, 1, 3]] as Matrix<Double>).write(to: path)
    let result = try SoftmaxTemperature.result("--logits", path, "--scale", "0.1")
    for (row, values) in ["1,2,3", "3,1,3"].enumerated() {
      let alone = try SoftmaxTemperature.result("--values", values, "--temperature", "10")
      #expect(result["probabilities"]?.elements?[row] == alone["probabilities"])
      #expect(result["logProbabilities"]?.elements?[row] == alone["logProbabilities"])
      #expect(result["entropy"]?.elements?[row] == alone["entropy"])
    }
  }

  @Test("has no log-probabilities where they are infinite")
  func zeroLimit() throws {
    let result = try SoftmaxTemperature.result("--values", "1", "3", "3", "--limit", "zero")
    #expect(
      result.description == """
        {"probabilities": [0.0, 0.5, 0.5], "entropy": 0.6931471805599453}
        """)
  }

  @Test("ends with an error where they are out of range, and not without them")
  func overflow() throws {
    let outcome = try ExperimentsProgram.run(
      "softmax-temperature", "--values", "1e308", "-1e308", "--json")
    #expect(outcome.status == 65 && outcome.output == "")
    #expect(outcome.errors.hasPrefix("error: logProbabilities: "))
  }

  @Test("agrees with every number that the articles print")
  func articles() throws {
    let printed = try #require(SoftmaxTemperature.result()["printed"]?.elements)
    #expect(printed.count == 29)
    #expect(printed.allSatisfy { $0["agrees"] == .boolean(true) })
    #expect(printed[7]["printed"] == .string("4.53978686e-05"))
    let limits = try #require(SoftmaxTemperature.result()["limits"]?.elements)
    #expect(limits.map { $0["probabilities"] }[2] == .string("0, 0.5, 0.5"))
    #expect(limits.allSatisfy { ($0["distance"]?.double ?? 1) < 2e-4 })
  }

  @Test("draws the articles' figures, one curve for equal logits")
  func figures() throws {
    let plots = try SoftmaxTemperature.report([]).plots
    #expect(plots.map(\.name) == ["softmax-1-2-3", "softmax-1-3-3"])
    #expect(plots.map(\.series.count) == [3, 2])
    let sums = zip(plots[1].series[0].points, plots[1].series[1].points).map {
      ($0.y ?? 0) + 2 * ($1.y ?? 0)
    }
    #expect(sums.allSatisfy { abs($0 - 1) < 1e-14 })
  }

  @Test(
    "refuses options that contradict each other or lack the logits",
    arguments: [
      ["--logits", "x.npy", "--values", "1"], ["--limit", "zero"], ["--temperature", "1"],
      ["--values", "1", "--limit", "zero", "--scale", "1"], ["--values", "1,,2"],
      ["--values", "1", "--limit", "one"],
    ])
  func usage(arguments: [String]) {
    #expect(throws: (any Error).self) { try SoftmaxTemperature.parse(arguments) }
  }

  @Test("names the place of a number that is not finite")
  func notFinite() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("x.npy")
    try ([[1, 2], [3, .infinity]] as Matrix<Double>).write(to: path)
    let matrix = #expect(throws: CommandFailure.self) {
      try SoftmaxTemperature.report(["--logits", path])
    }
    #expect(try #require(matrix).description.hasPrefix("\(path): row 1, column 1 is inf"))
    try ([[1, .nan]] as Matrix<Double>).write(to: path, shape: [2])
    let vector = #expect(throws: CommandFailure.self) {
      try SoftmaxTemperature.report(["--logits", path])
    }
    #expect(try #require(vector).description.hasPrefix("\(path): element 1 is nan"))
    let values = #expect(throws: CommandFailure.self) {
      try SoftmaxTemperature.report(["--values", "1", "nan"])
    }
    #expect(try #require(values).description.hasPrefix("--values: number 2 is nan"))
  }

  @Test("refuses arrays that are no vector and no matrix", arguments: [[0], [2, 2, 2], []])
  func shapes(shape: [Int]) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("x.npy")
    let count = shape.reduce(1, *)
    try Matrix<Double>(rowCount: 1, columnCount: count).write(to: path, shape: shape)
    let thrown = #expect(throws: (any Error).self) {
      try SoftmaxTemperature.report(["--logits", path])
    }
    let error = try #require(thrown)
    let failure = try #require(CommandFailure(reporting: error))
    #expect(failure.status == .badData && failure.description.contains(path))
  }
}
