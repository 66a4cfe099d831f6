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

  /// This rank's, and those of further negatives; `nil` where all candidates are negatives.
  let ids: (pairs: [Int], negatives: [Int]?)?

  /// - Parameters:
  ///   - negatives: Further rows, of which there may be ids.
  ///   - termsPerRow: How many terms a pair has in `reduction`'s weights.
  init<A: Embeddings, B: Embeddings, Variables: TemperatureVariables>(
    _ first: A, _ second: B, named names: (ContrastiveError.Argument, ContrastiveError.Argument),
    negatives: AnyEmbeddings<Scalar>? = nil, excluding falseNegatives: FalseNegatives<Scalar>,
    temperature: Temperature, variables: Variables, pass: LossPass, termsPerRow: Int,
    in record: inout CallRecord
  ) throws(ContrastiveError) where A.Scalar == Scalar, B.Scalar == Scalar {
    record.rowCounts = [first.storedRowCount]
    self.first = try AnyEmbeddings(first, named: names.0)
    self.second = try AnyEmbeddings(second, named: names.1)
    try self.second.requireRowCount(as: self.first)
    try self.second.requireColumnCount(as: self.first)
    scale = try record.require(
      temperature, scalar: Scalar.self, dimension: self.first.columnCount, variables: variables,
      pass: pass)
    weights = try pass.ownWeights(termCount: termsPerRow * self.first.rowCount)
    record.hasModerateWeights = pass.reduction == .mean || weights.areModerate
    ids = try falseNegatives.ids(of: self.first, negatives: negatives)
    record.require("ids", ids == nil ? 0 : ids?.negatives == nil ? 1 : 2) {
      ["none", "of pairs", "of pairs and negatives"][Int($0)]
    }
  }

  /// s·cos of every pair.
  func positiveLogits(options: ComputeOptions) -> [Double] {
    first.cosines(with: second, options: options).map { scale * $0 }
  }

  /// What ranks are counted against, where they are: these logits as tiles have them.
  func rankedLogits(_ logits: [Double], pass: LossPass) -> [Double]? {
    first.rankedLogits(logits, with: second, scale: scale, pass: pass)
  }
}

extension AnyEmbeddings {
  /// What ranks are counted against, where they are: the logits s·cos of rows of the same place, or as products round
  /// them where they do, so that equal rows tie.
  func rankedLogits(
    _ logits: [Double], with other: AnyEmbeddings, scale: Double, pass: LossPass
  ) -> [Double]? {
    guard pass.observes else { return nil }
    let products = TileProducts<Scalar>(pass.options, dimension: columnCount)
    guard products.roundsLogits else { return logits }
    return products.rankProducts(
      unitBlock(options: pass.options), other.unitBlock(options: pass.options), scale: scale)
      ?? logits
  }
}

extension RankGroup {
  /// Checks two arrays whose rows belong together, and agrees with the others on a loss of them.
  ///
  /// - Parameters:
  ///   - loss: The name of its type.
  ///   - falseNegatives: Ids of this rank's pairs, if pairs of one id are no negatives of each other.
  ///   - termsPerRow: How many terms a pair has in `reduction`'s weights.
  ///   - further: What else has to be the same on every rank.
  func agree<A: Embeddings, B: Embeddings, Variables: TemperatureVariables>(
    _ loss: String, on first: A, _ second: B,
    named names: (ContrastiveError.Argument, ContrastiveError.Argument),
    excluding falseNegatives: FalseNegatives<A.Scalar> = .none, temperature: Temperature,
    variables: Variables, pass: LossPass, termsPerRow: Int = 1,
    _ further: (inout CallRecord) throws(ContrastiveError) -> Void = { _ in }
  ) throws(ContrastiveError) -> Agreement<PairInputs<A.Scalar>> where B.Scalar == A.Scalar {
    try agree(loss) { record throws(ContrastiveError) in
      let inputs = try PairInputs<A.Scalar>(
        first, second, named: names, excluding: falseNegatives, temperature: temperature,
        variables: variables, pass: pass, termsPerRow: termsPerRow, in: &record)
      try further(&record)
      return inputs
    }
  }

  /// All ranks' ids of pairs, if there are any.
  func sharedIDs<Scalar>(
    _ agreement: Agreement<PairInputs<Scalar>>
  ) throws(ContrastiveError) -> SharedIDs? {
    guard let ids = agreement.inputs.ids?.pairs else { return nil }
    return try SharedIDs(ids, shards: agreement.shards[0], across: self)
  }
}
