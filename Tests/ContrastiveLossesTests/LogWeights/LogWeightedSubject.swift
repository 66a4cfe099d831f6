import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport

/// Losses whose candidates take log-weights, at rows of which the last may be written several times.
enum LogWeightedSubject: CaseIterable, Sendable {
  case ntXent, decoupled, macl, clip, infoNCE, mocoV3, rince, matryoshka, supCon, pairs, nca
  case normFace, arcFace, subCenterArcFace, proxyNCA

  static let temperature = 0.3
  static let q = 0.5

  /// Terms of anchors to which the last candidate is a negative, and the gradients of their sum.
  struct Outcome {
    var terms: [Double] = []
    var gradients: [String: [[Double]]] = [:]
  }

  /// - Parameters:
  ///   - copies: How many times the last row, pair, sample or class is written.
  ///   - logWeights: Of so many candidates of a side.
  func outcome<Scalar: EmbeddingScalar>(
    as scalar: Scalar.Type, copies: Int = 1, logWeights: ((_ count: Int) -> [Double])? = nil
  ) throws -> Outcome {
    let temperature = try Temperature(Self.temperature)
    let (x, y): (Matrix<Scalar>, Matrix<Scalar>) = (
      Self.rows(seed: 1, copies: copies), Self.rows(seed: 2, copies: copies)
    )
    let count = x.rowCount
    switch self {
    case .ntXent, .decoupled, .macl:
      let loss: any LogWeightedTwoViewLoss =
        switch self {
        case .ntXent: NTXent(temperature: temperature)
        case .decoupled: DecoupledContrastive(temperature: temperature)
        // With α = 0 a copy is no part of the temperature.
        default: try MACL(temperature: temperature, alpha: 0)
        }
      let weights = logWeights.map { PairLogWeights(rows: $0(count), columns: $0(count)) }
      return try outcome(
        of: loss.perTerm(viewA: x, viewB: y, logWeights: weights), all: TwoViewVariables.all,
        kept: Array(0..<5) + Array(count..<count + 5))
    case .clip:
      let weights = logWeights.map { PairLogWeights(rows: $0(count), columns: $0(count)) }
      return try outcome(
        of: CLIP(temperature: temperature).perTerm(images: x, texts: y, logWeights: weights),
        all: TwoTowerVariables.all, kept: Array(0..<5))
    case .infoNCE, .mocoV3, .rince, .matryoshka:
      let loss: any LogWeightedPairedLoss =
        switch self {
        case .infoNCE: InfoNCE(temperature: temperature)
        case .mocoV3: MoCoV3(temperature: temperature)
        case .rince: try RINCE(temperature: temperature, q: Self.q)
        default: try Matryoshka(InfoNCE(temperature: temperature), dimensions: [2, 4])
        }
      let weights = logWeights.map { PairLogWeights(columns: $0(count)) }
      return try outcome(
        of: loss.perTerm(queries: x, keys: y, logWeights: weights), all: PairVariables.all,
        kept: Array(0..<5))
    case .supCon, .pairs, .nca:
      let loss: any LogWeightedLabelledLoss =
        switch self {
        case .supCon: SupCon(temperature: temperature)
        case .pairs: NTXentPairs(temperature: temperature)
        default: try NCA(softmaxScale: 1.5)
        }
      let labels = (0..<count).map { min(2, $0 / 2) }
      return try outcome(
        of: loss.perTerm(embeddings: x, labels: labels, logWeights: logWeights?(count)),
        all: EmbeddingVariables.all, kept: Array(0..<4))
    case .normFace, .arcFace, .subCenterArcFace, .proxyNCA:
      let centers = self == .subCenterArcFace ? 2 : 1
      let loss: any LogWeightedClassLoss =
        switch self {
        case .normFace: NormFaceSoftmax(temperature: temperature)
        case .arcFace: try ArcFace(temperature: temperature, margin: 0.2)
        case .subCenterArcFace:
          try SubCenterArcFace(temperature: temperature, margin: 0.2, subCenters: centers)
        default: try ProxyNCA(softmaxScale: 1.5)
        }
      let weights: Matrix<Scalar> = Self.rows(seed: 2, copies: copies, unit: centers)
      return try outcome(
        of: loss.perTerm(
          features: Self.rows(seed: 3, copies: 1), classWeights: weights,
          labels: [0, 1, 0, 1, 0, 1], logWeights: logWeights?(weights.rowCount / centers)),
        all: ClassWeightVariables.all, kept: Array(0..<6), unit: centers)
    }
  }

  /// What so many log-weights of one number multiply terms by.
  func factor(of logWeight: Double) -> Double { self == .rince ? exp(Self.q * logWeight) : 1 }

  /// Six rows, the last of them, or the last two, written several times.
  private static func rows<Scalar: EmbeddingScalar>(
    seed: UInt64, copies: Int, unit: Int = 1
  ) -> Matrix<Scalar> {
    let all = Matrix<Float>.random(rowCount: 6, columnCount: 4, seed: seed)
    return Matrix(rowCount: 6 + (copies - 1) * unit, columnCount: 4) { row, column in
      Scalar(all[row < 6 ? row : row - unit, column])
    }
  }

  private func outcome<Scalar, Variables, Gradient: LossGradient>(
    of terms: LossTerms<Scalar, Variables, Gradient>, all: Variables, kept: [Int], unit: Int = 1
  ) throws -> Outcome where Gradient.Scalar == Scalar {
    var cotangent = terms.values.map { _ in 0 as Scalar }
    for term in kept { cotangent[term] = 1 }
    var result = Outcome(terms: kept.map { Double(terms.values[$0]) })
    for (name, gradient) in try terms.pullback(cotangent, of: all).byArrays {
      guard let gradient else { continue }
      // Copies share what their candidate has.
      var rows = Array(repeating: Array(repeating: 0.0, count: 4), count: 6)
      for row in 0..<gradient.rowCount {
        let target = row < 6 ? row : row - unit
        for column in 0..<4 { rows[target][column] += Double(gradient[row, column]) }
      }
      result.gradients[name] = rows
    }
    return result
  }
}
