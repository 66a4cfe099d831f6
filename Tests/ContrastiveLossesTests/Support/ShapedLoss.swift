import Contrastive
import ContrastiveLosses
import TestSupport
import Testing

/// A loss, and of which shape it is: what it takes besides rows.
enum ShapedLoss: Sendable {
  case pairs(any PairedLoss, excludesEqualIDs: Bool)
  case towers(any TwoTowerLoss)
  case views(any TwoViewLoss)
  case classes(any ClassWeightLoss)
  case batch(any LabelledLoss)
  case memory(any CrossBatchLoss)
  case scored(any ScoredPairLoss)
  case triplets(TripletMargin)
  case infoNCE(InfoNCE, Besides)
  case oneWay(OneWayLoss)
  case positives(SupCon)
  case ignoring(SupCon)
  case npidSoftmax(NPIDSoftmax)
  case npidNCE(NPIDNCE)
  case alignment(Alignment)
  case uniformity(Uniformity)
  case orthogonal(GlobalOrthogonalRegularization)
  case tokens(any TokenLoss)
  case tokenDistillation(MaxSimDistillation)
  case logits(SoftmaxCrossEntropy)
  case distillation(Distillation)

  /// Which negatives InfoNCE has.
  enum Besides: CaseIterable {
    case shared, paired, inBatchAndShared

    func negatives<E: Embeddings>(_ rows: E) -> Negatives<E.Scalar> {
      switch self {
      case .shared: .shared(rows)
      case .paired: .paired(rows)
      case .inBatchAndShared: .inBatchAndShared(rows)
      }
    }
  }

  /// Losses of all shapes, each at least once.
  static func all() throws -> [ShapedLoss] {
    let supCon = SupCon(temperature: 0.3)
    let twoViews: [any TwoViewLoss] = try LossSubject.ofTwoViews.map {
      try #require(try $0.twoViewLoss(temperature: 0.3))
    }
    let towers: [any TwoTowerLoss] = [
      CLIP(temperature: 0.3), SigLIP(temperature: 0.3, bias: -1),
      BothWaysLoss(PositiveCrossEntropy(), temperature: 0.3),
    ]
    var pairs: [any PairedLoss] = [
      InfoNCE(temperature: 0.3), MoCoV3(temperature: 0.3), try Alignment(), ArctanhInfoNCE(),
      try Matryoshka(CLIP(temperature: 0.3), dimensions: [1, 2], weights: [0.5, 1]),
    ]
    pairs += try LossSubject.ofPairs.map {
      try #require(try $0.pairedLoss(temperature: 0.3, dimension: 2))
    }
    pairs += twoViews
    pairs += towers
    var classes: [any ClassWeightLoss] = [
      try SubCenterArcFace(temperature: 0.3, margin: 0.2, subCenters: 1)
    ]
    classes += try LossSubject.ofClassWeights.map {
      try #require(try $0.classWeightLoss(temperature: 0.3, margin: 0.2))
    }
    classes += try LossSubject.ofClassAgents.compactMap { try $0.classAgentLoss() }
    var batches: [any LabelledLoss] = [
      supCon, NTXentPairs(temperature: 0.3), ContrastiveLosses.Tolerance(),
      BatchLoss(PositiveCrossEntropy(), temperature: 0.3),
    ]
    batches += try LossSubject.ofMetricLearning.compactMap { try $0.metricLoss() }
    let triplets = TripletMargin.Distance.allCases.map { TripletMargin(margin: 0.7, distance: $0) }
    batches += triplets
    let memories: [any CrossBatchLoss] = [supCon, NTXentPairs(temperature: 0.3)]
    let scored: [any ScoredPairLoss] = [CoSENT(), AnglE()]
    let late = LossSubject.ofTokens.compactMap { $0.tokenLoss(temperature: 0.3) }
    var result: [ShapedLoss] = twoViews.map { .views($0) }
    result += towers.map { .towers($0) }
    result += [false, true].flatMap { ids in pairs.map { .pairs($0, excludesEqualIDs: ids) } }
    result += classes.map { .classes($0) }
    result += batches.map { .batch($0) }
    result += memories.map { .memory($0) }
    result += scored.map { .scored($0) }
    result += triplets.map { .triplets($0) }
    result += late.map { .tokens($0) }
    result += Besides.allCases.map { .infoNCE(InfoNCE(temperature: 0.3), $0) }
    return result + [
      .oneWay(OneWayLoss(PositiveCrossEntropy(), temperature: 0.3)), .positives(supCon),
      .ignoring(supCon), .npidSoftmax(NPIDSoftmax(temperature: 0.3)),
      .npidNCE(NPIDNCE(temperature: 0.3, normalization: try NormalizationConstant(6))),
      .alignment(try Alignment()), .uniformity(try Uniformity()),
      .orthogonal(try GlobalOrthogonalRegularization()),
      .tokenDistillation(MaxSimDistillation(temperature: 0.3)),
      .logits(SoftmaxCrossEntropy(temperature: 2)), .distillation(Distillation(temperature: 2)),
    ]
  }

  /// Whether its rows may be `UnitRows`.
  var takesUnitRows: Bool {
    switch self {
    case .tokens, .tokenDistillation, .logits, .distillation: false
    default: true
    }
  }
}

extension ShapedLoss: CustomTestStringConvertible {
  var testDescription: String { "\(self)" }
}

/// A loss's value, its step and its terms with a way back, of given rows.
struct LossCalls {
  /// The gradients by the arrays, in their order.
  typealias Gradients = [(name: String, elements: [Double])]

  let value: (Reduction) throws -> Double
  let step: (Reduction) throws -> (value: Double, terms: [Double], gradients: Gradients)
  let perTerm: () throws -> (terms: [Double], pullback: ([Double]) throws -> Gradients)

  init<Scalar, Variables: OptionSet, Gradient: LossGradient>(
    value: @escaping (Reduction) throws -> Scalar,
    step: @escaping (Reduction) throws -> LossStep<Scalar, Gradient>,
    perTerm: @escaping () throws -> LossTerms<Scalar, Variables, Gradient>
  ) where Gradient.Scalar == Scalar, Variables.RawValue == Int {
    func gradients(_ gradient: Gradient) -> Gradients {
      gradient.byArrays.compactMap { name, matrix in matrix.map { (name, $0.doubles) } }
    }
    self.value = { Double(try value($0)) }
    self.step = {
      let step = try step($0)
      return (Double(step.value), step.terms.map { Double($0) }, gradients(step.gradient))
    }
    self.perTerm = {
      let terms = try perTerm()
      return (
        terms.values.map { Double($0) },
        // All there are.
        { gradients(try terms.pullback($0.map { Scalar($0) }, of: Variables(rawValue: .max))) }
      )
    }
  }
}
