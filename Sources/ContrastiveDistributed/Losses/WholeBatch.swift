import ContrastiveBounds
import ContrastiveEmbeddings
import ContrastiveEngine

/// What ranks' parts of a loss add up to, the same on every rank.
struct WholeBatch {
  /// Σ w·φ.
  var value = 0.0

  /// d Σ w·φ / d log s.
  var logScaleSlope = 0.0

  /// The same by each of this rank's rows' own.
  var ownLogScaleSlopes: [Double] = []

  /// The sum of all terms, and how many there are.
  var termSum = 0.0
  var termCount = 0.0

  var observations = RowObservations()

  /// Further sums, which a loss knows the meaning of.
  var extra: [Double] = []

  init() {}

  /// A rank's part.
  ///
  /// - Parameter terms: The terms as they are returned.
  init(_ evaluation: RowEvaluation, terms: [Double]) {
    value = evaluation.value
    ownLogScaleSlopes = evaluation.logScaleSlopes
    logScaleSlope = ownLogScaleSlopes.reduce(0, +)
    termSum = terms.reduce(0, +)
    termCount = Double(terms.count)
    observations = evaluation.observations
  }

  /// Adds other terms, of other anchors, but for further sums.
  mutating func add(_ other: WholeBatch) {
    value += other.value
    logScaleSlope += other.logScaleSlope
    ownLogScaleSlopes += other.ownLogScaleSlopes
    termSum += other.termSum
    termCount += other.termCount
    var error = observations.logitError
    error.formUnion(other.observations.logitError)
    observations = RowObservations(
      numbers: zip(observations.numbers, other.observations.numbers).map { $0 + $1 })
    observations.logitError = error
  }

  /// The sum over all ranks.
  func reduced(over group: any RankGroup) throws(ContrastiveError) -> WholeBatch {
    // The largest of what ranks have come of sums in which each has places of its own.
    var errors = Array(repeating: 0.0, count: 2 * group.count)
    if let error = observations.logitError {
      (errors[2 * group.rank], errors[2 * group.rank + 1]) = (error.expected, error.bound)
    }
    let all = try group.allReduce(
      errors + [value, logScaleSlope, termSum, termCount] + observations.numbers + extra)
    let sums = Array(all[errors.count...])
    var result = WholeBatch()
    (result.value, result.logScaleSlope) = (sums[0], sums[1])
    result.ownLogScaleSlopes = ownLogScaleSlopes
    (result.termSum, result.termCount) = (sums[2], sums[3])
    let split = 4 + observations.numbers.count
    result.observations = RowObservations(numbers: Array(sums[4..<split]))
    for place in stride(from: 0, to: errors.count, by: 2) where all[place] > 0 {
      result.observations.logitError.formUnion(
        LogitError(expected: all[place], bound: all[place + 1]))
    }
    result.extra = Array(sums[split...])
    return result
  }

  /// The gradient by the temperature's readings: by the one of all ranks, or by those of this rank's rows.
  ///
  /// - Parameter isIndividual: Whether rows have temperatures of their own, be it that this rank has no rows.
  func temperatureGradient<Scalar: EmbeddingScalar, Variables: TemperatureVariables>(
    at temperature: Temperature, isIndividual: Bool, of variables: Variables
  ) -> TemperatureGradient<Scalar> where Variables.Element == Variables {
    guard isIndividual, !temperature.isIndividual else {
      return TemperatureGradient(
        logScaleSlopes: isIndividual ? ownLogScaleSlopes : [logScaleSlope], at: temperature,
        of: variables)
    }
    var none = TemperatureGradient<Scalar>()
    if variables.contains(.temperature) { none.temperatures = [] }
    if variables.contains(.scale) { none.scales = [] }
    if variables.contains(.logScale) { none.logScales = [] }
    return none
  }

  /// What a rank returns.
  ///
  /// - Parameters:
  ///   - terms: This rank's.
  ///   - floor: What bounds the mean of all terms.
  func step<Scalar: EmbeddingScalar, Gradient: Sendable>(
    terms: [Double], gradient: Gradient, level: DiagnosticsLevel, hasSinglePositive: Bool,
    floor: LossBound?, canBeNegative: Bool = false
  ) -> LossStep<Scalar, Gradient> {
    var observed: Diagnostics?
    if level == .all {
      observed = Diagnostics(observations, hasSinglePositive: hasSinglePositive)
      if let floor { observed?.setFloor(floor, mean: canBeNegative ? nil : termSum / termCount) }
    }
    return LossStep(
      value: Scalar(value), terms: terms.map { Scalar($0) }, gradient: gradient,
      diagnostics: observed)
  }
}
