import Contrastive
import Foundation

/// One query of InfoNCE with its positive and negatives given by their similarities alone, for a look
/// at what the library's gradients do to each.
///
/// In the plane every cosine can be had: the query is (1, 0), a key of cosine s is (s, √(1−s²)). By a
/// unit key the gradient is a multiple of the query, whose length is |∂L/∂s|.
struct GradientWeights {
  /// The loss at a temperature.
  let loss: Double

  /// |∂L/∂s₊|.
  let positiveSlope: Double

  /// |∂L/∂sᵢ| of every negative.
  let negativeSlopes: [Double]

  /// Measures one query.
  init(positive: Double, negatives: [Double], temperature: Temperature) throws {
    func rows(_ cosines: [Double]) throws -> UnitRows<Double> {
      try UnitRows(
        validating: Matrix(rowCount: cosines.count, columnCount: 2) {
          $1 == 0 ? cosines[$0] : (1 - cosines[$0] * cosines[$0]).squareRoot()
        })
    }
    let step = try InfoNCE(temperature: temperature).valueWithGradient(
      queries: rows([1]), positives: rows([positive]), negatives: .paired(rows(negatives)),
      of: [.positives, .negatives], diagnostics: .none)
    func lengths(_ gradient: Matrix<Double>?) -> [Double] {
      guard let gradient else { return [] }
      return (0..<gradient.rowCount).map { hypot(gradient[$0, 0], gradient[$0, 1]) }
    }
    loss = step.value
    positiveSlope = lengths(step.gradient.positives).first ?? .nan
    negativeSlopes = lengths(step.gradient.negatives)
  }

  /// Wang and Liu's r: the negatives' slopes relative to the positive's.
  var relative: [Double] { negativeSlopes.map { $0 / positiveSlope } }

  /// H(r) in nats.
  var entropy: Double { relative.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 } }
}
