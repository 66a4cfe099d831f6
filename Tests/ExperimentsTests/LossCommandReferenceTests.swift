import ArgumentParser
import Contrastive
import Foundation
import TestSupport
import Testing

@testable import Experiments

/// Every reference case as files through the command line: losses, arrays and parameters bear the
/// reference's names, so that one test speaks for all.
@Suite("The loss command equals the reference")
struct LossCommandReferenceTests {
  static let losses = Losses.all.map { $0.commandName } + commands.keys

  /// The commands of references that have another name.
  private static let commands = [
    "info-nce-per-row-temperature": "info-nce", "gist-relative-margin": "info-nce",
  ]

  /// The options of parameters that have another name; none of a flag that is not set.
  private static func options(_ name: String, _ parameter: Reference.Parameter) -> [String]? {
    switch (name, parameter) {
    case ("marginStrategy", .text(let kind)): ["--margin-kind", kind]
    case ("contrastAnchors", .flag(let isSet)): isSet ? ["--batch-candidates", "queries"] : []
    case ("contrastPositives", .flag(let isSet)): isSet ? ["--batch-candidates", "positives"] : []
    default: nil
    }
  }

  @Test("in loss, terms and gradients", arguments: losses, ["float", "double"])
  func reference(loss: String, precision: String) throws {
    for reference in Reference.named(loss).cases {
      if precision == "double" {
        try check(reference, of: loss, as: Double.self)
      } else {
        try check(reference, of: loss, as: Float.self)
      }
    }
  }

  static let temperedLosses = Losses.all.filter { $0 is any TemperedLossReporting.Type }
    .map { $0.commandName }

  @Test("with its temperature repeated for every row", arguments: temperedLosses)
  func repeatedTemperature(loss: String) throws {
    let cases = Reference.named(loss).cases
    // The library's tests have them all in both precisions.
    let first = try #require(cases.first)
    try check(first, of: loss, repeatingTemperature: 1, as: Float.self)
    for sides in 1...2 {
      do {
        for reference in cases {
          try check(reference, of: loss, repeatingTemperature: sides, as: Double.self)
        }
      } catch let error as any ReportedError where sides == 2 {
        // Of a loss whose second side has none.
        #expect(!error.description.contains(" or "), "\(error)")
      }
    }
  }

  /// - Parameter sides: How many temperatures each row of an array is given, all of them that of the
  ///   reference; `nil` to give that as it is.
  private func check<Scalar: EmbeddingScalar & ArrayElement>(
    _ reference: Reference.Case, of loss: String, repeatingTemperature sides: Int? = nil,
    as scalar: Scalar.Type
  ) throws {
    let folder = try TemporaryFolder()
    var arguments = ["loss", Self.commands[loss] ?? loss]
    arguments += ["--gradients", folder.path("gradients")]
    arguments += ["--precision", Scalar.self == Float.self ? "float" : "double"]
    for (name, input) in reference.inputs {
      let path = folder.path(name + ".npy")
      let isInteger = [
        "labels", "targets", "indices", "queryIds", "keyIds", "queryLengths", "documentLengths",
      ].contains(name)
      if isInteger {
        let integers = input.elements.map { Int64($0) }
        try NumPyFile.write(integers.span, shape: input.shape, to: path)
      } else {
        try NumPyFile.write(input.elements.span, shape: input.shape, to: path)
      }
      arguments += ["--" + kebab(name), path]
    }
    let readings = ["temperature", "scale", "logitScale"]
    for (name, parameter) in reference.parameters
    where sides == nil || !readings.contains(name) {
      if let options = Self.options(name, parameter) {
        arguments += options
        continue
      }
      switch parameter {
      case .number(let value):
        // Of whole numbers some are options of such.
        let text = Int(exactly: value).map { "\($0)" } ?? "\(value)"
        arguments += ["--" + kebab(name), text]
      case .flag(let value): arguments += ["--" + kebab(name), "\(value)"]
      case .numbers(let values):
        // Counts are whole numbers, weights are not.
        let words = values.map { Int(exactly: $0).map { "\($0)" } ?? "\($0)" }
        arguments += ["--\(kebab(name))=\(words.joined(separator: ","))"]
      case .text(let text):
        arguments += [name == "negatives" ? "--candidates" : "--" + kebab(name), text]
      }
    }
    if reference.inputs["guideNegatives"] != nil {
      arguments += ["--candidates", "in-batch+shared"]
    }
    var temperatures: [Double] = []
    if let sides {
      let temperature = try (try? reference.number("temperature")) ?? 1 / reference.number("scale")
      // Images and texts that are no pairs have their own.
      let count =
        try loss == "clip-groups"
        ? rowCount(of: reference, ["images"]) + rowCount(of: reference, ["texts"])
        : sides * rowCount(of: reference, Self.arraysOfTemperatures)
      temperatures = Array(repeating: temperature, count: count)
      let path = folder.path("temperatures.npy")
      try NumPyFile.write(temperatures.span, shape: [count], to: path)
      arguments += ["--temperatures", path]
    }
    let command = try #require(
      try ExperimentsCommand.parseAsRoot(arguments) as? any LossReporting)
    let result = try command.report(progress: ProgressLine(write: nil)).result

