/// The weights of a loss's terms in the sum that is differentiated.
package enum TermWeights: Sendable {
  case equal(Double)
  case each([Double])

  /// Whether all weights are 0 or of a size that sums of exponentials in `Float` can be divided into.
  package var areModerate: Bool {
    func isModerate(_ weight: Double) -> Bool {
      weight == 0 || (1e-15...1e10).contains(abs(weight))
    }
    return switch self {
    case .equal(let weight): isModerate(weight)
    case .each(let weights): weights.allSatisfy(isModerate)
    }
  }

  /// All of them times a factor.
  package func multiplied(by factor: Double) -> TermWeights {
    switch self {
    case .equal(let weight): .equal(factor * weight)
    case .each(let weights): .each(weights.map { factor * $0 })
    }
  }

  /// Those of some terms, in order.
  package func selecting(_ terms: [Int]) -> TermWeights {
    switch self {
    case .equal: self
    case .each(let weights): .each(terms.map { weights[$0] })
    }
  }

  /// Those of neighbouring terms.
  package subscript(terms: Range<Int>) -> TermWeights {
    if case .each(let weights) = self { .each(Array(weights[terms])) } else { self }
  }

  package subscript(term: Int) -> Double {
    switch self {
    case .equal(let weight): weight
    case .each(let weights): weights[term]
    }
  }

  /// Half of each.
  package var halved: TermWeights {
    switch self {
    case .equal(let weight): .equal(weight / 2)
    case .each(let weights): .each(weights.map { $0 / 2 })
    }
  }

  /// The weights of the rows' terms and then of the columns', each half of a pair's.
  package var halvedForBothWays: TermWeights {
    if case .each(let weights) = halved { .each(weights + weights) } else { halved }
  }
}
