import ArgumentParser
import Contrastive

/// A loss of pairs, with its usual constants, under its name of `Experiments loss`.
enum PairLoss: String, CaseIterable, ExpressibleByArgument {
  case clip
  /// All keys of a query's id are its positives, mean outside; without ids it is CLIP.
  case clipGroups = "clip-groups"
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

  /// Whether it is no loss of a batch of one pair.
  var needsNegatives: Bool { self == .dcl || self == .dclw }

  /// The loss of pairs at a temperature.
  func loss(at temperature: Temperature) throws(ContrastiveError) -> any PairedLoss {
    switch self {
    case .clip, .clipGroups: CLIP(temperature: temperature)
    case .infoNCE: InfoNCE(temperature: temperature)
    case .sigLIP: SigLIP(temperature: temperature, bias: -10)
    case .moCoV3: BothDirections(MoCoV3(temperature: temperature))
    case .ntXent: NTXent(temperature: temperature)
    case .dcl: DecoupledContrastive(temperature: temperature)
    case .dclw: DecoupledContrastive(temperature: temperature, weightTemperature: 0.5)
    case .debiased: try DebiasedContrastive(temperature: temperature, positivePrior: 0.1)
    case .hardNegative:
      try HardNegative(temperature: temperature, positivePrior: 0.1, concentration: 1)
    }
  }

  /// One training step's loss.
  ///
  /// - Parameter ids: Which pairs belong together, and are no negatives of each other; of a loss of several positives,
  ///   each other's positives.
  func step(
    _ queries: Matrix<Float>, _ keys: Matrix<Float>, ids: [Int]? = nil,
    at temperature: Temperature, learnsTemperature: Bool, options: ComputeOptions
  ) throws(ContrastiveError) -> LossStep<Float, PairGradient<Float>> {
    if self == .clipGroups, let ids {
      let step = try MultiPositiveCLIP(temperature: temperature, form: .meanOutside)
        .valueWithGradient(
          images: queries, texts: keys, positives: .equalIDs(queries: ids, keys: ids),
          of: learnsTemperature ? [.images, .texts, .logScale] : [.images, .texts],
          diagnostics: .none, options: options)
      return LossStep(
        value: step.value, terms: step.terms,
        gradient: PairGradient(
          queries: step.gradient.images, keys: step.gradient.texts,
          byTemperature: step.gradient.byTemperature),
        diagnostics: step.diagnostics)
    }
    return try loss(at: temperature).valueWithGradient(
      queries: queries, keys: keys, excluding: ids.map { .equalIDs($0) } ?? .none,
      of: learnsTemperature ? [.queries, .keys, .logScale] : [.queries, .keys],
      diagnostics: .none, options: options)
  }
}
