import Contrastive
import ContrastiveDifferentiation
import Testing

/// Expects what is three times a loss to be that of its own step.
///
/// - Parameters:
///   - value: Three times the loss.
///   - gradient: Of that.
///   - slope: The derivative of that by log s.
func expect<Gradient>(
  _ value: Double, _ gradient: [Matrix<Double>], slope: Double? = nil,
  equal step: LossStep<Double, Gradient>, _ matrices: [Matrix<Double>?],
  slope expectedSlope: Double? = nil, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(value == 3 * step.value, sourceLocation: sourceLocation)
  #expect(step.value != 0, sourceLocation: sourceLocation)
  #expect(
    gradient == matrices.map { ($0 ?? .zero).multiplied(by: 3) }, sourceLocation: sourceLocation)
  #expect(
    gradient.allSatisfy { $0.elements.contains { $0 != 0 } }, sourceLocation: sourceLocation)
  #expect(slope == expectedSlope.map { 3 * $0 }, sourceLocation: sourceLocation)
}

/// Expects what is three times a loss to be that of its own step, by log s and all arrays.
func expect<Gradient: TemperedGradient>(
  _ value: Double, _ gradient: [Matrix<Double>], _ slope: Temperature.TangentVector,
  equal step: LossStep<Double, Gradient>, sourceLocation: SourceLocation = #_sourceLocation
) where Gradient.Scalar == Double {
  expect(
    value, gradient, slope: slope.logScale, equal: step, step.gradient.byArrays.map(\.gradient),
    slope: step.gradient.byTemperature.logScale, sourceLocation: sourceLocation)
}

/// Expects a call to fail as the loss's own step does, and what it hands back.
func expectFailure<Result>(
  as step: () throws -> Void, of call: () -> Result,
  sourceLocation: SourceLocation = #_sourceLocation
) -> Result? {
  let expected = #expect(throws: ContrastiveError.self, sourceLocation: sourceLocation) {
    try step()
  }
  var result: Result?
  let error = #expect(throws: ContrastiveError.self, sourceLocation: sourceLocation) {
    try throwingFailures { result = call() }
  }
  #expect(error == expected, sourceLocation: sourceLocation)
  return result
}
