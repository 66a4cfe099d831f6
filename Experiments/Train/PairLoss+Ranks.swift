import Contrastive
import ContrastiveDistributed

extension PairLoss {
  /// Those that ranks compute together.
  static let acrossRanks: [PairLoss] = [.clip, .infoNCE, .sigLIP, .ntXent, .dcl, .dclw]

  /// - Throws: `CommandFailure` for a loss that ranks do not compute together.
  func requireRanks() throws(CommandFailure) {
    guard !Self.acrossRanks.contains(self) else { return }
    throw CommandFailure(
      "--loss \(rawValue): not under mpirun; give one of "
        + Self.acrossRanks.map(\.rawValue).joined(separator: ", "))
  }

  /// One training step's loss of all ranks' pairs, of which these are this one's.
  func step(
    _ queries: Matrix<Float>, _ keys: Matrix<Float>, ids: [Int]?, at temperature: Temperature,
    learnsTemperature: Bool, options: ComputeOptions, across group: any RankGroup
  ) throws(ContrastiveError) -> LossStep<Float, PairGradient<Float>> {
    let excluded: FalseNegatives<Float> = ids.map { .equalIDs($0) } ?? .none
    let loss = try loss(at: temperature)
    switch loss {
    case let loss as any RankTwoTowerLoss:
      let step = try loss.valueWithGradient(
        images: queries, texts: keys, excluding: excluded,
        of: learnsTemperature ? [.images, .texts, .logScale] : [.images, .texts],
        diagnostics: .none, options: options, across: group)
      return step.ofPairs(step.gradient.images, step.gradient.texts, step.gradient.byTemperature)
    case let loss as any RankTwoViewLoss:
      let step = try loss.valueWithGradient(
        viewA: queries, viewB: keys, excluding: excluded,
        of: learnsTemperature ? [.viewA, .viewB, .logScale] : [.viewA, .viewB],
        diagnostics: .none, options: options, across: group)
      return step.ofPairs(step.gradient.viewA, step.gradient.viewB, step.gradient.byTemperature)
    default:
      precondition(self == .infoNCE, "\(rawValue): no loss of ranks")
      let step = try InfoNCE(temperature: temperature).valueWithGradient(
        queries: queries, positives: keys, excluding: excluded,
        of: learnsTemperature ? [.queries, .positives, .logScale] : [.queries, .positives],
        diagnostics: .none, options: options, across: group)
      return step.ofPairs(
        step.gradient.queries, step.gradient.positives, step.gradient.byTemperature)
    }
  }
}

extension LossStep {
  fileprivate func ofPairs(
    _ queries: Matrix<Scalar>?, _ keys: Matrix<Scalar>?,
    _ byTemperature: TemperatureGradient<Scalar>
  ) -> LossStep<Scalar, PairGradient<Scalar>> {
    LossStep<Scalar, PairGradient<Scalar>>(
      value: value, terms: terms,
      gradient: PairGradient(queries: queries, keys: keys, byTemperature: byTemperature),
      diagnostics: diagnostics)
  }
}
