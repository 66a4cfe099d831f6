/// What pairs say about the temperature to train with: a case for each thing that can be true of them.
enum TemperatureChoice: Hashable, Sendable {
  /// All rows of a side point one way.
  case collapsed(EmbeddingSide)

  /// Untrained, every query finds its key first.
  case saturated

  /// Neither trained nor untrained do queries find their keys better than by chance.
  case random

  /// Nothing was trained. Where the loss of the embeddings as they are is least, or at which end of the grid.
  case untrained(LeastLoss)

  /// No training ended with finite numbers.
  case diverged

  /// No seed was trained at all temperatures before the command was ended.
  case unfinished

  /// Trained at these temperatures, every query finds its key first, with every seed.
  case separable(among: [Double], use: Double)

  /// At no temperature is training as good as none.
  case harmful(leastAt: Double)

  /// One temperature is told apart from all others.
  case best(Double)

  /// Several temperatures are not told apart from the best, others are: use the middle one of the best.
  case alike(among: [Double], use: Double)

  /// No temperature is told apart from the best; the middle one of the best is named, for want of a reason to take
  /// another.
  case undecided(among: [Double], use: Double)
}

/// One of the two sides of pairs.
enum EmbeddingSide: String, Hashable, Sendable {
  case queries, keys
}

extension TemperatureChoice {
  /// The smallest difference of recall@1 that is worth finding.
  static let worthwhile = 0.01

  /// All of fewer test queries may find their keys where one in ten of many would not: 0.9³⁰ is 4 %.
  static let fewTests = 30

  /// What the trained recalls say.
  ///
  /// - Parameter allowsRandom: Whether chance ranks are known: not where ids give queries several right keys.
  init(_ recalls: TrainedRecalls, allowsRandom: Bool = true) {
    let comparison = recalls.comparison
    let temperatures = recalls.temperatures
    let best = recalls.best
    let among = temperatures.indices.filter { index in
      !comparison.difference(best, index).isToldFromZero
    }
    let top = temperatures[best]
    let use = temperatures[recalls.middleOfBest]
    let names = among.map { temperatures[$0] }
    let gain = comparison.difference(best, recalls.untrainedIndex)
    if recalls.isPerfect(best) {
      self = .separable(among: names, use: top)
    } else if allowsRandom, recalls.areAllRandom {
      self = .random
    } else if gain.isToldFromZero, gain.value < 0 {
      self = .harmful(leastAt: top)
    } else if among.count == temperatures.count, among.count > 1 {
      self = .undecided(among: names, use: use)
    } else if among.count == 1 {
      self = .best(top)
    } else {
      self = .alike(among: names, use: use)
    }
  }

  /// Whether it depends on how long the training was.
  var dependsOnLength: Bool {
    switch self {
    case .best, .alike, .undecided: true
    default: false
    }
  }

  /// The temperature to use, if there is one to name.
  var use: Double? {
    switch self {
    case .separable(_, let use), .best(let use), .alike(_, let use), .undecided(_, let use): use
    default: nil
    }
  }

  /// The temperature that readers are told to use: of what the data cannot tell there is none.
  var advised: Double? {
    if case .undecided = self { nil } else { use }
  }

  /// Its name in results.
  var name: String {
    switch self {
    case .collapsed: "collapsed"
    case .saturated: "saturated"
    case .random: "random"
    case .untrained: "untrained"
    case .diverged: "diverged"
    case .unfinished: "unfinished"
    case .separable: "separable"
    case .harmful: "harmful"
    case .best: "best"
    case .alike: "alike"
    case .undecided: "undecided"
    }
  }

  /// The temperatures among which nothing is told, if there are any.
  var among: [Double]? {
    switch self {
    case .separable(let among, _), .alike(let among, _), .undecided(let among, _): among
    case .best(let use): [use]
    default: nil
    }
  }
}
