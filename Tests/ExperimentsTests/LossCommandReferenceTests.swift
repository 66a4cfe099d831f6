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
  static let losses = [
    "info-nce", "moco", "clip", "siglip", "nt-xent", "nt-xent-pairs", "supcon", "normface",
    "debiased", "hard-negative", "softmax-cross-entropy", "distillation", "alignment",
    "uniformity", "tolerance", "moco-v3", "dcl", "dclw", "cosface", "arcface", "npid-softmax",
    "npid-nce", "c-contrastive", "c-triplet", "triplet-margin",
  ]

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

  private func check<Scalar: EmbeddingScalar & ArrayElement>(
    _ reference: Reference.Case, of loss: String, as scalar: Scalar.Type
  ) throws {
    let folder = try TemporaryFolder()
    var arguments = ["loss", loss, "--gradients", folder.path("gradients")]
    arguments += ["--precision", Scalar.self == Float.self ? "float" : "double"]
    for (name, input) in reference.inputs {
      let path = folder.path(name + ".npy")
      let isInteger = ["labels", "targets", "indices"].contains(name)
      if isInteger {
        let integers = input.elements.map { Int64($0) }
        try NumPyFile.write(integers.span, shape: input.shape, to: path)
      } else {
        try NumPyFile.write(input.elements.span, shape: input.shape, to: path)
      }
      arguments += ["--" + kebab(name), path]
    }
    for (name, parameter) in reference.parameters {
      switch parameter {
      case .number(let value): arguments += ["--" + kebab(name), "\(value)"]
      case .flag(let value): arguments += ["--" + kebab(name), "\(value)"]
      case .text(let text):
        arguments += [name == "negatives" ? "--candidates" : "--" + kebab(name), text]
      }
    }
    let command = try #require(
      try ExperimentsCommand.parseAsRoot(arguments) as? any LossReporting)
    let result = try command.report(progress: ProgressLine(write: nil)).result

    var gradients: [String: [Double]?] = [:]
    for name in reference.expected.gradients?.keys ?? [:].keys {
      if reference.inputs[name] != nil {
        let array = try FileArray(reading: folder.path("gradients/\(name).npy"))
        #expect(array.elementType == Scalar.elementType)
        #expect(array.shape == reference.inputs[name]?.shape)
        gradients[name] = .some(array.converted(to: Double.self))
      } else {
        gradients[name] = .some(number(result["\(name)Gradient"]).map { [$0] })
      }
    }
    try reference.check(
      Answer(
        loss: try #require(number(result["loss"])), terms: numbers(result["perQuery"]) ?? [],
        gradients: gradients), as: scalar)
    if reference.expected.perQuery != nil { #expect(result["perQuery"] != nil) }
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
