import ArgumentParser
import Contrastive
import ContrastiveDistributed

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

  /// A loss, in the shape that ranks compute together.
  enum Shape {
    case towers(any RankTwoTowerLoss)
    case views(any RankTwoViewLoss)
    case infoNCE(InfoNCE)
    /// Both directions.
    case moCoV3(MoCoV3)
  }

  /// The loss at a temperature.
  func shape(at temperature: Temperature) throws(ContrastiveError) -> Shape {
    switch self {
    case .clip, .clipGroups: .towers(CLIP(temperature: temperature))
    case .infoNCE: .infoNCE(InfoNCE(temperature: temperature))
    case .sigLIP: .towers(SigLIP(temperature: temperature, bias: -10))
    case .moCoV3: .moCoV3(MoCoV3(temperature: temperature))
    case .ntXent: .views(NTXent(temperature: temperature))
    case .dcl: .views(DecoupledContrastive(temperature: temperature))
    case .dclw: .views(DecoupledContrastive(temperature: temperature, weightTemperature: 0.5))
    case .debiased: .views(try DebiasedContrastive(temperature: temperature, positivePrior: 0.1))
    case .hardNegative:
      .views(try HardNegative(temperature: temperature, positivePrior: 0.1, concentration: 1))
    }
  }

  /// The loss of pairs at a temperature.
  func loss(at temperature: Temperature) throws(ContrastiveError) -> any PairedLoss {
    switch try shape(at: temperature) {
    case .towers(let loss): loss
    case .views(let loss): loss
    case .infoNCE(let loss): loss
    case .moCoV3(let loss): BothDirections(loss)
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
      return step.ofPairs(step.gradient.images, step.gradient.texts, step.gradient.byTemperature)
    }
    return try loss(at: temperature).valueWithGradient(
      queries: queries, keys: keys, excluding: ids.map { .equalIDs($0) } ?? .none,
      of: learnsTemperature ? [.queries, .keys, .logScale] : [.queries, .keys],
      diagnostics: .none, options: options)
  }
}
