import ArgumentParser
import Contrastive
import TestSupport
import Testing

@testable import Experiments

@Suite("A loss command with a temperature for each row")
struct LossTemperaturesTests {
  /// A folder with rows and temperatures, and the arguments of a loss on them.
  private struct Inputs: ~Copyable {
    let folder: TemporaryFolder

    /// The file of temperatures.
    var temperatures: String { folder.path("t.npy") }

    init(_ temperatures: [Double], rowCount: Int = 4) throws {
      let folder = try TemporaryFolder()
      for (seed, name) in ["a.npy", "b.npy"].enumerated() {
        try Matrix<Double>.random(rowCount: rowCount, columnCount: 3, seed: UInt64(seed + 1))
          .write(to: folder.path(name))
      }
      try NumPyFile.write(
        temperatures.span, shape: [temperatures.count], to: folder.path("t.npy"))
      self.folder = folder
    }

    func arguments(
      _ loss: String = "info-nce", _ names: (String, String) = ("queries", "positives")
    ) -> [String] {
      [
        "loss", loss, "--\(names.0)", folder.path("a.npy"), "--\(names.1)", folder.path("b.npy"),
        "--temperatures", temperatures,
      ]
    }
  }

  private func result(_ arguments: [String]) throws -> JSONObject {
    let command = try #require(
      try ExperimentsCommand.parseAsRoot(arguments) as? any ReportCommand)
    return try command.report(progress: ProgressLine(write: nil)).result
  }

  @Test("gives each view's rows their own, the first view's before the second's")
  func sides() throws {
    let values = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
    let inputs = try Inputs(values)
    let result = try result(
      inputs.arguments("nt-xent", ("view-a", "view-b")) + [
        "--precision", "double", "--gradients", inputs.folder.path("gradients"),
      ])
    let step = try NTXent(temperature: Temperature(rows: values)).valueWithGradient(
      viewA: Matrix<Double>(FileArray(reading: inputs.folder.path("a.npy"))),
      viewB: Matrix<Double>(FileArray(reading: inputs.folder.path("b.npy"))))
    #expect(result["loss"] == .number(step.value))
    let gradient = try FileArray(reading: inputs.folder.path("gradients/temperatures.npy"))
    #expect(gradient.converted(to: Double.self) == step.gradient.byTemperature.temperatures)
  }

  @Test("keeps the digits of a float64 file, whatever the precision of the loss")
  func digits() throws {
    let values = [0.07, 0.1, 1.0 / 3]
    let folder = try TemporaryFolder()
    func scales(_ name: String) throws -> [Double]? {
      try LossTemperatureOptions.parse(["--temperatures", folder.path(name)])
        .temperature(default: 1).rowScales
    }
    try NumPyFile.write(values.span, shape: [3], to: folder.path("double.npy"))
    #expect(try scales("double.npy") == values.map { 1 / $0 })
    let floats = values.map { Float($0) }
    try NumPyFile.write(floats.span, shape: [3], to: folder.path("float.npy"))
    #expect(try scales("float.npy") == floats.map { 1 / Double($0) })
  }

  @Test("writes no gradient by them unless asked, and no number of one temperature")
  func withoutGradients() throws {
    let inputs = try Inputs([0.1, 0.2, 0.3, 0.4])
    let result = try result(inputs.arguments())
    #expect(result["loss"] != nil && result["chance"] != nil)
    for name in ["temperature", "scale", "floor", "temperatureGradient", "logitScaleGradient"] {
      #expect(result[name] == nil)
    }
    #expect(try inputs.folder.names() == ["a.npy", "b.npy", "t.npy"])
  }

  @Test(
    "and one for all in one line", arguments: ["--temperature", "--scale", "--logit-scale"])
  func excludes(option: String) throws {
    let inputs = try Inputs([0.1, 0.2, 0.3, 0.4])
    let outcome = try ExperimentsProgram.run(arguments: inputs.arguments() + [option, "1"])
    #expect(outcome.status == 64 && outcome.output.isEmpty)
    #expect(
      outcome.errors.hasPrefix(
        "Error: --temperatures: gives each row its own; leave out --temperature, --scale and "
          + "--logit-scale.\n"))
  }

  @Test(
    "refuses numbers that are none, naming the file and the row, with status 65",
    arguments: [
      ([0.1, .nan, 0.2, 0.2], "expected a positive finite number, found nan in row 1"),
      ([0.1, 0.2, 0.2, 0], "expected a positive finite number, found 0.0 in row 3"),
      ([0.1, 0.2, -0.5, 0], "expected a positive finite number, found -0.5 in row 2"),
      ([.infinity, 0.2, 0.2, 0.2], "expected a positive finite number, found inf in row 0"),
      ([0.1, 0.2, 0.2], "expected 4, as the queries, found 3"),
      ([0.1, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2], "expected 4, as the queries, found 8"),
      ([], "expected at least one number, found none"),
    ])
  func refuses(values: [Double], line: String) throws {
    let inputs = try Inputs(values)
    let outcome = try ExperimentsProgram.run(
      arguments: inputs.arguments() + [
        "--json", "--gradients", inputs.folder.path("gradients"),
      ])
    #expect(outcome.status == 65 && outcome.output.isEmpty)
    let words = line.replacing("the queries", with: inputs.folder.path("a.npy"))
    #expect(outcome.errors == "error: \(inputs.temperatures): \(words)\n")
    #expect(try inputs.folder.names() == ["a.npy", "b.npy", "t.npy"])
  }

  @Test("refuses a temperature that the arithmetic cannot hold, and takes it in double")
  func outOfRange() throws {
    let inputs = try Inputs([0.1, 1e-12, 0.1, 0.1])
    let error = #expect(throws: ContrastiveError.self) { try result(inputs.arguments()) }
    let line = try #require(error).description
    #expect(line.hasPrefix("\(inputs.temperatures): expected a number from "))
    #expect(line.hasSuffix(" in Float arithmetic, beside others, found 1e-12 in row 1"))
    #expect(try result(inputs.arguments() + ["--precision", "double"])["loss"] != nil)
  }

  @Test("takes half or all of the rows of two sides, and says so")
  func countOfTwoSides() throws {
    let inputs = try Inputs([0.1, 0.2, 0.3])
    let error = #expect(throws: ContrastiveError.self) {
      try result(inputs.arguments("clip", ("images", "texts")))
    }
    let images = inputs.folder.path("a.npy")
    #expect(
      error?.description == "\(inputs.temperatures): expected 4 or 8, as \(images), found 3")
  }

  @Test("takes a list, not a matrix")
  func rank() throws {
    let inputs = try Inputs([0.1, 0.2, 0.3, 0.4])
    try NumPyFile.write([0.1, 0.2, 0.3, 0.4].span, shape: [2, 2], to: inputs.temperatures)
    #expect(
      throws: ArrayFileError.wrongRank(source: inputs.temperatures, expected: 1, shape: [2, 2])
    ) { try result(inputs.arguments()) }
  }

  @Test("estimates Z with them")
  func estimatedZ() throws {
    let inputs = try Inputs([0.1, 0.1])
    let rows = Matrix<Double>.random(rowCount: 2, columnCount: 3, seed: 3)
    try rows.write(to: inputs.folder.path("v.npy"))
    try rows.normalized().matrix.write(to: inputs.folder.path("m.npy"))
    try NumPyFile.write([0, 1, 1, 0].span, shape: [2, 2], to: inputs.folder.path("i.npy"))
    func logZ(_ temperature: String...) throws -> JSON? {
      try result(
        [
          "loss", "npid-nce", "--embeddings", inputs.folder.path("v.npy"), "--memory",
          inputs.folder.path("m.npy"), "--indices", inputs.folder.path("i.npy"), "--precision",
          "double",
        ] + temperature)["logZ"]
    }
    // The same exponentials of the same scale 1/0.1, added in the same order.
    let individual = try logZ("--temperatures", inputs.temperatures)
    #expect(try individual != nil && individual == logZ("--temperature", "0.1"))
    #expect(try individual != logZ("--temperature", "0.2"))
  }

  @Test("refuses to weigh hard negatives, whose weights one temperature makes")
  func hardness() throws {
    let inputs = try Inputs([0.1, 0.2, 0.3, 0.4])
    let outcome = try ExperimentsProgram.run(
      arguments: inputs.arguments() + ["--hardness", "2"])
    #expect(outcome.status == 64 && outcome.output.isEmpty)
    #expect(
      outcome.errors.hasPrefix(
        "Error: --hardness: needs one temperature for all queries; leave out --temperatures.\n"))
  }
}
