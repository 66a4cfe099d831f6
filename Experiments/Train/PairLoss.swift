import ArgumentParser
import Contrastive

/// A loss of pairs, with its usual constants, under its name of `Experiments loss`.
enum PairLoss: String, CaseIterable, ExpressibleByArgument {
  case clip
  case infoNCE = "info-nce"
  /// At its initial bias of −10.
  case sigLIP = "siglip"
  /// Both directions, as in MoCo v3, but that both sides take gradients.
  case moCoV3 = "moco-v3"
  case ntXent = "nt-xent"
  case dcl
  /// σ = 0.5.
  case dclw
  /// τ⁺ = 0.1.
  case debiased
  /// τ⁺ = 0.1, β = 1.
  case hardNegative = "hard-negative"

  static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }

  /// Whether pairs that belong together can be left out of each other's negatives.
  var takesIDs: Bool { self == .clip || self == .infoNCE }

  /// Whether it is no loss of a batch of one pair.
  var needsNegatives: Bool { self == .dcl || self == .dclw }
}

/// A loss and its gradients by both sides, and by log s if it was asked for.
struct PairStep {
  var value: Double
  var queries: Matrix<Float>?
  var keys: Matrix<Float>?
  var logScale: Float?
}

extension PairLoss {
  /// One training step's loss.
  ///
  /// - Parameter ids: Which pairs belong together, for a loss that `takesIDs`.
  func step(
    _ queries: Matrix<Float>, _ keys: Matrix<Float>, ids: [Int]? = nil,
    at temperature: Temperature, learnsTemperature: Bool, options: ComputeOptions
  ) throws(ContrastiveError) -> PairStep {
    switch self {
    case .clip where ids != nil:
      // The mean of both directions.
      var step = try infoNCE(queries, keys, ids, at: temperature, learnsTemperature, options)
      let other = try infoNCE(keys, queries, ids, at: temperature, learnsTemperature, options)
      step.value = (step.value + other.value) / 2
      if let slope = other.keys { try step.queries?.add(slope) }
      if let slope = other.queries { try step.keys?.add(slope) }
      step.queries = step.queries?.multiplied(by: 0.5)
      step.keys = step.keys?.multiplied(by: 0.5)
      if let slope = other.logScale { step.logScale = ((step.logScale ?? 0) + slope) / 2 }
      return step
    case .clip:
      var variables: CLIP.Variables = [.images, .texts]
      if learnsTemperature { variables.insert(.logScale) }
      let step = try CLIP(temperature: temperature).valueWithGradient(
        images: queries, texts: keys, of: variables, diagnostics: .none, options: options)
      return PairStep(
        value: Double(step.value), queries: step.gradient.images, keys: step.gradient.texts,
        logScale: step.gradient.logScale)
    case .infoNCE:
      return try infoNCE(queries, keys, ids, at: temperature, learnsTemperature, options)
    case .sigLIP:
      var variables: SigLIP.Variables = [.images, .texts]
      if learnsTemperature { variables.insert(.logScale) }
      let step = try SigLIP(temperature: temperature, bias: -10).valueWithGradient(
        images: queries, texts: keys, of: variables, diagnostics: .none, options: options)
      return PairStep(
        value: Double(step.value), queries: step.gradient.images, keys: step.gradient.texts,
        logScale: step.gradient.logScale)
    case .moCoV3:
      var step = try direction(queries, keys, at: temperature, learnsTemperature, options)
      let other = try direction(keys, queries, at: temperature, learnsTemperature, options)
      step.value += other.value
      if let slope = other.keys { try step.queries?.add(slope) }
      if let slope = other.queries { try step.keys?.add(slope) }
      if let slope = other.logScale { step.logScale? += slope }
      return step
    case .ntXent, .dcl, .dclw, .debiased, .hardNegative:
      var variables: TwoViewVariables = [.viewA, .viewB]
      if learnsTemperature { variables.insert(.logScale) }
      let step = try twoViewStep(queries, keys, at: temperature, of: variables, options: options)
      return PairStep(
        value: Double(step.value), queries: step.gradient.viewA, keys: step.gradient.viewB,
        logScale: step.gradient.logScale)
    }
  }

  private func infoNCE(
    _ queries: Matrix<Float>, _ keys: Matrix<Float>, _ ids: [Int]?, at temperature: Temperature,
    _ learnsTemperature: Bool, _ options: ComputeOptions
  ) throws(ContrastiveError) -> PairStep {
    var variables: InfoNCE.Variables = [.queries, .positives]
    if learnsTemperature { variables.insert(.logScale) }
    let step = try InfoNCE(temperature: temperature).valueWithGradient(
      queries: queries, positives: keys, excluding: ids.map { .equalIDs($0) } ?? .none,
      of: variables, diagnostics: .none, options: options)
    return PairStep(
      value: Double(step.value), queries: step.gradient.queries, keys: step.gradient.positives,
      logScale: step.gradient.logScale)
  }

  private func direction(
    _ queries: Matrix<Float>, _ keys: Matrix<Float>, at temperature: Temperature,
    _ learnsTemperature: Bool, _ options: ComputeOptions
  ) throws(ContrastiveError) -> PairStep {
    var variables: MoCoV3.Variables = [.queries, .keys]
    if learnsTemperature { variables.insert(.logScale) }
    let step = try MoCoV3(temperature: temperature).valueWithGradient(
      queries: queries, keys: keys, of: variables, diagnostics: .none, options: options)
    return PairStep(
      value: Double(step.value), queries: step.gradient.queries, keys: step.gradient.keys,
      logScale: step.gradient.logScale)
  }

  private func twoViewStep(
    _ a: Matrix<Float>, _ b: Matrix<Float>, at temperature: Temperature,
    of variables: TwoViewVariables, options: ComputeOptions
  ) throws(ContrastiveError) -> LossStep<Float, TwoViewGradient<Float>> {
    switch self {
    case .dcl, .dclw:
      try DecoupledContrastive(
        temperature: temperature, weightTemperature: self == .dclw ? 0.5 : nil
      ).valueWithGradient(
        viewA: a, viewB: b, of: variables, diagnostics: .none, options: options)
    case .debiased:
      try DebiasedContrastive(temperature: temperature, positivePrior: 0.1).valueWithGradient(
        viewA: a, viewB: b, of: variables, diagnostics: .none, options: options)
    case .hardNegative:
      try HardNegative(temperature: temperature, positivePrior: 0.1, concentration: 1)
        .valueWithGradient(
          viewA: a, viewB: b, of: variables, diagnostics: .none, options: options)
    default:
      try NTXent(temperature: temperature).valueWithGradient(
        viewA: a, viewB: b, of: variables, diagnostics: .none, options: options)
    }
  }
}
