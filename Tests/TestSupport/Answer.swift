public import Testing

/// What a loss came to: by a plain loop, or by the library.
public struct Answer: Sendable, Equatable {
  public var loss: Double
  public var terms: [Double]
  /// By name; what was not computed is absent.
  public var gradients: [String: [Double]]

  public init(loss: Double, terms: [Double], gradients: [String: [Double]?]) {
    self.loss = loss
    self.terms = terms
    self.gradients = gradients.compactMapValues { $0 }
  }

  /// Expects this answer's numbers to be those of another, which may have gradients besides.
  ///
  /// - Parameters:
  ///   - tolerance: Relative to the largest element of an array.
  ///   - lossSize: The size of the terms of a loss, which it goes by where they cancel.
  ///   - gradientSize: The same of a gradient.
  public func expectClose(
    to expected: Answer, tolerance: Tolerance, lossSize: Double = 1e-3, gradientSize: Double = 0,
    _ what: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    TestSupport.expectClose(
      loss, expected.loss, size: max(abs(expected.loss), lossSize), tolerance: tolerance.loss,
      "\(what): loss", sourceLocation: sourceLocation)
    TestSupport.expectClose(
      terms, expected.terms, size: expected.terms.reduce(lossSize) { max($0, abs($1)) },
      tolerance: tolerance.loss, "\(what): terms", sourceLocation: sourceLocation)
    for (name, gradient) in gradients {
      let reference = expected.gradients[name] ?? []
      TestSupport.expectClose(
        gradient, reference, size: reference.reduce(gradientSize) { max($0, abs($1)) },
        tolerance: tolerance.gradient, "\(what): gradient of \(name)",
        sourceLocation: sourceLocation)
    }
  }
}
