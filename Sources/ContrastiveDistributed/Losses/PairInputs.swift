import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveKernels
import ContrastiveLosses

/// Two arrays whose rows belong together, of one rank, checked.
struct PairInputs<Scalar: EmbeddingScalar> {
  private(set) var first: AnyEmbeddings<Scalar>
  private(set) var second: AnyEmbeddings<Scalar>

  /// s of this rank's rows: of one side, or of both, one after the other.
  var scales: RowScales

  /// Of this rank's terms.
  let weights: TermWeights

  /// This rank's, and those of further negatives; `nil` where all candidates are negatives.
  let ids: (pairs: [Int], negatives: [Int]?)?

  /// - Parameters:
  ///   - negatives: Further rows, of which there may be ids.
  ///   - sides: How many sides are anchors, rows of which may share their temperatures.
  ///   - termsPerRow: How many terms a pair has in `reduction`'s weights.
  ///   - takesNegatives: Whether the loss has a place for ids of further negatives.
  init<A: Embeddings, B: Embeddings, Variables: TemperatureVariables>(
    _ first: A, _ second: B, named names: (ContrastiveError.Argument, ContrastiveError.Argument),
    negatives: AnyEmbeddings<Scalar>? = nil, excluding falseNegatives: FalseNegatives<Scalar>,
    temperature: Temperature, variables: Variables, pass: LossPass, sides: Int = 1,
    termsPerRow: Int = 1, takesNegatives: Bool = true, in record: inout CallRecord
  ) throws(ContrastiveError) where A.Scalar == Scalar, B.Scalar == Scalar {
    record.rowCounts = [first.storedRowCount]
    self.first = try AnyEmbeddings(first, named: names.0)
    self.second = try AnyEmbeddings(second, named: names.1)
    try self.second.requireRowCount(as: self.first)
    try self.second.requireColumnCount(as: self.first)
    scales = try record.require(
      temperature, scalar: Scalar.self, dimension: self.first.columnCount, variables: variables,
      pass: pass, rowCount: self.first.rowCount, sides: sides, of: names.0)
    weights = try pass.ownWeights(termCount: termsPerRow * self.first.rowCount)
    record.hasModerateWeights = pass.reduction == .mean || weights.areModerate
    ids =
      takesNegatives
      ? try falseNegatives.ids(of: self.first, negatives: negatives)
      : try falseNegatives.idsOfPairs(self.first).map { (pairs: $0, negatives: nil) }
    record.require("ids", ids == nil ? 0 : ids?.negatives == nil ? 1 : 2) {
      ["none", "of pairs", "of pairs and negatives"][Int($0)]
    }
  }

  /// The cosine of every pair.
  func cosines(options: ComputeOptions) -> [Double] {
    first.cosines(with: second, options: options)
  }

  /// The logits of every row's own pair: of the first side, and of the second, if both are anchors.
  func logits(_ cosines: [Double], sides: Int) -> [Double] {
    (0..<sides * cosines.count).map { scales[$0] * cosines[$0 % cosines.count] }
  }

  /// One side as rows whose positives are the other's.
  func side(_ side: Int) -> PairInputs {
    var result = self
    if side == 1 { (result.first, result.second) = (second, first) }
    result.scales = scales(ofSide: side)
    return result
  }

  /// s of the rows of one side.
  func scales(ofSide side: Int) -> RowScales {
    let count = first.rowCount
    return scales[side * count..<(side + 1) * count]
  }
}

extension AnyEmbeddings {
  /// What ranks are counted against, where they are: the cosines of rows of the same place times what tiles are multiplied by,
  /// or as products round these where they do, so that equal rows tie.
  func ranked(
    _ cosines: [Double], with other: AnyEmbeddings, times scale: Double, pass: LossPass
  ) -> [Double]? {
    guard pass.observes else { return nil }
    let logits = cosines.map { scale * $0 }
    let products = TileProducts<Scalar>(pass.options, dimension: columnCount)
    guard products.roundsLogits else { return logits }
    return products.rankProducts(
      unitBlock(options: pass.options), other.unitBlock(options: pass.options), scale: scale)
      ?? logits
  }

  /// The same where rows are multiplied by their scales before there are products.
  func ranked(
    _ cosines: [Double], with other: AnyEmbeddings, times scales: RowScales, pass: LossPass
  ) -> [Double]? {
    guard pass.observes else { return nil }
    let products = TileProducts<Scalar>(pass.options, dimension: columnCount)
    guard products.roundsLogits else { return cosines.indices.map { scales[$0] * cosines[$0] } }
    let rows: Block<Scalar> = pass.options.block(rowCount: rowCount, columnCount: columnCount)
    setUnit(rows, options: pass.options)
    rows.scaleRows(by: scales.list(count: rowCount), on: pass.options.isa)
    return products.rankProducts(rows, other.unitBlock(options: pass.options))
  }
}

extension RankGroup {
  /// Checks two arrays whose rows belong together, and agrees with the others on a loss of them.
  ///
  /// - Parameters:
  ///   - loss: The name of its type.
  ///   - falseNegatives: Ids of this rank's pairs, if pairs of one id are no negatives of each other.
  ///   - sides: How many sides are anchors, rows of which may share their temperatures.
  ///   - termsPerRow: How many terms a pair has in `reduction`'s weights.
  ///   - takesNegatives: Whether ids may be of further negatives, too.
  ///   - further: What else has to be the same on every rank.
  func agree<A: Embeddings, B: Embeddings, Variables: TemperatureVariables>(
    _ loss: String, on first: A, _ second: B,
    named names: (ContrastiveError.Argument, ContrastiveError.Argument),
    excluding falseNegatives: FalseNegatives<A.Scalar> = .none, temperature: Temperature,
    variables: Variables, pass: LossPass, sides: Int = 1, termsPerRow: Int = 1,
    takesNegatives: Bool = false,
    _ further: (inout CallRecord) throws(ContrastiveError) -> Void = { _ in }
  ) throws(ContrastiveError) -> Agreement<PairInputs<A.Scalar>> where B.Scalar == A.Scalar {
    var agreement = try agree(loss) { record throws(ContrastiveError) in
      let inputs = try PairInputs<A.Scalar>(
        first, second, named: names, excluding: falseNegatives, temperature: temperature,
        variables: variables, pass: pass, sides: sides, termsPerRow: termsPerRow,
        takesNegatives: takesNegatives, in: &record)
      try further(&record)
      return inputs
    }
    agreement.inputs.scales = agreement.scales(agreement.inputs.scales)
    return agreement
  }

  /// All ranks' ids of pairs, if there are any.
  func sharedIDs<Scalar>(
    _ agreement: Agreement<PairInputs<Scalar>>
  ) throws(ContrastiveError) -> SharedIDs? {
    guard let ids = agreement.inputs.ids?.pairs else { return nil }
    return try SharedIDs(ids, shards: agreement.shards[0], across: self)
  }
}