    func gradient(_ name: String, shape: [Int]?) throws -> [Double] {
      let array = try FileArray(reading: folder.path("gradients/\(name).npy"))
      #expect(array.elementType == Scalar.elementType)
      #expect(array.shape == shape)
      return array.converted(to: Double.self)
    }
    var gradients: [String: [Double]?] = [:]
    for name in reference.expected.gradients?.keys ?? [:].keys {
      if let input = reference.inputs[name] {
        gradients[name] = .some(try gradient(name, shape: input.shape))
      } else if let temperature = temperatures.first, readings.contains(name) {
        // Moving one τ for all rows moves all of theirs.
        let slope = try gradient("temperatures", shape: [temperatures.count]).reduce(0, +)
        let factors = ["temperature": 1, "scale": -temperature * temperature]
        gradients[name] = [slope * factors[name, default: -temperature]]
      } else {
        gradients[name] = .some(number(result["\(name)Gradient"]).map { [$0] })
      }
    }
    if arguments.contains("--temperatures") {
      for name in readings {
        #expect(result["\(name)Gradient"] == nil && result[name] == nil)
      }
      // A mean of rows' floors is none where rows are each other's candidates; a teacher's entropy is one row's own.
      #expect(result["floor"] == nil || loss == "embedding-distillation")
    }
    try reference.check(
      Answer(
        loss: try #require(number(result["loss"])), terms: numbers(result["perQuery"]) ?? [],
        gradients: gradients), as: scalar)
    if reference.expected.perQuery != nil { #expect(result["perQuery"] != nil) }
  }

  /// The arrays whose rows have temperatures.
  private static let arraysOfTemperatures = [
    "classWeights", "queries", "images", "viewA", "embeddings", "logits", "studentLogits", "a",
  ]

  /// How many rows the first of some arrays has that there is.
  private func rowCount(of reference: Reference.Case, _ names: [String]) throws -> Int {
    let counts = names.compactMap { reference.inputs[$0]?.shape[0] }
    // A class's centres have one temperature.
    let subCenters = (try? reference.number("subCenters")).map { Int($0) } ?? 1
    return try #require(counts.first) / subCenters
  }

  private func kebab(_ name: String) -> String {
    name.reduce(into: "") {
      $0 += $1.isUppercase && !$0.isEmpty ? "-" + $1.lowercased() : $1.lowercased()
    }
  }

  private func number(_ value: JSON?) -> Double? {
    if case .number(let number) = value { number } else { nil }
  }

  private func numbers(_ value: JSON?) -> [Double]? {
    guard case .array(let elements) = value else { return nil }
    return elements.compactMap { number($0) }
  }
}
