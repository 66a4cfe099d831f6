import ContrastiveBounds
import ContrastiveEmbeddings
import ContrastiveEngine

/// A loss of queries against the keys of their batch, one way: some function of each query's logits.
protocol InBatchLoss: LogWeightedPairedLoss, TemperedLoss {
  /// The function; `nil` where candidates are not the batch's keys alone, as they are.
  var function: (any RowFunction)? { get }

  /// Whether terms, or their gradient, may be beyond the scalar where the logits are not.
  var mayOverflow: Bool { get }

  /// What its floor is, given InfoNCE's; `nil` where none is known.
  func floor(plain: LossBound, size: Int, dimension: Int) -> LossBound?
}

extension InBatchLoss {
  var mayOverflow: Bool { false }

  /// - Throws: `ContrastiveError` for a step with an infinity or a NaN.
  func requireFinite<Scalar>(
    _ step: LossStep<Scalar, PairGradient<Scalar>>
  ) throws(ContrastiveError) {
    guard mayOverflow else { return }
    let byTemperature = step.gradient.byTemperature
    let numbers = [
      step.terms, [step.value],
      [byTemperature.temperature, byTemperature.scale, byTemperature.logScale].compactMap(\.self),
      byTemperature.temperatures ?? [], byTemperature.scales ?? [], byTemperature.logScales ?? [],
    ]
    guard numbers.allSatisfy({ $0.allSatisfy(\.isFinite) }),
      step.gradient.byArrays.allSatisfy({ $0.gradient?.block.firstNotFiniteRow() == nil })
    else {
      throw .init(
        .temperature,
        .choice(
          found: "\(temperature)",
          expected:
            "one at which the loss and its gradient are finite in \(Scalar.self) arithmetic"))
    }
  }
}

extension InfoNCE: InBatchLoss {
  var function: (any RowFunction)? {
    hardness == 0 && batchCandidates.isEmpty ? PositiveCrossEntropy() : nil
  }

  func floor(plain: LossBound, size: Int, dimension: Int) -> LossBound? { plain }
}

extension InfoNCEStep {
  /// Another loss of the batch than InfoNCE.
  static func inBatch<Q: Embeddings, K: Embeddings>(
    _ loss: some InBatchLoss, queries: Q, keys: K,
    excluding falseNegatives: FalseNegatives<Scalar>, logWeights: PairLogWeights?,
    of variables: PairVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<Scalar, PairGradient<Scalar>>
  where Q.Scalar == Scalar, K.Scalar == Scalar {
    let step = try inBatch(
      loss.function, temperature: loss.temperature, queries: queries, keys: keys,
      excluding: falseNegatives, logWeights: try logWeights?.ofPositives, of: variables, pass: pass
    ) { loss.floor(plain: $0, size: $1, dimension: $2) }
    try loss.requireFinite(step)
    return step
  }

  /// Another function, of logits that cosines become in another way.
  static func inBatch<Q: Embeddings, K: Embeddings>(
    _ function: (any RowFunction)?, temperature: Temperature,
    logits: LogitForm = .scaledCosines, queries: Q, keys: K,
    excluding falseNegatives: FalseNegatives<Scalar>, logWeights: LogWeights? = nil,
    of variables: PairVariables, pass: LossPass,
    floor: @escaping Floor = { _, _, _ in nil }
  ) throws(ContrastiveError) -> LossStep<Scalar, PairGradient<Scalar>>
  where Q.Scalar == Scalar, K.Scalar == Scalar {
    try inWordsOfPairs { () throws(ContrastiveError) in
      var step = try InfoNCEStep(
        InfoNCE(temperature: temperature), queries: queries, positives: keys, negatives: .inBatch,
        falseNegatives: falseNegatives, logWeights: logWeights,
        variables: InfoNCE.Variables(rawValue: variables.rawValue), pass: pass)
      step.function = function
      step.logits = logits
      step.floor = floor
      return try step.run()
    }
  }
}
