import Contrastive
import Foundation

/// Answers of PyTorch's `cross_entropy(label_smoothing)`, in double precision.
struct Answers: Decodable {
  let cases: [Case]

  struct Case: Decodable {
    let name: String
    let inputs: Arrays
    let parameters: Parameters
    let expected: Expected
  }

  struct Arrays: Decodable {
    let queries, positives: [[Double]]
  }

  struct Parameters: Decodable {
    let temperature, smoothing: Double
  }

  struct Expected: Decodable {
    let loss: Double
    let perQuery: [Double]
    let gradients: Gradients
    let sizes: Sizes
  }

  struct Gradients: Decodable {
    let queries, positives: [[Double]]
    let temperature: Double
  }

  /// The magnitudes of the results, or of the terms that cancel in them.
  struct Sizes: Decodable {
    let loss, queries, positives, temperature: Double
  }
}

extension Comparison {
  /// Computes every case in both precisions.
  mutating func compareAnswers(readFrom path: String) throws {
    let answers = try JSONDecoder().decode(
      Answers.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    for answer in answers.cases {
      // Some 50 000 roundings.
      try compare(answer, as: Double.self, lossTolerance: 1e-11, gradientTolerance: 1e-11)
      // A cosine is good to about 1e-7, so a logit to 1e-7/τ; a loss inherits that absolutely, and so does,
      // relatively, a weight exp(logit).
      let rounding = 1e-6 / min(1, answer.parameters.temperature)
      try compare(
        answer, as: Float.self, lossTolerance: max(2e-6, rounding),
        gradientTolerance: max(1e-5, rounding))
    }
  }

  private mutating func compare<Scalar: EmbeddingScalar>(
    _ answer: Answers.Case, as scalar: Scalar.Type, lossTolerance: Double,
    gradientTolerance: Double
  ) throws {
    func matrix(_ rows: [[Double]]) throws -> Matrix<Scalar> {
      try Matrix(
        rows.flatMap { $0.map { Scalar($0) } }, rowCount: rows.count,
        columnCount: rows.first?.count ?? 0)
    }
    func doubles(_ matrix: Matrix<Scalar>?) -> [Double]? {
      matrix.map { $0.elements.map { Double($0) } }
    }
    let (expected, name) = (answer.expected, "\(answer.name) in \(scalar)")
    let (gradients, sizes) = (expected.gradients, expected.sizes)
    let step = try OneWayLoss(
      LabelSmoothing(smoothing: answer.parameters.smoothing),
      temperature: Temperature(answer.parameters.temperature)
    ).valueWithGradient(
      queries: matrix(answer.inputs.queries),
      candidates: Candidates(matrix(answer.inputs.positives)))

    expect(
      [Double(step.value)], [expected.loss], size: sizes.loss, tolerance: lossTolerance,
      "\(name): loss")
    expect(
      [Double(step.terms.count)], [Double(expected.perQuery.count)], size: 1, tolerance: 0,
      "\(name): number of terms")
    for (row, (actual, expected)) in zip(step.terms, expected.perQuery).enumerated() {
      expect(
        [Double(actual)], [expected], size: max(sizes.loss, abs(expected)),
        tolerance: lossTolerance, "\(name): term \(row)")
    }
    expect(
      doubles(step.gradient.queries), gradients.queries.flatMap { $0 }, size: sizes.queries,
      tolerance: gradientTolerance, "\(name): gradient of the queries")
    expect(
      doubles(step.gradient.keys[0]), gradients.positives.flatMap { $0 }, size: sizes.positives,
      tolerance: gradientTolerance, "\(name): gradient of the positives")
    expect(
      step.gradient.temperature.map { [Double($0)] }, [gradients.temperature],
      size: sizes.temperature, tolerance: gradientTolerance, "\(name): gradient of τ")
  }
}
