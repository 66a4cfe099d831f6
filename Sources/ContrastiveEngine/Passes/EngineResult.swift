import ContrastiveEmbeddings
package import ContrastiveKernels

/// What came of a problem. Gradients are by the unit rows.
package struct EngineResult<Scalar: EmbeddingScalar>: Sendable {
  /// Every term, unweighted, row by row.
  package var values: [Double] = []

  /// Σ w·φ.
  package var value = 0.0

  /// d Σ w·φ / d log s of every row.
  package var logScaleSlopes: [Double] = []

  package var queryGradient: Block<Scalar>?

  /// One per key array; `nil` where it was not asked for.
  package var keyGradients: [Block<Scalar>?] = []

  /// For a positive in an array of its own.
  package var positiveGradient: Block<Scalar>?

  package var observations = RowObservations()

  /// Whether terms can be below 0.
  let canBeNegative: Bool

  /// Of no rows yet.
  init(_ function: any RowFunction) { canBeNegative = function.canBeNegative }

  /// Of all rows, whose numbers are held once.
  init(_ function: any RowFunction, of rows: RowEvaluation) {
    self.init(function)
    (values, value, logScaleSlopes) = (rows.values, rows.value, rows.logScaleSlopes)
    observations = rows.observations
  }

  /// Adds the terms of other anchors, after these. Gradients stay.
  mutating func append(_ other: EngineResult) {
    values += other.values
    value += other.value
    logScaleSlopes += other.logScaleSlopes
    observations.add(other.observations)
  }

  /// The mean over the terms, whatever the weights.
  package var meanTerm: Double { values.reduce(0, +) / Double(values.count) }

  /// Adds what a row function made of the rows after these.
  mutating func append(_ rows: RowEvaluation) {
    values += rows.values
    value += rows.value
    logScaleSlopes += rows.logScaleSlopes
    observations.add(rows.observations)
  }
}
