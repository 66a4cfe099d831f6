import Contrastive
import TestSupport
import Testing

/// What the tests of both losses of class agents share.
enum AgentTests {
  /// Expects a loss's gradients by features and class weights to be central differences.
  static func finiteDifferences(
    _ step: (
      Matrix<Double>, Matrix<Double>, [Int], ClassWeightVariables
    ) throws -> LossStep<Double, ClassWeightGradient<Double>>
  ) throws {
    let features = Matrix<Double>.random(rowCount: 5, columnCount: 3, seed: 1)
    let weights = Matrix<Double>.random(rowCount: 4, columnCount: 3, seed: 2)
    let labels = [3, 0, 1, 0, 3]
    let all = try step(features, weights, labels, .all)
    let size = max(1, all.value)
    expectClose(
      all.gradient.features?.elements,
      try TestSupport.finiteDifferences(of: features, step: finiteDifferenceStep) {
        try step($0, weights, labels, []).value
      }, size: size, tolerance: finiteDifferenceTolerance, "features")
    expectClose(
      all.gradient.classWeights?.elements,
      try TestSupport.finiteDifferences(of: weights, step: finiteDifferenceStep) {
        try step(features, $0, labels, []).value
      }, size: size, tolerance: finiteDifferenceTolerance, "class weights")
    // What is left out is nil, and leaves the other as it is.
    let byFeatures = try step(features, weights, labels, .features).gradient
    #expect(byFeatures.features == all.gradient.features && byFeatures.classWeights == nil)
    let byWeights = try step(features, weights, labels, .classWeights).gradient
    #expect(byWeights.classWeights == all.gradient.classWeights && byWeights.features == nil)
  }
}
