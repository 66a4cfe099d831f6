public import Contrastive
public import Testing

/// How far from the reference a result may be, in the sense of `sizes`: the magnitude of the
/// result, or of the terms that cancel in it.
///
/// Double: 1e-11, some 50 000 roundings. Float: a Float cosine is good to about 1e-7, so a logit
/// to 1e-7/τ; a loss inherits that absolutely, and so does, relatively, a weight exp(logit).
public struct Tolerance: Sendable {
  public let loss: Double
  public let gradient: Double

  public init(loss: Double, gradient: Double) {
    self.loss = loss
    self.gradient = gradient
  }

  public init<Scalar: EmbeddingScalar>(temperature: Double, scalar: Scalar.Type) {
    if Scalar.self == Double.self {
      (loss, gradient) = (1e-11, 1e-11)
    } else {
      (loss, gradient) = (max(2e-6, 1e-6 / temperature), max(1e-5, 1e-6 / temperature))
    }
  }

  /// Of products of sixteen bits.
  ///
  /// Logits are off by the bound b of `LogitError`, and with them ℓ; several positives' too. A weight exp(z − ℓ) is
  /// off by 2b of itself and a rounding to bfloat16, 2⁻⁹, as is what it is multiplied with.
  public static func sixteenBit(dimension: Int, temperature: Double) -> Tolerance {
    let bound = 1 / 32_767.0 * Double(dimension).squareRoot() * 1.01 / temperature
    let float = Tolerance(temperature: temperature, scalar: Float.self)
    return Tolerance(
      loss: float.loss + 2 * bound, gradient: float.gradient + 2 * bound + 0x1p-8)
  }
}

/// Expects a scalar to agree with the reference, within `tolerance · size`.
public func expectClose(
  _ actual: Double?, _ expected: Double, size: Double, tolerance: Double, _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard let actual else {
    Issue.record("\(what) is missing", sourceLocation: sourceLocation)
    return
  }
  #expect(
    abs(actual - expected) <= tolerance * size,
    "\(what): \(actual), not \(expected), error \(abs(actual - expected) / size) of its size",
    sourceLocation: sourceLocation)
}

/// Expects an array to agree with the reference in its largest error, within `tolerance · size`.
public func expectClose(
  _ actual: [Double]?, _ expected: [Double], size: Double, tolerance: Double, _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard let actual, actual.count == expected.count else {
    Issue.record(
      "\(what) has \(actual?.count ?? 0) elements, not \(expected.count)",
      sourceLocation: sourceLocation)
    return
  }
  // A NaN compares false with everything, so that `max` could lose it.
  let isFinite = actual.allSatisfy(\.isFinite)
  #expect(isFinite, "\(what) is not finite", sourceLocation: sourceLocation)
  let error = zip(actual, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
  #expect(
    error <= tolerance * size, "\(what): error \(error / size) of its size",
    sourceLocation: sourceLocation)
}

extension Matrix {
  /// The elements in double precision.
  public var doubles: [Double] { elements.map { Double($0) } }
}

extension Reference.Case {
  /// What a cosine is divided by before it is exponentiated: τ, 1/s, or 1/2t of uniformity.
  private var divisor: Double {
    if let sharpness { return 1 / sharpness }
    if let temperature = try? number("temperature") { return temperature }
    if let scale = try? number("scale") { return 1 / scale }
    if let t = try? number("t") { return 1 / (2 * t) }
    return 1
  }

  /// Expects a loss, its terms and its gradients to agree with this case.
  ///
  /// - Parameters:
  ///   - scalar: What it was computed in.
  ///   - omitted: The gradients that were not asked for.
  public func check<Scalar: EmbeddingScalar>(
    _ answer: Answer, as scalar: Scalar.Type, omitting omitted: Set<String> = [],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let loss = try #require(expected.loss)
    let sizes = try #require(expected.sizes)
    // Such losses are below Float's least normal number, or their gradients are.
    if Scalar.self != Double.self, abs(loss) < 1e-30, loss != 0 { return }
    let tolerance = Tolerance(temperature: min(1, divisor), scalar: scalar)
    let lossSize = try #require(sizes["loss"])
    expectClose(
      answer.loss, loss, size: lossSize, tolerance: tolerance.loss, "\(name): loss",
      sourceLocation: sourceLocation)
    if let perQuery = expected.perQuery {
      #expect(answer.terms.count == perQuery.count, sourceLocation: sourceLocation)
      for (i, (actual, expected)) in zip(answer.terms, perQuery).enumerated() {
        expectClose(
          actual, expected, size: max(lossSize, abs(expected)), tolerance: tolerance.loss,
          "\(name): term \(i)", sourceLocation: sourceLocation)
      }
    }
    for (variable, expected) in expected.gradients ?? [:] where !omitted.contains(variable) {
      expectClose(
        answer.gradients[variable], expected.elements, size: try #require(sizes[variable]),
        tolerance: tolerance.gradient, "\(name): gradient of \(variable)",
        sourceLocation: sourceLocation)
    }
  }
}
