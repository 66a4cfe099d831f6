import Contrastive
import Foundation
import TestSupport
import Testing

/// Steps of LibAUC's and FastCLIP's own code over one data set, by `global-contrastive.py`.
enum GlobalReference {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let parameters: [String: Double]
    let steps: [Step]

    var testDescription: String { name }

    var form: GlobalForm { name.hasPrefix("views") ? .views : .towers }

    /// LibAUC's gradients are so many times the library's: those of two towers are sums over negatives and not their
    /// mean, and those of two views are sums over both and not the mean of all rows.
    func gradientFactor(of step: Step) -> Double {
      form == .views ? 2 : Double(step.indices.count - 1)
    }

    func number(_ name: String) throws -> Double { try #require(parameters[name]) }

    /// In `Float`, of whose cosines' 1e-7 exponents are 1/τ times as far off, log u is as far.
    func tolerance<Scalar: EmbeddingScalar>(
      _: Scalar.Type
    ) throws -> TestSupport.Tolerance {
      TestSupport.Tolerance(
        temperature: try min(number("temperature"), parameters["tau_min"] ?? .infinity),
        scalar: Scalar.self)
    }
  }

  struct Step: Decodable, Sendable {
    let indices: [Int]
    let images: [[Double]]
    let texts: [[Double]]
    let expected: Expected

    func rows<Scalar: EmbeddingScalar>(
      as scalar: Scalar.Type
    ) -> (images: Matrix<Scalar>, texts: Matrix<Scalar>) {
      func matrix(_ rows: [[Double]]) -> Matrix<Scalar> {
        Matrix(rowCount: rows.count, columnCount: rows[0].count) { Scalar(rows[$0][$1]) }
      }
      return (matrix(images), matrix(texts))
    }
  }

  struct Expected: Decodable, Sendable {
    /// log u of all samples after the step; `nil` before the first visit.
    let logImages: [Double?]
    let logTexts: [Double?]
    let gradients: [String: [[Double]]]?
    /// dL/dτ.
    let temperature: Double?
    /// τ of all samples after the step.
    let temperatures: [String: [Double]]?
    /// dL/dτ of the batch's images, and of its texts.
    let slopes: [[Double]]?
  }

  static func cases(_ prefix: String) -> [Case] {
    struct File: Decodable { let cases: [Case] }
    do {
      return try Reference.decoded("global-contrastive", as: File.self).cases.filter {
        $0.name.hasPrefix(prefix)
      }
    } catch {
      fatalError("the steps of other code cannot be read: \(error)")
    }
  }
}

extension GlobalReference.Expected {
  func expect(_ normalizers: MovingNormalizers, tolerance: Double, _ what: String) {
    for (own, theirs) in [(normalizers.images, logImages), (normalizers.texts, logTexts)] {
      #expect(own.map { $0 == -.infinity } == theirs.map { $0 == nil }, "\(what)")
      expectClose(
        own.filter(\.isFinite), theirs.compactMap(\.self), size: 1, tolerance: tolerance,
        "\(what): log u")
    }
  }

  func expect(_ own: IndividualTemperatures, tolerance: Double, _ what: String) throws {
    for (name, values) in [("images", own.images), ("texts", own.texts)] {
      expectClose(
        values, try #require(temperatures?[name]), size: 1, tolerance: tolerance,
        "\(what): temperatures of \(name)")
    }
  }

  /// - Parameter factor: Theirs is so many times the library's.
  func expect(
    _ gradient: some LossGradient, times factor: Double, tolerance: Double, _ what: String
  ) throws {
    for (own, name) in zip(gradient.byArrays, ["images", "texts"]) {
      let theirs = try #require(gradients?[name]).flatMap { $0 }
      expectClose(
        try #require(own.gradient).doubles.map { factor * $0 }, theirs,
        size: theirs.reduce(1e-3) { max($0, abs($1)) }, tolerance: tolerance,
        "\(what): \(own.name)")
    }
  }
}
