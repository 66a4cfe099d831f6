public import Contrastive
import Testing

/// The losses that run through the engines, under one interface.
///
/// A family of losses has a file, with its names, its losses and their plain loops: one more of it touches no other.
public struct LossSubject: Hashable, Sendable, CustomStringConvertible {
  public let description: String

  init(_ name: String) { description = name }

  public static let allCases =
    engines + classWeights + candidates + severalPositives + ofAlignedRows + metrics + tokens
    + withLogWeights

  /// Those that no other file has.
  static let engines: [LossSubject] = [
    .inBatch, .shared, .paired, .inBatchAndShared, .clip, .clipWithIDs, .sigLIP, .sigLIPWithIDs,
    .mocoV3, .mocoV3WithIDs, .ntXent, .ntXentWithIDs, .macl, .debiased, .debiasedWithIDs,
    .hardNegative, .hardNegativeWithIDs, .decoupled, .decoupledWithIDs, .weightedDecoupled,
    .embeddingDistillation, .embeddingDistillationWithIDs, .supCon, .supConLists, .pairs,
    .supConMemory, .pairsMemory, .uniformity,
    .tripletMargin, .batchHard, .npidSoftmax, .npidNCE,
  ]

  /// What to differentiate by: everything, or what leaves the keys constant.
  public enum Gradients {
    case all, queries
  }

  public static let inBatch = LossSubject("inBatch")
  public static let shared = LossSubject("shared")
  public static let paired = LossSubject("paired")
  public static let inBatchAndShared = LossSubject("inBatchAndShared")
  public static let clip = LossSubject("clip")
  public static let clipWithIDs = LossSubject("clipWithIDs")
  public static let sigLIP = LossSubject("sigLIP")
  public static let sigLIPWithIDs = LossSubject("sigLIPWithIDs")
  public static let mocoV3 = LossSubject("mocoV3")
  public static let mocoV3WithIDs = LossSubject("mocoV3WithIDs")
  public static let ntXent = LossSubject("ntXent")
  public static let ntXentWithIDs = LossSubject("ntXentWithIDs")
  public static let macl = LossSubject("macl")
  public static let debiased = LossSubject("debiased")
  public static let debiasedWithIDs = LossSubject("debiasedWithIDs")
  public static let hardNegative = LossSubject("hardNegative")
  public static let hardNegativeWithIDs = LossSubject("hardNegativeWithIDs")
  public static let decoupled = LossSubject("decoupled")
  public static let decoupledWithIDs = LossSubject("decoupledWithIDs")
  public static let weightedDecoupled = LossSubject("weightedDecoupled")
  public static let embeddingDistillation = LossSubject("embeddingDistillation")
  public static let embeddingDistillationWithIDs = LossSubject("embeddingDistillationWithIDs")
  public static let supCon = LossSubject("supCon")
  public static let supConLists = LossSubject("supConLists")
  public static let pairs = LossSubject("pairs")
  public static let supConMemory = LossSubject("supConMemory")
  public static let pairsMemory = LossSubject("pairsMemory")
  public static let uniformity = LossSubject("uniformity")
  public static let tripletMargin = LossSubject("tripletMargin")
  public static let batchHard = LossSubject("batchHard")
  public static let npidSoftmax = LossSubject("npidSoftmax")
  public static let npidNCE = LossSubject("npidNCE")

  /// The loss, of two views.
  public func twoViewLoss(temperature: Temperature) throws -> (any TwoViewLoss)? {
    switch self {
    case .ntXent, .ntXentWithIDs: NTXent(temperature: temperature)
    case .decoupled, .decoupledWithIDs: DecoupledContrastive(temperature: temperature)
    case .weightedDecoupled:
      DecoupledContrastive(temperature: temperature, weightTemperature: 0.5)
    case .debiased, .debiasedWithIDs:
      try DebiasedContrastive(temperature: temperature, positivePrior: 0.1)
    case .hardNegative, .hardNegativeWithIDs:
      try HardNegative(temperature: temperature, positivePrior: 0.1, concentration: 1.5)
    case .macl: try MACL(temperature: temperature, alpha: 0.5, threshold: 0.2)
    default: nil
    }
  }

  public static let ofTwoViews = allCases.filter {
    (try? $0.twoViewLoss(temperature: 1)) != nil && !$0.takesIDs
  }

  /// Not mutual, and for some rows nobody.
  @Sendable public static func isPositive(_ anchor: Int, _ other: Int) -> Bool {
    anchor % 4 != 3 && (anchor * 5 + other * 3) % 7 < 3
  }

  /// What labels are drawn from, which else take turns.
  @TaskLocal public static var labelSeed: UInt64?

  public static func labels(_ count: Int) -> [Int] {
    drawnLabels(count) ?? (0..<count).map { $0 % 3 }
  }

  /// Labels of which one is no row's, and ids of which every other is a row's, of any label.
  public static func keyLabels(_ count: Int) -> [Int] {
    drawnLabels(count) ?? (0..<count).map { $0 % 4 }
  }

  /// From one for all to hardly any twice; fewer rows have the first ones of more.
  static func drawnLabels(_ count: Int, below limit: Int? = nil) -> [Int]? {
    guard let labelSeed else { return nil }
    var generator = SeededGenerator(seed: labelSeed)
    let classes = limit ?? Int.random(in: 1...12, using: &generator)
    return (0..<count).map { _ in Int.random(in: 0..<classes, using: &generator) }
  }

  public static func keyIDs(_ count: Int) -> [Int] {
    (0..<count).map { $0 % 2 == 0 ? $0 / 2 : -$0 }
  }

  /// Three rows of a memory each, or one of a memory of one, in no order.
  public static func candidates(_ rowCount: Int, _ memoryCount: Int) -> [[Int]] {
    (0..<rowCount).map { row in
      (0..<min(3, memoryCount)).map { (5 * row + 7 * $0) % memoryCount }
    }
  }
}
