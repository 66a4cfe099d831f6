import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveKernels
import ContrastiveLosses

/// Two arrays whose rows belong together, of one rank, checked.
struct PairInputs<Scalar: EmbeddingScalar> {
  let first: AnyEmbeddings<Scalar>
  let second: AnyEmbeddings<Scalar>
  let scale: Double

  /// Of this rank's terms.
  let weights: TermWeights

  /// - Parameter termsPerRow: How many terms a pair has in `reduction`'s weights.
  init<A: Embeddings, B: Embeddings, Variables: TemperatureVariables>(
    _ first: A, _ second: B, named names: (ContrastiveError.Argument, ContrastiveError.Argument),
    temperature: Temperature,
    variables: Variables, options: LossOptions, termsPerRow: Int = 1, in record: inout CallRecord
  ) throws(ContrastiveError) where A.Scalar == Scalar, B.Scalar == Scalar {
    record.rowCounts = [first.storedRowCount]
    self.first = try AnyEmbeddings(first, named: names.0)
    self.second = try AnyEmbeddings(second, named: names.1)
    try self.second.requireRowCount(as: self.first)
    try self.second.requireColumnCount(as: self.first)
    scale = try record.require(
      temperature, scalar: Scalar.self, dimension: self.first.columnCount, variables: variables,
      options: options)
    weights = try options.ownWeights(termCount: termsPerRow * self.first.rowCount)
    record.hasModerateWeights = options.reduction == .mean || weights.areModerate
  }

  /// s·cos of every pair.
  func positiveLogits(
    _ first: Block<Scalar>, _ second: Block<Scalar>, options: ComputeOptions
  ) -> [Double] {
    first.dots(with: second, threads: options.threads, on: options.isa).map { scale * $0 }
  }
}
