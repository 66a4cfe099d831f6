import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("ProxyNCA")
struct ProxyNCATests: ReferenceSuite {
  static let cases = Reference.named("proxy-nca").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  // Constant proxies, or the one pass would not be taken.
  func omissions(_ options: ComputeOptions) -> Set<String> {
    options.strategy == .onePass ? ["proxies"] : []
  }

  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    let loss = try ProxyNCA(softmaxScale: try reference.number("softmaxScale"))
    return try loss.answer(
      to: reference, as: scalar, of: options.strategy == .onePass ? .features : .all,
      options: options)
  }

  @Test("is NormFace's softmax at twice the scale, floor and chance with it")
  func normFace() throws {
    let features = Matrix<Float>.random(rowCount: 40, columnCount: 5, seed: 1)
    let proxies = Matrix<Float>.random(rowCount: 10, columnCount: 5, seed: 2)
    let labels = (0..<40).map { $0 % 10 }
    let expected = try NormFaceSoftmax(temperature: try Temperature(scale: 16)).valueWithGradient(
      features: features, classWeights: proxies, labels: labels)
    let step = try ProxyNCA(softmaxScale: 8).valueWithGradient(
      features: features, classWeights: proxies, labels: labels)
    #expect(step.value == expected.value && step.terms == expected.terms)
    #expect(step.gradient.features == expected.gradient.features)
    #expect(step.gradient.classWeights == expected.gradient.classWeights)
    #expect(step.gradient.scale == nil)
    #expect(step.diagnostics == expected.diagnostics)
    #expect(step.diagnostics?.floor != nil)
  }

  @Test("has a zero proxy at distance 1 from rows, and no floor then")
  func zeroProxy() throws {
    let features = try Matrix<Double>([1, 0, 0.6, 0.8], rowCount: 2, columnCount: 2)
    let proxies = try Matrix<Double>([1, 0, 0, 0], rowCount: 2, columnCount: 2)
    let step = try ProxyNCA(softmaxScale: 2).valueWithGradient(
      features: features, classWeights: proxies, labels: [0, 1])
    // d² is 0 and 1 of the first row, 0.8 and 1 of the second.
    for (term, expected) in zip(step.terms, [log1p(exp(-2.0)), log1p(exp(2 * 0.2))]) {
      #expect(abs(term - expected) < 1e-14)
    }
    #expect(step.gradient.classWeights?[1, 0] == 0 && step.gradient.classWeights?[1, 1] == 0)
    #expect(step.diagnostics?.floor == nil && step.diagnostics?.chance != nil)
  }
}

@Suite("Proxy-anchor")
struct ProxyAnchorTests: ReferenceSuite {
  static let cases = Reference.named("proxy-anchor").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    let loss = try ProxyAnchor(
      margin: try reference.number("margin"), alpha: try reference.number("alpha"))
    return try loss.answer(to: reference, as: scalar, of: .all, options: options)
  }

  @Test("of equal rows is its level of chance")
  func collapsed() throws {
    let rows = Matrix<Double>(rowCount: 5, columnCount: 2) { _, c in [0.6, -0.3][c] }
    let step = try ProxyAnchor(margin: 0.1, alpha: 8).valueWithGradient(
      features: rows, classWeights: rows.rows(0..<4), labels: [0, 0, 0, 1, 1])
    let pull = (log1p(3 * exp(-7.2)) + log1p(2 * exp(-7.2))) / 2
    let counts: [Double] = [2, 3, 5, 5]
    let push = counts.reduce(0) { $0 + log1p($1 * exp(8.8)) } / 4
    #expect(abs(step.value - (pull + push)) < 1e-13)
    #expect(step.terms.count == 4)
    expectClose(step.diagnostics?.chance, pull + push, size: 10, tolerance: 1e-14, "chance")
  }

  @Test("of one class has no push, and counts its class")
  func oneClass() throws {
    let rows = Matrix<Double>.random(rowCount: 4, columnCount: 3, seed: 1)
    let proxy = Matrix<Double>.random(rowCount: 1, columnCount: 3, seed: 2)
    let step = try ProxyAnchor(margin: 0, alpha: 1).valueWithGradient(
      features: rows, classWeights: proxy, labels: [0, 0, 0, 0])
    let (x, w) = (try rows.normalized().matrix, try proxy.normalized().matrix)
    let sum = (0..<4).reduce(0.0) { sum, row in
      sum + exp(-(0..<3).reduce(0.0) { $0 + x[row, $1] * w[0, $1] })
    }
    #expect(abs(step.value - log1p(sum)) < 1e-14)
    #expect(step.diagnostics?.meanNegativeSimilarity == nil)
  }

  @Test("refuses constants that are none")
  func constants() {
    for value in [0, -1, .nan, .infinity] as [Double] {
      let error = #expect(throws: ContrastiveError.self) { try ProxyAnchor(alpha: value) }
      #expect(error?.description == "alpha: expected a positive finite number, found \(value)")
    }
    // What the scalar has no room for is the parameter's, not a temperature's that nobody gave.
    let rows = Matrix<Float>.random(rowCount: 2, columnCount: 2, seed: 1)
    for value in [.leastNonzeroMagnitude, 1e300] as [Double] {
      for loss in [try? ProxyNCA(softmaxScale: value), try? ProxyAnchor(alpha: value)]
        as [(any ClassWeightLoss)?]
      {
        let error = #expect(throws: ContrastiveError.self) {
          _ = try loss?.value(features: rows, classWeights: rows, labels: [0, 1])
        }
        #expect(error.map { [.softmaxScale, .alpha].contains($0.argument) } == true)
      }
    }
    for value in [-1.1, 1.1, .nan] as [Double] {
      let error = #expect(throws: ContrastiveError.self) { try ProxyAnchor(margin: value) }
      #expect(error?.description == "margin: expected a number from -1 to 1, found \(value)")
    }
  }
}

extension ClassAgentLoss {
  /// The answer to a case whose class weights are called proxies.
  fileprivate func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, of variables: ClassWeightVariables,
    options: ComputeOptions
  ) throws -> Answer {
    var answer = Answer(
      try valueWithGradient(
        features: try reference.matrix("embeddings", as: scalar),
        classWeights: try reference.matrix("proxies"), labels: try reference.integers("labels"),
        of: variables, options: options))
    answer.gradients["embeddings"] = answer.gradients["features"]
    answer.gradients["proxies"] = answer.gradients["classWeights"]
    return answer
  }
}
