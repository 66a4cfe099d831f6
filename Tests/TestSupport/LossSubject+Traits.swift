import Contrastive

/// In what tests of all losses differ.
extension LossSubject {
  /// Whether pairs of one id are left out.
  var takesIDs: Bool {
    switch self {
    case .clipWithIDs, .sigLIPWithIDs, .mocoV3WithIDs, .ntXentWithIDs, .debiasedWithIDs,
      .hardNegativeWithIDs, .decoupledWithIDs, .embeddingDistillationWithIDs:
      true
    default: false
    }
  }

  /// Whether the number of columns is not that of the rows.
  public var hasColumns: Bool {
    if let loss = withoutLogWeights { return loss.hasColumns }
    return switch self {
    case .shared, .paired, .inBatchAndShared, .npidSoftmax, .supConMemory, .pairsMemory,
      .npidNCE:
      true
    default: isOfClasses || variant?.hasNegatives == true || positives != nil
    }
  }

  /// Whether a part of the value takes no gradient.
  public var stopsGradients: Bool {
    [.hardness, .weightedDecoupled, .macl, .circle].contains(withoutLogWeights ?? self)
  }

  public var hasTemperature: Bool {
    if let loss = withoutLogWeights { return loss.hasTemperature }
    return switch self {
    case .uniformity, .cContrastive, .cTriplet, .tripletMargin, .batchHard, .orthogonal: false
    default: !isOfMetricLearning
    }
  }

  /// Whether the loss is one number for all rows.
  public var hasOneTerm: Bool {
    switch self {
    case .uniformity, .coSENT, .angle, .orthogonal: true
    default: false
    }
  }

  /// Whether rows may have temperatures of their own. A hardness, which makes the exponent one of τ, may not.
  public var takesRowTemperatures: Bool { hasTemperature && self != .hardness }

  /// How many rows there are to a pair, which may share its temperature or have one each.
  public var sides: Int {
    if let loss = withoutLogWeights { return loss.sides }
    return switch self {
    case .clip, .clipWithIDs, .ntXent, .debiased, .hardNegative, .decoupled, .weightedDecoupled,
      .macl, .ntXentWithIDs, .debiasedWithIDs, .hardNegativeWithIDs, .decoupledWithIDs,
      .embeddingDistillation, .embeddingDistillationWithIDs:
      2
    default: isOfTokens ? sidesOfTokens : 1
    }
  }

  /// How many temperatures there are where there is more than one: a class has one, otherwise a row of every side.
  public func temperatureCount(rows: Int, columns: Int, sides: Int = 1) -> Int {
    if let loss = withoutLogWeights {
      return loss.temperatureCount(rows: rows, columns: columns, sides: sides)
    }
    return switch self {
    case _ where isOfClasses: columns
    case _ where positives?.kind == .bothWays: rows + columns
    case _ where isOfTokens: sides * queryCount(ofTokens: rows)
    default: sides * rows
    }
  }

  /// Inputs that take no gradient.
  public var constants: Set<String> {
    switch self {
    case .supConMemory, .pairsMemory: ["keys"]
    case .npidSoftmax, .npidNCE: ["memory"]
    default: []
    }
  }

  public var fewestRows: Int {
    if let loss = withoutLogWeights { return loss.fewestRows }
    return switch self {
    case .uniformity, .decoupled, .weightedDecoupled, .decoupledWithIDs: 2
    default: 1
    }
  }

  public var fewestColumns: Int {
    switch self {
    case .npidSoftmax, .npidNCE: 1
    case _ where isOfClasses: 1
    case _ where positives != nil: 1
    default: 0
    }
  }

  /// Whether the loss is a difference that may come near 0, of terms as large as logits.
  public var isDifference: Bool {
    [.decoupled, .weightedDecoupled, .decoupledWithIDs, .rince, .orthogonal]
      .contains(withoutLogWeights ?? self)
  }

  /// Whether terms are 0 unless a margin is missed.
  public var hasHinge: Bool {
    switch self {
    case .cContrastive, .cTriplet, .tripletMargin, .batchHard, .contrastive, .contrastiveSquared,
      .semiHard:
      true
    default: false
    }
  }
}
