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
  /// - Parameters:
  ///   - rowCount: How many rows a side has here.
  ///   - sides: How many sides there are, rows of which may share their temperatures.
  ///   - name: What the rows are.
  /// - Returns: s of this rank's rows, of all sides.
  mutating func require<Scalar: EmbeddingScalar, Variables: TemperatureVariables>(
    _ temperature: Temperature, scalar: Scalar.Type, dimension: Int, variables: Variables,
    pass: LossPass, rowCount: Int, sides: Int = 1, of name: ContrastiveError.Argument
  ) throws(ContrastiveError) -> RowScales {
    require(
      scalar: scalar, variables: variables, reduction: pass.reduction,
      diagnostics: pass.diagnostics)
    // Ranks that round differently would not make the loss of one process.
    let kinds = ComputeOptions.Products.allCases
    require("products", kinds.firstIndex(of: pass.options.products) ?? 0) { kinds[$0].rawValue }
    require("largestLogitError", pass.options.largestLogitError ?? .infinity)
    require(temperature, rowCount: rowCount, sides: sides)
    require("columns", dimension)
    return try temperature.scales(for: scalar, rowCount: rowCount, sides: sides, of: name)
  }
}
