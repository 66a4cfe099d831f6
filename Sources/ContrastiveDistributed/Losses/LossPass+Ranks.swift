import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveKernels
import ContrastiveLosses

extension LossPass {
  var observes: Bool { diagnostics == .all }

  /// This rank's weights, of as many terms as it has: those of the mean are known when all ranks' terms are.
  ///
  /// - Throws: As the loss on one process.
  func ownWeights(termCount: Int) throws(ContrastiveError) -> TermWeights {
    try options.requireValid()
    return try reduction.weights(termCount: termCount)
  }

  /// - Parameters:
  ///   - own: This rank's weights.
  ///   - total: How many terms all ranks have.
  func weights(_ own: TermWeights, total: Int) -> TermWeights {
    reduction == .mean ? .equal(1 / Double(max(1, total))) : own
  }
}

extension CallRecord {
  /// Tells what every loss has to agree on, and checks what it is of this rank.
  ///
  /// - Returns: s.
  mutating func require<Scalar: EmbeddingScalar, Variables: TemperatureVariables>(
    _ temperature: Temperature, scalar: Scalar.Type, dimension: Int, variables: Variables,
    pass: LossPass
  ) throws(ContrastiveError) -> Double {
    require(
      scalar: scalar, variables: variables, reduction: pass.reduction,
      diagnostics: pass.diagnostics)
    require(temperature)
    require("columns", dimension)
    guard !temperature.isIndividual else {
      throw ContrastiveError(
        .temperature,
        .choice(found: "\(temperature)", expected: "one for all rows, across ranks"))
    }
    return try temperature.scale(for: scalar)
  }
}
