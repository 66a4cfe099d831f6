import Contrastive
import ContrastiveDistributed

extension PairLoss {
  /// One training step's loss of all ranks' pairs, of which these are this one's.
  func step(
    _ queries: Matrix<Float>, _ keys: Matrix<Float>, ids: [Int]?, at temperature: Temperature,
    learnsTemperature: Bool, options: ComputeOptions, across group: any RankGroup
  ) throws(ContrastiveError) -> LossStep<Float, PairGradient<Float>> {
    let excluded: FalseNegatives<Float> = ids.map { .equalIDs($0) } ?? .none
    if self == .clipGroups, let ids {
      let step = try MultiPositiveCLIP(temperature: temperature, form: .meanOutside)
        .valueWithGradient(
          images: queries, texts: keys, positives: .equalIDs(queries: ids, keys: ids),
          of: learnsTemperature ? [.images, .texts, .logScale] : [.images, .texts],
          diagnostics: .none, options: options, across: group)
      return step.ofPairs(step.gradient.images, step.gradient.texts, step.gradient.byTemperature)
    }
    switch try shape(at: temperature) {
    case .towers(let loss):
      let step = try loss.valueWithGradient(
        images: queries, texts: keys, excluding: excluded,
        of: learnsTemperature ? [.images, .texts, .logScale] : [.images, .texts],
        diagnostics: .none, options: options, across: group)
      return step.ofPairs(step.gradient.images, step.gradient.texts, step.gradient.byTemperature)
    case .views(let loss):
      let step = try loss.valueWithGradient(
        viewA: queries, viewB: keys, excluding: excluded,
        of: learnsTemperature ? [.viewA, .viewB, .logScale] : [.viewA, .viewB],
        diagnostics: .none, options: options, across: group)
      return step.ofPairs(step.gradient.viewA, step.gradient.viewB, step.gradient.byTemperature)
    case .infoNCE(let loss):
      let step = try loss.valueWithGradient(
        queries: queries, positives: keys, excluding: excluded,
        of: learnsTemperature ? [.queries, .positives, .logScale] : [.queries, .positives],
        diagnostics: .none, options: options, across: group)
      return step.ofPairs(
        step.gradient.queries, step.gradient.positives, step.gradient.byTemperature)
    case .moCoV3(let loss):
      return try BothDirections(MoCoV3OfRanks(loss: loss, group: group)).valueWithGradient(
        queries: queries, keys: keys, excluding: excluded,
        of: learnsTemperature ? [.queries, .keys, .logScale] : [.queries, .keys],
        diagnostics: .none, options: options)
    }
  }
}

/// One direction of MoCo v3 by ranks, as a loss of pairs.
private struct MoCoV3OfRanks: PairedLoss {
  let loss: MoCoV3
  let group: any RankGroup

  func step<Q: Embeddings, K: Embeddings>(
    queries: Q, keys: K, excluding falseNegatives: FalseNegatives<Q.Scalar>,
    of variables: PairVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<Q.Scalar, PairGradient<Q.Scalar>>
  where K.Scalar == Q.Scalar {
    try loss.valueWithGradient(
      queries: queries, keys: keys, excluding: falseNegatives, of: variables,
      reduction: pass.reduction, diagnostics: pass.diagnostics, options: pass.options,
      across: group)
  }
}

extension LossStep {
  /// The same, as of queries and keys.
  func ofPairs(
    _ queries: Matrix<Scalar>?, _ keys: Matrix<Scalar>?,
    _ byTemperature: TemperatureGradient<Scalar>
  ) -> LossStep<Scalar, PairGradient<Scalar>> {
    LossStep<Scalar, PairGradient<Scalar>>(
      value: value, terms: terms,
      gradient: PairGradient(queries: queries, keys: keys, byTemperature: byTemperature),
      diagnostics: diagnostics)
  }
}
